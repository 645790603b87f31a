"""The page "I see an error": what it says without a script, and what its script works out, in a browser."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from generators.catalog import Catalog, load
from generators.model import KINDS
from generators.model.support import ServiceLevel
from generators.source import LIMITS, Repository
from generators.support.deadlines import days_off, deadline
from generators.views.errors import clock, error_page
from tests.browser import opened
from tests.changes import change, tree, write
from tests.clock import AT
from tests.conftest import MINIATURE, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages.sites import Sites

SCRIPT = TESTS.parent / "docs/_static/errors.js"
LEVELS = "ops_model/support/service_levels"
MONTHS = {"Sep": "Sept"}
"""As British English has it, where Python's differs."""


def catalog_of(root: Path) -> Catalog:
    """What a root says."""
    return load(Repository(root, LIMITS), KINDS)[0]


# ── data ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_page_changes_once_a_week(miniature: Path) -> None:
    """Any two moments between a Monday and the next give the same bytes; the next Monday gives others."""
    catalog = catalog_of(miniature)
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    first = error_page(catalog, {}, monday)
    assert error_page(catalog, {}, monday + timedelta(days=7) - timedelta(microseconds=1)) == first
    assert error_page(catalog, {}, monday + timedelta(days=7)) != first


def test_clock_knows_the_week_before_and_eight_to_come(miniature: Path) -> None:
    """From a week before the week's Monday, and one list for levels whose hours are the same."""
    change(miniature / LEVELS / "lamp-sev1.yaml", hours=tree(miniature / LEVELS / "lamp-sev3.yaml")["hours"])
    told = json.loads(clock(catalog_of(miniature), AT))
    assert datetime.fromtimestamp(told["from"] * 60, UTC) == datetime(2026, 11, 9, tzinfo=UTC)
    assert datetime.fromtimestamp(told["until"] * 60, UTC) == datetime(2027, 1, 11, tzinfo=UTC)
    assert len(told["hours"]) == 1
    assert len(told["hours"][0]) == (9 * 5 - 1) * 2  # less New Year's Day
    assert [level[3] for level in told["levels"]] == [0, 0]


def test_script_is_small() -> None:
    """It is loaded on a phone, at night."""
    assert len(SCRIPT.read_bytes()) < 6000


# ── the same deadlines in the browser ───────────────────────────────────────────────────────────────────────────────
OFFICES = (
    ("Europe/London", "09:00", "17:00"),
    ("America/Los_Angeles", "08:30", "16:45"),
    ("Australia/Lord_Howe", "00:00", "23:59"),
    ("Asia/Kolkata", "10:00", "18:00"),
)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The miniature with a promise in each of several zones, and holidays."""
    root = tmp_path_factory.mktemp("offices") / "repository"
    shutil.copytree(MINIATURE, root)
    level = tree(root / LEVELS / "lamp-sev3.yaml")
    for number, (zone, start, end) in enumerate(OFFICES):
        hours = level["hours"] | {"zone": zone, "start": start, "end": end, "holidays": "coast"}
        spans = {"acknowledge": f"{45 + 60 * number} minutes", "mitigate": f"{number + 1} days"}
        write(root / LEVELS / f"office-{number}.yaml", level | {"hours": hours} | spans)
    return catalog_of(root)


INSTANTS = (
    "2026-11-20T16:30:00Z",
    "2026-11-21T12:00:00Z",
    "2026-11-23T08:59:59Z",
    "2026-11-23T17:00:00Z",
    "2026-12-31T15:20:30Z",
    "2026-10-23T22:10:00Z",
    "2026-10-31T23:30:00Z",
    "2027-03-26T16:55:00Z",
    "2027-04-02T05:05:05Z",
)
"""Weekends, the second before opening, closing, a holiday, and the days on which clocks are changed."""


@pytest.mark.parametrize("at", INSTANTS)
def test_browser_and_python_give_the_same_deadlines(browser: Browser, offices: Catalog, at: str) -> None:
    """Every level, at that instant, to the minute."""
    moment = datetime.fromisoformat(at)
    levels = list(offices.entries_of(ServiceLevel))
    lines = "".join(f'<div class="ops-due ops-level-{place}"></div>' for place in range(len(levels)))
    numbers = f'<script type="application/json" class="ops-clock">{clock(offices, moment)}</script>'
    with opened(browser, timezone_id="UTC") as page:
        page.clock.set_fixed_time(moment)
        page.set_content(f"<article>{numbers}{lines}</article>")
        page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
        shown = [node.text_content() for node in page.query_selector_all(".ops-due")]
    assert shown == [expected(offices, entry.entity, moment) for entry in levels]


def expected(catalog: Catalog, level: ServiceLevel, at: datetime) -> str:
    """The two lines of a level."""
    closed = days_off(catalog, level.hours)
    first, second = (deadline(level, span, at, closed) for span in (level.acknowledge, level.mitigate))
    assert first is not None
    assert second is not None
    return f"Answer by {british(first)}\nA way round by {british(second)}"


def british(at: datetime) -> str:
    """`Mon 23 Nov, 13:00 UTC`."""
    month = f"{at:%b}"
    return f"{at:%a} {at.day} {MONTHS.get(month, month)}, {at:%H:%M} UTC"


def test_reader_far_away_sees_the_own_clock_first(browser: Browser, offices: Catalog) -> None:
    """Local time, then UTC, with its day where that is another."""
    with opened(browser, timezone_id="Australia/Lord_Howe") as page:
        page.clock.set_fixed_time(AT)
        numbers = f'<script type="application/json" class="ops-clock">{clock(offices, AT)}</script>'
        page.set_content(f'<article>{numbers}<div class="ops-due ops-level-0"></div></article>')
        page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
        first, second = (page.text_content(".ops-due") or "").splitlines()
    assert first == "Answer by Sat 21 Nov, 23:15 GMT+11 (12:15 UTC)"
    assert second == "A way round by Sun 22 Nov, 00:00 GMT+11 (Sat 21 Nov, 13:00 UTC)"


def test_old_page_says_that_it_is_old(browser: Browser, offices: Catalog) -> None:
    """Past the weeks it knows, it counts nothing and says so; a report from before them likewise."""
    with opened(browser, timezone_id="UTC") as page:
        page.clock.set_fixed_time(AT + timedelta(weeks=20))
        numbers = f'<script type="application/json" class="ops-clock">{clock(offices, AT)}</script>'
        page.set_content(f'<article>{numbers}<div class="ops-due ops-level-1">in words</div></article>')
        page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
        assert "knows business hours from Mon 9 Nov, 00:00 UTC until Mon 11 Jan" in page.inner_text(".ops-stale")
        assert page.inner_text(".ops-due").strip() == "in words"
        page.fill("#ops-reported", "2026-11-20T16:30")
        assert "Answer by Mon 23 Nov, 12:30 UTC" in page.inner_text(".ops-due")
        assert page.inner_text(".ops-stale") == ""
        page.fill("#ops-reported", "2026-11-02T16:30")
        assert "Answer by" not in page.inner_text(".ops-due")


# ── the whole page ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def site(sites: Sites) -> Path:
    """The internal site of the miniature."""
    found = sites.of("internal")
    assert found.warnings == ()
    return found.out


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """The page on a phone, opened at a symptom with a connector and a warehouse in its address."""
    address = f"file://{site}/support/i-see-an-error.html?connector=oil_feed&warehouse=duckdb&x=$(id)#see-no-light"
    faults: list[str] = []
    with opened(browser, viewport={"width": 390, "height": 844}, timezone_id="UTC") as page:
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.clock.set_fixed_time(AT)
        page.goto(address)
        yield page
    assert faults == []


def test_link_to_a_symptom_opens_it(page: Page) -> None:
    """With its deadline, in sight on a phone, and nothing wider than the screen."""
    assert page.is_visible("details[open] .ops-answer")
    assert page.inner_text("details[open] .ops-by").splitlines()[0] == "Answer by Sat 21 Nov, 12:15 UTC"
    assert "Answered within 15 minutes" in page.inner_text("details[open] .ops-due")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_connector_is_carried_to_the_runbook(page: Page) -> None:
    """To its first step; another choice changes the links and the page's own address."""
    links = "a => a.map(one => one.getAttribute('href').split('/').pop())"
    found = page.eval_on_selector_all(".ops-answer a[href*='runbooks/']", links)
    query = "connector=oil_feed&warehouse=duckdb"
    assert [link.partition("#")[0] for link in found] == [f"lamp-out.html?{query}"] * 2
    assert found[1].endswith("#step-lamp-out-look")
    page.select_option("#ops-connector", "")
    assert "connector" not in page.url
    found = page.eval_on_selector_all(".ops-answer a[href*='runbooks/']", links)
    assert all("connector" not in link and "warehouse=duckdb" in link for link in found)


def test_what_is_known_of_the_connector_is_one_tap_away(page: Page) -> None:
    """Its pack's state, its defects and its limits, from the table below."""
    page.click(".ops-known-here summary")
    said = page.inner_text(".ops-known-here")
    assert said.startswith("Known already of Oil feed")
    assert "Soot on the east pane" in said


def test_words_are_copied(page: Page) -> None:
    """Exactly what is to be told, without the button's own word."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("details[open] .ops-copy")
    page.locator("details[open]").get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "We are on it."


def test_codes_are_filtered(page: Page) -> None:
    """By any word of the row."""
    page.fill("#ops-filter-0", "parse-error warn")
    rows = page.query_selector_all(".ops-codes tbody tr")
    assert len(rows) == 10
    assert [row.inner_text().split()[0] for row in rows if row.is_visible()] == ["WARN-PARSE-ERROR"]


def test_without_a_script_every_promise_is_in_words(site: Path) -> None:
    """The page is whole without JavaScript, and first on the chapter's page."""
    text = (site / "support/i-see-an-error.html").read_text(encoding="utf-8")
    assert "Answered within 15 minutes, a way round within 1 hour; the clock runs round the clock" in text
    chapter = (site / "support/index.html").read_text(encoding="utf-8")
    body = chapter[chapter.index("<article") :]
    assert body.index("i-see-an-error.html") < body.index("severities.html")
