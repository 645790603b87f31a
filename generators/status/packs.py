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
from generators.status.state import Concern, Status, counts, status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.packs.reading.changelog import Release
    from generators.packs.reading.folder import PackFolder

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
    names: Mapping[str, str]
    """Titles of the runtimes, by id."""
    updated: datetime | None
    """The newest of: when it was checked, released, withdrawn, overridden, and when an override lapsed."""


def pack_statuses(
    catalog: Catalog, folders: Mapping[str, PackFolder], released: Mapping[str, tuple[Release, ...]], at: datetime
) -> dict[str, PackStatus]:
    """Every pack by its id; `at` is aware, `released` is by pack."""
    concerns: dict[str, list[Concern]] = defaultdict(list)
    for connector, concern in (*_defects(catalog), *_incidents(catalog)):
        concerns[connector].append(concern)
    overrides: dict[str, list[Entry[StatusOverride]]] = defaultdict(list)
    for override in catalog.entries_of(StatusOverride):
        overrides[override.entity.connector].append(override)
    withdrawals: dict[str, list[Entry[Withdrawal]]] = defaultdict(list)
    for withdrawal in catalog.entries_of(Withdrawal):
        withdrawals[withdrawal.entity.connector].append(withdrawal)
    names = {entry.id: entry.entity.title for entry in catalog.entries_of(Runtime)}
    statuses = {}
    for pack in catalog.entries_of(Pack):
        connector, folder = str(pack.entity.connector), folders.get(pack.id)
        evidence = catalog.find(PackEvidence, pack.id)
        proof, digest = evidence.entity if evidence else None, folder.digest if folder else ""
        own, withdrawn = tuple(overrides[connector]), tuple(withdrawals[connector])
        statuses[pack.id] = PackStatus(
            pack=pack,
            folder=folder,
            status=status(
                pack.entity,
                proof,
                digest,
                at,
                concerns=concerns[connector],
                overrides=[override.entity for override in own],
                withdrawals=[withdrawal.entity for withdrawal in withdrawn],
                names=names,
            ),
            evidence=evidence,
            counts=counts(pack.entity, proof, digest),
            overrides=own,
            withdrawals=withdrawn,
            releases=released.get(pack.id, ()),
            names=names,
            updated=max(_moments(proof, (*own, *withdrawn), released.get(pack.id, ()), at), default=None),
        )
    return statuses


def connectors(catalog: Catalog) -> list[Entry[Connector]]:
    """Every connector, by title."""
    return sorted(catalog.entries_of(Connector), key=lambda entry: (entry.entity.title.casefold(), entry.id))


def _defects(catalog: Catalog) -> Iterator[tuple[str, Concern]]:
    for entry in catalog.entries_of(Defect):
        defect = entry.entity
        severity = catalog.find(Severity, defect.severity)
        if defect.connector and severity and defect.state in OPEN_STATES:
            rank, title = severity.entity.rank, severity.entity.title
            yield str(defect.connector), Concern("defect", rank, title, defect.title, defect.first_seen)


def _incidents(catalog: Catalog) -> Iterator[tuple[str, Concern]]:
    """Without their titles, which are written for the team."""
    for entry in catalog.entries_of(Incident):
        incident = entry.entity
        severity = catalog.find(Severity, incident.severity)
        if incident.connector and severity and incident.ended is None:
            began = min(moment.at.date() for moment in incident.timeline)
            rank, title = severity.entity.rank, severity.entity.title
            yield str(incident.connector), Concern("incident", rank, title, since=began)


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
