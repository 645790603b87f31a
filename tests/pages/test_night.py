"""A night with a runbook, in a browser: from the alert's link to the timeline of the incident."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from generators.catalog import Catalog, load
from generators.model import KINDS
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert
from generators.oncall.paging import notifications
from generators.oncall.roster import Roster
from generators.output import write_pages
from generators.render import render
from generators.site import Site
from generators.source import LIMITS, Repository
from generators.sphinxext.pages import Pipeline
from generators.stability.notes import read_notes
from generators.views.layout import docname_of, targets
from generators.views.night import shift_scripts
from generators.views.runbook import runbook_page
from tests.browser import opened
from tests.changes import change, tree, write
from tests.clock import EPOCH
from tests.conftest import MINIATURE, TESTS
from tests.once import once
from tests.pages.sites import built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages.sites import Sites

PAGED = "2026-11-25T03:10:00Z"
NIGHT = datetime(2026, 11, 25, 3, 12, tzinfo=UTC)
ALERT = f"lamp=east&severity=sev1&paged={PAGED}"
RUNBOOK = "runbooks/lamp/lamp-out.yaml"
MESSAGE = "ops_model/support/messages/investigating-users.yaml"
PHONE = {"width": 390, "height": 844}
HOSTILE = ["$(reboot)", "a b", "`x`", "-rf", "a;b", "'", '"', "<b>x</b>", "a\nb", "é", "x" * 201, "{lamp}", "|", ""]


def with_more(root: Path) -> None:
    """The miniature with a second runbook that the first hands over to, and a message whose gaps fill themselves."""
    steps = tree(root / RUNBOOK)["steps"]
    steps[0] |= {"do": steps[0]["do"] + "\n\nSend the state investigating.", "former": ["inspect"]}
    steps[2]["end"] = {"outcome": "handed-off", "say": "Lamp {lamp} is looked after.", "to": "spare-lamp"}
    steps[1]["former"] = ["pour"]
    change(root / RUNBOOK, steps=steps, former=["no-light-at-all"], retired=["signal-a-ship"])
    spare = tree(MINIATURE / RUNBOOK) | {"title": "Light the spare lamp"}
    spare["steps"][0]["answers"] = []
    write(root / RUNBOOK.replace("lamp-out", "spare-lamp"), spare)
    message = tree(root / MESSAGE)
    lamp, following = message["placeholders"]
    gaps = [lamp | {"default": "the {lamp} lamp[ of {runbook}]"}, following | {"computed": "next-update"}]
    gaps.append({"name": "cause", "meaning": "Why", "example": "no oil"})
    change(root / MESSAGE, body=message["body"] + " Cause: {cause}.", placeholders=gaps)


@pytest.fixture(scope="module")
def root(sites: Sites) -> Path:
    """The repository of the site below."""
    return sites.of("internal", with_more).root


@pytest.fixture(scope="module")
def site(sites: Sites) -> Path:
    """One internal site for all tests here."""
    return sites.of("internal", with_more).out


class Night:
    """Pages of the site on a phone, at a time that stands still until a test moves it."""

    def __init__(self, page: Page, site: Path) -> None:
        self.site = site
        self.page = page
        self.context = page.context
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.clock.install(time=NIGHT - timedelta(minutes=1))
        self.page.clock.pause_at(NIGHT)

    def open(self, query: str = ALERT, anchor: str = "", page: str = "runbooks/lamp-out.html") -> Page:
        """A page as the alert's link opens it."""
        self.page.goto("about:blank")  # an address that differs in its anchor alone would not load the page again
        self.page.goto(f"file://{self.site}/{page}?{query}#{anchor}")
        return self.page

    def bar(self) -> str:
        """What stands at the bottom."""
        return self.page.locator(".ops-bar").inner_text()

    def command(self) -> str:
        """The first command, as it stands there."""
        return self.page.locator("article pre").first.text_content() or ""


@contextmanager
def night_on(browser: Browser, site: Path) -> Iterator[Night]:
    """A browser that has seen nothing yet. No script may fail."""
    with opened(browser, viewport=PHONE, timezone_id="Europe/London", accept_downloads=True) as page:
        made = Night(page, site)
        yield made
    assert made.faults == []


@pytest.fixture
def night(browser: Browser, site: Path) -> Iterator[Night]:
    """On the site of this module."""
    with night_on(browser, site) as made:
        yield made


def catalog_of(root: Path) -> Catalog:
    """What a root says."""
    return load(Repository(root, LIMITS), KINDS)[0]


# ── links of old alerts ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
@pytest.mark.parametrize("page", ["lamp-out", "no-light-at-all"])
@pytest.mark.parametrize("anchor", ["step-{}-fill", "step-{}-pour"])
def test_old_links_open_the_step_with_its_values(night: Night, page: str, anchor: str) -> None:
    """The runbook, the step, or both had another id: the command is filled in, and the step is the one that begins."""
    shown = night.open(anchor=anchor.format(page), page=f"runbooks/{page}.html")
    shown.locator(".ops-bar").wait_for()
    assert shown.url.startswith(f"file://{night.site}/runbooks/lamp-out.html?lamp=east")
    assert night.command() == "dct validate charts/east --strict"
    assert shown.locator(".ops-now").get_attribute("id") == "step-lamp-out-fill"
    assert "Step 2 of 3" in night.bar()


@pytest.mark.long
def test_links_to_a_retired_step_open_the_runbook(night: Night) -> None:
    """Nothing is there any more: the page is read from its beginning, with the values of the link."""
    shown = night.open(anchor="step-lamp-out-signal-a-ship")
    assert shown.locator(".ops-now").get_attribute("id") == "step-lamp-out-look"
    assert shown.evaluate("scrollY") == 0


def test_old_links_without_javascript(browser: Browser, site: Path) -> None:
    """A former id of a step is an element in it; a former address says where the page is, and goes there."""
    with opened(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(f"file://{site}/runbooks/lamp-out.html#step-lamp-out-pour")
        assert page.locator("#step-lamp-out-fill #step-lamp-out-pour").count() == 1
        page.goto(f"file://{site}/runbooks/no-light-at-all.html#step-no-light-at-all-pour")
        page.wait_for_url("**/runbooks/lamp-out.html")


# ── filling in ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_link_fills_in_commands_and_prose(night: Night) -> None:
    """No typing: what the alert knows stands in the command, marked as filled in."""
    page = night.open()
    assert night.command() == "dct validate charts/east --strict"
    assert page.locator("article pre .ops-filled").all_text_contents() == ["east"]
    assert "Look whether lamp east has oil." in page.locator("article").inner_text()
    assert "{lamp}" not in page.locator("#step-lamp-out-look").inner_text()


def test_what_is_not_given_is_a_visible_gap_and_is_not_copied(night: Night) -> None:
    """A gap stays marked, and the button says which value is missing."""
    page = night.open("")
    assert page.locator("article pre .ops-gap").all_text_contents() == ["{lamp}"]
    page.get_by_role("button", name="Copy", exact=True).first.click()
    assert page.locator(".ops-said").first.inner_text() == "Not copied. Missing: lamp"
    assert "Fill in: lamp" in page.locator("summary").inner_text()


def test_hostile_value_is_refused(night: Night) -> None:
    """It reaches no command and no element; the gap stays, and one line says so without repeating it."""
    for value in [*HOSTILE, "a/../b", ".x", "/etc"]:
        page = night.open(f"lamp={quote(value)}")
        assert night.command() == "dct validate charts/{lamp} --strict", value
        said = "Value of lamp refused: only letters, digits and _ . / : @ - are taken."
        assert page.locator(".ops-refused").inner_text() == said
        assert page.locator("article b:not(.ops-filled)").count() == 0


def test_what_is_typed_is_looked_at_as_well(night: Night) -> None:
    """A value pasted from a ticket is as little trusted as one from a link; a path may be typed."""
    page = night.open()
    page.locator("summary").click()
    box = page.locator("details input")
    for value in HOSTILE:
        box.fill(value)
        assert night.command() == "dct validate charts/{lamp} --strict", value
    box.fill("/home/me/east")
    assert night.command() == "dct validate charts//home/me/east --strict"
    assert page.locator(".ops-refused").inner_text() == ""


def test_names_that_every_object_has_fill_nothing(night: Night) -> None:
    """A link that names the insides of JavaScript changes nothing."""
    night.open(f"__proto__=x&constructor=y&{ALERT}")
    assert night.command() == "dct validate charts/east --strict"


def test_kept_values_are_looked_at_again(night: Night) -> None:
    """What another page left in the browser's memory is no way around the rule; nonsense there breaks nothing."""
    page = night.open("")
    for kept in ({"values": {"lamp": "$(x)"}, "visits": [None, 1, "x"]}, "nonsense", [1], {"visits": "x"}):
        page.evaluate("kept => localStorage.setItem('ops-night:lamp-out:', JSON.stringify(kept))", kept)
        night.open("")
        assert night.command() == "dct validate charts/{lamp} --strict"


@pytest.mark.parametrize("modern", [True, False])
def test_copy_is_the_filled_text_exactly(night: Night, modern: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """No line end that would run it at once; also where the browser has no clipboard interface."""
    if modern:
        night.context.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (t) => { window.copied = t; }}})"
        )
    else:
        night.context.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
            "document.addEventListener('copy', () => { window.copied = document.activeElement.value; });"
        )
    page = night.open()
    page.get_by_role("button", name="Copy", exact=True).first.click()
    assert page.locator(".ops-said").first.inner_text() == "Copied."
    assert page.evaluate("window.copied") == "dct validate charts/east --strict"


def test_links_keep_the_query(night: Night) -> None:
    """The next runbook and the messages know of the same incident; the refused value goes no further."""
    page = night.open(f"{ALERT}&bad=%24x")
    onward = page.locator("article a[href*='spare-lamp.html']").first.get_attribute("href") or ""
    message = page.locator(".ops-told a").first.get_attribute("href") or ""
    assert "lamp=east" in onward
    assert "paged=2026-11-25T03%3A10%3A00Z" in onward
    assert "runbook=lamp-out" in message
    assert message.endswith("#message-investigating-users")
    assert "bad" not in onward
    assert page.locator(f"article a[href^='#'][href*='{PAGED}']").count() == 0
    assert not page.locator("article a[href*='people.html']").first.get_attribute("href").count("?")  # type: ignore[union-attr]


# ── ticks, timeline ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_ticks_and_notes_survive_a_reload_and_leave_as_markdown(night: Night) -> None:
    """Two steps, a note and the way taken: after a reload they are all there, and in the file."""
    page = night.open()
    page.get_by_role("link", name="Fill it").first.click()
    page.clock.run_for(60_000)
    page.locator("#step-lamp-out-fill input").check()
    page.locator("#step-lamp-out-fill textarea").fill("one  barrel\n# left")
    page.reload()
    assert page.locator("#step-lamp-out-look .ops-tick input").is_checked()
    assert page.locator("#step-lamp-out-fill .ops-tick span").inner_text() == "03:13 UTC"
    assert "Step 3 of 3" in night.bar()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download timeline").click()
    assert download.value.suggested_filename == "lamp-out-2026-11-25.md"
    text = download.value.path().read_text(encoding="utf-8")
    assert text == (
        "# The lamp is out\n\n- runbook: lamp-out\n- lamp: east\n- severity: sev1\n"
        f"- paged: {PAGED}\n\n## 2026-11-25\n\n"
        "- 03:12 UTC  step 1. Look at the lamp (There is no oil → 2. Fill it)\n"
        "- 03:13 UTC  step 2. Fill it — one barrel # left\n"
        "- 03:13 UTC  step 3. Light it (begun)\n"
    )
    notes = read_notes(text.encode(), datetime.fromisoformat(PAGED) + timedelta(hours=1))
    assert [moment.what for moment in notes.moments] == [
        "1. Look at the lamp (There is no oil → 2. Fill it)",
        "2. Fill it — one barrel # left",
        "3. Light it",
    ]


def test_another_incident_begins_afresh(night: Night) -> None:
    """Ticks are kept by incident: tonight's page knows nothing of last week's."""
    night.open().locator(".ops-tick input").first.check()
    page = night.open("lamp=west&paged=2026-11-25T03:00:00Z")
    assert not page.locator(".ops-tick input").first.is_checked()
    assert "west" in night.command()
    assert night.open().locator(".ops-tick input").first.is_checked()


@pytest.mark.long
def test_values_of_an_earlier_day_are_not_used_again(night: Night) -> None:
    """Without an incident in the link, what was typed more than twelve hours ago must not stand in a command."""
    page = night.open("")
    page.locator("summary").click()
    page.locator("details input").fill("west")
    page.locator(".ops-tick input").first.check()
    night.open("")
    assert "west" in night.command()
    page.clock.run_for(timedelta(hours=13) // timedelta(milliseconds=1))
    night.open("")
    assert night.command() == "dct validate charts/{lamp} --strict"
    assert "start over" in page.locator(".ops-refused").inner_text()


def test_start_over_asks_first(night: Night) -> None:
    """No leaves everything; yes forgets ticks and notes, and fills in what the link says."""
    page = night.open()
    page.locator(".ops-tick input").first.check()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Start over").click()
    assert page.locator(".ops-tick input").first.is_checked()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start over").click()
    assert not page.locator(".ops-tick input").first.is_checked()
    assert night.command() == "dct validate charts/east --strict"


def test_page_works_without_storage(night: Night) -> None:
    """A browser that keeps nothing says so, and everything else works."""
    night.context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    night.faults = []
    page = night.open()
    assert "keeps nothing" in page.locator(".ops-refused").inner_text()
    page.locator(".ops-tick input").first.check()
    assert "03:12 UTC  step 1." in page.locator(".ops-record pre").inner_text()
    # The theme's own script asks for it, too; that is not ours.
    night.faults = [fault for fault in night.faults if fault != "no"]


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_time_box_counts_down_and_names_who_is_next(night: Night) -> None:
    """Two minutes after the page: eight until the keepers are called; after five minutes the step has failed."""
    page = night.open()
    assert [line for line in night.bar().splitlines() if line] == [
        "SEV1 · acknowledge by 03:25 UTC",
        "Step 1 of 3: 5:00 left",
        "Next: Keeper seat 1, Keeper seat 2, in 8:00",
    ]
    assert page.locator("h1 + .ops-facts").inner_text() == "SEV1 · acknowledge by 03:25 UTC"
    page.clock.run_for(61_000)
    assert "3:59 left" in night.bar()
    page.clock.run_for(240_000)
    assert "out of time" in night.bar()
    alarm = page.locator("#step-lamp-out-look [role=alert]").inner_text()
    assert alarm == "Out of time: this step has failed. Next: Keeper seat 1, Keeper seat 2."
    page.clock.run_for(timedelta(hours=2) // timedelta(milliseconds=1))
    assert "everybody was called" in night.bar()


def test_without_a_page_the_reader_begins(night: Night) -> None:
    """Nothing counts until Begin is tapped; before that the bar says who is on call."""
    page = night.open("")
    assert "On call: Keeper seat 2" in night.bar()
    page.get_by_role("button", name="Begin").click()
    assert "5:00 left" in night.bar()
    assert "in 10:00" in night.bar()


def test_alert_begins_the_step_that_answers_it(night: Night) -> None:
    """The link's anchor is where the clock starts."""
    night.open(anchor="step-lamp-out-fill")
    assert "Step 2 of 3: 20:00 left" in night.bar()


def test_end_of_the_schedule_is_said(night: Night) -> None:
    """Past its last week the page names the command instead of a person; the table is shown again."""
    page = night.open("paged=2027-08-01T00:00:00Z")
    assert "ends on 2027-05-17: ask dfops oncall" in night.bar()
    assert page.locator(".ops-shifts").is_visible()


def test_who_is_next_is_what_the_command_says(night: Night, root: Path) -> None:
    """At random moments of half a year, time off included, each wake is the one that `dfops page` names."""
    page, catalog = night.open(), catalog_of(root)
    roster = Roster.of(catalog, datetime(2026, 11, 16, tzinfo=UTC), timedelta(weeks=26))
    dice = random.Random(4)  # noqa: S311 - the same moments in every run
    moments = [datetime(2026, 11, 16, tzinfo=UTC) + timedelta(seconds=dice.randrange(15_000_000)) for _ in range(40)]
    moments += [datetime(2027, 2, 3, 12, tzinfo=UTC), datetime(2026, 11, 30, 8, 55, tzinfo=UTC)]
    script = "(at) => notifications(opsShifts.lamp, at)"
    for moment in moments:
        told = page.evaluate(script, moment.timestamp() * 1000)
        found = notifications(catalog, roster, "lamp-escalation", moment)
        expected = [
            (wake.at.timestamp() * 1000, ", ".join(roster.title(one.person) for one in wake.people if not one.shadow))
            for wake in found
        ]
        assert [(wake["at"], wake["people"]) for wake in told] == expected


# ── without JavaScript, on paper, on a small screen ─────────────────────────────────────────────────────────────────
def test_page_without_javascript_lists_the_next_shifts(site: Path) -> None:
    """Eight shifts with local time and UTC, from the one that runs on."""
    soup = BeautifulSoup((site / "runbooks/lamp-out.html").read_text(encoding="utf-8"), "lxml")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td")] for row in soup.select(".ops-shifts tbody tr")
    ]
    assert len(rows) == 8
    assert rows[0] == ["Keeper seat 1", "Mon 16 Nov 09:00 (09:00)", "Mon 23 Nov 09:00 (09:00)"]
    assert not soup.select("article button, article input")


def test_first_command_is_seen_at_once(night: Night) -> None:
    """Above the bar, without scrolling, from the alert's link and without one."""
    for query, anchor in (("", ""), (ALERT, "step-lamp-out-look")):
        page = night.open(query, anchor)
        box, bar = page.locator("article pre").first.bounding_box(), page.locator(".ops-bar").bounding_box()
        assert box is not None
        assert bar is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= bar["y"]
        assert bar["y"] + bar["height"] <= PHONE["height"]


def test_targets_are_large(night: Night) -> None:
    """44 px: found by a thumb."""
    page = night.open()
    for target in [*page.locator("article button:visible").all(), page.locator(".ops-tick label").first]:
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44


def test_paper_has_steps_and_nothing_to_press(night: Night) -> None:
    """Printed, a runbook is text."""
    page = night.open()
    page.emulate_media(media="print")
    assert not any(button.is_visible() for button in page.locator("button").all())
    assert not page.locator(".ops-bar").is_visible()
    assert page.locator("article pre").first.is_visible()


def test_page_is_light(site: Path) -> None:
    """Everything that a runbook page loads, uncompressed; and the script alone."""
    html = (site / "runbooks/lamp-out.html").read_text(encoding="utf-8")
    loaded = {name.split("?")[0] for name in re.findall(r'(?:src|href)="\.\./(_static/[^"]+)"', html)}
    assert "_static/night.js" in loaded
    assert "_static/shifts/lamp.js" in loaded
    assert len(html) + sum((site / name).stat().st_size for name in loaded) < 150_000
    assert (TESTS.parent / "docs/_static/night.js").stat().st_size < 15_000


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    """The runbooks of this very repository as pages; everything they lead to is an empty page under its title."""
    return once(shared / "runbooks", of_this_repository) / "out/internal"


def of_this_repository(root: Path) -> None:
    """The site of the fixture above."""
    repository = TESTS.parent
    at = datetime.fromtimestamp(int(EPOCH), UTC)
    catalog = catalog_of(repository)
    pages = {
        f"{docname_of(entry)}.md": render("runbook.md.jinja", runbook_page(catalog, entry, at))
        for entry in catalog.entries_of(Runbook)
    }
    shown = targets(catalog)
    stubs = {f"{target.docname}.md": "---\norphan: true\n---\n# x\n" for target in shown.values()} | {
        "index.md": "# x\n"
    }
    shutil.copytree(repository / "docs/_static", root / "docs/_static")
    shutil.copy(repository / "conf.py", root)
    site = Site(stubs | pages, shown, (), shifts=shift_scripts(catalog, at))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        pipeline = Pipeline(lambda *_: site, write_pages, tuple(kind.kind for kind in KINDS))
        patch.setattr("generators.sphinxext.pages.pipeline", lambda: pipeline)
        built(root, "internal")


@pytest.mark.long
def test_first_command_of_every_runbook_is_seen_at_once(browser: Browser, real: Path) -> None:
    """For each runbook there is, and from each alert's link to the step that answers it: above the bar, unscrolled."""
    catalog = catalog_of(TESTS.parent)
    links = {(entry.id, "") for entry in catalog.entries_of(Runbook)}
    alerts = [alert.entity for alert in catalog.entries_of(Alert)]
    links |= {(str(alert.runbook), f"step-{alert.step}".replace("/", "-")) for alert in alerts}
    unseen = []
    with night_on(browser, real) as night:
        for name, anchor in sorted(links):
            page = night.open(f"connector=stripe&warehouse=postgres&paged={PAGED}", anchor, f"runbooks/{name}.html")
            inside = f"#{anchor}" if anchor else "article"
            box, bar = page.locator(f"{inside} pre").first.bounding_box(), page.locator(".ops-bar").bounding_box()
            if box is None or bar is None or box["y"] < 0 or box["y"] + box["height"] > bar["y"]:
                unseen.append((name, anchor, box, bar))
    assert unseen == []


@pytest.mark.long
def test_weight_of_every_runbook(real: Path) -> None:
    """Everything that each page loads: below the limit as it is, below a third of it as a server sends it."""
    sizes = {}
    for file in sorted((real / "runbooks").glob("*.html")):
        html = file.read_text(encoding="utf-8")
        loaded = {name.split("?")[0] for name in re.findall(r'(?:src|href)="\.\./(_static/[^"]+)"', html)}
        parts = [html.encode(), *((real / name).read_bytes() for name in loaded)]
        sizes[file.stem] = (sum(map(len, parts)), sum(len(gzip.compress(part)) for part in parts))
    del sizes["offline"]
    assert len(sizes) == len(list(catalog_of(TESTS.parent).entries_of(Runbook)))
    assert max(packed for _, packed in sizes.values()) < 50_000
    assert max(plain for plain, _ in sizes.values()) < 150_000


COMPUTED = """
() => [...document.querySelectorAll("*")].map(element => {
  const style = getComputedStyle(element);
  return element.tagName + "." + element.className + ": " +
    [...style].filter(name => !name.startsWith("--")).map(name => name + ":" + style[name]).join(";");
})
"""
WHOLE_SHEET = """
() => new Promise(resolve => {
  const link = document.querySelector("link[href*='styles/runbook.css']");
  link.onload = resolve;
  link.href = link.href.replace("runbook.css", "furo.css");
})
"""


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_a_runbook_looks_as_with_the_whole_sheet(
    browser: Browser, real: Path, scheme: Literal["light", "dark"]
) -> None:
    """Every property of every element of the longest runbook, as the theme's own sheet has it."""
    longest = max(
        (real / "runbooks").glob("*[a-z].html"), key=lambda page: (page.stem != "offline", page.stat().st_size)
    )
    with opened(browser, viewport=PHONE, color_scheme=scheme) as page:
        page.goto(f"file://{longest}")
        short = page.evaluate(COMPUTED)
        page.evaluate(WHOLE_SHEET)
        whole = page.evaluate(COMPUTED)
    assert len(short) > 300
    assert [pair for pair in zip(short, whole, strict=True) if pair[0] != pair[1]][:1] == []


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_message_fills_itself_and_shows_what_is_missing(night: Night) -> None:
    """The default once the link knows its parameter, the next time worked out and kept once copied; the rest named."""
    night.context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (t) => { window.copied = t; }}})"
    )
    page = night.open(page="support/messages.html", anchor="message-investigating-users")
    section = page.locator("#message-investigating-users")
    body = section.locator("pre").nth(1)
    assert body.inner_text() == (
        "The lamp the east lamp is investigating. Next word at 2026-11-25 03:32 UTC. Cause: {cause}."
    )
    page.clock.run_for(120_000)
    assert "03:34 UTC" in body.inner_text()
    section.get_by_role("button", name="Copy body").click()
    assert page.evaluate("window.copied").endswith("Next word at 2026-11-25 03:34 UTC. Cause: [cause: missing].")
    page.clock.run_for(600_000)
    assert "03:34 UTC" in body.inner_text()
    section.get_by_label("cause").fill("no <b>oil</b> & $5")
    assert "Cause: no <b>oil</b> & $5." in body.inner_text()
    section.get_by_role("button", name="Copy subject").click()
    assert page.evaluate("window.copied") == "The lamp is being looked at"


def test_message_without_a_link_leaves_its_gaps(night: Night) -> None:
    """A default needs every parameter in it: half of one is worse than a gap."""
    page = night.open("", page="support/messages.html")
    body = page.locator("#message-investigating-users pre").nth(1)
    assert "{lamp}" in body.inner_text()


# ── who answers now ─────────────────────────────────────────────────────────────────────────────────────────────────
def on_leave(root: Path) -> None:
    """The person whose turn it is in that night is away all week, and so knows nobody of it but the roster."""
    days = [{"first": "2026-11-23", "last": "2026-11-29"}]
    change(root / "ops_model/organization/people/keeper-seat-2.yaml", time_off=days)
    accepted = {"code": "OPS408", "path": "ops_model/organization/people/keeper-seat-2.yaml"}
    baseline = tree(root / "ops_model/operating/baselines/moving-in.yaml")
    change(root / "ops_model/operating/baselines/moving-in.yaml", accepted=[*baseline["accepted"], accepted])


@pytest.fixture(scope="module")
def leave(sites: Sites) -> Path:
    """A site of a team whose first person is on leave."""
    return sites.of("internal", on_leave).out


@pytest.mark.long
def test_rotation_says_who_answers_at_the_moment_of_reading(night: Night) -> None:
    """Worked out in the page from the schedule of the site; it moves with the clock."""
    page = night.open("", page="oncall/rotations/lamp-watch.html")
    shown = page.locator(".ops-live")
    assert shown.locator("li").all_inner_texts() == [
        "Keeper seat 2, until Mon, 30 Nov, 09:00 UTC",
        "Then Keeper seat 1, from Mon, 30 Nov, 09:00 UTC",
    ]
    assert shown.locator("p").inner_text() == "Now: 2026-11-25, 03:12 UTC."
    page.clock.run_for(timedelta(days=5, hours=7) // timedelta(milliseconds=1))
    assert shown.locator("li").first.inner_text() == "Keeper seat 1, until Mon, 07 Dec, 09:00 UTC"


def test_policy_says_whom_a_page_would_reach(night: Night) -> None:
    """Every step of every round, at the minute at which it would come."""
    page = night.open("", page="oncall/escalation-policies/lamp-escalation.html")
    assert page.locator(".ops-live li").all_inner_texts() == [
        "03:12 UTC: Keeper seat 2",
        "03:22 UTC: Keeper seat 1, Keeper seat 2",
        "03:32 UTC: Keeper seat 2",
        "03:42 UTC: Keeper seat 1, Keeper seat 2",
    ]


def test_without_scripts_a_page_says_as_of_when(browser: Browser, site: Path) -> None:
    """The words of the build, with their moment, and the whole list below."""
    with opened(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(f"file://{site}/oncall/rotations/lamp-watch.html")
        text = page.locator(".ops-live").inner_text()
        assert "Keeper seat 1, until Mon 23 Nov 09:00 Europe/London (09:00 UTC)" in text
        assert "As of Monday, 16 November 2026, 09:00 GMT." in text
        page.locator("details summary").first.click()
        assert page.locator("details table tbody tr").count() == 8
        page.goto(f"file://{site}/oncall/escalation-policies/lamp-escalation.html")
        assert "At once: Keeper seat 1" in page.locator(".ops-live").inner_text()
        assert "As of Saturday, 21 November 2026, 00:00 UTC." in page.locator(".ops-live").inner_text()


@pytest.mark.long
def test_the_first_person_is_on_leave(browser: Browser, leave: Path) -> None:
    """From the alert's link: nobody waits for who is away, and each page gives the same answer."""
    with night_on(browser, leave) as night:
        page = night.open()
        assert "Next: everybody was called; begin again with Keeper seat 1" not in night.bar()
        assert "Next: Keeper seat 1, in 8:00" in night.bar()  # the keepers were called at once, and are again after 10
        page.locator(".ops-bar a").last.click()
        listed = page.locator("#paged-next-lamp-out li").all_inner_texts()
        assert "03:20 UTC: Keeper seat 1" in listed
        night.open("", page="oncall/rotations/lamp-watch.html")
        assert page.locator(".ops-live li").first.inner_text() == "Nobody, until Mon, 30 Nov, 08:00 UTC"
        night.open("", page="oncall/escalation-policies/lamp-escalation.html")
        assert page.locator(".ops-live li").all_inner_texts()[:2] == [
            "03:12 UTC: nobody, passes on",
            "03:12 UTC: Keeper seat 1",
        ]


# ── the page on arrival ─────────────────────────────────────────────────────────────────────────────────────────────
def test_bar_says_what_the_alert_is_about_until_it_is_acknowledged(night: Night) -> None:
    """Connector, severity and the promise; late is an alarm; the first tick ends it."""
    page = night.open(f"connector=oil_feed&severity=sev1&paged={PAGED}")
    assert "oil_feed · SEV1 · acknowledge by 03:25 UTC" in night.bar()
    page.clock.run_for(14 * 60_000)
    assert "oil_feed · SEV1 · acknowledge: 1:00 late" in night.bar()
    page.locator("#step-lamp-out-look .ops-tick input").check()
    assert "acknowledge" not in night.bar()
    assert "oil_feed · SEV1" in night.bar()


def test_nothing_lies_over_the_step_that_the_link_names(night: Night) -> None:
    """Neither a button nor the bar: what is seen at the heading is the heading."""
    page = night.open(anchor="step-lamp-out-light")
    page.locator(".ops-bar").wait_for()
    over = page.evaluate(
        """() => { const box = document.querySelector('#step-lamp-out-light h2').getBoundingClientRect();
            return [0.05, 0.5, 0.95].map((part) => document.elementFromPoint(
                box.left + part * box.width, box.top + box.height / 2).closest('h2, .ops-bar, .back-to-top, header'))
                .map((found) => found && found.tagName); }"""
    )
    assert over == ["H2", "H2", "H2"]


def test_what_was_typed_is_known_on_every_page_of_the_incident(night: Night) -> None:
    """A value is asked for once: runbook and messages share it, another incident does not."""
    page = night.open(f"severity=sev1&paged={PAGED}")
    page.locator(".ops-lead + details summary").click()
    page.get_by_label("lamp").fill("north")
    night.open(f"severity=sev1&paged={PAGED}", page="support/messages.html")
    body = page.locator("#message-investigating-users pre").nth(1)
    assert body.inner_text().startswith("The lamp north is investigating.")
    night.open("severity=sev1&paged=2026-11-25T03:11:00Z", page="support/messages.html")
    assert "{lamp}" in page.locator("#message-investigating-users pre").nth(1).inner_text()


def test_a_part_of_a_default_goes_where_it_is_not_known(night: Night) -> None:
    """`the {lamp} lamp[ of {runbook}]` reads as a sentence with and without the runbook."""
    body = "#message-investigating-users pre"
    page = night.open(page="support/messages.html")
    assert page.locator(body).nth(1).inner_text().startswith("The lamp the east lamp is")
    night.open(f"{ALERT}&runbook=lamp-out", page="support/messages.html")
    assert page.locator(body).nth(1).inner_text().startswith("The lamp the east lamp of lamp-out is")


def test_an_old_link_to_who_is_paged_still_leads_there(night: Night) -> None:
    """The section had another id; both name the same place."""
    page = night.open("", anchor="woken-lamp-out")
    heading = page.locator("#paged-next-lamp-out h2").bounding_box()
    assert heading is not None
    assert 0 <= heading["y"] < PHONE["height"] / 2
    assert page.locator("#woken-lamp-out").count() == 1


def test_print_has_no_link_to_skip(night: Night) -> None:
    """On paper nothing is pressed, and a long step may begin on the first page."""
    page = night.open("")
    page.emulate_media(media="print")
    assert not page.locator(".skip-to-content").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('article section section')).breakInside") == "auto"


# ── the bundle ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_bundle_needs_nothing_else(site: Path) -> None:
    """One file: no address leads out of it, every link within has a target, ids are unique."""
    text = (site / "runbooks/offline.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "lxml")
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(tag["href"])[:1] for tag in soup.select("[href]")} == {"#"}
    assert {str(tag["href"])[1:] for tag in soup.select("[href]")} <= set(ids)
    assert not soup.select("[src], link, iframe, object, embed")
    assert "url(http" not in text
    size = f"({(site / 'runbooks/offline.html').stat().st_size / 1e6:.1f} MB)"
    assert size in (site / "runbooks/index.html").read_text(encoding="utf-8")


def test_bundle_works_from_a_disk(night: Night) -> None:
    """The list, then one runbook at a time, each with its own values, ticks and clock."""
    page = night.open("lamp=east", page="runbooks/offline.html")
    assert page.locator("article:visible").count() == 0
    page.get_by_role("link", name="The lamp is out").first.click()
    assert night.page.locator("article:visible h1").all_text_contents() == ["The lamp is out"]
    shown = page.locator("article:visible")
    assert shown.locator("pre").first.text_content() == "dct validate charts/east --strict"
    shown.get_by_role("button", name="Begin").click()
    assert "5:00 left" in shown.locator(".ops-bar").inner_text()
    assert "Keeper seat" in shown.locator(".ops-bar").inner_text()
    shown.locator(".ops-end a", has_text="Light the spare lamp").click()
    assert page.locator("article:visible h1").all_text_contents() == ["Light the spare lamp"]
    page.reload()
    assert page.locator("article:visible h1").all_text_contents() == ["Light the spare lamp"]


def test_bundle_without_javascript_shows_everything(browser: Browser, site: Path) -> None:
    """A reader that runs no scripts gets all runbooks one below the other."""
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"file://{site}/runbooks/offline.html")
        assert page.locator("article:visible").count() == 2


def test_schedule_is_data_only(site: Path) -> None:
    """One assignment of JSON that no HTML parser reads anything into."""
    text = (site / "_static/shifts/lamp.js").read_text(encoding="utf-8")
    found = re.fullmatch(r'\(window\.opsShifts = window\.opsShifts \|\| \{\}\)\["lamp"\] = (\{.*\});\n', text)
    assert found is not None
    assert sorted(json.loads(found[1])["people"]) == ["Keeper seat 1", "Keeper seat 2"]
    assert not set("<>&") & set(text)
