"""A folder of boards from one version to another: what install, upgrade and rollback have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.output.manifest import digest
from generators.published.installed import META, folder_files
from generators.published.lockfile import Conflict, LockedPack
from generators.published.manifest import Unreadable
from generators.published.merging import BESIDE, MARK, Delivery, planned
from generators.published.project_packs import waiting_files
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
    "absent": "removed by you, not brought back (remove and install the pack to have them again)",
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
    left: tuple[str, ...] = ()
    """What an earlier conflict left beside files, and the user has changed since: it stays."""

    @property
    def conflicts(self) -> list[str]:
        """Files that the user has to merge."""
        return self.plan.of("conflict")

    def lines(self, *, dry: bool = False) -> Iterator[str]:
        """What becomes of the files, a line for each kind, those that need the user last."""
        for fate, words in SAID.items():
            if paths := self.plan.of(fate):
                yield f"  {words}: {', '.join(paths)}"
        if self.left:
            yield f"  your work on a conflict stays: {', '.join(self.left)}"
        if self.conflicts and not dry:
            marked = any(MARK in (self.plan.changes[path + BESIDE] or b"") for path in self.conflicts)
            what = "the new version with yours in marks" if marked else "the new version"
            yield f"  FILE{BESIDE} beside each FILE is {what}: take over what you want, then delete FILE{BESIDE}."


def way_to(
    packs: ProjectPacks, folder: str, wanted: Installed, files: Mapping[str, bytes], *, back: bool = False
) -> Way:
    """What another version would change in a folder. Raises Unusable where that cannot be."""
    now = packs.lock.packs[folder].now if folder in packs.lock.packs else None
    waiting = waiting_files(packs, folder) if now else {}
    old = _delivered_as(now, waiting, wanted)
    present = packs.present(folder, *old, *files, *(path + BESIDE for path in (*old, *files)))
    if now:
        _require_there(folder, now, present)
    delivered = Delivery(f"{now.title} {now.version}" if now else "", _texts(packs, folder, old) if now else {})
    needed = (f"{META}{wanted.runtime.suffix}",)
    plan = planned(present, old, delivered, Delivery(f"{wanted.title} {wanted.version}", files), needed)
    if back and now:
        _keep_settled(plan, now, waiting)
    _require_free(plan, folder, wanted, waiting)
    left = _clear_settled(plan, waiting)
    return Way(folder, now, _record(plan, old, now, wanted), files, plan, left)


def _require_there(folder: str, now: Installed, present: Mapping[str, bytes | None]) -> None:
    """Raises Unusable where nothing of a pack lies in its folder."""
    if all(present[path] is None for path in now.files):
        raise Unusable(
            f"{folder} holds nothing of {now.title} any more, as if it was moved or deleted: put it back, or "
            f"`dfops pack remove {folder}` forgets it and `dfops pack install {now.pack}` brings it anew"
        )


def _clear_settled(plan: Plan, waiting: Mapping[str, Conflict]) -> tuple[str, ...]:
    """Remove what lies beside files of an earlier conflict; what the user has worked on stays, and is returned."""
    left = []
    for path, conflict in sorted(waiting.items()):
        if plan.fates.get(path) == "conflict":
            continue
        if digest(plan.seen[path + BESIDE] or b"") == conflict.beside:
            plan.changes[path + BESIDE] = None
        else:
            left.append(path + BESIDE)
    return tuple(left)


def _record(plan: Plan, old: Mapping[str, str], now: Installed | None, wanted: Installed) -> Installed:
    """What the lock file says afterwards."""
    beside = {path: plan.changes[path + BESIDE] or b"" for path in plan.of("conflict")}
    conflicts = {path: Conflict(before=old[path], beside=digest(text)) for path, text in beside.items()}
    earlier = now.orphans if now else {}
    orphans = {path: delivered for path, delivered in earlier.items() if path not in wanted.files}
    orphans |= {path: old[path] for path in plan.of("orphaned")}
    return wanted.model_copy(update={"conflicts": conflicts, "orphans": orphans})


def _delivered_as(now: Installed | None, waiting: Mapping[str, Conflict], wanted: Installed) -> dict[str, str]:
    """What each file was delivered as, the one that the user's is made from: by path, its SHA-256."""
    if now is None:
        return {}
    returning = {path: delivered for path, delivered in now.orphans.items() if path in wanted.files}
    return returning | now.files | {path: conflict.before for path, conflict in waiting.items()}


def _texts(packs: ProjectPacks, folder: str, old: Mapping[str, str]) -> dict[str, bytes]:
    """The texts of those, as far as they are kept from this version or the one before."""
    found = {}
    kept = (packs.delivery(folder, "now").files, packs.delivery(folder, "before").files)
    for path, delivered in old.items():
        text = next((files[path] for files in kept if path in files and digest(files[path]) == delivered), None)
        if text is not None:
            found[path] = text
    return found


def _keep_settled(plan: Plan, now: Installed, waiting: Mapping[str, Conflict]) -> None:
    """Where a conflict was settled for the user's lines, there is nothing to go back from."""
    for path in plan.of("conflict"):
        if path in now.conflicts and path not in waiting:
            plan.fates[path] = "kept"
            del plan.changes[path + BESIDE]


def _require_free(plan: Plan, folder: str, wanted: Installed, waiting: Mapping[str, Conflict]) -> None:
    """Raises Unusable where a new file, or one beside a file, would take the place of the user's."""
    version = f"{wanted.title} {wanted.version}"
    if plan.occupied:
        raise Unusable(
            f"{folder}/{plan.occupied[0]} is yours, and {version} brings a file of that name: rename yours first"
        )
    for path in plan.of("conflict"):
        if plan.seen.get(path + BESIDE) is not None and path not in waiting:
            raise Unusable(f"{folder}/{path}{BESIDE} is yours, and {version} needs that name: rename yours first")


def put(packs: ProjectPacks, folder: str, wanted: Installed, files: Mapping[str, bytes]) -> None:
    """A new folder of boards. Raises Unusable, OSError."""
    way = way_to(packs, folder, wanted, files)
    packs.replace(folder, way.plan, LockedPack(now=way.wanted), {"now": Delivery("", files)})


def take(packs: ProjectPacks, way: Way, *, back: bool = False, withdrawn: str = "") -> None:
    """Go a way. What was installed is what a rollback leads to afterwards, unless this is one. Raises OSError.

    `withdrawn` says why the version that is left is withdrawn.
    """
    locked = packs.lock.packs[way.folder]
    kept: dict[When, Delivery] = {"now": Delivery("", way.files)}
    before = None
    if not back and way.wanted.version != locked.now.version:
        left = locked.now.model_copy(update={"withdrawn": withdrawn})
        before, kept["before"] = left, packs.delivery(way.folder, "now")
    elif not back and locked.before is not None:
        before, kept["before"] = locked.before, packs.delivery(way.folder, "before")
    packs.replace(way.folder, way.plan, LockedPack(now=way.wanted, before=before), kept)
