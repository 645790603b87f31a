"""What a catalog says of each pack at a moment: its status, what counts as proof, what it has released."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from generators.model.operating import Connector
from generators.model.pack import Pack, PackEvidence, StatusOverride, Withdrawal
from generators.model.runtime import Runtime
from generators.model.stability import Defect, Incident
from generators.model.support import Severity
from generators.status.history import history
from generators.status.met import met_of
from generators.status.state import Concern, Status, counts, status
from generators.status.telemetry import signals_at, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.packs.reading.changelog import Release
    from generators.packs.reading.folder import PackFolder
    from generators.published.manifest import Index
    from generators.status.history import Period
    from generators.status.state import Signal
    from generators.telemetry.summary import PackTelemetry, Summary

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Where nobody knows since when."""
OPEN_STATES = frozenset({"open", "in-progress"})
"""States of a defect that speak against a pack. An accepted one is a limit that is said on the page and lived with."""


@dataclass(frozen=True, slots=True)
class PackStatus:
    """A pack at a moment."""

    pack: Entry[Pack]
    folder: PackFolder | None
    """None where the pack has no schema."""
    status: Status
    evidence: Entry[PackEvidence] | None
    counts: bool
    """Whether the evidence is of the pack as it is now."""
    overrides: tuple[Entry[StatusOverride], ...]
    """All that there are for the connector, in force or not."""
    withdrawals: tuple[Entry[Withdrawal], ...]
    """Of the pack and of its versions."""
    releases: tuple[Release, ...]
    """As its changelog has them, newest first."""
    signed: frozenset[tuple[str, date]]
    """Versions that the signed catalog holds, each with the day of its release."""
    names: Mapping[str, str]
    """Titles of the runtimes, by id."""
    history: tuple[Period, ...]
    """The states of the last 90 days, newest first."""
    telemetry: PackTelemetry | None
    """None where no event of it came."""
    synthetic: bool
    """Whether its telemetry is made up."""
    incidents: tuple[Entry[Incident], ...]
    """Of the connector, the newest first."""
    updated: datetime | None
    """The newest of: when it was checked, released, withdrawn, overridden, and when an override lapsed."""


def pack_statuses(  # noqa: PLR0913 - each is a source of facts
    catalog: Catalog,
    folders: Mapping[str, PackFolder],
    released: Mapping[str, tuple[Release, ...]],
    at: datetime,
    summary: Summary | None = None,
    *,
    index: Index | None = None,
) -> dict[str, PackStatus]:
    """Every pack by its id; `at` is aware, `released` is by pack, `summary` is what telemetry says.

    `index` holds the published packs of a signed catalog.
    """
    told: dict[str, list[_Told]] = defaultdict(list)
    for one in (*_defects(catalog), *_incidents(catalog)):
        told[one.connector].append(one)
    overrides: dict[str, list[Entry[StatusOverride]]] = defaultdict(list)
    for override in catalog.entries_of(StatusOverride):
        overrides[override.entity.connector].append(override)
    withdrawals: dict[str, list[Entry[Withdrawal]]] = defaultdict(list)
    for withdrawal in catalog.entries_of(Withdrawal):
        withdrawals[withdrawal.entity.connector].append(withdrawal)
    incidents: dict[str, list[Entry[Incident]]] = defaultdict(list)
    for incident in catalog.entries_of(Incident):
        incidents[str(incident.entity.connector)].append(incident)
    names = {entry.id: entry.entity.title for entry in catalog.entries_of(Runtime)}
    statuses = {}
    for pack in catalog.entries_of(Pack):
        connector, folder = str(pack.entity.connector), folders.get(pack.id)
        evidence = catalog.find(PackEvidence, pack.id)
        proof, digest = _proof(evidence, folder), folder.digest if folder else ""
        own, withdrawn = tuple(overrides[connector]), tuple(withdrawals[connector])
        facts = _Facts(
            pack.entity,
            proof,
            digest,
            tuple(told[connector]),
            tuple(override.entity for override in own),
            tuple(withdrawal.entity for withdrawal in withdrawn),
            summary,
            names,
        )
        statuses[pack.id] = PackStatus(
            pack=pack,
            folder=folder,
            status=facts.status(at),
            evidence=evidence,
            counts=counts(pack.entity, proof, digest),
            overrides=own,
            withdrawals=withdrawn,
            releases=released.get(pack.id, ()),
            signed=frozenset((one.version, one.released) for one in index.of(pack.id)) if index else frozenset(),
            names=names,
            history=history(facts.status_then, facts.changes(), _first(released.get(pack.id, ())), at),
            telemetry=summary.connectors.get(connector) if summary else None,
            synthetic=summary.synthetic if summary else False,
            incidents=tuple(sorted(incidents[connector], key=_began, reverse=True)),
            updated=max(_moments(proof, (*own, *withdrawn), released.get(pack.id, ()), at), default=None),
        )
    return statuses


def _proof(evidence: Entry[PackEvidence] | None, folder: PackFolder | None) -> PackEvidence | None:
    """What counts of the evidence: rows of boards that the pack does not have say nothing about it (OPS843)."""
    if evidence is None or folder is None:
        return evidence.entity if evidence else None
    boards = {board.id for board in folder.boards}
    own = tuple(row for row in evidence.entity.boards if row.board in boards)
    if len(own) == len(evidence.entity.boards):
        return evidence.entity
    return evidence.entity.model_copy(update={"boards": own}) if own else None


@dataclass(frozen=True, slots=True)
class _Told:
    """A defect or incident, and when it spoke against a connector's pack."""

    connector: str
    concern: Concern
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that decides the status of a pack, at any moment."""

    pack: Pack
    evidence: PackEvidence | None
    digest: str
    told: tuple[_Told, ...]
    overrides: tuple[StatusOverride, ...]
    withdrawals: tuple[Withdrawal, ...]
    summary: Summary | None
    names: Mapping[str, str]

    def status(self, at: datetime) -> Status:
        """Now."""
        return self._judged(self.evidence, signals_at(self.summary, str(self.pack.connector), at), at)

    def status_then(self, at: datetime) -> Status:
        """At a moment that has passed, as if the proof of now had been there."""
        proof = self.evidence
        if proof is not None and proof.checked_at > at:
            proof = proof.model_copy(update={"checked_at": at})
        telemetry = self.summary.connectors.get(str(self.pack.connector)) if self.summary else None
        synthetic = self.summary is not None and self.summary.synthetic
        signals = spoken(telemetry, at, synthetic=synthetic) if telemetry else ()
        return self._judged(proof, signals, at)

    def _judged(self, proof: PackEvidence | None, signals: tuple[Signal, ...], at: datetime) -> Status:
        return status(
            self.pack,
            proof,
            self.digest,
            at,
            concerns=[one.concern for one in self.told if one.holds(at)],
            overrides=self.overrides,
            withdrawals=[one for one in self.withdrawals if _said_at(one)[0] <= at],
            signals=signals,
            names=self.names,
        )

    def changes(self) -> Iterator[datetime]:
        """The moments at which a fact began or ended."""
        for one in self.told:
            yield from (one.since, *((one.until,) if one.until else ()))
        for override in self.overrides:
            yield from _said_at(override)
        for withdrawal in self.withdrawals:
            yield from _said_at(withdrawal)
        telemetry = self.summary.connectors.get(str(self.pack.connector)) if self.summary else None
        for span in telemetry.signals if telemetry else ():
            yield from (span.since, *((span.until,) if span.until else ()))


def _first(released: tuple[Release, ...]) -> datetime | None:
    """When the pack was first released."""
    return min((datetime.combine(release.day, time(), UTC) for release in released), default=None)


def _began(entry: Entry[Incident]) -> datetime:
    return min(moment.at for moment in entry.entity.timeline)


def connectors(catalog: Catalog) -> list[Entry[Connector]]:
    """Every connector, by title."""
    return sorted(catalog.entries_of(Connector), key=lambda entry: (entry.entity.title.casefold(), entry.id))


def _defects(catalog: Catalog) -> Iterator[_Told]:
    """Open defects, for each pack in which a case shows them; what was reported for other packages counts for none."""
    for entry in catalog.entries_of(Defect):
        defect = entry.entity
        severity = catalog.find(Severity, defect.severity)
        if severity and defect.state in OPEN_STATES:
            rank, title = severity.entity.rank, severity.entity.title
            concern = Concern("defect", rank, title, defect.title, defect.first_seen)
            since = datetime.combine(defect.first_seen, time(), UTC) if defect.first_seen else LONG_AGO
            for connector in sorted(met_of(catalog, entry).connectors):
                yield _Told(connector, concern, since)


def _incidents(catalog: Catalog) -> Iterator[_Told]:
    """Without their titles, which are written for the team."""
    for entry in catalog.entries_of(Incident):
        incident = entry.entity
        severity = catalog.find(Severity, incident.severity)
        if incident.connector and severity:
            began = _began(entry)
            concern = Concern("incident", severity.entity.rank, severity.entity.title, since=began.date())
            yield _Told(str(incident.connector), concern, began, incident.ended)


def _moments(
    evidence: PackEvidence | None,
    said: tuple[Entry[StatusOverride] | Entry[Withdrawal], ...],
    released: tuple[Release, ...],
    at: datetime,
) -> Iterator[datetime]:
    if evidence:
        yield evidence.checked_at
    for release in released:
        yield datetime.combine(release.day, time(), UTC)
    for one in said:
        yield from (moment for moment in _said_at(one.entity) if moment <= at)


def _said_at(said: StatusOverride | Withdrawal) -> tuple[datetime, ...]:
    if isinstance(said, Withdrawal):
        return (datetime.combine(said.withdrawn_on, time(), UTC),)
    return said.since, said.until
