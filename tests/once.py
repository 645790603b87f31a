"""What is made once in a session, by whichever process asks first, and only read afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def shared_by_all(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this session share, and no other session does."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """The folder `place` as `make` filled it; while one process does, others wait. What fails is tried again."""
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = place.with_name(f"{place.name}.done")
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make(place)
            done.write_text("\n".join(map(str, contents(place))), encoding="utf-8")
    return place


def contents(place: Path) -> list[tuple[str, int, int]]:
    """Path, size and time of each file in a folder."""
    found = ((path, path.lstat()) for path in sorted(place.rglob("*")) if not path.is_dir())
    return [(path.relative_to(place).as_posix(), stat.st_size, stat.st_mtime_ns) for path, stat in found]


def changed(shared: Path) -> list[str]:
    """The folders made by `once` that are not as they were made: a test wrote where it may only read."""
    return [
        done.stem
        for done in sorted(shared.glob("*.done"))
        if done.read_text(encoding="utf-8") != "\n".join(map(str, contents(done.with_suffix(""))))
    ]
