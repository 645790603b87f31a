"""What a pack is made from, as an archive: its tables, how each is filled with synthetic rows, its boards as written.

Rows themselves are not published: they are made where they are wanted, the same every time. From the boards a check
against somebody's columns is made before anything is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.delivery.package import LICENCE
from generators.published.archive import sums
from generators.published.manifest import FIXTURES, MANIFEST, SCHEMA, SOURCE, SUMS, SampleManifest, dumps

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
        f"{SOURCE}/pack.yaml": pack.pack.document.text,
        **{f"{SOURCE}/{path.removeprefix(f'packs/{pack.id}/')}": text for path, text in _boards(pack).items()},
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


def _boards(pack: PackFolder) -> dict[str, str]:
    """The boards and what they share, as their authors wrote them, by path."""
    documents = [*(board.document for board in pack.boards), *(query.document for query in pack.written)]
    return {document.path: document.text for document in documents}


def _readme(pack: PackFolder, fixtures: PackFixtures) -> str:
    return (
        f"# Synthetic rows for the {pack.pack.entity.title} pack\n\n"
        f"`dfops pack sample {pack.id}` makes a DuckDB file from this description. The rows are synthetic: values are "
        "drawn at random, the same every time, and no row is one of an account. "
        f"The newest day is {fixtures.last_day}.\n"
    )
