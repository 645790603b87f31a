"""Texts that people send as they stand, copied with one tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.model.stability import Defect
from generators.source import LIMITS, Repository
from tests.browser import opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.pages.sites import Sites

DEFECT = "glass-that-clouds"


def text_of(root: Path) -> str:
    """The report of the miniature's defect."""
    entry = load(Repository(root, LIMITS), KINDS)[0].find(Defect, DEFECT)
    assert entry
    return entry.entity.report_text


def test_a_report_is_copied_whole(browser: Browser, sites: Sites) -> None:
    """On a phone, character by character, without the button's own word; nothing is wider than the screen."""
    site = sites.of("internal")
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"file://{site.out}/stability/defects/{DEFECT}.html")
        page.get_by_role("button", name="Copy", exact=True).click()
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == text_of(site.root)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_script_is_only_where_there_is_something_to_copy(sites: Sites) -> None:
    """Each page loads what it uses: reports, and the quickstarts, whose commands are pasted one after the other."""
    inner = sites.of("internal").out
    with_script = {page.stem for page in inner.rglob("*.html") if "copy.js" in page.read_text(encoding="utf-8")}
    assert with_script == {DEFECT, "oil_feed"}


def test_a_command_of_a_quickstart_is_copied(browser: Browser, sites: Sites) -> None:
    """Without its line end: whoever pastes it presses Enter."""
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"file://{sites.of('public').out}/quickstarts/oil_feed.html")
        page.get_by_role("button", name="Copy", exact=True).last.click()
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == "rm -r charts/oil_feed"
        assert page.evaluate("document.documentElement.scrollWidth") == 390
