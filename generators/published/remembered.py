"""What was seen of a catalog before, kept in the home of this program, so that an older catalog is noticed.

`catalogs/<SHA-256 of a root>/`: `root_history/N.root.json`, `timestamp.json`, `snapshot.json`, `targets.json`, each as
it was verified. Whoever reads copies it, and gives back what was verified since: nobody waits for the network of
another, and a file that lies here was verified, whatever became of the run.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.output.writing import taking_turns, write_if_changed

if TYPE_CHECKING:
    from pathlib import Path

CATALOGS, ROOTS = "catalogs", "root_history"
ROLES = ("timestamp", "snapshot", "targets")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one catalog. Nothing is there before the first run, and nothing where it cannot be kept."""

    folder: Path

    @classmethod
    def of(cls, home: Path, root: bytes, version: int) -> Memory:
        """That of the catalog with this root, which may have been reached from an older one."""
        top = home / CATALOGS
        for known in sorted(top.glob(f"*/{ROOTS}/{version}.root.json")):
            if known.is_file() and known.read_bytes() == root:
                return cls(known.parents[1])
        return cls(top / hashlib.sha256(root).hexdigest())

    def copy(self, target: Path) -> None:
        """Put what is remembered into an empty folder. Raises OSError."""
        (target / ROOTS).mkdir()
        for path in (*self.folder.glob(f"{ROOTS}/*.root.json"), *(self.folder / f"{role}.json" for role in ROLES)):
            if path.is_file():
                shutil.copyfile(path, target / path.relative_to(self.folder))

    def keep(self, verified: Path) -> None:
        """Take over what was verified in a folder, unless another run has seen something newer. Raises OSError.

        After a new root the other roles may begin anew, so that a number that somebody with a stolen key drove up is
        forgotten.
        """
        (self.folder / ROOTS).mkdir(parents=True, exist_ok=True)
        with taking_turns(self.folder.parent):
            before, now = _newest_root(self.folder), _newest_root(verified)
            if now < before:
                return
            for path in verified.glob(f"{ROOTS}/*.root.json"):
                write_if_changed(self.folder / ROOTS / path.name, path.read_text(encoding="utf-8"))
            for role in ROLES:
                new, old = verified / f"{role}.json", self.folder / f"{role}.json"
                if new.is_file() and (now > before or _version(new) >= _version(old)):
                    write_if_changed(old, new.read_text(encoding="utf-8"))


def _newest_root(folder: Path) -> int:
    return max((int(path.name.partition(".")[0]) for path in folder.glob(f"{ROOTS}/[0-9]*.root.json")), default=0)


def _version(path: Path) -> int:
    """The version that a file names; 0 for one that is not there or holds something else."""
    try:
        return int(json.loads(path.read_bytes())["signed"]["version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
