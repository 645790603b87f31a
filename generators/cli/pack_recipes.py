"""What the synthetic rows of a pack are made from: in a catalog, or in the repository in which it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from generators.catalog import Entry
from generators.catalog.shape import shape
from generators.cli.options import Unusable, repository
from generators.cli.pack_origins import FromCatalog, from_repository, require_repository
from generators.cli.trust import asking
from generators.model.base import Entity
from generators.model.pack import PackFixtures, PackSchema
from generators.published.manifest import FIXTURES, SCHEMA
from generators.report.text import printable
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generators.findings import Finding
    from generators.published.manifest import RuntimeNeeded

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The tables of a pack, and how each is filled."""

    pack: str
    schema: Entry[PackSchema]
    fixtures: Entry[PackFixtures]
    runtimes: Callable[[], tuple[RuntimeNeeded, ...]]
    """Those that the pack is written for, the current one first. Raises Unusable."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pack is meant."""

    catalog: str | None
    """None for the one in the repository."""
    version: str | None
    trust: Path | None
    """A file with the root metadata of the catalog."""


def recipe_of(pack: str, asked: Asked, root: Path) -> Recipe:
    """Of a published version, or of the pack as it stands in a repository. Raises Unusable."""
    return _published(asked.catalog, pack, asked) if asked.catalog else _in_repository(root, pack, asked.version)


def _published(where: str, pack: str, asked: Asked) -> Recipe:
    origin = FromCatalog.open(where, pack, asked.version, asked.trust)
    with asking():
        files = origin.packs.sample(origin.release).files
    what = f"the sample of {pack} {origin.release.version}"
    schema, fixtures = _entry(pack, files, SCHEMA, PackSchema, what), _entry(pack, files, FIXTURES, PackFixtures, what)
    return Recipe(pack, schema, fixtures, lambda: origin.runtimes)


def _entry(pack: str, files: dict[str, bytes], name: str, kind: type[E], what: str) -> Entry[E]:
    if name not in files:
        raise Unusable(f"{what} has no {name}")
    reading = read(name, files[name])
    entity, findings = shape(reading.document, kind) if reading.document else (None, reading.findings)
    if reading.document is None or not isinstance(entity, kind):
        raise Unusable(f"{what} cannot be read by this version of dfops: {_first(findings)}")
    return Entry(kind.kind, pack, entity, reading.document)


def _first(findings: tuple[Finding, ...]) -> str:
    finding = findings[0]
    return f"{finding.place.path}:{finding.place.line}:{finding.place.column}: {finding.message}"


def _in_repository(root: Path, name: str, version: str | None) -> Recipe:
    require_repository(root)
    from generators.cli.lookup import valid_packs  # noqa: PLC0415 - the whole model, needed only here

    if version is not None:
        raise Unusable("--version is one of a catalog's: name the catalog with --catalog DIR or URL")
    _, (pack,) = valid_packs(repository(root), [name])
    if pack.fixtures is None:
        raise Unusable(f"pack {printable(pack.id)} has no fixtures.yaml to make rows from")
    return Recipe(pack.id, pack.schema, pack.fixtures, lambda: from_repository(root, pack.id, None).runtimes)
