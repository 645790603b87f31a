"""F9: every page of both sites, and search, in a browser: nothing of ours is blocked, what is injected is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import chromium, served
from tests.hardening.figure import Effort, Reached
from tests.pages.sites import Sites
from tests.pages.test_policy import AUDIENCES, HOSTILE, listening, violations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

INJECTED_INTO = "runbooks/lamp-out.html"
EXPECTED = frozenset(
    {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "img-src", "base-uri", "object-src"}
)
"""What a hostile text in a page must be stopped by."""


def opened_pages(browser: Browser, out: Path) -> Iterator[tuple[str, list[str]]]:
    """Each page from its server, and the search with an answer; with what was blocked there."""
    with served(out) as address, listening(browser) as page:
        for file in sorted(out.rglob("*.html")):
            name = file.relative_to(out).as_posix()
            page.goto(f"{address}/{name}")
            yield name, violations(page)
        page.goto(f"{address}/search.html?q=lamp")
        page.locator("#search-results p.context").first.wait_for()
        yield "search.html?q=lamp", violations(page)


def injected(browser: Browser, out: Path) -> Iterator[str]:
    """What a hostile text in a page's own bytes did in spite of the policy, a line each."""
    body = (out / INJECTED_INTO).read_text(encoding="utf-8").replace("<article", f"{HOSTILE}<article", 1)
    with served(out) as address, listening(browser) as page:
        page.route(f"**/{INJECTED_INTO}", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{address}/{INJECTED_INTO}")
        page.evaluate("document.getElementById('hostile').click()")
        if page.evaluate("window.injected") is not None:
            yield "an injected script ran"
        stopped = {one.split()[0] for one in violations(page)}
        yield from (f"{kind} stopped nothing" for kind in sorted(EXPECTED - stopped))


def measure(effort: Effort) -> Reached:
    """0 violations on any page, and every way of the injected text stopped."""
    (effort.folder / "shared").mkdir(exist_ok=True)
    sites = Sites(effort.folder / "shared")
    wrong: list[str] = []
    tried = 0
    with chromium() as browser:
        for audience in AUDIENCES:
            for name, found in opened_pages(browser, sites.of(audience).out):
                tried += 1
                wrong += [f"{audience}/{name}: {one}" for one in found]
        wrong += injected(browser, sites.of("internal").out)
    return Reached(tried, tuple(wrong), "and the search; a hostile text was injected as well")
