"""A repository that Sphinx can build, and a fixed clock for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.sites import furnish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def furnished(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The miniature with what a site needs."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return furnish(miniature)
