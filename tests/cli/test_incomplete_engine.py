from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators import site
from generators.findings import IncompleteKindError
from generators.model import KINDS
from generators.sphinxext.build import build
from tests.clock import AT
from tests.pages.sites import furnish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops


def test_every_kind_has_a_template() -> None:
    """Here, and so on every page."""
    site.require_templates(KINDS)


def test_a_kind_without_a_template(
    miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dfops: Dfops
) -> None:
    """One sentence that names the file to add, from the check, the command and a bare build alike."""
    monkeypatch.setattr(site.require_templates, "__defaults__", (tmp_path,))
    with pytest.raises(IncompleteKindError, match=r"kind '[a-z-]+' has no template; add generators/render/templates"):
        site.check(miniature, AT)
    ran = dfops("check", "--root", miniature)
    assert (ran.code, "has no template; add" in ran.sentence) == (2, True)
    made = build(furnish(miniature), "public", tmp_path / "out")
    assert (made.ok, "has no template; add" in made.warnings[-1]) == (False, True)
