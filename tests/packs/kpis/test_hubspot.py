"""HubSpot: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import fmean
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
KINDS = ("call", "email", "meeting", "note", "task")


@pytest.fixture(scope="module")
def hubspot() -> Board:
    """Awkward rows of the HubSpot pack."""
    return board("hubspot")


def day(moment: datetime | None, hours: int = 0) -> date | None:
    """The day at a place that lies some hours from UTC."""
    return (moment.astimezone(UTC) + timedelta(hours=hours)).date() if moment else None


def newest_sync(*tables: list[Row], hours: int = 0) -> date:
    """The day from which the last days are counted back."""
    synced: list[datetime] = [row["_fivetran_synced"] for table in tables for row in table]
    return (max(synced).astimezone(UTC) + timedelta(hours=hours)).date()


def within(found: date | None, end: date, first: int, last: int) -> bool:
    """Whether a day lies `first` to `last` days before the end; an unknown day does not."""
    return found is not None and first <= (end - found).days <= last


def kept(rows: list[Row]) -> list[Row]:
    """Rows that neither flag calls deleted."""
    return [row for row in rows if row["_fivetran_deleted"] is not True and row.get("is_deleted") is not True]


def shown(row: Row, field: str) -> str:
    """A text as the boards show it."""
    return str(row[field] or "").strip(" ") or "Unknown"


def money(rows: list[Row]) -> float:
    """The amounts of deals together; those without one add nothing."""
    return float(sum(Decimal(row["property_amount"] or 0) for row in rows))


def outcome(stage: Row | None) -> str:
    """`open`, `won` or `lost`: what the flags of a stage say, or else its probability."""
    if stage is None:
        return "open"
    chance = stage["probability"]
    certain = chance is not None and chance >= 1
    if stage["closed_won"] if stage["closed_won"] is not None else certain:
        return "won"
    closed = stage["is_closed"] if stage["is_closed"] is not None else certain or (chance is not None and chance <= 0)
    return "lost" if closed else "open"


def deals(hubspot: Board, *wanted: str) -> list[Row]:
    """Deals that nobody deleted, with one of the outcomes."""
    stages = {row["stage_id"]: row for row in hubspot.rows["deal_pipeline_stage"]}
    rows: list[Row] = kept(hubspot.rows["deal"])
    return [row for row in rows if outcome(stages.get(row["deal_pipeline_stage_id"])) in wanted]


def ended(hubspot: Board, *wanted: str, first: int = 0, last: int = 364, hours: int = 0) -> list[Row]:
    """Deals that were closed in a stretch of days before the newest sync."""
    end = newest_sync(hubspot.rows["deal"], hours=hours)
    return [row for row in deals(hubspot, *wanted) if within(day(row["property_closedate"], hours), end, first, last)]


def pipeline(hubspot: Board, row: Row) -> str:
    """The name of a deal's pipeline; without one, that of its stage."""
    names = {found["pipeline_id"]: shown(found, "label") for found in hubspot.rows["deal_pipeline"]}
    by_stage = {found["stage_id"]: found["pipeline_id"] for found in hubspot.rows["deal_pipeline_stage"]}
    own = row["deal_pipeline_id"]
    return names.get(by_stage.get(row["deal_pipeline_stage_id"]) if own is None else own, "Unknown")


def owners(hubspot: Board, without: str) -> dict[Any, str]:
    """Names of owners by id: first and last name, or else the address."""
    found: dict[Any, str] = {}
    for row in hubspot.rows["owner"]:
        name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(" ")
        found[row["owner_id"]] = name or str(row["email"] or "").strip(" ") or without
    return found


def test_rows_hold_every_outcome(hubspot: Board) -> None:
    """The rows these tests compare with have deals that are open, won and lost."""
    assert all(len(deals(hubspot, one)) > 50 for one in ("open", "won", "lost"))


def test_open_amount_counts_stages_that_are_not_closed(hubspot: Board) -> None:
    """Open deals are those whose stage is neither won nor closed, deleted ones aside."""
    found = hubspot.one("index", "headline")
    expected = deals(hubspot, "open")
    assert float(found["open_amount"]) == pytest.approx(money(expected), rel=1e-9)
    assert found["open_deals"] == len(expected)


def test_open_amount_of_one_pipeline(hubspot: Board) -> None:
    """The choice of a pipeline goes by its label."""
    for name in {shown(row, "label") for row in hubspot.rows["deal_pipeline"]}:
        expected = [row for row in deals(hubspot, "open") if pipeline(hubspot, row) == name]
        found = hubspot.one("index", "headline", pipeline=name)
        assert found["open_deals"] == len(expected)
        assert float(found["open_amount"]) == pytest.approx(money(expected), rel=1e-9)


@pytest.mark.parametrize("hours", [0, -7, 10])
def test_won_amount_of_the_last_year(hubspot: Board, hours: int) -> None:
    """Won amount takes the 365 days up to the newest sync, on the days of the account's own zone."""
    found = hubspot.one("index", "headline", utc_offset=hours)
    won = ended(hubspot, "won", hours=hours)
    before = ended(hubspot, "won", first=365, last=729, hours=hours)
    assert float(found["won_amount"]) == pytest.approx(money(won), rel=1e-9)
    assert float(found["won_amount_before"]) == pytest.approx(money(before), rel=1e-9)


def test_win_rate_counts_deals(hubspot: Board) -> None:
    """Win rate is won through won and lost, in numbers of deals."""
    closed = ended(hubspot, "won", "lost")
    found = hubspot.one("index", "headline")
    assert found["closed_deals"] == len(closed)
    assert found["win_rate"] == pytest.approx(len(ended(hubspot, "won")) / len(closed), rel=1e-9)


@pytest.mark.parametrize("hours", [0, -7])
def test_days_to_close_leaves_backdated_ones_out(hubspot: Board, hours: int) -> None:
    """Days to close is the mean over won deals that were created before they closed."""
    spans = []
    for row in ended(hubspot, "won", hours=hours):
        created, closed = day(row["property_createdate"], hours), day(row["property_closedate"], hours)
        if created and closed and closed >= created:
            spans.append((closed - created).days)
    found = hubspot.one("index", "headline", utc_offset=hours)
    assert found["days_to_close"] == pytest.approx(fmean(spans), rel=1e-9)
    assert found["timed_deals"] == len(spans)


@pytest.mark.parametrize("hours", [0, -7, 10])
def test_won_by_month_follows_the_hours_from_utc(hubspot: Board, hours: int) -> None:
    """A deal counts in the month in which it was closed where the account is."""
    end = newest_sync(hubspot.rows["deal"], hours=hours)
    expected: defaultdict[date, Decimal] = defaultdict(Decimal)
    for row in deals(hubspot, "won"):
        closed = day(row["property_closedate"], hours)
        if closed and closed <= end and (end.year - closed.year) * 12 + end.month - closed.month < 24:
            expected[closed.replace(day=1)] += Decimal(row["property_amount"] or 0)
    rows = hubspot.result("index", "won_by_month", utc_offset=hours)
    assert {row["month"]: float(row["won_amount"]) for row in rows} == {
        month: pytest.approx(float(amount), rel=1e-9) for month, amount in expected.items()
    }


def test_a_deal_closed_late_in_arizona_counts_in_march(hubspot: Board) -> None:
    """What was closed on 31 March at 18:00 in Arizona, 1 April in UTC, leaves April with seven hours' difference."""
    late = datetime(2025, 4, 1, 1, tzinfo=UTC)
    moved = sum(row["property_closedate"] == late for row in deals(hubspot, "won", "lost"))
    assert moved
    counts = {}
    for hours in (0, -7):
        months: Counter[date] = Counter()
        for row in hubspot.result("index", "closed_by_month", utc_offset=hours):
            months[row["month"]] += row["deals"]
        counts[hours] = months
    april = date(2025, 4, 1)
    others = [day(row["property_closedate"]) for row in deals(hubspot, "won", "lost")]
    assert counts[0][april] == sum(found is not None and found.replace(day=1) == april for found in others)
    assert counts[-7][april] == counts[0][april] - moved
    assert counts[-7][date(2025, 3, 1)] >= counts[0][date(2025, 3, 1)] + moved


def test_stages_together_are_the_open_deals(hubspot: Board) -> None:
    """No open deal is lost or doubled between the stages, on either board."""
    whole = hubspot.one("index", "headline")
    for name, query in (("index", "open_by_stage"), ("pipeline", "by_stage")):
        found = hubspot.result(name, query)
        assert sum(row["open_deals"] for row in found) == whole["open_deals"]
        assert float(sum(row["open_amount"] for row in found)) == pytest.approx(float(whole["open_amount"]), rel=1e-9)


@pytest.mark.parametrize("hours", [0, -7, 10])
def test_close_dates_of_the_largest_deals(hubspot: Board, hours: int) -> None:
    """The list of large open deals shows the close date of the account's own zone."""
    known = [row for row in deals(hubspot, "open") if row["property_amount"] is not None]
    largest = sorted(known, key=lambda row: (-row["property_amount"], row["deal_id"]))[:10]
    found = hubspot.result("index", "largest_open", utc_offset=hours)
    assert [row["close_day"] for row in found] == [day(row["property_closedate"], hours) for row in largest]


@pytest.mark.parametrize("hours", [0, -7])
def test_overdue_amount_is_open_and_late(hubspot: Board, hours: int) -> None:
    """Past the close date are open deals that should have closed before the day of the newest sync."""
    late = ended(hubspot, "open", first=1, last=10_000, hours=hours)
    found = hubspot.one("pipeline", "overdue_totals", utc_offset=hours)
    assert float(found["overdue_amount"]) == pytest.approx(money(late), rel=1e-9)
    assert found["overdue_deals"] == len(late)


def test_open_amount_by_owner(hubspot: Board) -> None:
    """Each owner's open deals are theirs; deals of nobody known are Unknown."""
    names = owners(hubspot, "Unknown")
    expected = Counter(names.get(row["owner_id"], "Unknown") for row in deals(hubspot, "open"))
    found = hubspot.result("pipeline", "by_owner")
    assert {row["owner"]: row["open_deals"] for row in found} == dict(expected)


def living_contacts(hubspot: Board) -> list[Row]:
    """Contacts that were neither deleted nor merged into another."""
    merged: set[str] = set()
    for row in hubspot.rows["contact"]:
        merged |= {piece.strip(" ") for piece in str(row["property_hs_merged_object_ids"] or "").split(";")[:3]}
    return [row for row in kept(hubspot.rows["contact"]) if str(row["id"]) not in merged]


def test_new_contacts_of_30_days(hubspot: Board) -> None:
    """New contacts were created in the 30 days up to the newest sync; merged ones count once."""
    contacts, end = living_contacts(hubspot), newest_sync(hubspot.rows["contact"])
    found = hubspot.one("contacts", "contact_totals")
    assert found["new_contacts"] == sum(within(day(row["property_createdate"]), end, 0, 29) for row in contacts)
    assert found["new_contacts_before"] == sum(within(day(row["property_createdate"]), end, 30, 59) for row in contacts)


def test_contacts_by_month_leave_merged_ones_out(hubspot: Board) -> None:
    """Every living contact stands once in its month, under whether it ever sent a form."""
    senders = {row["contact_id"] for row in hubspot.rows["contact_form_submission"]}
    expected = Counter(
        (created.replace(day=1), "Sent a form" if row["id"] in senders else "No form")
        for row in living_contacts(hubspot)
        if (created := day(row["property_createdate"]))
    )
    found = hubspot.result("contacts", "contacts_by_month")
    assert {(row["month"], row["form_use"]): row["contacts"] for row in found} == dict(expected)
    assert len(living_contacts(hubspot)) < len(kept(hubspot.rows["contact"]))


def test_forms_since_a_day(hubspot: Board) -> None:
    """Submissions on that day or later stand under the name of their form, each contact counted once."""
    names = {row["guid"]: shown(row, "name") for row in hubspot.rows["form"]}
    sent: defaultdict[str, list[Any]] = defaultdict(list)
    submissions: list[Row] = hubspot.rows["contact_form_submission"]
    for row in submissions:
        when = day(row["timestamp"])
        if when and when >= date(2025, 3, 31):
            sent[names.get(row["form_id"], "Unknown")].append(row["contact_id"])
    found = hubspot.result("contacts", "by_form", since="2025-03-31")
    assert {row["form"]: (row["submissions"], row["contacts"]) for row in found} == {
        form: (len(ids), len(set(ids) - {None})) for form, ids in sent.items()
    }


def open_tickets(hubspot: Board) -> list[Row]:
    """Tickets whose stage is not closed; where no stage says so, those without a closed date."""
    flags: defaultdict[tuple[Any, Any], list[bool]] = defaultdict(list)
    for row in hubspot.rows["ticket_pipeline_stage"]:
        if row["is_closed"] is not None:
            flags[row["pipeline_id"], row["stage_id"]].append(bool(row["is_closed"]))
    found = []
    for row in kept(hubspot.rows["ticket"]):
        known = flags.get((row["property_hs_pipeline"], row["property_hs_pipeline_stage"]))
        closed = any(known) if known else row["property_closed_date"] is not None
        if not closed:
            found.append(row)
    return found


def test_open_tickets_follow_their_stage(hubspot: Board) -> None:
    """Open tickets are in a stage that is not closed, and no stage counts one twice."""
    expected = len(open_tickets(hubspot))
    assert hubspot.one("tickets", "ticket_totals")["open_tickets"] == expected
    assert sum(row["open_tickets"] for row in hubspot.result("tickets", "by_stage")) == expected
    assert sum(row["open_tickets"] for row in hubspot.result("tickets", "by_priority")) == expected


def test_first_reply_hours_of_90_days(hubspot: Board) -> None:
    """The mean wait covers tickets of the last 90 days that were answered after they were created."""
    end = newest_sync(hubspot.rows["ticket"])
    waits = []
    for row in kept(hubspot.rows["ticket"]):
        created, replied = row["property_createdate"], row["property_first_agent_reply_date"]
        if within(day(created), end, 0, 89) and replied and replied >= created:
            waits.append((replied - created).total_seconds() / 3600)
    found = hubspot.one("tickets", "ticket_totals")
    assert float(found["first_reply_hours"]) == pytest.approx(fmean(waits), rel=1e-9)
    assert found["answered_tickets"] == len(waits)


def test_tickets_by_month_created_and_closed(hubspot: Board) -> None:
    """Each month shows what was created in it and what was closed in it."""
    expected: Counter[tuple[date, str]] = Counter()
    for row in kept(hubspot.rows["ticket"]):
        for what, field in (("Created", "property_createdate"), ("Closed", "property_closed_date")):
            if when := day(row[field]):
                expected[when.replace(day=1), what] += 1
    found = hubspot.result("tickets", "by_month")
    assert {(row["month"], row["what"]): row["tickets"] for row in found} == dict(expected)


def test_engagements_by_owner_name_those_without(hubspot: Board) -> None:
    """Engagements of 90 days stand under their owner; those of nobody known are named so, not left nameless."""
    names = owners(hubspot, "No known owner")
    tables = [hubspot.rows[f"engagement_{kind}"] for kind in KINDS]
    end = newest_sync(*map(kept, tables))
    expected: Counter[tuple[str, str]] = Counter()
    for kind, table in zip(KINDS, tables, strict=True):
        for row in kept(table):
            if within(day(row["property_hs_timestamp"] or row["property_hs_createdate"]), end, 0, 89):
                expected[names.get(row["property_hubspot_owner_id"], "No known owner"), f"{kind}s"] += 1
    found = hubspot.result("engagements", "by_owner")
    counts = {(row["owner"], f"{kind}s"): row[f"{kind}s"] for row in found for kind in KINDS}
    assert {cell: count for cell, count in counts.items() if count} == expected
    assert "No known owner" in {row["owner"] for row in found}
