"""Documents become entities, entities become a catalog in which every reference can be followed both ways."""

from generators.catalog.entries import Catalog, Entry, Key, Use, catalog_of
from generators.catalog.loading import RULES, Places, load
from generators.catalog.references import Route

__all__ = ["RULES", "Catalog", "Entry", "Key", "Places", "Route", "Use", "catalog_of", "load"]
