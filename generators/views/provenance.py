"""What a page is made from, what on it was proven when and how, and what is only declared: the line at its foot.

Public, as far as it goes: names and counts of kinds, and what evidence of packs says. Proofs of internal kinds are
gathered in `views.proofs`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from generators.model.pack import Pack
from generators.status.state import STRENGTH, WAREHOUSE_NAMES, first_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generators.catalog import Entry, Key
    from generators.model import Entity
    from generators.model.pack import PackEvidence
    from generators.status.packs import PackStatus

NAMED = 3
"""Kinds that a foot names; what is left is counted together."""
NAMES = {
    "pack-evidence": ("record of evidence", "records of evidence"),
    "pack-fixtures": ("set of fixtures", "sets of fixtures"),
    "pack-schema": ("schema", "schemas"),
    "scope-item": ("scope item", "scope items"),
    "unsupported-case": ("unsupported case", "unsupported cases"),
}
"""One and several, of kinds whose folder is named in another way."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a page is made from: a file, or facts of one kind."""

    name: str = ""
    count: int = 0
    """How many; 0 where it is no number of facts."""
    path: str = ""
    """The YAML file, relative to the root; only internal pages name one."""
    docname: str = ""
    """The page that lists the facts."""
    folder: str = ""
    """Where their files lie, on the page that lists them."""


@dataclass(frozen=True, slots=True)
class Proven:
    """The newest proof: its day (UTC), how it was made, and of what where the page shows more than that."""

    day: date
    how: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The foot of a page."""

    sources: tuple[Source, ...]
    proven: Proven | None
    declared: tuple[str, ...]
    """Short names of what on the page is declared and not checked."""
    is_derived: bool = False
    """Whether the page is derived from code, so that nothing on it is declared by anyone."""


def derived_from(*names: str) -> Provenance:
    """The foot of a page that is made from code."""
    return Provenance(tuple(Source(name) for name in names), None, (), is_derived=True)


def provenance(
    entries: Sequence[Entry[Any]],
    proofs: Mapping[Key, Proven],
    *,
    pages: Mapping[str, str] | None = None,
    declared: Iterable[str] = (),
) -> Provenance:
    """The foot of a page that is made from entries; of proofs of one day the first entry's counts.

    `pages`: by kind, the document that lists it; `declared`: what on the page is declared.
    """
    by_kind: dict[str, list[Entry[Any]]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    sources = [counted(own, (pages or {}).get(kind, "")) for kind, own in by_kind.items()]
    found = [proofs[entry.key] for entry in entries if entry.key in proofs]
    newest = max(found, key=lambda proof: proof.day, default=None)
    return Provenance(shortened(sources), newest, tuple(dict.fromkeys(declared)))


def release_dates(pack_status: PackStatus) -> tuple[str, ...]:
    """What a page that lists the releases of a pack claims beyond the signed catalog."""
    proven = all((one.version, one.day) in pack_status.signed for one in pack_status.releases)
    return () if proven else ("release dates",)


def of_releases(days: Sequence[date], beside: Provenance | None = None) -> Provenance:
    """The foot of a page about published versions, by the days on which they were released. The catalog is signed."""
    proven = Proven(max(days), "in the signed catalog") if days else None
    sources = (Source("published version" if len(days) == 1 else "published versions", len(days)),) if days else ()
    none = (Source("the catalog, which holds no version yet"),)
    return Provenance((sources or none) + (beside.sources if beside else ()), proven, ())


def about_itself(foot: Provenance) -> Provenance:
    """The same for the page of what was proven, which need not be named."""
    return replace(foot, proven=replace(foot.proven, what="")) if foot.proven else foot


def counted(entries: Sequence[Entry[Any]], docname: str = "") -> Source:
    """Entries of one kind, as a number and its name; a pack by itself with its version."""
    if isinstance(only := entries[0].entity, Pack) and len(entries) == 1 and not docname:
        return Source(f"pack {entries[0].id} {only.version}")
    return Source(kind_name(type(entries[0].entity), len(entries)), len(entries), docname=docname)


def kind_name(kind: type[Entity], number: int) -> str:
    """`escalation policies`, or `escalation policy` for one."""
    one, several = NAMES.get(kind.kind, (kind.kind, kind.plural))
    return (one if number == 1 else several).replace("-", " ")


def shortened(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The first few, and the number of all others."""
    rest = sum(source.count for source in sources[NAMED:])
    return (*sources[:NAMED], *((Source("other facts", rest),) if rest else ()))


def pack_proofs(packs: Iterable[PackStatus]) -> dict[Key, Proven]:
    """The newest proof of each pack that has one, also for its evidence and its schema."""
    proofs: dict[Key, Proven] = {}
    for status in packs:
        if newest := _newest(status):
            proofs[status.pack.key] = newest
            if status.evidence:
                proofs[status.evidence.key] = newest
            if status.folder:
                proofs[status.folder.schema.key] = newest
    return proofs


def _newest(status: PackStatus) -> Proven | None:
    """By evidence that counts, or by telemetry that is not made up."""
    what, found = f"pack {status.pack.id}", []
    if status.evidence and status.counts and (how := executed_on(status.evidence.entity)):
        found.append(Proven(status.evidence.entity.checked_at.astimezone(UTC).date(), how, what))
    if status.telemetry and not status.synthetic:
        found.append(Proven(status.telemetry.newest.astimezone(UTC).date(), "reported by telemetry", what))
    return max(found, key=lambda proof: proof.day, default=None)


def executed_on(evidence: PackEvidence) -> str:
    """`executed on DuckDB and PostgreSQL, static on 4 more`; empty where no board works anywhere."""
    by_proof: dict[str, list[str]] = defaultdict(list)
    for warehouse, name in WAREHOUSE_NAMES.items():
        if proof := _weakest(evidence, warehouse):
            by_proof[proof].append(name)
    if not by_proof:
        return ""
    strongest, *others = sorted(by_proof, key=STRENGTH.index, reverse=True)
    first = f"{strongest} on {in_words(by_proof[strongest])}"
    return ", ".join([first, *(f"{proof} on {len(by_proof[proof])} more" for proof in others)])


def _weakest(evidence: PackEvidence, warehouse: str) -> str:
    """The weakest proof of a board there, through the runtime that packs are written for.

    Empty where nothing was found, or not every board works.
    """
    first = first_runtime(evidence)
    cells = [cell for cell in evidence.boards if (cell.runtime, cell.warehouse) == (first, warehouse)]
    if any(cell.verdict != "ok" for cell in cells):
        return ""
    return min((cell.proof for cell in cells), key=STRENGTH.index, default="")


def in_words(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
