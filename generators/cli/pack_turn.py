"""A user's project for as long as one command changes its packs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from generators.cli.options import Failed, Unusable
from generators.cli.trust import asking
from generators.findings import nearest
from generators.output.paths import UnsafePathError
from generators.output.transaction import ChangedMeanwhile
from generators.published.catalog import require_not_older
from generators.published.installed import DBT_PACKAGES
from generators.published.lockfile import LOCK, Seen
from generators.published.manifest import Unreadable
from generators.published.merging import BESIDE, MARK
from generators.published.project_packs import project_packs, waiting_files
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generators.published.catalog import PublishedPacks
    from generators.published.lockfile import Installed, LockedPack
    from generators.published.project_packs import ProjectPacks

RECOVERED = {
    "undone": "An earlier command was killed before it was done; what it had changed is undone.\n",
    "finished": "An earlier command was killed at its end; what it had left to clear away is cleared away.\n",
}


@contextmanager
def project_turn(project: Path) -> Iterator[ProjectPacks]:
    """The packs of a project while nobody else changes them. Raises Unusable where it cannot be read or changed."""
    if not project.is_dir():
        raise Unusable(f"{project} is no folder: name the project with --project DIR")
    try:
        with project_packs(project, lambda: sys.stderr.write(f"Waiting for another command in {project} …\n")) as packs:
            sys.stderr.write(RECOVERED.get(packs.recovered, ""))
            yield packs
    except (Unreadable, UnsafePathError) as error:
        raise Unusable(f"{project}: {error}") from error
    except ValueError as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        raise Failed(f"{error.filename or project} cannot be read or written: {error.strerror}", "write") from error


def remember(packs: ProjectPacks, catalog: PublishedPacks) -> None:
    """Raises Unusable for a catalog that is older than the one that the project has seen; else it is remembered."""
    if catalog.trusted is None:
        return
    before, now = packs.lock.catalog, catalog.trusted.seen
    if before is not None:
        with asking():
            require_not_older(catalog, replace(now, root=before.root, versions=before.versions))
    packs.lock = packs.lock.model_copy(update={"catalog": Seen(root=now.root, versions=dict(now.versions))})


def chosen(packs: ProjectPacks, names: Sequence[str] | None, project: Path, *, each: bool = True) -> list[str]:
    """The folders that were named, by folder or by pack, or all; of two of one pack `each`, else Unusable.

    A folder of that name comes before a pack of that name. Raises Unusable with the nearest name.
    """
    there = packs.lock.packs
    if not there:
        is_dbt = (project / DBT_PACKAGES).is_dir()
        hint = "; a dbt package is changed in packages.yml, then `dbt deps`" if is_dbt else ""
        raise Unusable(f"{project} has no {LOCK}: no pack was installed there as a folder{hint}")
    found: list[str] = []
    for name in names or sorted(there):
        alike = _alike(there, name.strip("/"))
        if not alike:
            have = ", ".join(sorted(there))
            hint = nearest(name, {folder.rpartition("/")[2] for folder in there}) or f"there are: {have}"
            raise Unusable(f"no pack {printable(name)!r} is installed in {project}; {hint}")
        if len(alike) > 1 and not each:
            raise Unusable(f"{printable(name)} is installed more than once: name the folder, {' or '.join(alike)}")
        found += alike
    return list(dict.fromkeys(found))


def _alike(there: Mapping[str, LockedPack], name: str) -> list[str]:
    """The folders that a name means."""
    named = [folder for folder in sorted(there) if name in {folder, folder.rpartition("/")[2]}]
    return named or [folder for folder, locked in sorted(there.items()) if locked.now.pack == name]


def require_settled(packs: ProjectPacks, folder: str) -> Installed:
    """What is installed in a folder. Raises Unusable where a conflict waits for the user."""
    now = packs.lock.packs[folder].now
    waiting = sorted(waiting_files(packs, folder))
    if waiting:
        path, more = f"{folder}/{waiting[0]}", f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        raise Unusable(
            f"{path} waits to be merged{more}: take over what you want of {path}{BESIDE}, then delete that file"
        )
    marked = next((path for path, data in packs.present(folder, *now.files).items() if data and MARK in data), None)
    if marked:
        raise Unusable(
            f"{folder}/{marked} still holds the marks of a conflict, such as {MARK.decode()}: settle it first"
        )
    return now


@contextmanager
def folder_turn() -> Iterator[None]:
    """What goes wrong with one folder, as Unusable: the others go on."""
    try:
        yield
    except ChangedMeanwhile as error:
        raise Unusable(f"{error} was changed while this ran, so it was left alone: run this again") from error
    except (Unreadable, UnsafePathError) as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        sentence = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)
        raise Failed(sentence, "write") from error
