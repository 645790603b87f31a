"""The page for an address that is not there, as a static host answers with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.sphinxext.lost import base_of, rooted
from tests.browser import opened, served
from tests.pages.sites import TYPES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.pages.sites import Sites

WANTED = {"internal": "The lamp is out", "public": "Oil feed quickstart"}


@pytest.mark.parametrize("audience", TYPES)
@pytest.mark.parametrize("address", [pytest.param("gone.html", marks=pytest.mark.long), "runbooks/packs/old/gone"])
def test_lost_link_finds_styles_pages_and_search(browser: Browser, sites: Sites, audience: str, address: str) -> None:
    """At any depth the page looks like the site, leads to what its reader wanted, and searches."""
    with served(sites.of(audience).out) as host, opened(browser, viewport={"width": 390, "height": 844}) as page:
        missing: list[str] = []
        page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
        page.goto(f"{host}/{address}")
        assert page.locator("h1").inner_text().startswith("Page not found")
        assert missing == [f"{host}/{address}"]
        assert page.locator("article").get_by_role("link", name=WANTED[audience]).first.is_visible()
        page.locator("article input[type=search]").fill("lamp")
        page.locator("article button").click()
        page.locator("#search-results li a").first.click()
        assert page.locator("h1").first.is_visible()
        assert missing == [f"{host}/{address}"]


def test_site_below_a_path_says_so_in_its_configuration(sites: Sites) -> None:
    """Links of the page begin with the path of the site's address; links of other kinds stay."""
    page = '<a href="runbooks/x.html"><a href="./"><a href="#top"><a href="https://a.b/"><a href="mailto:a@b.c">'
    page += '<script src="_static/x.js"></script><form action="search.html"><html data-content_root="./">'
    assert rooted(page, base_of("https://example.com/ops")) == (
        '<a href="/ops/runbooks/x.html"><a href="/ops/"><a href="#top"><a href="https://a.b/"><a href="mailto:a@b.c">'
        '<script src="/ops/_static/x.js"></script><form action="/ops/search.html"><html data-content_root="/ops/">'
    )
    assert [base_of(""), base_of("https://example.com"), base_of("https://example.com/a/b/")] == ["/", "/", "/a/b/"]
    assert not (sites.of("internal").out / "public/404.html").exists()
