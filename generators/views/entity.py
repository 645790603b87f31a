"""The view that any entity has without asking: itself, where it comes from, and who refers to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Generic

from generators.catalog.entries import E_co
from generators.model.base import Entity, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.catalog import Catalog, Entry


@dataclass(frozen=True, slots=True)
class EntityView(Generic[E_co]):
    """One entity for the template of its kind."""

    id: str
    entity: E_co
    path: str
    used_by: tuple[Ref, ...]
    """What refers to it, each once, by kind and id."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: the entity, and in a few words what it is about."""

    ref: Ref
    docname: str
    about: str


@cache
def _ref_type(kind: str) -> type[Ref]:
    return type("EntryRef", (Ref,), {"kind": kind, "__slots__": ()})


def ref_to(kind: str, identity: str) -> Ref:
    """A reference made from a kind and an id that are known to exist."""
    return _ref_type(kind)(identity)


def users_of(catalog: Catalog, entry: Entry[Entity]) -> tuple[Ref, ...]:
    """What else refers to an entry, each once, by kind and id."""
    users = sorted({use.by.key for use in catalog.used_by(entry.kind, entry.id) if use.by is not entry})
    return tuple(ref_to(*key) for key in users)


def entity_view(catalog: Catalog, entry: Entry[E_co]) -> EntityView[E_co]:
    """The view of an entry."""
    return EntityView(entry.id, entry.entity, entry.path, users_of(catalog, entry))


def row(entry: Entry[Entity], docname: str) -> Row:
    """The list line of an entry."""
    about = str(getattr(entry.entity, entry.entity.lead)) if entry.entity.lead else ""
    return Row(ref_to(entry.kind, entry.id), docname, shortened(about))


def shortened(text: str, limit: int = 160) -> str:
    """The first sentence or so: whole words, at most `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit]
    stop = cut.rfind(". ")
    return cut[: stop + 1] if stop > limit // 3 else cut[: cut.rfind(" ")] + " …"


def rows(entries: Iterable[tuple[Entry[Entity], str]]) -> tuple[Row, ...]:
    """The list lines of entries with their documents."""
    return tuple(row(entry, docname) for entry, docname in entries)
