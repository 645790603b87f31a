"""A folder of boards from one version to another: what install, upgrade and rollback have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.published.installed import folder_files
from generators.published.lockfile import LockedPack
from generators.published.manifest import Unreadable
from generators.published.merging import BESIDE, Delivery, planned
from generators.published.tables import UnusableName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.published.catalog import Contents
    from generators.published.installed import Target
    from generators.published.lockfile import Installed
    from generators.published.merging import Fate, Plan
    from generators.published.project_packs import ProjectPacks, When

SAID: Mapping[Fate, str] = {
    "added": "new",
    "updated": "updated",
    "removed": "removed",
    "merged": "merged with your edits",
    "kept": "your edits stay, nothing new for them",
    "orphaned": "not in this version any more; your edited copy stays",
    "absent": "removed by you, not brought back",
    "conflict": "your file stays; to be merged by hand",
}
"""What is said of a file; the quiet ones first."""


def placed_files(contents: Contents, target: Target) -> dict[str, bytes]:
    """The files of a folder of boards. Raises Unusable."""
    try:
        return folder_files(contents, target)
    except Unreadable as error:
        raise Unusable(str(error)) from error
    except UnusableName as error:
        raise Unusable(f"a name of --schema or --database {error}") from error


@dataclass(frozen=True, slots=True)
class Way:
    """From what is installed in a folder to another version; nothing is changed yet."""

    folder: str
    now: Installed | None
    wanted: Installed
    files: Mapping[str, bytes]
    """Of the wanted version, as delivered."""
    plan: Plan

    @property
    def conflicts(self) -> list[str]:
        """Files that the user has to merge."""
        return self.plan.of("conflict")

    def lines(self) -> Iterator[str]:
        """What becomes of the files, a line for each kind, those that need the user last."""
        for fate, words in SAID.items():
            if paths := self.plan.of(fate):
                yield f"  {words}: {', '.join(paths)}"
        if self.conflicts:
            yield f"  Take over what you want of each FILE{BESIDE} beside your FILE, then delete FILE{BESIDE}."


def way_to(
    packs: ProjectPacks, folder: str, now: Installed | None, wanted: Installed, files: Mapping[str, bytes]
) -> Way:
    """What another version would change in a folder. Raises Unusable where a new file's place is taken."""
    old = dict(now.files) if now else {}
    delivered = packs.delivery(folder, "now") if now else Delivery("", {})
    if now and now.conflicts:  # the user's files are still the ones from before the last upgrade
        earlier = packs.delivery(folder, "before").files
        delivered = Delivery(
            delivered.name, {**delivered.files, **{path: earlier[path] for path in now.conflicts if path in earlier}}
        )
        old |= {path: before for path, before in now.conflicts.items() if before}
    present = packs.present(folder, *old, *files)
    plan = planned(present, old, delivered, Delivery(f"{wanted.title} {wanted.version}", files))
    if plan.occupied:
        raise Unusable(
            f"{folder}/{plan.occupied[0]} is yours, and {wanted.title} {wanted.version} brings a file of that name: "
            "rename yours first"
        )
    waiting = {path: old[path] for path in plan.of("conflict")}
    done = {path: None for path in (now.conflicts if now else ()) if path not in waiting}
    plan.changes |= {path + BESIDE: None for path in done}
    return Way(folder, now, wanted.model_copy(update={"conflicts": waiting}), files, plan)


def put(packs: ProjectPacks, folder: str, wanted: Installed, files: Mapping[str, bytes]) -> None:
    """A new folder of boards. Raises Unusable, OSError."""
    way = way_to(packs, folder, None, wanted, files)
    packs.replace(folder, way.plan, LockedPack(now=way.wanted), {"now": Delivery("", files)})


def take(packs: ProjectPacks, way: Way, *, back: bool = False) -> None:
    """Go a way. What was installed is what a rollback leads to afterwards, unless this is one. Raises OSError."""
    locked = packs.lock.packs[way.folder]
    kept: dict[When, Delivery] = {"now": Delivery("", way.files)}
    before = None
    if not back and way.wanted.version != locked.now.version:
        before, kept["before"] = way.now, packs.delivery(way.folder, "now")
    elif not back and locked.before is not None:
        before, kept["before"] = locked.before, packs.delivery(way.folder, "before")
    packs.replace(way.folder, way.plan, LockedPack(now=way.wanted, before=before), kept)
