"""How many of each kind there are, what they are called, and who is named next: the same for the same seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, Any]

SEVERITIES = 4
FIXED = {
    "severity": SEVERITIES, "message": 18, "warehouse-setup": 2, "runtime": 1, "runtime-report": 1, "publication": 1,
    "withdrawal": 1,
}  # fmt: skip
ONE_A_SURFACE = (
    "surface", "rotation", "escalation-policy", "release-train", "holiday-calendar", "team", "event", "gate",
    "sign-off", "waiver", "attestation", "run", "launch-record", "defect-class", "tranche", "track", "code-group",
)  # fmt: skip
A_SURFACE = {
    "person": 5, "role": 3, "decision": 2, "cadence": 2, "cycle": 3, "connector": 6, "symptom": 6,
    "pack": 3, "pack-schema": 3, "pack-fixtures": 3, "pack-evidence": 3, "regression": 3, "status-override": 1,
    "route": 6, "objective": 3, "alert": 6, "scope-item": 9, "deferral": 3, "unsupported-case": 3, "risk": 6,
    "rehearsal": 3, "runbook": 12, "incident": 2, "diagnostic": 6,
}  # fmt: skip
ENTITIES_A_SURFACE = 124
FIRST_DAY = 739_000  # ordinal, in 2024
WORDS = (
    *("board", "query", "table", "chart", "pack", "warehouse", "schema", "board", "filter", "total", "share", "month"),
    *("week", "day", "row", "column", "user", "install", "render", "compile", "release", "check", "value", "number"),
    *("label", "date", "zone", "cache", "limit", "page", "window", "count", "rate", "budget"),
)


@dataclass(frozen=True)
class World:
    """The counts by kind, a seeded source of chance, and whose turn it is in each kind."""

    counts: Mapping[str, int]
    chance: Random = field(default_factory=lambda: Random(20_261_121))  # noqa: S311 - sameness is wanted, not secrecy
    turns: Counter[str] = field(default_factory=Counter)

    @property
    def diagnostics(self) -> tuple[str, ...]:
        """The codes that there are."""
        return tuple(f"ERR-SYNTHETIC-{number:05d}" for number in range(self.counts["diagnostic"]))

    def name(self, kind: str, number: int) -> str:
        """The id of one of a kind; numbers wrap around."""
        return f"synthetic-{kind}-{number % self.counts[kind]:05d}"

    def turn(self, kind: str) -> str:
        """The next of a kind, over and over, so that each is named."""
        self.turns[kind] += 1
        return self.name(kind, self.turns[kind] - 1)

    def some(self, kind: str, most: int) -> list[str]:
        """The next few of a kind, each once; fewer where there are fewer."""
        return [self.turn(kind) for _ in range(min(most, self.counts[kind]))]

    def beside(self, kind: str, number: int, most: int) -> list[str]:
        """The next few of a kind on the surface of the entity with this number, each once."""
        surfaces, count = self.counts["surface"], self.counts[kind]
        there = range(number % surfaces, count, surfaces)
        first = self.turns[f"{kind} on {number % surfaces}"]
        self.turns[f"{kind} on {number % surfaces}"] += most
        return [self.name(kind, there[(first + index) % len(there)]) for index in range(min(most, len(there)))]

    @property
    def surfaces(self) -> list[str]:
        """All surfaces."""
        return [self.surface(number) for number in range(self.counts["surface"])]

    def surface(self, number: int) -> str:
        """The surface of the entity with this number: every kind is dealt out over the surfaces in the same order."""
        return self.name("surface", number)

    def severity(self, number: int) -> str:
        """One of the severities."""
        return self.name("severity", number)

    def declared(self, number: int) -> Fields:
        """Which role stands for a number that nothing checks."""
        return {"by": self.name("role", number), "day": "2025-12-01"}

    def line(self, words: int = 9) -> str:
        """A line of nonsense that could be a sentence."""
        return " ".join(self.chance.choices(WORDS, k=words)).capitalize()

    def prose(self, sentences: int = 3) -> str:
        """Some sentences of nonsense."""
        return " ".join(f"{self.line(12)}." for _ in range(sentences))

    def day(self) -> str:
        """A date within two years."""
        return date.fromordinal(FIRST_DAY + self.chance.randrange(700)).isoformat()

    def monday(self) -> str:
        """The Monday on or after a date within two years."""
        day = date.fromisoformat(self.day())
        return (day + timedelta(days=-day.weekday() % 7)).isoformat()

    def day_ahead(self) -> str:
        """A date in 2027: something is due then."""
        return date.fromordinal(FIRST_DAY + 1000 + self.chance.randrange(250)).isoformat()


def counts_of(size: int) -> dict[str, int]:
    """How many of each kind make `size` entities, ≥ 80; defects fill up what the shares leave open."""
    surfaces = max(1, size // ENTITIES_A_SURFACE)
    less = 2 if size < 2 * ENTITIES_A_SURFACE else 1
    counts = {
        **FIXED,
        "service-level": SEVERITIES * surfaces,
        **dict.fromkeys(ONE_A_SURFACE, surfaces),
        **{kind: surfaces * max(1, share // less) for kind, share in A_SURFACE.items()},
    }
    return {**counts, "defect": max(1, size - sum(counts.values()))}
