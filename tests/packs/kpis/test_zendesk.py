"""Zendesk: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
OPEN, SOLVED = {"new", "open", "pending", "hold"}, {"solved", "closed"}


@pytest.fixture(scope="module")
def zendesk() -> Board:
    """The pack with its awkward rows."""
    return board("zendesk")


def table(zendesk: Board, name: str) -> list[Row]:
    """The rows of one table."""
    return zendesk.rows[name]


def tickets(zendesk: Board) -> dict[int, Row]:
    """Tickets that are neither deleted nor merged into another one."""
    merged = {row["ticket_id"] for row in table(zendesk, "ticket_tag") if row["tag"] == "closed_by_merge"}
    return {
        row["id"]: row
        for row in table(zendesk, "ticket")
        if row["_fivetran_deleted"] is not True and row["status"] != "deleted" and row["id"] not in merged
    }


def solve_times(zendesk: Board) -> dict[int, datetime]:
    """When each ticket that is solved now was last solved, or first closed."""
    solved: dict[int, datetime] = {}
    closed: dict[int, datetime] = {}
    for row in table(zendesk, "ticket_field_history"):
        ticket, moment = row["ticket_id"], row["updated"]
        if row["field_name"] != "status" or ticket is None or moment is None:
            continue
        if row["value"] == "solved":
            solved[ticket] = max(moment, solved.get(ticket, moment))
        elif row["value"] == "closed":
            closed[ticket] = min(moment, closed.get(ticket, moment))
    found = closed | solved
    return {key: found[key] for key, row in tickets(zendesk).items() if row["status"] in SOLVED and key in found}


def staff(zendesk: Board) -> set[int]:
    """Users who are agents or admins now."""
    return {row["id"] for row in table(zendesk, "user") if row["role"] in {"agent", "admin"}}


def replies(zendesk: Board) -> dict[int, list[datetime]]:
    """Public comments by staff after the creation of their ticket, oldest first."""
    known, team = tickets(zendesk), staff(zendesk)
    found: dict[int, list[datetime]] = {}
    for row in table(zendesk, "ticket_comment"):
        ticket = known.get(row["ticket_id"])
        if (
            ticket is None
            or row["public"] is not True
            or row["_fivetran_deleted"] is True
            or row["user_id"] not in team
        ):
            continue
        if ticket["created_at"] and row["created"] and row["created"] > ticket["created_at"]:
            found.setdefault(ticket["id"], []).append(row["created"])
    return {key: sorted(moments) for key, moments in found.items()}


def talks(ticket: Row) -> bool:
    """Whether replies to this ticket are messages of a conversation, not comments."""
    return ticket["via_channel"] in {"chat", "native_messaging"}


def waiting(zendesk: Board) -> dict[int, Row]:
    """Tickets that somebody outside opened, and that are answered by comments."""
    team = staff(zendesk)
    return {key: row for key, row in tickets(zendesk).items() if row["submitter_id"] not in team and not talks(row)}


def newest_day(zendesk: Board) -> date:
    """The latest day on which a ticket was created or solved."""
    created = [row["created_at"].date() for row in tickets(zendesk).values() if row["created_at"]]
    days: list[date] = created + [moment.date() for moment in solve_times(zendesk).values()]
    return max(days)


def within(moment: datetime | None, newest: date, days: int) -> bool:
    """Whether a moment lies on the newest day or on the days before it, so many in all."""
    return moment is not None and moment.date() > newest - timedelta(days=days)


def test_created_in_the_last_30_days(zendesk: Board) -> None:
    """Deleted and merged tickets do not count as created."""
    newest = newest_day(zendesk)
    expected = sum(within(row["created_at"], newest, 30) for row in tickets(zendesk).values())
    assert expected > 0
    assert zendesk.one("index", "headline")["created_tickets"] == expected


def test_solved_in_the_last_30_days(zendesk: Board) -> None:
    """A ticket counts on the day on which it was last solved, and only if it is solved now."""
    newest = newest_day(zendesk)
    expected = sum(within(moment, newest, 30) for moment in solve_times(zendesk).values())
    assert expected > 0
    assert zendesk.one("index", "headline")["solved_tickets"] == expected


def test_open_now(zendesk: Board) -> None:
    """A ticket without a creation time is open too; one without a status is not."""
    expected = [row["status"] for row in tickets(zendesk).values() if row["status"] in OPEN]
    row = zendesk.one("index", "headline")
    assert row["open_tickets"] == len(expected) > 0
    assert row["on_hold_tickets"] == expected.count("hold")


def test_first_reply(zendesk: Board) -> None:
    """The wait ends with the first public comment of staff after the creation, and tickets without one are left out."""
    newest, answers = newest_day(zendesk), replies(zendesk)
    recent = {key: row for key, row in waiting(zendesk).items() if within(row["created_at"], newest, 30)}
    hours = [
        (answers[key][0] - row["created_at"]).total_seconds() / 3600 for key, row in recent.items() if key in answers
    ]
    row = zendesk.one("index", "headline")
    assert 0 < len(hours) < len(recent)
    assert row["first_reply_hours"] == pytest.approx(sum(hours) / len(hours))
    assert row["replied_share"] == pytest.approx(len(hours) / len(recent))


def test_backlog_by_month_ends_with_the_open_tickets(zendesk: Board) -> None:
    """The newest month holds the tickets that are open now and have a creation time."""
    expected = sum(row["status"] in OPEN and row["created_at"] is not None for row in tickets(zendesk).values())
    assert zendesk.result("index", "backlog_by_month")[-1]["open_tickets"] == expected


def test_created_and_solved_by_month(zendesk: Board) -> None:
    """Every ticket with a time is in the trend once for its creation and once for its solution, from the chosen day."""
    expected = Counter(
        ("Created", row["created_at"].date().replace(day=1))
        for row in tickets(zendesk).values()
        if row["created_at"] and row["created_at"].date() >= date(2025, 3, 10)
    )
    solved = (moment.date() for moment in solve_times(zendesk).values())
    expected += Counter(("Solved", day.replace(day=1)) for day in solved if day >= date(2025, 3, 10))
    found = zendesk.result("index", "created_and_solved", since="2025-03-10")
    assert {(row["event"], row["month"]): row["tickets"] for row in found} == expected


def test_reply_times_hold_every_ticket_once(zendesk: Board) -> None:
    """Each ticket of the last 90 days that waits for a reply stands in exactly one bar."""
    newest = max(row["created_at"].date() for row in tickets(zendesk).values() if row["created_at"])
    expected = sum(within(row["created_at"], newest, 90) for row in waiting(zendesk).values())
    assert sum(row["tickets"] for row in zendesk.result("index", "reply_times")) == expected


def test_group_narrows_the_headline(zendesk: Board) -> None:
    """With a group chosen, only its tickets are open."""
    group = {row["id"]: (row["name"] or "").strip() or "No group" for row in table(zendesk, "group")}
    names = Counter(
        group.get(row["group_id"], "No group") for row in tickets(zendesk).values() if row["status"] in OPEN
    )
    assert len(names) > 1
    for name, expected in names.items():
        assert zendesk.one("index", "headline", group_name=name)["open_tickets"] == expected


def test_unassigned_tickets(zendesk: Board) -> None:
    """Only an empty assignee counts, not one who no longer exists."""
    expected = sum(row["status"] in OPEN and row["assignee_id"] is None for row in tickets(zendesk).values())
    assert zendesk.one("backlog", "backlog")["unassigned_tickets"] == expected > 0


@pytest.mark.parametrize("priority", [None, "Urgent", "Not set"])
def test_share_open_for_more_than_30_days(zendesk: Board, priority: str | None) -> None:
    """Tickets without a creation time are in neither part of the share."""
    newest = max(row["created_at"].date() for row in tickets(zendesk).values() if row["created_at"])
    ages = [
        (newest - row["created_at"].date()).days
        for row in tickets(zendesk).values()
        if row["status"] in OPEN
        and row["created_at"]
        and (priority is None or (row["priority"] or "not set").capitalize() == priority)
    ]
    share = zendesk.one("backlog", "backlog", priority=priority)["older_share"]
    assert share == (pytest.approx(sum(age > 30 for age in ages) / len(ages)) if ages else None)


def test_solved_with_one_reply_or_none(zendesk: Board) -> None:
    """Every public reply after the creation counts once; conversations are left out."""
    newest, answers, known = newest_day(zendesk), replies(zendesk), tickets(zendesk)
    recent = [key for key, at in solve_times(zendesk).items() if within(at, newest, 30) and not talks(known[key])]
    touched = sum(len(answers.get(key, [])) <= 1 for key in recent)
    row = zendesk.one("agents", "touches")
    assert 0 < touched < len(recent)
    assert row["solved_tickets"] == len(recent)
    assert row["one_touch_share"] == pytest.approx(touched / len(recent))


def test_agents_solve_what_was_solved(zendesk: Board) -> None:
    """The list of assignees holds every ticket solved in the last 90 days, also those of unknown people."""
    newest = newest_day(zendesk)
    expected = sum(within(moment, newest, 90) for moment in solve_times(zendesk).values())
    assert sum(row["solved_tickets"] for row in zendesk.result("agents", "agents")) == expected


def target(zendesk: Board, ticket: Row) -> Row | None:
    """The first-reply target that was in force when the newest policy was applied to a ticket."""
    applied = [
        row
        for row in table(zendesk, "ticket_sla_policy")
        if row["ticket_id"] == ticket["id"] and row["policy_applied_at"] is not None
    ]
    if not applied:
        return None
    last = min(applied, key=lambda row: (-row["policy_applied_at"].timestamp(), str(row["sla_policy_id"])))
    versions = [
        row
        for row in table(zendesk, "sla_policy_metric_history")
        if row["metric"] == "first_reply_time"
        and row["target"] is not None
        and row["sla_policy_id"] == last["sla_policy_id"]
        and row["priority"] is not None
        and row["priority"] == ticket["priority"]
        and row["sla_policy_updated_at"] is not None
        and row["sla_policy_updated_at"] <= last["policy_applied_at"]
    ]
    order = lambda row: (-row["sla_policy_updated_at"].timestamp(), row["target"], row["business_hours"] is True)  # noqa: E731
    return min(versions, key=order, default=None)


def test_first_replies_within_their_target(zendesk: Board) -> None:
    """Late replies and passed targets are missed; business hours and tickets that need no reply are left out."""
    newest = max(row["created_at"].date() for row in tickets(zendesk).values() if row["created_at"])
    answers = replies(zendesk)
    moment = max(
        row["created"]
        for row in table(zendesk, "ticket_comment")
        if row["created"] and row["public"] is True and row["_fivetran_deleted"] is not True
    )
    met = missed = 0
    for key, row in waiting(zendesk).items():
        goal = target(zendesk, row) if within(row["created_at"], newest, 90) else None
        if goal is None or goal["business_hours"] is True:
            continue
        due = row["created_at"] + timedelta(minutes=goal["target"])
        if key in answers:
            met, missed = (met + 1, missed) if answers[key][0] <= due else (met, missed + 1)
        elif row["status"] not in SOLVED and moment > due:
            missed += 1
    found = zendesk.one("sla", "attainment")
    assert met
    assert missed
    assert found["targets"] == met + missed
    assert found["met_share"] == pytest.approx(met / (met + missed))
