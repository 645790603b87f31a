"""The Content-Security-Policy: it is in every page, it blocks nothing of ours, and it blocks what is injected."""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from lxml import html

from generators.sphinxext.policy import blocked, policy
from tests.browser import opened, served
from tests.pages.sites import OFFLINE, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages.sites import Sites

AUDIENCES = ("internal", "public")
LISTENING = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  violations.push(event.effectiveDirective + " " + event.blockedURI);
});
"""
HOSTILE = """
<script>window.injected = "inline";</script>
<script src="https://example.com/x.js"></script>
<script>document.body.dataset.theme = localStorage.getItem("theme") || "auto" </script>
<img src="x" onerror="window.injected = 'handler'">
<img src="https://example.com/picture.png">
<a id="hostile" href="javascript:window.injected = 'address'">here</a>
<base href="https://example.com/">
<style>#styled { display: none }</style>
<p id="styled" style="display: none">styled</p>
<iframe srcdoc="<script>parent.injected = 'frame'</script>"></iframe>
<form id="sent" action="https://example.com/"><button>send</button></form>
<object data="https://example.com/"></object>
"""


def parsed(out: Path) -> dict[str, html.HtmlElement]:
    """The pages of a site by their path."""
    return {path.relative_to(out).as_posix(): html.parse(path).getroot() for path in sorted(out.rglob("*.html"))}


def own_digest(text: str) -> str:
    """The hash of an inline text, as a policy writes it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy_of(page: html.HtmlElement) -> str:
    """The policy, which is the first element of the head: what stands before one is not held by it."""
    first = page.head[0]
    assert (first.tag, first.get("http-equiv")) == ("meta", "Content-Security-Policy")
    return str(first.get("content"))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_page_begins_with_the_policy_and_holds_nothing_that_it_blocks(sites: Sites, audience: str) -> None:
    """In all pages of both sites: inline scripts and styles have a hash, and no attribute styles or runs anything.

    The policy of all pages is one, with the theme's two hashes alone: content cannot allow itself.
    """
    pages = parsed(sites.of(audience).out)
    assert {*TYPES[audience], "search.html"} <= pages.keys()
    policies = {name: policy_of(page) for name, page in pages.items()}
    for name, page in pages.items():
        inline = page.xpath("//script[not(@src) and not(@type='application/json')] | //style")
        assert [tag.text[:80] for tag in inline if own_digest(tag.text) not in policies[name]] == [], name
        assert page.xpath("//@style | //@*[starts-with(name(), 'on')]") == [], name
    offline = policies.pop(OFFLINE, None)
    assert offline is None or "'self'" not in offline
    (text,) = set(policies.values())
    assert text.count("'sha256-") == 2
    assert "unsafe" not in text
    for part in ("default-src 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"):
        assert part in text


@contextmanager
def listening(browser: Browser) -> Iterator[Page]:
    """A page that notes what its policy blocks."""
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.add_init_script(LISTENING)
        yield page


def violations(page: Page) -> list[str]:
    """What was blocked on the page that is open."""
    found: list[str] = page.evaluate("violations")
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_of_ours_is_blocked(browser: Browser, sites: Sites, audience: str) -> None:
    """No violation on a page of each type, nor while the search asks and shows what it found (F9)."""
    blocked_on = {}
    with served(sites.of(audience).out) as address, listening(browser) as page:
        for name in TYPES[audience]:
            page.goto(f"{address}/{name}")
            blocked_on[name] = violations(page)
        page.goto(f"{address}/search.html?q=lamp")
        page.locator("#search-results p.context").first.wait_for()
        blocked_on["search.html"] = violations(page)
    assert {name: found for name, found in blocked_on.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_is_blocked_on_any_page(browser: Browser, sites: Sites, audience: str) -> None:
    """Each page of both sites, from files as in an archive: no violation."""
    out = sites.of(audience).out
    blocked_on = {}
    with listening(browser) as page:
        for file in sorted(out.rglob("*.html")):
            page.goto(f"file://{file}")
            blocked_on[file.name] = violations(page)
    assert len(blocked_on) > 5
    assert {name: found for name, found in blocked_on.items() if found} == {}


@pytest.mark.parametrize("name", ["runbooks/lamp-out.html", OFFLINE])
def test_what_is_injected_is_blocked(browser: Browser, sites: Sites, name: str) -> None:
    """Scripts, handlers, addresses that run, files of other hosts, frames, forms and styles in the page's own text."""
    out = sites.of("internal").out
    body = (out / name).read_text(encoding="utf-8").replace("<article", f"{HOSTILE}<article", 1)
    with served(out) as address, listening(browser) as page:
        page.route(f"**/{name}", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{address}/{name}")
        page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "window.injected = 'made'";
            document.body.append(script);
            document.getElementById("hostile").click();
            document.querySelector("#sent button").click();
            const stopped = () => violations.some((one) => one.startsWith("form-action"));
            const wait = (done) => stopped() ? done() : setTimeout(wait, 10, done);
            return new Promise(wait);
        }""")
        assert page.evaluate("window.injected") is None
        assert page.locator("#styled").is_visible()
        assert page.evaluate("document.baseURI").startswith(address)
        found = violations(page)
    kinds = {one.split()[0] for one in found}
    assert {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "img-src", "base-uri"} <= kinds
    assert {"script-src-elem https://example.com/x.js", "img-src https://example.com/picture.png"} <= set(found)


def test_builds_say_what_their_policy_blocks() -> None:
    """Inline scripts, styles and attributes that the policy does not name; data for scripts is fine."""
    allowed = policy(["one()"], ["a { }"])
    fine = '<script>one()</script><style>a { }</style><script src="x.js"></script>'
    fine += '<p class="onward" title="&lt;p style=">style=</p>'
    assert list(blocked(fine + '<script type="application/json">{}</script>', allowed)) == []
    wrong = "<script>two()</script>", "<style>b { }</style>", '<p style="x">', '<p class="a" onClick="x">'
    for page in wrong:
        assert len(list(blocked(fine + page, allowed))) == 1
