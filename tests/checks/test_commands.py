"""Commands on pages that are written by hand are held to the same standard as those in runbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.site import check
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "# T\n\nFirst:\n\n```console\ndfops check\ndfops chek\n```\n\n```yaml\nrun: dfops nothing\n```\n"


def test_command_of_a_page_by_hand_is_found_at_its_line(miniature: Path) -> None:
    """A reader pastes from guides as well; only console blocks are commands."""
    guides = miniature / "docs" / "guides"
    guides.mkdir(parents=True)
    (guides / "page.md").write_text(PAGE, encoding="utf-8")
    (finding,) = check(miniature, AT).findings
    assert (finding.rule.code, finding.place.path, finding.place.line) == ("OPS310", "docs/guides/page.md", 7)
    assert "check" in finding.message
