"""What synthetic rows of a pack are made from, as an archive: its tables, and how each is filled.

Rows themselves are not published: they are made where they are wanted, the same every time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.delivery.package import LICENCE
from generators.published.archive import sums
from generators.published.manifest import FIXTURES, MANIFEST, SCHEMA, SUMS, SampleManifest, dumps

if TYPE_CHECKING:
    from generators.model.pack import PackFixtures
    from generators.packs.delivery.package import Words
    from generators.packs.reading.folder import PackFolder

SUFFIX = "_sample"


def sample_of(pack: str) -> str:
    """The name of the folder in the archive."""
    return pack.replace("-", "_") + SUFFIX


def sample_file(pack: PackFolder) -> str:
    """The name of the archive."""
    return f"{sample_of(pack.id)}-{pack.pack.entity.version}.tar.gz"


def sample_members(pack: PackFolder, words: Words) -> dict[str, bytes] | None:
    """The files of the archive by path; None for a pack without synthetic rows."""
    if pack.fixtures is None:
        return None
    texts = {
        "LICENSE": words.licence,
        "README.md": _readme(pack, pack.fixtures.entity),
        FIXTURES: pack.fixtures.document.text,
        SCHEMA: pack.schema.document.text,
    }
    files = {path: text.encode() for path, text in texts.items()}
    files[MANIFEST] = dumps(
        SampleManifest(
            pack=pack.id,
            title=pack.pack.entity.title,
            version=pack.pack.entity.version,
            released=words.released,
            licence=LICENCE,
            schema_name=pack.schema_name,
            last_day=pack.fixtures.entity.last_day,
        )
    )
    files[SUMS] = sums(files)
    return files


def _readme(pack: PackFolder, fixtures: PackFixtures) -> str:
    return (
        f"# Synthetic rows for the {pack.pack.entity.title} pack\n\n"
        f"`dfops pack sample {pack.id}` makes a DuckDB file from this description. The rows are synthetic: values are "
        "drawn at random, the same every time, and no row is one of an account. "
        f"The newest day is {fixtures.last_day}.\n"
    )
