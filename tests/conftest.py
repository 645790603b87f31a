"""The miniature repository, fresh for each test that changes it, and how property tests draw."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
MINIATURE = TESTS / "site"

# `steady` draws the same every time, here and in CI. `anew` draws others: `pytest --hypothesis-profile=anew`, where
# `--hypothesis-seed=N` repeats a run. How long drawing or an example takes says how busy the machine is, nothing else.
settings.register_profile(
    "steady", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("anew", settings.get_profile("steady"), derandomize=False, database=None)
settings.load_profile("steady")


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    """A copy of the miniature repository that a test may break."""
    root = tmp_path / "repository"
    shutil.copytree(MINIATURE, root, symlinks=True)
    return root
