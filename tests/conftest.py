"""The miniature repository, fresh for each test that changes it, and `--bless` for what is derived."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MINIATURE = TESTS / "site"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --bless` rewrites derived files instead of comparing them."""
    parser.addoption("--bless", action="store_true", help="write derived files anew instead of comparing them")


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    """A copy of the miniature repository that a test may break."""
    root = tmp_path / "repository"
    shutil.copytree(MINIATURE, root, symlinks=True)
    return root


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether derived files are written anew."""
    return bool(request.config.getoption("--bless"))
