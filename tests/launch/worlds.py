"""A catalog with one file changed at a time: the launch is asked again without a file on the disk or another check."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generators.catalog import Catalog, Entry, Places, catalog_of, load
from generators.catalog.shape import shape
from generators.launch.facts import LaunchFacts
from generators.launch.readiness import Readiness, readiness
from generators.launch.ssh import verifier
from generators.model import KINDS
from generators.source import LIMITS, Repository, read
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from generators.model import Entity

PLACES = Places(KINDS)


def entry_at(path: str, text: str) -> Entry[Entity] | None:
    """The entity that a file of this text defines; None where the text defines none."""
    kind, identity = PLACES.kind_of(path) or (None, "")
    assert kind is not None, path
    reading = read(path, text.encode())
    entity = shape(reading.document, kind)[0] if reading.document and not reading.findings else None
    return Entry(kind.kind, identity, entity, reading.document) if entity and reading.document else None


@dataclass(frozen=True)
class World:
    """Entities by path, and how the launch stands with them."""

    entries: Mapping[str, Entry[Entity]]
    at: datetime = AT
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> World:
        """A repository as it lies on the disk, without its packs."""
        catalog, _ = load(Repository(root, LIMITS), KINDS)
        return cls({entry.path: entry for entry in catalog.everything()})

    @cached_property
    def catalog(self) -> Catalog:
        """All of them."""
        return catalog_of(self.entries.values())

    @cached_property
    def facts(self) -> LaunchFacts:
        """What the launch is answered from; signatures are verified."""
        found = self.digests
        return LaunchFacts(self.catalog, self.at, digest_of=found.get, verified=verifier(self.catalog))

    @cached_property
    def ready(self) -> Readiness:
        """How the launch stands."""
        return readiness(self.facts)

    def tree(self, path: str) -> dict[str, Any]:
        """What a file says, to be changed."""
        return json.loads(json.dumps(self.entries[path].document.tree))  # type: ignore[no-any-return]

    def with_text(self, path: str, text: str) -> World | None:
        """The same with another text of a file; None where that is no entity."""
        entry = entry_at(path, text)
        return World({**self.entries, path: entry}, self.at, self.digests) if entry else None

    def with_file(self, path: str, **fields: Any) -> World:
        """The same with a file that says this."""
        made = self.with_text(path, json.dumps(fields))
        assert made is not None, f"{path}: {fields}"
        return made

    def changed(self, path: str, **fields: Any) -> World:
        """The same with some fields of a file changed; None takes one away."""
        said = self.tree(path) | fields
        return self.with_file(path, **{name: value for name, value in said.items() if value is not None})

    def without(self, path: str) -> World:
        """The same without a file."""
        return World({name: entry for name, entry in self.entries.items() if name != path}, self.at, self.digests)

    def on(self, at: datetime) -> World:
        """The same at another moment."""
        return World(self.entries, at, self.digests)
