"""What earlier runs wrote: each path with the digests its file may have. Kept in a folder of our own, beside the lock.

A path alone would not do: a branch may bring a hand-written file to a place where a generated one was. A file is ours
when its bytes are.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generators.output.paths import UnsafePathError, content, is_plain
from generators.output.writing import replace

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

Digests = frozenset[str]

FOLDER = ".generated"
"""The state folder inside the folder of the pages."""
_MANIFEST = "manifest.json"
_LOCK = "lock"
_PART = "part"
_FORMAT = 1


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@contextmanager
def locked(state: Path) -> Generator[None]:
    """Hold the lock of a state folder, which is made when missing; waits for another run. The kernel frees it."""
    if state.is_symlink():
        message = f"{state} is a symbolic link"
        raise UnsafePathError(message)
    state.mkdir(parents=True, exist_ok=True)
    lock = os.open(state / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def part_of(state: Path) -> Path:
    """Where the holder of the lock stages a file: what a killed run left there is written over."""
    return state / _PART


def read(state: Path) -> dict[str, Digests]:
    """The manifest of a state folder; whatever is missing, malformed or no plain path counts as never written."""
    try:
        manifest = json.loads(content(state / _MANIFEST) or b"null")
    except (OSError, ValueError, RecursionError):
        return {}
    files = manifest.get("files") if isinstance(manifest, dict) and manifest.get("format") == _FORMAT else None
    if not isinstance(files, dict):
        return {}
    return {path: frozenset(digests) for path, digests in files.items() if is_plain(path) and _are_digests(digests)}


def _are_digests(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def save(state: Path, files: Mapping[str, Digests]) -> None:
    """Replace the manifest, durably: it is what later runs trust."""
    manifest = {"format": _FORMAT, "files": {path: sorted(files[path]) for path in sorted(files)}}
    replace(state / _MANIFEST, json.dumps(manifest, indent=1).encode(), part_of(state), durable=True)
