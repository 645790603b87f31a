"""From a diagnostic code to what it means, what it is treated as, and whether packs cause it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.support import CodeGroup, Diagnostic, Symptom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog, Entry


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A code that leads somewhere: a symptom lists it, or a group of codes that packs do not cause."""

    code: str
    symptom: Entry[Symptom]
    diagnostic: Entry[Diagnostic] | None = None
    """What it means and what to do first; every code that a symptom lists should have it."""
    group: Entry[CodeGroup] | None = None
    """None for a code that users of packs meet."""


def known_codes(catalog: Catalog) -> Mapping[str, KnownCode]:
    """Every code that leads to a symptom, by code, sorted. What a symptom lists goes before what a group has."""
    meanings = {str(entry.entity.title): entry for entry in catalog.entries_of(Diagnostic)}
    known: dict[str, KnownCode] = {}
    for symptom in catalog.entries_of(Symptom):
        for code in symptom.entity.diagnostics:
            known.setdefault(code, KnownCode(code, symptom, meanings.get(code)))
    for group in catalog.entries_of(CodeGroup):
        treated_as = catalog.find(Symptom, group.entity.symptom)
        if treated_as is None:
            continue
        for code in group.entity.codes:
            known.setdefault(code, KnownCode(code, treated_as, group=group))
    return dict(sorted(known.items()))


def met_codes(catalog: Catalog) -> Mapping[str, KnownCode]:
    """Codes that users of packs can meet: those that a symptom lists."""
    return {code: known for code, known in known_codes(catalog).items() if known.group is None}
