"""A repository that Sphinx can build, and a fixed clock for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.sphinxext.pages import PICTURES
from tests.clock import EPOCH
from tests.pages.sites import furnish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def furnished(miniature: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature with what a site needs; its pictures are drawn once for all tests that change nothing in them."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    drawn = tmp_path_factory.getbasetemp().parent / "pictures"
    drawn.mkdir(exist_ok=True)
    cache = miniature / PICTURES
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.symlink_to(drawn)
    return furnish(miniature)
