"""GitHub: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]


@pytest.fixture(scope="module")
def hub() -> Board:
    """The pack on awkward rows."""
    return board("github")


def table(hub: Board, name: str) -> list[Row]:
    """All rows of one table."""
    return list(hub.rows[name])


def day(moment: datetime | None) -> date | None:
    """The UTC day of an instant."""
    return moment.astimezone(UTC).date() if moment else None


def minute(moment: datetime) -> datetime:
    """An instant without its seconds."""
    return moment.replace(second=0, microsecond=0)


def state(row: Row) -> str:
    """The state as GitHub spells it."""
    return (row["state"] or "").strip().lower()


def repository(hub: Board, row: Row) -> str:
    """The full name of an issue's repository."""
    names = {item["id"]: (item["full_name"] or "").strip() or "Unknown" for item in table(hub, "repository")}
    return names.get(row["repository_id"], "Unknown")


def plain_issues(hub: Board) -> list[Row]:
    """Issues that are no pull requests."""
    return [row for row in table(hub, "issue") if not row["pull_request"]]


def pulls(hub: Board) -> list[Row]:
    """Issues that are pull requests."""
    return [row for row in table(hub, "issue") if row["pull_request"]]


def merged(hub: Board) -> dict[int, datetime]:
    """When each pull request that is closed was first merged."""
    closed = {row["id"] for row in pulls(hub) if state(row) == "closed"}
    first: dict[int, datetime] = {}
    for row in table(hub, "issue_merged"):
        issue, moment = row["issue_id"], row["merged_at"]
        if issue in closed and moment:
            first[issue] = min(first.get(issue, moment), moment)
    return first


def given_reviews(hub: Board) -> dict[int, list[Row]]:
    """Reviews by others than the author, by the issue of the pull request."""
    author = {row["id"]: row["user_id"] for row in pulls(hub)}
    issue = {row["id"]: row["issue_id"] for row in table(hub, "pull_request")}
    found: dict[int, list[Row]] = defaultdict(list)
    for row in table(hub, "pull_request_review"):
        target = issue.get(row["pull_request_id"])
        if target is None or target not in author or (row["state"] or "").strip().upper() == "PENDING":
            continue
        if row["user_id"] is None or row["user_id"] != author[target]:
            found[target].append(row)
    return found


def newest(hub: Board) -> date:
    """The last day on which anything was opened or closed."""
    days = [day(row["created_at"]) for row in table(hub, "issue")]
    days += [day(row["closed_at"]) for row in table(hub, "issue") if state(row) == "closed"]
    return max(item for item in days if item)


def in_30_days(hub: Board, moment: datetime | None) -> bool:
    """Whether an instant lies on the newest day or on one of the 29 before it."""
    return moment is not None and day(moment) > newest(hub) - timedelta(days=30)  # type: ignore[operator]


def test_open_issues(hub: Board) -> None:
    """Open now, pull requests apart."""
    expected = sum(state(row) == "open" for row in plain_issues(hub))
    assert hub.one("index", "headline")["open_issues"] == expected > 0


def test_open_pull_requests(hub: Board) -> None:
    """A pull request without reviewers or reviews counts like any other."""
    waiting = [row for row in pulls(hub) if state(row) == "open"]
    reviewed = {row["issue_id"] for row in table(hub, "pull_request")}
    assert hub.one("index", "headline")["open_pull_requests"] == len(waiting)
    assert any(row["id"] not in reviewed for row in waiting), "the rows must hold one that no review reaches"


def test_opened_30_days(hub: Board) -> None:
    """Opened in the 30 days up to the newest day, whatever their state."""
    expected = sum(in_30_days(hub, row["created_at"]) for row in plain_issues(hub))
    assert hub.one("index", "headline")["opened_30_days"] == expected > 0


def test_closed_30_days(hub: Board) -> None:
    """Closed in those days and still closed."""
    expected = sum(state(row) == "closed" and in_30_days(hub, row["closed_at"]) for row in plain_issues(hub))
    assert hub.one("index", "headline")["closed_30_days"] == expected > 0


def test_merged_30_days(hub: Board) -> None:
    """Merged in those days; a merge on an open pull request is none."""
    expected = sum(in_30_days(hub, moment) for moment in merged(hub).values())
    row = hub.one("index", "headline")
    assert row["merged_30_days"] == expected > 0
    assert row["newest_day"] == newest(hub)


def test_one_repository_is_chosen(hub: Board) -> None:
    """The control narrows every figure; the 30 days stay those of all repositories."""
    name = Counter(repository(hub, row) for row in table(hub, "issue")).most_common(2)[1][0]
    row = hub.one("index", "headline", repository=name)
    mine = [item for item in plain_issues(hub) if repository(hub, item) == name]
    assert row["open_issues"] == sum(state(item) == "open" for item in mine)
    assert row["opened_30_days"] == sum(in_30_days(hub, item["created_at"]) for item in mine)
    assert row["newest_day"] == newest(hub)


def test_mean_hours_to_merge(hub: Board) -> None:
    """From opening to the first merge, to the minute, nights and weekends included."""
    opened = {row["id"]: row["created_at"] for row in pulls(hub)}
    hours = [
        (minute(moment) - minute(opened[issue])).total_seconds() / 3600
        for issue, moment in merged(hub).items()
        if opened[issue] and moment >= opened[issue]
    ]
    row = hub.one("pull-requests", "headline")
    assert row["mean_hours_to_merge"] == pytest.approx(sum(hours) / len(hours), rel=1e-9)
    assert row["merged"] == len(merged(hub))


def test_mean_hours_to_first_review(hub: Board) -> None:
    """To the first review by somebody else after the opening; without one a pull request is not in it."""
    opened = {row["id"]: row["created_at"] for row in pulls(hub)}
    hours = []
    for issue, reviews in given_reviews(hub).items():
        start = opened[issue]
        later = [
            row["submitted_at"] for row in reviews if start and row["submitted_at"] and row["submitted_at"] >= start
        ]
        if start and later:
            hours.append((minute(min(later)) - minute(start)).total_seconds() / 3600)
    found = hub.one("pull-requests", "headline")["mean_hours_to_first_review"]
    assert found == pytest.approx(sum(hours) / len(hours), rel=1e-9)


def test_merged_without_review(hub: Board) -> None:
    """The share of merges that nobody but the author looked at, for pull requests opened in the period."""
    since = "2025-06-01"
    opened = {row["id"]: day(row["created_at"]) for row in pulls(hub)}
    merges = [issue for issue in merged(hub) if (start := opened[issue]) and start.isoformat() >= since]
    unseen = sum(not given_reviews(hub).get(issue) for issue in merges)
    found = hub.one("pull-requests", "headline", since=since)["merged_without_review"]
    assert 0 < unseen < len(merges)
    assert found == pytest.approx(unseen / len(merges), rel=1e-9)


def test_pull_requests_by_month(hub: Board) -> None:
    """Each pull request is opened once, and then merged or closed without a merge, never both."""
    expected: Counter[tuple[date, str]] = Counter()
    merges = merged(hub)
    for row in pulls(hub):
        ends = (merges.get(row["id"]), row["closed_at"] if state(row) == "closed" and row["id"] not in merges else None)
        for moment, event in zip((row["created_at"], *ends), ("Opened", "Merged", "Closed without merge"), strict=True):
            if moment:
                expected[day(moment).replace(day=1), event] += 1  # type: ignore[union-attr]
    rows = hub.result("index", "monthly_pull_requests")
    assert {(row["month"], row["event"]): row["pull_requests"] for row in rows} == dict(expected)


def test_the_backlog_ends_where_we_are(hub: Board) -> None:
    """Opened less closed, added up over all months, is what is open now and has an opening date."""
    rows = hub.result("index", "backlog")
    for kind, items in (("Issues", plain_issues(hub)), ("Pull requests", pulls(hub))):
        last = [row for row in rows if row["kind"] == kind][-1]
        assert last["open_count"] == sum(state(row) == "open" and row["created_at"] is not None for row in items)


def test_open_issues_fall_into_one_age(hub: Board) -> None:
    """Ages are whole days up to the newest day; every dated open issue is in one bucket."""
    limits = ((7, "0-6 days"), (30, "7-29 days"), (90, "30-89 days"), (180, "90-179 days"), (365, "180-364 days"))
    expected: Counter[str] = Counter()
    for row in plain_issues(hub):
        start = day(row["created_at"])
        if state(row) == "open" and start:
            age = (newest(hub) - start).days
            expected[next((name for limit, name in limits if age < limit), "365 or more")] += 1
    assert {row["age"]: row["issues"] for row in hub.result("issues", "open_ages")} == dict(expected)


def test_review_requests_wait_for_an_answer(hub: Board) -> None:
    """Open pull requests only, the newest event of a request, and no review by that person since."""
    waiting = {row["id"] for row in pulls(hub) if state(row) == "open"}
    issue = {row["id"]: row["issue_id"] for row in table(hub, "pull_request")}
    login = {row["id"]: (row["login"] or "").strip() or "Unknown" for row in table(hub, "user")}
    last: dict[tuple[int, int], Row] = {}
    for row in table(hub, "requested_reviewer_history"):
        if row["created_at"]:
            key = (row["pull_request_id"], row["requested_id"])
            last[key] = max(row, last.get(key, row), key=lambda item: (item["created_at"], bool(item["removed"])))
    answers = [
        (issue.get(row["pull_request_id"]), row["user_id"], row["submitted_at"])
        for row in table(hub, "pull_request_review")
        if row["submitted_at"] and (row["state"] or "").strip().upper() != "PENDING"
    ]
    expected: dict[str, set[int]] = defaultdict(set)
    for (request, person), row in last.items():
        target = issue.get(request)
        if target is None or target not in waiting or row["removed"]:
            continue
        given = any(
            where == target and who is not None and who == person and moment >= row["created_at"]
            for where, who, moment in answers
        )
        if not given:
            expected[login.get(person, "Unknown")].add(target)
    found = {row["reviewer"]: row["open_requests"] for row in hub.result("reviews", "review_requests")}
    assert found
    assert all(count == len(expected[name]) for name, count in found.items())
