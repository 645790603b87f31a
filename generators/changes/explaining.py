"""Whether what got weaker is explained: a decision, deferral, waiver or override that is part of the same change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generators.catalog.references import references
from generators.model.launch import Deferral, Waiver
from generators.model.operating import Decision
from generators.model.pack import StatusOverride

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.catalog import Entry, Key
    from generators.changes.change import Change
    from generators.changes.sides import Sides
    from generators.model import Entity

KINDS: tuple[type[Entity], ...] = (Decision, Deferral, Waiver, StatusOverride)
BY_SURFACE = frozenset({Decision.kind, Deferral.kind})
"""Kinds that speak of a surface; the others name one gate or connector."""
IDS = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
"""Ids in a text: those of one word may mean anything."""


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A candidate: which entities and surfaces it names, by reference or in its text."""

    entry: Entry[Entity]
    keys: frozenset[Key]
    words: frozenset[str]
    surfaces: frozenset[str]

    def names(self, change: Change) -> bool:
        """Whether it names what the change is about."""
        about = {change.about, *change.concerns}
        return not self.keys.isdisjoint(about) or any(name in self.words for _, name in about)


def explained(sides: Sides, changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, each that got weaker with what explains it."""
    candidates = list(_candidates(sides))
    for change in changes:
        found = _explanation(sides, change, candidates) if change.weight == "weaker" else ""
        yield replace(change, explained_by=found) if found else change


def _candidates(sides: Sides) -> Iterator[_Explanation]:
    """What is new, or says something else than before."""
    for kind in KINDS:
        for pair in sides.changed(kind):
            if pair.after is None:
                continue
            refs = [(ref.kind, str(ref)) for _, ref in references(pair.after.entity)]
            text = str(pair.after.entity.model_dump(mode="json", exclude_defaults=True))
            surfaces = frozenset(name for of, name in refs if of == "surface")
            named = frozenset(key for key in refs if key[0] not in {"surface", "role", "person", "cadence"})
            yield _Explanation(pair.after, named, frozenset(IDS.findall(text)), surfaces)


def _explanation(sides: Sides, change: Change, candidates: Iterable[_Explanation]) -> str:
    """What names the entity, else what is about its surface; nothing explains itself."""
    others = [one for one in candidates if one.entry.key != change.about]
    mentioned = _mentioned(sides, change.about)
    for one in others:
        if one.names(change) or one.entry.key in mentioned:
            return f"{one.entry.kind} {one.entry.id}"
    surfaces = {name for kind, name in mentioned if kind == "surface"}
    for one in others:
        if one.entry.kind in BY_SURFACE and (common := surfaces & one.surfaces):
            return f"{one.entry.kind} {one.entry.id}, which is about the surface {min(common)}"
    return ""


def _mentioned(sides: Sides, key: Key) -> set[Key]:
    """What an entity refers to, as it is now or was."""
    entry = sides.after.catalog.entry(key) or sides.before.catalog.entry(key)
    return {(ref.kind, str(ref)) for _, ref in references(entry.entity)} if entry else set()
