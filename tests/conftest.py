"""The miniature repository, fresh for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MINIATURE = TESTS / "site"


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    """A copy of the miniature repository that a test may break."""
    root = tmp_path / "repository"
    shutil.copytree(MINIATURE, root, symlinks=True)
    return root
