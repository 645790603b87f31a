"""Both sites as axe-core reads them, and what it cannot press: on a phone and a desk, in light and in dark."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.browser import opened, served
from tests.pages.sites import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser

    from tests.pages.sites import Sites

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
SERIOUS = ("moderate", "serious", "critical")
OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
"""What is folded is read as well."""


def faults(
    browser: Browser, address: str, names: Iterable[str], size: str, scheme: Literal["light", "dark"]
) -> dict[str, Any]:
    """What axe-core finds on pages, by page: the rule, its weight, and the first element."""
    width, height = SIZES[size]
    found = {}
    with opened(browser, viewport={"width": width, "height": height}, color_scheme=scheme) as page:
        page.add_init_script((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
        for name in names:
            page.goto(f"{address}/{name}")
            page.evaluate(OPEN)
            result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
            found[name] = [
                (one["id"], one["nodes"][0]["target"], one["nodes"][0]["failureSummary"])
                for one in result["violations"]
                if one["impact"] in SERIOUS
            ]
    return {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ("internal", ("runbooks/lamp-out.html", "support/i-see-an-error.html", "runbooks/offline.html")),
        ("public", ("quickstarts/oil_feed.html", "connectors/oil_feed.html", "search.html")),
    ],
)
def test_pages_that_are_read_in_trouble(browser: Browser, sites: Sites, audience: str, names: tuple[str, ...]) -> None:
    """On a phone in the dark axe-core finds nothing."""
    with served(sites.of(audience).out) as address:
        assert faults(browser, address, names, "phone", "dark") == {}


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("audience", TYPES)
def test_one_page_of_each_type(
    browser: Browser, sites: Sites, audience: str, size: str, scheme: Literal["light", "dark"]
) -> None:
    """Nothing moderate or worse on any of them, the search with its results and the page for a lost link included."""
    with served(sites.of(audience).out) as address:
        names = (*TYPES[audience], "search.html?q=lamp")
        assert faults(browser, address, names, size, scheme) == {}


def test_wide_tables_are_scrolled_by_keyboard(browser: Browser, sites: Sites) -> None:
    """The matrix of a pack is wider than a small phone: its box takes the focus, has a name, and follows the arrows."""
    with opened(browser, viewport={"width": 200, "height": 700}) as page:
        page.goto(f"file://{sites.of('public').out}/connectors/oil_feed.html")
        box = page.locator(".ops-matrix .table-wrapper")
        assert box.evaluate("(one) => one.scrollWidth > one.clientWidth")
        assert box.get_attribute("aria-label") == "Table: Where it works"
        assert box.get_attribute("tabindex") == "0"
        box.evaluate("(one) => one.addEventListener('scroll', () => { one.dataset.moved = one.scrollLeft; })")
        box.focus()
        page.keyboard.press("ArrowRight")
        page.locator(".table-wrapper[data-moved]").wait_for()


def test_pictures_are_links_with_a_name(browser: Browser, sites: Sites) -> None:
    """One link a picture, around it, named by what the picture shows."""
    with opened(browser) as page:
        page.goto(f"file://{sites.of('public').out}/quickstarts/oil_feed.html")
        links = page.locator("article a:has(img)")
        assert links.count() == page.locator("article .ops-picture img").count() > 0
        assert page.locator("article a.image-reference").count() == 0
        assert all(one.get_attribute("alt") for one in links.locator("img").all())


def test_nothing_of_the_launch_is_wider_than_a_phone(browser: Browser, sites: Sites) -> None:
    """An approver reads go or no-go without swiping: neither a page nor a table of criteria scrolls sideways."""
    out = sites.of("internal").out
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        for name in ("launch/index", "launch/gates/first-night", "launch/scope", "launch/dossier"):
            page.goto(f"file://{out}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") == 390, name
            tables = page.locator(".ops-cards .table-wrapper").all()
            assert not any(one.evaluate("(one) => one.scrollWidth > one.clientWidth") for one in tables), name
