"""Synthetic events: a few weeks of a few hundred projects, every one marked as made up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from generators.measures.metrics import FRESHNESS, INSTALL, RENDER
from generators.telemetry.event import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.telemetry.contract import Contract, Contracts


@dataclass(frozen=True, slots=True)
class SampledPack:
    """What events of a pack are made from."""

    id: str
    connector: str
    version: str
    boards: Sequence[str]
    tables: Sequence[str]
    warehouses: Sequence[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made. The same plan makes the same events."""

    at: datetime
    """The last moment, aware."""
    days: int
    installations: int
    seed: int
    failing: Mapping[str, float]
    """Share of boards that fail, by pack; others fail in one of 500."""
    runtime: str
    runtime_version: str


def sampled(contracts: Contracts, packs: Sequence[SampledPack], plan: Plan) -> Iterator[bytes]:
    """Events as JSON lines, by installation, then by time. Raises KeyError where a contract is missing."""
    chance = random.Random(plan.seed)  # noqa: S311 - nothing secret
    maker = _Maker(contracts, plan, chance)
    for _ in range(plan.installations):
        who = str(UUID(int=chance.getrandbits(128), version=4))
        pack = chance.choice(packs)
        warehouse = chance.choice(pack.warehouses)
        began = plan.days * chance.random()
        yield from maker.project(who, pack, warehouse, began)


@dataclass(frozen=True, slots=True)
class _Maker:
    contracts: Contracts
    plan: Plan
    chance: random.Random

    def project(self, who: str, pack: SampledPack, warehouse: str, began: float) -> Iterator[bytes]:
        """An install, then each day every board once, and the age of every table."""
        common = {
            "pack": pack.id,
            "connector": pack.connector,
            "pack_version": pack.version,
            "runtime": self.plan.runtime,
            "runtime_version": self.plan.runtime_version,
            "warehouse": warehouse,
        }
        outcome = "failed" if self.chance.random() < 0.01 else "succeeded"  # noqa: PLR2004 - one of a hundred
        duration = self.chance.randint(400, 4_000)
        yield self._line(
            INSTALL, who, began, common | {"action": "install", "outcome": outcome, "duration_ms": duration}
        )
        if outcome == "failed":
            return
        day = began - self.chance.random() / 48
        while day > 0:
            for board in pack.boards:
                yield self._line(RENDER, who, day, common | self._drawn(pack, board))
            for table in pack.tables:
                age = self.chance.expovariate(1 / 4)
                fresh = "fresh" if age < 24 else "late" if age < 48 else "stale"  # noqa: PLR2004 - hours
                values = {"table": table, "outcome": fresh, "age_hours": round(age, 2)}
                yield self._line(FRESHNESS, who, day, common | values)
            day -= 1

    def _drawn(self, pack: SampledPack, board: str) -> dict[str, object]:
        failed = self.chance.random() < self.plan.failing.get(pack.id, 0.002)
        values: dict[str, object] = {
            "board": board,
            "trigger": "render",
            "outcome": "failed" if failed else "succeeded",
            "modified": False,
            "duration_ms": self.chance.randint(80, 3_000),
        }
        return values | ({"code": "ERR-BINDER-UNKNOWN-COLUMN", "stage": "query"} if failed else {})

    def _line(self, name: str, who: str, days_ago: float, values: Mapping[str, object]) -> bytes:
        contract: Contract | None = self.contracts.find(name)
        if contract is None:
            raise KeyError(name)
        at = self.plan.at - timedelta(days=days_ago)
        key = str(UUID(int=self.chance.getrandbits(128), version=4))
        return recorded(contract, values, at, who, key, synthetic=True).line
