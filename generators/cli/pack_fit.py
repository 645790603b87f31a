"""`dfops pack check --catalog`: published packs against somebody's columns, before anything is installed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from generators.cli.extras import require
from generators.cli.options import MODEL, Unusable, writing
from generators.cli.trust import asking
from generators.published.manifest import FIXTURES, SCHEMA, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.cli.pack_proof import Proof
    from generators.packs.reading.folder import PackFolder
    from generators.published.catalog import PublishedPacks, Sample


def fit(
    catalog: PublishedPacks,
    packs: list[str],
    export: Path,
    named: tuple[str | None, str | None],
    wanted: tuple[str, ...],
) -> Proof:
    """The packs' newest published versions on the tables of an export; `named` are schema and database.

    Raises Unusable.
    """
    require("check", "sqlglot", "jinja2")
    from generators.cli.pack_proof import on_published  # noqa: PLC0415 - a parser, needed only here

    return on_published(published_packs(catalog, dict.fromkeys(packs)), export, named, wanted)


def published_packs(catalog: PublishedPacks, packs: Mapping[str, str | None]) -> list[PackFolder]:
    """Packs as they were published, by name and version; without one the newest. Raises Unusable."""
    from generators.packs.reading.collection import packs_at  # noqa: PLC0415 - a parser, needed only here

    with TemporaryDirectory() as top:
        root = Path(top)
        with writing(root):
            (root / MODEL).mkdir()
            for name, version in packs.items():
                _place(root, name, _source(catalog, name, version))
        # What the packs refer to, such as their owners, is not published with them.
        folders = packs_at(root).folders
        if missing := next((name for name in packs if name not in folders), None):
            raise Unusable(f"{missing} was published for another version of dfops: its files cannot be read")
        return [folders[name] for name in packs]


def _source(catalog: PublishedPacks, name: str, version: str | None) -> Sample:
    with asking():
        release = catalog.release(name, version)
        sample = catalog.sample(release)
    if not any(path.startswith(f"{SOURCE}/") for path in sample.files):
        raise Unusable(f"{name} {release.version} is published without what a check reads; install it, then check")
    return sample


def _place(root: Path, name: str, sample: Sample) -> None:
    for path, data in sample.files.items():
        folder, _, inside = path.partition("/")
        kept = inside if folder == SOURCE else path if path in {FIXTURES, SCHEMA} else ""
        if kept:
            file = root / "packs" / name / kept
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
