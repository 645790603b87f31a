"""The page of a code as a reader finds it who has nothing but the code, on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from generators.views.codes import FOLDER
from tests.browser import opened, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.pages.sites import Sites

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def codes(sites: Sites) -> list[str]:
    """The codes of the miniature that have a page."""
    return sorted(path.stem for path in (sites.of("public").out / FOLDER).glob("[A-Z]*.html"))


def test_search_for_a_code_finds_its_page_first(browser: Browser, sites: Sites, codes: list[str]) -> None:
    """The whole code, as messages have it or in lower case, and whatever else mentions it."""
    assert len(codes) == 8
    with served(sites.of("public").out) as host, opened(browser, viewport=PHONE) as page:
        for words, code in [*zip(codes, codes, strict=True), (codes[0].lower(), codes[0])]:
            page.goto(f"{host}/search.html?q={words}")
            page.wait_for_selector("#search-results[aria-busy=false], .search-summary:has-text('found')")
            first = page.locator("#search-results li a").first.get_attribute("href") or ""
            assert first.startswith(f"{FOLDER}/{code}.html"), f"{words}: {first}"


def test_code_is_one_step_from_help_quickstart_and_a_lost_link(browser: Browser, sites: Sites) -> None:
    """The list of all codes is linked from each of the three; help and quickstart link the pages themselves."""
    with served(sites.of("public").out) as host, opened(browser, viewport=PHONE) as page:
        for address, link in (
            ("help/index.html", "ERR-INTERNAL"),
            ("quickstarts/oil_feed.html", "ERR-BINDER-UNKNOWN-COLUMN"),
            (f"{FOLDER}/ERR-GONE", "Codes in messages"),
        ):
            page.goto(f"{host}/{address}")
            page.locator("article summary").evaluate_all("all => all.forEach(one => one.click())")
            page.locator("article").get_by_role("link", name=link).first.click()
            assert page.locator("h1").inner_text().startswith(link)


def test_page_of_a_code_that_vanished_leads_on(browser: Browser, sites: Sites) -> None:
    """What to look for today stands above everything else, with a link."""
    with served(sites.of("public").out) as host, opened(browser, viewport=PHONE) as page:
        page.goto(f"{host}/{FOLDER}/ERR-NO-DEFAULT-SOURCE.html")
        box = page.locator("article .admonition")
        assert "reported as a missing file" in box.inner_text()
        box.get_by_role("link", name="ERR-FILE-NOT-FOUND").click()
        assert page.locator("h1").inner_text().startswith("ERR-FILE-NOT-FOUND")


def test_page_of_a_code_is_light(sites: Sites, codes: list[str]) -> None:
    """It is read on a phone, by somebody in trouble; the navigation does not list the other codes."""
    for code in codes:
        html = (sites.of("public").out / FOLDER / f"{code}.html").read_text(encoding="utf-8")
        assert len(html) < 20_000
        navigation = re.search(r'<div class="sidebar-tree">.*?</aside>', html, re.DOTALL)
        assert navigation
        assert code not in navigation[0]
