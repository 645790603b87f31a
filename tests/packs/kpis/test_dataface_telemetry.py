"""Fleet health: every KPI equals a plain calculation over the rows, and the boards say what the metrics say."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.packs.kpis.board import Board, board

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]
INSTALL, RENDER, FRESHNESS = "pack-install-result", "pack-render-result", "data-freshness-result"
JUDGED = ("fresh", "late", "stale", "empty", "missing")
ALLOWED = {INSTALL: 0.01, RENDER: 0.005, FRESHNESS: 0.05}


@pytest.fixture(scope="module")
def fleet() -> Board:
    """The pack on awkward rows."""
    return board("dataface_telemetry")


def day(row: Row) -> date:
    """The UTC day of an event."""
    moment: datetime = row["time"]
    return moment.astimezone(UTC).date()


def recent(fleet: Board, *, before: int = 0) -> list[Row]:
    """The events of 30 days: those up to the newest event's, or those that end so many days earlier."""
    dated = [row for row in fleet.rows["events"] if row["time"]]
    last = max(day(row) for row in dated) - timedelta(days=before)
    return [row for row in dated if last - timedelta(days=30) < day(row) <= last]


def text(row: Row, name: str) -> str:
    """A text that is there, else Unknown."""
    return (row[name] or "").strip(" ") or "Unknown"


def drawn(rows: Iterable[Row]) -> list[Row]:
    """Boards as delivered whose source could be opened; a validation draws none."""
    own = [row for row in rows if row["contract"] == RENDER and row["modified"] is False]
    own = [row for row in own if row["trigger"] in {"page", "render", "check"}]
    return [row for row in own if row["outcome"] in {"succeeded", "partial", "failed"}]


def installs(rows: Iterable[Row]) -> list[Row]:
    """Installs and upgrades that ended for no reason in the project."""
    own = [row for row in rows if row["contract"] == INSTALL and row["action"] in {"install", "upgrade"}]
    return [row for row in own if row["outcome"] in {"succeeded", "failed"}]


def looks(rows: Iterable[Row]) -> list[Row]:
    """Looks at tables whose age is known."""
    return [row for row in rows if row["contract"] == FRESHNESS and row["outcome"] in JUDGED]


def share(rows: list[Row], *good: str) -> float | None:
    """The rows with one of these outcomes, of all."""
    return sum(row["outcome"] in good for row in rows) / len(rows) if rows else None


def tallies(rows: list[Row]) -> dict[tuple[str, str], tuple[int, int]]:
    """Events and bad ones by contract and connector."""
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in (*installs(rows), *drawn(rows), *looks(rows)):
        key = (row["contract"], text(row, "connector"))
        events, bad = found[key]
        found[key] = (events + 1, bad + (row["outcome"] not in {"succeeded", "fresh", "late"}))
    return found


@pytest.mark.parametrize("before", [0, 30])
def test_shares(fleet: Board, before: int) -> None:
    """Of boards, installs and looks at tables, in these 30 days and in those before."""
    rows, row = recent(fleet, before=before), fleet.one("index", "headline")
    names = ("render_before", "install_before", "data_before") if before else ("render_success", "install_success", "")
    assert row[names[0]] == pytest.approx(share(drawn(rows), "succeeded"))
    assert row[names[1]] == pytest.approx(share(installs(rows), "succeeded"))
    assert row[names[2] or "data_within"] == pytest.approx(share(looks(rows), "fresh", "late"))
    assert 0 < row[names[0]] < 1


def test_installations(fleet: Board) -> None:
    """Anonymous events have no installation, and are none."""
    rows = recent(fleet)
    assert fleet.one("index", "headline")["installations"] == len({row["installation"] for row in rows} - {None}) > 0
    assert any(row["installation"] is None for row in rows), "the rows must hold an anonymous one"


def test_budgets(fleet: Board) -> None:
    """What is over its budget is counted by connector; fewer than 20 events say nothing."""
    found = tallies(recent(fleet))
    over = {
        connector
        for (contract, connector), (events, bad) in found.items()
        if events >= 20 and bad > events * ALLOWED[contract]
    }
    row = fleet.one("budgets", "budget_headline")
    assert (row["over_budget"], row["bad_events"]) == (len(over), sum(bad for _, bad in found.values()))
    assert over
    assert any(events < 20 and bad for events, bad in found.values()), "the rows must hold one that is not judged"


def test_failed_boards(fleet: Board) -> None:
    """Each time that a board drew in part or not at all; those that come again, by connector, board and code."""
    own = [row for row in recent(fleet) if row["contract"] == RENDER and row["modified"] is False]
    failed = [row for row in own if row["outcome"] in {"partial", "failed"}]
    combinations: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in failed:
        combinations[text(row, "connector"), text(row, "board"), (row["code"] or "").strip(" ") or "none"].append(row)
    again = [
        rows
        for rows in combinations.values()
        if len({day(row) for row in rows}) > 1 or len({row["installation"] for row in rows} - {None}) > 1
    ]
    row = fleet.one("failures", "failure_headline")
    assert (row["failed_boards"], row["offenders"]) == (len(failed), len(again))
    assert 0 < len(again) < len(combinations)


def test_reporting(fleet: Board) -> None:
    """Installations whose newest event of a pack names a version."""
    rows = [row for row in recent(fleet) if (row["pack_version"] or "").strip(" ")]
    assert fleet.one("adoption", "adoption_headline")["reporting"] == len(
        {row["installation"] for row in rows} - {None}
    )


def test_minutes_to_first(fleet: Board) -> None:
    """From the first install of a pack to the first board of it that drew afterwards, by installation."""
    rows = recent(fleet)
    began: dict[tuple[str, str], datetime] = {}
    for row in rows:
        key = (row["installation"], text(row, "pack"))
        if row["contract"] == INSTALL and (row["action"], row["outcome"]) == ("install", "succeeded") and key[0]:
            began[key] = min(began.get(key, row["time"]), row["time"])
    first: dict[tuple[str, str], datetime] = {}
    for row in drawn(rows):
        key = (row["installation"], text(row, "pack"))
        if row["outcome"] == "succeeded" and key in began and row["time"] >= began[key]:
            first[key] = min(first.get(key, row["time"]), row["time"])
    seconds = [int(moment.timestamp()) - int(began[key].timestamp()) for key, moment in first.items()]
    found = fleet.one("adoption", "adoption_headline")
    assert found["minutes_to_first"] == pytest.approx(sum(seconds) / len(seconds) / 60)
    assert found["first_boards"] == len(seconds)


def test_freshness(fleet: Board) -> None:
    """The same share as on the first board, and the looks that were not good."""
    judged = looks(recent(fleet))
    row = fleet.one("freshness", "freshness_headline")
    assert row["within_limit"] == pytest.approx(share(judged, "fresh", "late"))
    assert row["within_limit"] == fleet.one("index", "headline")["data_within"]
    assert row["bad_looks"] == sum(row["outcome"] in {"stale", "empty", "missing"} for row in judged) > 0


def test_one_connector_is_chosen(fleet: Board) -> None:
    """The control narrows every figure; the 30 days stay those of all connectors."""
    rows = [row for row in recent(fleet) if text(row, "connector") == "hubspot"]
    row = fleet.one("index", "headline", connector="hubspot")
    assert row["render_success"] == pytest.approx(share(drawn(rows), "succeeded"))
    assert row["installations"] == len({row["installation"] for row in rows} - {None})


def met(fleet: Board, *, before: int = 0) -> list[Row]:
    """The occurrences of the 90 days up to the newest one, or of those that end so many days earlier."""
    dated: list[Row] = [dict(row) for row in fleet.rows["occurrences"] if row["day"]]
    last = max(row["day"] for row in dated) - timedelta(days=before)
    return [row for row in dated if last - timedelta(days=90) < row["day"] <= last]


def named(row: Row) -> str:
    """The defect of an occurrence, empty where nobody has assigned one."""
    return (row["defect"] or "").strip(" ")


def test_occurrences(fleet: Board) -> None:
    """Of these 90 days and of those before; defects among them, and those that nobody has assigned."""
    rows, earlier = met(fleet), met(fleet, before=90)
    row = fleet.one("stability", "stability_headline")
    assert (row["occurrences"], row["occurrences_before"]) == (len(rows), len(earlier))
    assert row["defects_met"] == len({named(one) for one in rows} - {""}) > 5
    assert row["defects_before"] == len({named(one) for one in earlier} - {""})
    assert row["unassigned"] == sum(not named(one) for one in rows) > 0


def test_repeated_defects(fleet: Board) -> None:
    """By connector and defect: on two days or more, or by two installs or more; an unknown number is one."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in met(fleet):
        if named(row):
            groups[text(row, "connector"), named(row)].append(row)
    expected = {}
    for key, rows in groups.items():
        days, most = len({row["day"] for row in rows}), max(max(row["installs"] or 1, 1) for row in rows)
        if days >= 2 or most >= 2:
            expected[key] = (len(rows), days, most)
    found = fleet.result("stability", "repeat_offenders")
    told = {(row["connector"], row["defect"]): (row["occurrences"], row["days"], row["installs"]) for row in found}
    first = sorted(expected, key=lambda key: (-expected[key][0], *key))[:50]
    assert list(told.items()) == [(key, expected[key]) for key in first]
    assert 0 < len(expected) < len(groups), "the rows must hold one that is met once"
    assert fleet.one("stability", "stability_headline")["repeat_defects"] == len(expected)


def test_occurrences_of_one_connector(fleet: Board) -> None:
    """The control narrows every figure; the 90 days stay those of all connectors."""
    rows = [row for row in met(fleet) if text(row, "connector") == "hubspot"]
    assert fleet.one("stability", "stability_headline", connector="hubspot")["occurrences"] == len(rows) > 0


def records(fleet: Board) -> dict[tuple[str, str, date], bool]:
    """Whether a criterion of a gate held on a day: every record of that day says so."""
    found: dict[tuple[str, str, date], bool] = {}
    for row in map(dict[str, Any], fleet.rows["gate_criteria"]):
        if row["day"]:
            key = (text(row, "gate"), text(row, "criterion"), row["day"])
            found[key] = found.get(key, True) and row["holds"] is True
    return found


def test_criteria_that_hold(fleet: Board) -> None:
    """By the newest record of each gate; a gate is open when all of its criteria hold."""
    found = records(fleet)
    newest: dict[str, date] = {}
    for gate, _, day_of in found:
        newest[gate] = max(newest.get(gate, day_of), day_of)
    gates: dict[str, list[bool]] = defaultdict(list)
    for (gate, _, day_of), held in found.items():
        if newest[gate] == day_of:
            gates[gate].append(held)
    row = fleet.one("launch", "launch_headline")
    assert (row["gates"], row["open_gates"]) == (len(gates), sum(all(own) for own in gates.values()))
    assert (row["criteria"], row["holding"]) == (sum(map(len, gates.values())), sum(map(sum, gates.values())))
    assert 0 < row["holding"] < row["criteria"]


def test_burn_up(fleet: Board) -> None:
    """Each day with a record: the criteria that held, and all that were recorded."""
    found = records(fleet)
    last = max(day_of for _, _, day_of in found)
    days: dict[date, list[bool]] = defaultdict(list)
    for (_, _, day_of), held in found.items():
        if last - timedelta(days=182) < day_of:
            days[day_of].append(held)
    expected = {(day_of, "Hold"): sum(own) for day_of, own in days.items()}
    expected |= {(day_of, "All"): len(own) for day_of, own in days.items()}
    assert {(row["day"], row["what"]): row["criteria"] for row in fleet.result("launch", "burn_up")} == expected
