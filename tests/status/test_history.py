"""What telemetry makes of a pack, and the states that it was in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from generators.published.manifest import Unreadable, dumps
from generators.site import check, prepare
from generators.status.history import REACHES, history
from generators.status.packs import PackStatus, pack_statuses
from generators.status.state import Status
from generators.status.telemetry import signals_at, summary_at
from generators.telemetry.summary import FILE, MOST, ObjectiveState, PackTelemetry, SignalSpan, Summary
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

CONNECTOR, PACK = "oil_feed", "oil_feed"
DAY = timedelta(days=1)
DRAWN = ObjectiveState(
    objective="drawn",
    title="Boards draw",
    target="0.99",
    basis="proposed",
    window_days=30,
    minimum=20,
    events=100,
    good=90,
    left="-9.0000",
    burn="10.0000",
    hours_left=None,
)


def summed(*signals: SignalSpan, at: datetime = AT, synthetic: bool = False, **changed: Any) -> Summary:
    """What telemetry says of the miniature's pack."""
    said = {"newest": at, "objectives": (DRAWN,), "trend": (), "codes": (), "versions": (), "signals": signals}
    return Summary(at=at, synthetic=synthetic, connectors={CONNECTOR: PackTelemetry.model_validate(said | changed)})


def burning(since: datetime, until: datetime | None = None) -> SignalSpan:
    """An error budget that burnt."""
    return SignalSpan(what="budget-burning", since=since, until=until)


def stood(root: Path, summary: Summary | None, at: datetime = AT) -> PackStatus:
    """How the miniature's pack stands."""
    checked = check(root, AT)
    return pack_statuses(checked.catalog, checked.packs, {}, at, summary)[PACK]


@pytest.fixture
def working(miniature: Path) -> Path:
    """A repository in which nothing else speaks against the pack."""
    for path in ("stability/defects/soot-on-the-east-pane", "stability/incidents/dark-on-the-first-of-november"):
        (miniature / "ops_model" / f"{path}.yaml").unlink()
    (miniature / "ops_model/operating/status_overrides/new-barrels.yaml").unlink()
    return miniature


def test_a_burning_budget_degrades_a_pack_from_then_on(working: Path) -> None:
    """The reason is a sentence for users; made-up events say so in it."""
    before = stood(working, None).status
    began = AT - 2 * DAY
    found = stood(working, summed(burning(began))).status
    assert before.state != "degraded"
    assert (found.state, found.moment) == ("degraded", began)
    synthetic = stood(working, summed(burning(began), synthetic=True)).status
    assert synthetic.reason.endswith("(synthetic telemetry).")


def test_what_is_over_is_history(working: Path) -> None:
    """Newest first, each with its end; the states of before and after are what the proof says."""
    found = stood(working, summed(burning(AT - 9 * DAY, AT - 4 * DAY)))
    states = [(one.state == "degraded", one.since, one.until) for one in found.history]
    assert states == [
        (False, AT - 4 * DAY, None),
        (True, AT - 9 * DAY, AT - 4 * DAY),
        (False, AT - REACHES, AT - 9 * DAY),
    ]
    assert [one.lasted(AT) for one in found.history][:2] == [4 * DAY, 5 * DAY]


def test_a_summary_of_long_ago_decides_nothing(working: Path) -> None:
    """It is shown with its day."""
    old = summed(burning(AT - 9 * DAY), at=AT - 3 * DAY)
    assert signals_at(old, CONNECTOR, AT) == ()
    assert stood(working, old).status.state != "degraded"
    assert stood(working, old).telemetry is not None
    assert signals_at(old, CONNECTOR, AT - 2 * DAY) != ()
    assert signals_at(old, "another", AT - 2 * DAY) == signals_at(None, CONNECTOR, AT) == ()


def test_equal_states_are_one_period() -> None:
    """However many facts changed."""
    moments = [AT - number * DAY for number in range(1, 6)]
    periods = history(lambda _: Status("operational", "Fine.", None), moments, AT - 3 * DAY, AT)
    assert [(one.since, one.until) for one in periods] == [(AT - 3 * DAY, None)]


def written(root: Path, summary: Summary) -> None:
    """Where builds look for it."""
    put(root, dumps(summary).decode())


def put(root: Path, text: str) -> None:
    """The file as it is given."""
    (root / FILE).parent.mkdir(parents=True, exist_ok=True)
    (root / FILE).write_text(text, encoding="utf-8")


def test_pages_show_what_the_summary_says(miniature: Path) -> None:
    """On the public page and the team's; without a summary both say so."""
    codes = [{"code": "ERR-LAMP-OUT", "events": 7, "installations": 3}]
    written(miniature, summed(synthetic=True, codes=codes, versions=[{"version": "1.2.3", "installations": 41}]))
    internal, public = (prepare(miniature, audience, AT).pages for audience in ("internal", "public"))
    for page in (internal["packs/packs/oil_feed.md"], public["connectors/oil_feed.md"]):
        for said in ("Synthetic telemetry", "90 &#37; of 100 events", "Error budget&#58; spent", "41"):
            assert said.replace("&#58;", ":") in page.replace("&#58;", ":"), said
    (miniature / FILE).unlink()
    assert "No telemetry" in prepare(miniature, "public", AT).pages["connectors/oil_feed.md"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("{", "cannot be read"), ("x" * (MOST + 1), "larger than"), ('{"schema_version": 2}', "newer dfops")],
    ids=["torn", "huge", "later"],
)
def test_a_summary_that_cannot_be_read_is_a_note(text: str, why: str, miniature: Path) -> None:
    """Pages go without it."""
    put(miniature, text)
    with pytest.raises(Unreadable, match=why):
        summary_at(miniature)
    site = prepare(miniature, "public", AT)
    assert any(why in note for note in site.notes)
    assert "No telemetry" in site.pages["connectors/oil_feed.md"]


def test_incidents_are_shown_without_what_the_team_wrote(miniature: Path) -> None:
    """When, and how severe."""
    file = miniature / "ops_model/stability/incidents/dark-on-the-first-of-november.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("title: ", "title: Canary "), encoding="utf-8")
    page = prepare(miniature, "public", datetime(2027, 3, 5, tzinfo=UTC)).pages["connectors/oil_feed.md"]
    assert "Incidents" in page
    assert "Canary" not in page


def test_the_record_is_what_another_program_counts(miniature: Path) -> None:
    """A summary is JSON that any program reads: the page has its numbers and no others."""
    written(miniature, summed())
    raw = json.loads((miniature / FILE).read_bytes())["connectors"][CONNECTOR]["objectives"][0]
    page = prepare(miniature, "public", AT).pages["connectors/oil_feed.md"]
    share = 100 * raw["good"] / raw["events"]
    assert f"{share:g} &#37; of {raw['events']} events" in page
