"""What proves packs, as a digest: the code from a pack's files to its results, and the packages it asks.

A proof stands for as long as pack, code and packages are the same.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from generators import workers
from generators.packs import building, engines, proof, reading
from generators.runtime import port

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

PACKAGES = ("duckdb", "sqlglot", "psycopg", "pyspark")
"""Packages whose version decides what a check finds."""
ROOMS = (building, engines, proof, reading, workers)


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 over the code that reads, executes and proves: 64 hexadecimal digits."""
    return digest_of_code(ROOMS, [Path(port.__file__)])


def digest_of_code(rooms: Iterable[ModuleType], more: Iterable[Path] = ()) -> str:
    """SHA-256 over all modules of some packages: 64 hexadecimal digits."""
    files = list(more)
    for room in rooms:
        files += Path(str(room.__file__)).parent.rglob("*.py")
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: (file.parent.name, file.name)):
        digest.update(f"{file.parent.name}/{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def packages() -> dict[str, str]:
    """The versions of the packages, by name; those that are not installed are left out."""
    return {package: version for package in PACKAGES if (version := package_version(package))}


def package_version(package: str) -> str:
    """The installed version of a package, empty where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
