"""This repository's own model, read once a process."""

from __future__ import annotations

from functools import cache

from generators.catalog import Catalog, Entry, load
from generators.model import KINDS
from generators.model.organization import Surface
from generators.source import LIMITS, Repository
from tests.conftest import TESTS


@cache
def own() -> Catalog:
    """Everything in it."""
    return load(Repository(TESTS.parent, LIMITS), KINDS)[0]


def surface(name: str) -> Entry[Surface]:
    """A surface of it."""
    found = own().find(Surface, name)
    assert found is not None
    return found
