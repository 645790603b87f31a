"""Salesforce: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import fmean
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]


@pytest.fixture(scope="module")
def salesforce() -> Board:
    """Awkward rows of the Salesforce pack."""
    return board("salesforce")


def day(moment: datetime | None) -> date | None:
    """The day in UTC."""
    return moment.astimezone(UTC).date() if moment else None


def newest_sync(*tables: list[Row]) -> date:
    """The day from which the last days are counted back."""
    synced: list[datetime] = [row["_fivetran_synced"] for table in tables for row in table]
    return max(synced).astimezone(UTC).date()


def within(found: date | None, end: date, first: int, last: int) -> bool:
    """Whether a day lies `first` to `last` days before the end; an unknown day does not."""
    return found is not None and first <= (end - found).days <= last


def kept(rows: list[Row]) -> list[Row]:
    """Rows that nobody deleted; an empty flag says nobody did."""
    return [row for row in rows if row["is_deleted"] is not True]


def shown(text: str | None) -> str:
    """A text as the boards show it."""
    return (text or "").strip(" ") or "Unknown"


def money(row: Row) -> Decimal:
    """The amount to the ninth decimal; 0 where there is none."""
    return Decimal(str(row["amount"] or 0))


def open_ones(salesforce: Board) -> list[Row]:
    """Opportunities without an end."""
    return [row for row in kept(salesforce.rows["opportunity"]) if row["is_closed"] is not True]


def ended(salesforce: Board, first: int = 0, last: int = 364) -> list[Row]:
    """Opportunities that were closed in a stretch of days before the newest sync."""
    end = newest_sync(salesforce.rows["opportunity"])
    closed = [row for row in kept(salesforce.rows["opportunity"]) if row["is_closed"] is True]
    return [row for row in closed if within(day(row["close_date"]), end, first, last)]


def owners(salesforce: Board) -> dict[str | None, str]:
    """Names of users by id."""
    users: list[Row] = salesforce.rows["user"]
    return {row["id"]: shown(row["name"]) for row in users}


def test_open_pipeline_counts_what_is_not_closed(salesforce: Board) -> None:
    """Open pipeline is the amount of every opportunity that is neither closed nor deleted."""
    expected = open_ones(salesforce)
    found = salesforce.one("index", "headline")
    assert float(found["open_pipeline"]) == pytest.approx(float(sum(map(money, expected))), rel=1e-9)
    assert found["open_opportunities"] == len(expected)


def test_open_pipeline_of_one_type(salesforce: Board) -> None:
    """The choice of a type leaves the other types out, and rows without a type are Unknown."""
    for kind in ("New Business", "Unknown"):
        expected = [row for row in open_ones(salesforce) if shown(row["type"]) == kind]
        found = salesforce.one("index", "headline", opportunity_type=kind)
        assert expected
        assert found["open_opportunities"] == len(expected)
        assert float(found["open_pipeline"]) == pytest.approx(float(sum(map(money, expected))), rel=1e-9)


def test_won_amount_of_the_last_year(salesforce: Board) -> None:
    """Won amount takes the 365 days up to the newest sync; the year before stands beside it."""
    found = salesforce.one("index", "headline")
    for column, first, last in (("won_amount", 0, 364), ("won_amount_before", 365, 729)):
        won = [row for row in ended(salesforce, first, last) if row["is_won"] is True]
        assert float(found[column]) == pytest.approx(float(sum(map(money, won))), rel=1e-9)


def test_win_rate_counts_opportunities(salesforce: Board) -> None:
    """Win rate is won through won and lost, in numbers of opportunities."""
    closed = ended(salesforce)
    won = [row for row in closed if row["is_won"] is True]
    found = salesforce.one("index", "headline")
    assert found["win_rate"] == pytest.approx(len(won) / len(closed), rel=1e-9)
    assert found["closed_opportunities"] == len(closed)


def test_days_to_close_leaves_backdated_ones_out(salesforce: Board) -> None:
    """Days to close is the mean over won opportunities that were created before they closed."""
    spans = []
    for row in ended(salesforce):
        created, closed = day(row["created_date"]), day(row["close_date"])
        if row["is_won"] is True and created and closed and closed >= created:
            spans.append((closed - created).days)
    found = salesforce.one("index", "headline")
    assert found["days_to_close"] == pytest.approx(fmean(spans), rel=1e-9)
    assert found["timed_opportunities"] == len(spans)


def test_closed_by_month_holds_every_close_of_24_months(salesforce: Board) -> None:
    """Each of the last 24 months shows how many opportunities were won and lost, and none lies in the future."""
    end = newest_sync(salesforce.rows["opportunity"])
    expected: Counter[tuple[date, str]] = Counter()
    for row in kept(salesforce.rows["opportunity"]):
        closed = day(row["close_date"])
        if row["is_closed"] is True and closed and closed <= end:
            months_ago = (end.year - closed.year) * 12 + end.month - closed.month
            if months_ago < 24:
                expected[closed.replace(day=1), "Won" if row["is_won"] is True else "Lost"] += 1
    found = salesforce.result("index", "closed_by_month")
    assert {(row["month"], row["outcome"]): row["opportunities"] for row in found} == dict(expected)


def test_won_by_month_adds_up_amounts(salesforce: Board) -> None:
    """The months of won amounts hold what was won in them."""
    end = newest_sync(salesforce.rows["opportunity"])
    expected: defaultdict[date, Decimal] = defaultdict(Decimal)
    for row in kept(salesforce.rows["opportunity"]):
        closed = day(row["close_date"])
        if row["is_closed"] is True and row["is_won"] is True and closed and date(2024, 1, 1) <= closed <= end:
            expected[closed.replace(day=1)] += money(row)
    found = {row["month"]: float(row["won_amount"]) for row in salesforce.result("index", "won_by_month")}
    assert found == {month: pytest.approx(float(amount), rel=1e-9) for month, amount in expected.items()}


def test_overdue_amount_is_open_and_late(salesforce: Board) -> None:
    """Past the close date are open opportunities that should have closed before the day of the newest sync."""
    end = newest_sync(salesforce.rows["opportunity"])
    late = [row for row in open_ones(salesforce) if row["close_date"] and (day(row["close_date"]) or end) < end]
    found = salesforce.one("pipeline", "overdue_totals")
    assert float(found["overdue_amount"]) == pytest.approx(float(sum(map(money, late))), rel=1e-9)
    assert found["overdue_opportunities"] == len(late)


def test_overdue_amount_of_one_owner(salesforce: Board) -> None:
    """The choice of an owner goes by the name in the user table; who is not there is Unknown."""
    names, end = owners(salesforce), newest_sync(salesforce.rows["opportunity"])
    rows = open_ones(salesforce)
    for name in {*names.values(), "Unknown"}:
        late = [row for row in rows if names.get(row["owner_id"], "Unknown") == name]
        late = [row for row in late if within(day(row["close_date"]), end, 1, 10_000)]
        assert salesforce.one("pipeline", "overdue_totals", owner=name)["overdue_opportunities"] == len(late)


def test_stages_together_are_the_open_pipeline(salesforce: Board) -> None:
    """No open opportunity is lost or doubled between the stages."""
    found = salesforce.result("pipeline", "by_stage")
    whole = salesforce.one("index", "headline")
    assert sum(row["opportunities"] for row in found) == whole["open_opportunities"]
    assert float(sum(row["open_amount"] for row in found)) == pytest.approx(float(whole["open_pipeline"]), rel=1e-9)


def test_last_activity_sorts_by_days(salesforce: Board) -> None:
    """Every open opportunity stands in the bar of its last activity."""
    end = newest_sync(salesforce.rows["opportunity"])
    expected: Counter[str] = Counter()
    for row in open_ones(salesforce):
        last = day(row["last_activity_date"])
        quiet = (end - last).days if last else None
        limits = ((14, "Up to 14 days"), (30, "15 to 30 days"), (90, "31 to 90 days"))
        name = next((label for limit, label in limits if quiet is not None and quiet <= limit), "Over 90 days")
        expected[name if quiet is not None else "No activity"] += 1
    found = salesforce.result("pipeline", "by_last_activity")
    assert {row["last_activity"]: row["opportunities"] for row in found} == dict(expected)


def test_overdue_list_is_late_open_and_largest_first(salesforce: Board) -> None:
    """The list shows the largest of the overdue opportunities, in falling order."""
    end = newest_sync(salesforce.rows["opportunity"])
    late = [row for row in open_ones(salesforce) if within(day(row["close_date"]), end, 1, 10_000)]
    largest = sorted((money(row) for row in late if row["amount"] is not None), reverse=True)[:15]
    found = [row["amount"] for row in salesforce.result("pipeline", "overdue")]
    assert [float(amount) for amount in found] == pytest.approx([float(amount) for amount in largest], rel=1e-9)
    assert all(first >= second for first, second in pairwise(found))


def test_new_leads_of_30_days(salesforce: Board) -> None:
    """New leads were created in the 30 days up to the newest sync; the 30 days before stand beside them."""
    leads, end = kept(salesforce.rows["lead"]), newest_sync(salesforce.rows["lead"])
    found = salesforce.one("leads", "lead_totals")
    assert found["new_leads"] == sum(within(day(row["created_date"]), end, 0, 29) for row in leads)
    assert found["new_leads_before"] == sum(within(day(row["created_date"]), end, 30, 59) for row in leads)


@pytest.mark.parametrize("source", [None, "Web", "Unknown"])
def test_conversion_rate_of_a_year_of_leads(salesforce: Board, source: str | None) -> None:
    """The conversion rate asks of the leads of the last year how many are converted by now."""
    end = newest_sync(salesforce.rows["lead"])
    young = [row for row in kept(salesforce.rows["lead"]) if within(day(row["created_date"]), end, 0, 364)]
    young = [row for row in young if source is None or shown(row["lead_source"]) == source]
    found = salesforce.one("leads", "lead_totals", lead_source=source)
    assert found["conversion_rate"] == pytest.approx(
        sum(row["is_converted"] is True for row in young) / len(young), rel=1e-9
    )
    assert found["leads_of_the_year"] == len(young)


def test_leads_by_source_since_a_day(salesforce: Board) -> None:
    """The table counts leads created on that day or later, by source; leads without a day need no choice."""
    expected: dict[str, list[Row]] = defaultdict(list)
    for row in kept(salesforce.rows["lead"]):
        created = day(row["created_date"])
        if created and created >= date(2025, 3, 31):
            expected[shown(row["lead_source"])].append(row)
    for row in salesforce.result("leads", "by_source", since="2025-03-31"):
        leads = expected.pop(row["lead_source"])
        assert row["leads"] == len(leads)
        assert row["converted_leads"] == sum(lead["is_converted"] is True for lead in leads)
    assert not expected
    whole = sum(row["leads"] for row in salesforce.result("leads", "by_source"))
    assert whole == len(kept(salesforce.rows["lead"]))


def done(salesforce: Board) -> list[tuple[str, str, date | None]]:
    """Kind, owner and day of every task that was completed and every event that was held once."""
    names = owners(salesforce)
    kinds = {"Call": "Call", "Email": "Email", "ListEmail": "Email"}
    found = []
    for row in kept(salesforce.rows["task"]):
        if row["is_closed"] is True and row["is_recurrence"] is not True:
            when = day(row["completed_date_time"] or row["activity_date"])
            kind = kinds.get(row["task_subtype"], "Other task")
            found.append((kind, names.get(row["owner_id"], "Unknown"), when))
    for row in kept(salesforce.rows["event"]):
        if row["is_child"] is not True and row["is_recurrence"] is not True:
            when = day(row["start_date_time"] or row["activity_date"])
            found.append(("Event", names.get(row["owner_id"], "Unknown"), when))
    return found


def test_activities_of_30_days(salesforce: Board) -> None:
    """Activities are completed tasks and held events of the 30 days up to the newest sync."""
    end = newest_sync(salesforce.rows["task"], salesforce.rows["event"])
    found = salesforce.one("activity", "totals")
    assert found["activities"] == sum(within(when, end, 0, 29) for _, _, when in done(salesforce))
    assert found["activities_before"] == sum(within(when, end, 30, 59) for _, _, when in done(salesforce))


def test_activities_by_month_and_kind(salesforce: Board) -> None:
    """Every activity with a day stands in its month, under its kind."""
    end = newest_sync(salesforce.rows["task"], salesforce.rows["event"])
    expected = Counter((when.replace(day=1), kind) for kind, _, when in done(salesforce) if when and when <= end)
    found = salesforce.result("activity", "by_month")
    assert {(row["month"], row["activity"]): row["activities"] for row in found} == dict(expected)


def test_activities_by_owner(salesforce: Board) -> None:
    """The owners' activities of 90 days are theirs, and none is counted twice."""
    end = newest_sync(salesforce.rows["task"], salesforce.rows["event"])
    expected = Counter(owner for _, owner, when in done(salesforce) if within(when, end, 0, 89))
    found = salesforce.result("activity", "by_owner")
    assert {row["owner"]: row["activities"] for row in found} == dict(expected.most_common(15))
    assert all(row["tasks"] + row["events"] == row["activities"] for row in found)
