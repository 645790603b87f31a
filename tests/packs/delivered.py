"""A pack as its users get it: the files of an archive, and those of a folder in a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.delivery.boards import forms
from generators.packs.delivery.package import Words, members, package_of
from generators.published.catalog import Contents, opened
from generators.published.installed import Target, folder_files
from generators.published.tables import Place
from tests.runtimes import known

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime

WORDS = Words(None, "Licence\n", "# Changelog\n", "", ())


def archive_files(pack: PackFolder, warehouse: str, runtime: KnownRuntime | None = None) -> dict[str, bytes]:
    """The files of an archive by path, for the current runtime unless another is named."""
    runtime = runtime or known()[0]
    return members(forms(pack, warehouse, package_of(pack.id)), runtime.id, runtime.runtime, WORDS)


def contents(pack: PackFolder, warehouse: str, runtime: KnownRuntime | None = None) -> Contents:
    """An archive as its reader opens it."""
    return opened(archive_files(pack, warehouse, runtime), pack.id)


def folder(
    pack: PackFolder, warehouse: str, source: str | None, schema: str, runtime: KnownRuntime | None = None
) -> dict[str, str]:
    """The boards of a pack in a folder of a project, by name."""
    files = folder_files(contents(pack, warehouse, runtime), Target(Place(schema), source))
    return {name: data.decode() for name, data in files.items()}
