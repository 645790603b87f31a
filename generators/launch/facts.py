"""What answers are computed from, and what an answer says."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from generators.catalog import internal_connectors
from generators.launch.signatures import newest_attestations
from generators.model.launch import Run
from generators.model.pack import Pack
from generators.runbooks.coverage import coverages
from generators.runbooks.seals import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.findings import AcceptedFinding, Finding
    from generators.model import Entity, Ref
    from generators.model.launch import Attestation, SignOff
    from generators.model.refs import RoleRef
    from generators.runbooks.coverage import Coverage
    from generators.status.packs import PackStatus
    from generators.telemetry.summary import Summary

How = Literal["computed", "executed", "rehearsed", "recorded", "attested", "telemetry"]
"""How a piece of evidence came about."""


@dataclass(frozen=True)
class LaunchFacts:
    """The world as values. `at` is aware; days are those of UTC."""

    catalog: Catalog
    at: datetime
    packs: Mapping[str, PackStatus] = field(default_factory=dict)
    """By id."""
    findings: tuple[Finding, ...] = ()
    """Of every rule, on the whole repository."""
    accepted: tuple[AcceptedFinding, ...] = ()
    """Findings that a baseline accepts."""
    telemetry: Summary | None = None
    digest_of: Callable[[str], str | None] = lambda _: None
    """`sha256:…` of a file below the root; None where it cannot be read."""
    verified: Callable[[SignOff], bool | None] = lambda _: None
    """Whether an SSH signature fits the record and the person's key; None where that was not asked."""

    @cached_property
    def today(self) -> date:
        """The day in UTC."""
        return self.at.date()

    def is_whole(self, record: Entry[Entity]) -> bool:
        """Whether a record is as it was written."""
        return is_whole(record)

    @cached_property
    def coverage(self) -> Mapping[str, Coverage]:
        """What was rehearsed of each runbook, by id."""
        return coverages(self.catalog)

    @cached_property
    def runs(self) -> Mapping[str, Entry[Run]]:
        """The newest recorded run by its command or file of tests; one that is still to come is none."""
        newest: dict[str, Entry[Run]] = {}
        for entry in sorted(self.catalog.entries_of(Run), key=lambda one: one.entity.ran):
            if entry.entity.ran <= self.at:
                newest[entry.entity.command or entry.entity.test or ""] = entry
        return newest

    @cached_property
    def attestations(self) -> Mapping[tuple[str, str], Entry[Attestation]]:
        """The newest attestation by gate and criterion; of one day, the one with the last number in its id."""
        return newest_attestations(self.catalog, self.today)

    @cached_property
    def public_packs(self) -> tuple[str, ...]:
        """Ids of the packs that users may know of."""
        internal = internal_connectors(self.catalog)
        packs = self.catalog.entries_of(Pack)
        return tuple(entry.id for entry in packs if str(entry.entity.connector) not in internal)


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence: what it shows, how it came about, on which day, and what to read."""

    what: str
    how: How
    day: date | None = None
    """None: of the moment of asking."""
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something holds, and why."""

    holds: bool
    shown: tuple[Shown, ...] = ()
    missing: tuple[str, ...] = ()
    """What keeps it from holding, the worst first: sentences."""
    headline: str = ""
    """The outcome in one clause, such as `7 of 10 packs are proven`; empty where one sentence says it all."""
    remedy: str = ""
    """What would make it hold: an instruction. Empty where it holds."""
    lapsed: bool = False
    """Whether only the age of its proof keeps it from holding."""
    acts: tuple[RoleRef, ...] = ()
    """Who must act where it does not hold; empty: whoever asked."""
    content: Mapping[str, str] = field(default_factory=dict)
    """What a signature on it binds besides its question: path to value. Never times, ages or durations."""

    @property
    def summary(self) -> str:
        """The outcome in one clause, without a full stop."""
        found = self.missing or tuple(one.what for one in self.shown)
        others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return self.headline or (found[0].rstrip(".") + others if found else "nothing was found")

    @property
    def proven(self) -> date | None:
        """The day of the oldest evidence with a day: what the whole answer is as old as."""
        return min((one.day for one in self.shown if one.day), default=None)
