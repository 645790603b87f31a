"""One copy of the miniature for all tests of a module: each gets it as it is in git."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.conftest import MINIATURE, SHARED_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def _copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """In memory where the system has a folder for that: copying is the slow part of these tests."""
    above = SHARED_MEMORY if SHARED_MEMORY.is_dir() else tmp_path_factory.getbasetemp()
    with TemporaryDirectory(dir=above, prefix="dfops-test-") as folder:
        yield shutil.copytree(MINIATURE, Path(folder) / "repository", symlinks=True)


@pytest.fixture
def miniature(_copy: Path) -> Iterator[Path]:
    """A copy of the miniature repository that a test may break, made whole after it."""
    root = _copy
    yield root
    known = {path.relative_to(MINIATURE): path.read_bytes() for path in MINIATURE.rglob("*") if path.is_file()}
    for path in [path for path in root.rglob("*") if path.is_file() and path.relative_to(root) not in known]:
        path.unlink()
    for path, data in known.items():
        if not (root / path).is_file() or (root / path).read_bytes() != data:
            (root / path).write_bytes(data)
