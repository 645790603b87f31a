"""Documents become entities, entities become a catalog in which every reference can be followed both ways."""

from generators.catalog.audience import INTERNAL, internal_connectors, public_part
from generators.catalog.entries import Catalog, Entry, Key, Use, catalog_of
from generators.catalog.loading import RULES, Places, load
from generators.catalog.references import Route

__all__ = [
    "INTERNAL",
    "RULES",
    "Catalog",
    "Entry",
    "Key",
    "Places",
    "Route",
    "Use",
    "catalog_of",
    "internal_connectors",
    "load",
    "public_part",
]
