"""Entities under their kind and id, and who refers to whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from generators.catalog.references import Route, references
from generators.model.base import Entity, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.findings import Finding, Place
    from generators.source import Document

E_co = TypeVar("E_co", bound=Entity, covariant=True)
Key = tuple[str, str]
"""Kind and id."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Generic[E_co]):
    """One entity, what it is called, and the document it came from."""

    kind: str
    id: str
    entity: E_co
    document: Document

    @property
    def key(self) -> Key:
        """Kind and id."""
        return (self.kind, self.id)

    @property
    def path(self) -> str:
        """Path of its file, relative to the root."""
        return self.document.path

    def at(self, *route: str | int, key: bool = False) -> Place:
        """The place of a route into this entity; of the nearest ancestor when the field is absent."""
        return self.document.at(*route, key=key)


@dataclass(frozen=True, slots=True)
class Use:
    """A reference as it stands: who refers, by which route, to what."""

    by: Entry[Entity]
    route: Route
    ref: Ref

    @property
    def place(self) -> Place:
        """Where the reference is written."""
        return self.by.at(*self.route)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that could be read. `broken` names what exists but could not, each with the first reason."""

    entries: Mapping[str, Mapping[str, Entry[Entity]]]
    uses: Mapping[Key, tuple[Use, ...]]
    broken: Mapping[Key, Finding]
    mentioned: frozenset[str] = frozenset()
    """Every text in a broken file: what it names is not called unused."""
    owners: Mapping[Key, Entry[Entity]] = field(default_factory=dict)
    """Parts that can be referred to, with the entity they belong to."""
    broken_names: frozenset[str] = frozenset()
    """The ids in `broken`, whose parts are not known."""

    def entries_of(self, kind: type[E_co]) -> Iterator[Entry[E_co]]:
        """All entries of a kind, by id."""
        yield from self.entries.get(kind.kind, {}).values()  # type: ignore[misc]

    def find(self, kind: type[E_co], identity: str) -> Entry[E_co] | None:
        """The entry, or None when it is unknown or malformed."""
        return self.entries.get(kind.kind, {}).get(identity)  # type: ignore[return-value]

    def entry(self, key: Key) -> Entry[Entity] | None:
        """The entry under a kind and id; for a part, the entity it belongs to."""
        return self.entries.get(key[0], {}).get(key[1]) or self.owners.get(key)

    def knows(self, ref: Ref) -> bool:
        """Whether the reference leads somewhere, be it to a file that is malformed."""
        key = (ref.kind, str(ref))
        if key in self.broken or self.entry(key) is not None:
            return True
        return "/" in ref and ref.split("/")[0] in self.broken_names

    def names_of(self, kind: str) -> list[str]:
        """Every id of a kind, for hints."""
        return [
            *self.entries.get(kind, {}),
            *(i for k, i in self.owners if k == kind),
            *(i for k, i in self.broken if k == kind),
        ]

    def used_by(self, kind: str, identity: str) -> tuple[Use, ...]:
        """Who refers to it, in reading order."""
        return self.uses.get((kind, identity), ())

    def everything(self) -> Iterator[Entry[Entity]]:
        """All entries, by kind and id."""
        for entries in self.entries.values():
            yield from entries.values()


def catalog_of(
    entries: Iterable[Entry[Entity]], broken: Mapping[Key, Finding] | None = None, mentioned: Iterable[str] = ()
) -> Catalog:
    """Files entries by kind and id, their parts, and every use of every reference."""
    filed: dict[str, dict[str, Entry[Entity]]] = defaultdict(dict)
    owners: dict[Key, Entry[Entity]] = {}
    uses: dict[Key, list[Use]] = defaultdict(list)
    for entry in sorted(entries, key=lambda item: item.key):
        filed[entry.kind][entry.id] = entry
        for kind, name in entry.entity.parts:
            owners.update(((kind, f"{entry.id}/{part.id}"), entry) for part in getattr(entry.entity, name))
        for route, ref in references(entry.entity):
            uses[ref.kind, str(ref)].append(Use(entry, route, ref))
    unread = broken or {}
    names = frozenset(identity for _, identity in unread)
    used = {key: tuple(uses_of) for key, uses_of in uses.items()}
    return Catalog(dict(filed), used, unread, frozenset(mentioned), owners, names)
