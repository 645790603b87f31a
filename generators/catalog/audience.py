"""What may leave the team: a catalog without the connectors and packs whose audience is internal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generators.catalog.entries import catalog_of
from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector
from generators.model.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog.entries import Catalog, Entry
    from generators.model import Entity

INTERNAL = "internal"


def internal_connectors(catalog: Catalog) -> frozenset[str]:
    """The ids of the team's own sources of data."""
    return frozenset(entry.id for entry in catalog.entries_of(Connector) if entry.entity.audience == INTERNAL)


def public_part(catalog: Catalog) -> Catalog:
    """The same catalog without internal connectors, internal packs, and all that belongs to one.

    Everything that is published, and every list of connectors that others count by, is made from this. The same object
    where nothing is internal.
    """
    inner = internal_connectors(catalog)
    if not inner and not any(entry.entity.audience == INTERNAL for entry in catalog.entries_of(Pack)):
        return catalog
    return catalog_of(_public(catalog, inner), catalog.broken, catalog.mentioned)


def _public(catalog: Catalog, inner: frozenset[str]) -> Iterator[Entry[Entity]]:
    for entry in catalog.everything():
        entity = entry.entity
        if isinstance(entity, (Connector, Pack)) and entity.audience == INTERNAL:
            continue
        if str(getattr(entity, "connector", "")) in inner:
            continue
        if isinstance(entity, UnsupportedCase) and not inner.isdisjoint(entity.connectors):
            left = tuple(name for name in entity.connectors if name not in inner)
            if left:  # a case of no connector would be one of all
                yield replace(entry, entity=entity.model_copy(update={"connectors": left}))
            continue
        yield entry
