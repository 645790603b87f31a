"""What is proven of each entity, when and how: evidence of packs, rehearsals, sign-offs, reports, trials. Internal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from generators.launch.signatures import COUNTS
from generators.model.launch import Rehearsal
from generators.model.operating import Connector
from generators.model.pack import Regression
from generators.model.runbook import Runbook
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.model.stability import Defect
from generators.runbooks.coverage import coverages
from generators.views.layout import page_of
from generators.views.provenance import Proven, Provenance, Source, about_itself, pack_proofs, provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog, Entry, Key
    from generators.launch.readiness import Readiness
    from generators.model import Entity
    from generators.status.packs import PackStatus


DECLARED: Mapping[str, tuple[str, ...]] = {
    "cycle": ("that it was held",),
    "incident": ("its timeline",),
    "objective": ("targets",),
    "pack": ("what the numbers mean",),
    "service-level": ("service levels",),
    "severity": ("severities",),
}
"""What entities of a kind claim that nothing checks. Of connectors see `declared_of`."""


def proofs(catalog: Catalog, packs: Mapping[str, PackStatus], ready: Readiness, at: datetime) -> dict[Key, Proven]:
    """The newest proof of every entity that has one. `packs` by id; `at` is aware, and later proofs do not count."""
    found = pack_proofs(packs.values())
    for key, proof in (*_regressions(packs), *_rehearsed(catalog), *_signed(ready), *_tried(catalog)):
        if proof.day <= at.astimezone(UTC).date() and (key not in found or found[key].day < proof.day):
            found[key] = proof
    return found


def _regressions(packs: Mapping[str, PackStatus]) -> Iterator[tuple[Key, Proven]]:
    """Those that passed when the evidence of the pack as it is now was recorded."""
    for status in packs.values():
        evidence = status.evidence.entity if status.evidence and status.counts else None
        passed = evidence.tests.passed if evidence and evidence.tests else ()
        for name in passed:
            if evidence:
                day = evidence.checked_at.astimezone(UTC).date()
                yield (Regression.kind, name), Proven(day, "executed on DuckDB", f"regression {name}")


def _rehearsed(catalog: Catalog) -> Iterator[tuple[Key, Proven]]:
    """Runbooks and rehearsals, by the ways that were rehearsed as they stand."""
    for covered in coverages(catalog).values():
        walked = [way.held for way in covered.ways if way.state == "walked" and way.held]
        how = f"rehearsed, {covered.walked} of {len(covered.ways)} ways as they stand"
        for held in walked:
            yield (Runbook.kind, covered.runbook), Proven(held.day, how, f"runbook {covered.runbook}")
            yield (Rehearsal.kind, held.rehearsal), Proven(held.day, "rehearsed", f"rehearsal {held.rehearsal}")


def _signed(ready: Readiness) -> Iterator[tuple[Key, Proven]]:
    """Sign-offs that count, and the gates that they are of."""
    for gate in ready.gates.values():
        for one in gate.signatures:
            if one.state in COUNTS:
                day = one.entry.entity.signed
                yield one.entry.key, Proven(day, one.words, f"sign-off {one.entry.id}")
                yield gate.entry.key, Proven(day, one.words, f"gate {gate.entry.id}")


def _tried(catalog: Catalog) -> Iterator[tuple[Key, Proven]]:
    """Defects by the last trial on a release; runtimes by reports that are sealed."""
    for defect in catalog.entries_of(Defect):
        trials = defect.entity.upstream.trials if defect.entity.upstream else ()
        for trial in trials:
            yield defect.key, Proven(trial.day, f"executed with {trial.release}", f"defect {defect.id}")
    for report in catalog.entries_of(RuntimeReport):
        after = report.entity.after
        if report.entity.seal and not report.entity.not_installed:
            day = report.entity.asked_at.astimezone(UTC).date()
            how = f"executed with {after.runtime} {after.version}"
            yield report.key, Proven(day, how, f"report {report.id}")
            yield (Runtime.kind, str(after.runtime)), Proven(day, how, f"runtime {after.runtime}")


def files_of(status: PackStatus) -> tuple[Entry[Any], ...]:
    """What the page of a pack is made from besides its own file."""
    folder = status.folder
    if folder is None:
        return ()
    found = (status.evidence, folder.schema, *folder.regressions, folder.fixtures)
    return tuple(entry for entry in found if entry)


def foot_of_entry(
    entry: Entry[Entity],
    found: Mapping[Key, Proven],
    beside: Sequence[Entry[Any]] = (),
    declared: Iterable[str] = (),
) -> Provenance:
    """The foot of an entity's own page: its file, and what stands on the page besides."""
    made = provenance((entry, *beside), found, pages=_pages(beside), declared=(*declared, *_claims((entry, *beside))))
    foot = replace(made, sources=(Source(path=entry.path), *made.sources[1:]))
    return about_itself(foot) if found.get(entry.key) == made.proven else foot


def foot_of_list(entries: Sequence[Entry[Entity]], found: Mapping[Key, Proven], page: str) -> Provenance:
    """The foot of a page that lists or gathers entries: their numbers, each kind linked to where it is listed."""
    made = provenance(entries, found, pages=_pages(entries), declared=_claims(entries))
    kinds = {kind.kind: kind for kind in map(_kind, entries)}
    if [page_of(kind) for kind in kinds.values()] != [page]:
        return made
    (kind,) = kinds.values()
    folder = kind.folder.pattern.partition("{")[0]
    return replace(made, sources=(replace(made.sources[0], docname="", folder=folder),))


def _claims(entries: Sequence[Entry[Any]]) -> tuple[str, ...]:
    return tuple(name for entry in entries for name in declared_of(entry.entity))


def declared_of(entity: Entity) -> tuple[str, ...]:
    """What an entity claims that nothing checks, in a word or two each."""
    if isinstance(entity, Connector):
        return ("table counts", "demand scores") if entity.priority else ("table counts",)
    return DECLARED.get(entity.kind, ())


def _pages(entries: Iterable[Entry[Entity]]) -> dict[str, str]:
    return {entry.kind: page_of(_kind(entry)) for entry in entries}


def _kind(entry: Entry[Entity]) -> type[Entity]:
    return type(entry.entity)
