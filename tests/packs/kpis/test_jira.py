"""Jira: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
TO_DO, DONE, IN_PROGRESS = 2, 3, 4


@pytest.fixture(scope="module")
def jira() -> Board:
    """The pack with its awkward rows."""
    return board("jira")


def table(jira: Board, name: str) -> list[Row]:
    """The rows of one table."""
    return jira.rows[name]


def issues(jira: Board) -> dict[int, Row]:
    """Issues that are not deleted, with what their status makes of them: `category`, `finished` and `end`."""
    categories = {row["id"]: row["status_category_id"] for row in table(jira, "status")}
    found = {}
    for row in table(jira, "issue"):
        if row["_fivetran_deleted"] is True:
            continue
        category = categories.get(row["status"])
        finished = row["resolved"] is not None or category == DONE
        end = row["resolved"] or (row["status_category_changed"] if category == DONE else None)
        found[row["id"]] = row | {"category": category, "finished": finished, "end": end}
    return found


def newest_day(rows: list[Row]) -> date:
    """The latest day on which one of these issues was created or finished."""
    days: list[date] = [moment.date() for row in rows for moment in (row["created"], row["end"]) if moment]
    return max(days)


def within(moment: datetime | None, newest: date, days: int) -> bool:
    """Whether a moment lies on the newest day or on the days before it, so many in all."""
    return moment is not None and moment.date() > newest - timedelta(days=days)


def spans(rows: list[Row]) -> list[float]:
    """Days from creation to the end, of issues that have both in this order."""
    pairs = [(row["created"], row["end"]) for row in rows if row["created"] and row["end"]]
    return [(end - created).total_seconds() / 86400 for created, end in pairs if end >= created]


def project_name(jira: Board, row: Row) -> str:
    """The name of an issue's project as it is shown."""
    names = {each["id"]: each["name"] for each in table(jira, "project")}
    return (names.get(row["project"]) or "").strip() or "Unknown"


def test_created_in_the_last_30_days(jira: Board) -> None:
    """Every issue counts when it is created, whatever became of it."""
    rows = list(issues(jira).values())
    expected = sum(within(row["created"], newest_day(rows), 30) for row in rows)
    assert jira.one("index", "headline")["created_issues"] == expected > 0


def test_finished_in_the_last_30_days(jira: Board) -> None:
    """The resolution date decides; where there is none, the change to a status of the category Done."""
    rows = list(issues(jira).values())
    expected = [row for row in rows if within(row["end"], newest_day(rows), 30)]
    assert any(row["resolved"] is None for row in expected)
    assert any(row["category"] != DONE for row in expected)
    assert jira.one("index", "headline")["finished_issues"] == len(expected)


def test_open_now(jira: Board) -> None:
    """An issue with an unknown status is open; one with a resolution date is not, whatever its status."""
    rows = [row for row in issues(jira).values() if not row["finished"]]
    assert any(row["category"] is None for row in rows)
    found = jira.one("index", "headline")
    assert found["open_issues"] == len(rows)
    assert found["in_progress_issues"] == sum(row["category"] == IN_PROGRESS for row in rows)


def test_days_to_finish(jira: Board) -> None:
    """The average is over the issues finished in the last 30 days that have both times."""
    rows = list(issues(jira).values())
    days = spans([row for row in rows if within(row["end"], newest_day(rows), 30)])
    found = jira.one("index", "headline")
    assert found["resolution_days"] == pytest.approx(sum(days) / len(days))
    assert found["within_week_share"] == pytest.approx(sum(day <= 7 for day in days) / len(days))


def test_project_narrows_the_headline(jira: Board) -> None:
    """With a project chosen, only its issues are open."""
    names = Counter(project_name(jira, row) for row in issues(jira).values() if not row["finished"])
    assert len(names) > 1
    for name, expected in names.items():
        assert jira.one("index", "headline", project=name)["open_issues"] == expected


def test_created_and_finished_by_month(jira: Board) -> None:
    """Every issue with a time is in the trend once for its creation and once for its end, from the chosen day."""
    since = date(2025, 2, 14)
    expected: Counter[tuple[str, date]] = Counter()
    for row in issues(jira).values():
        for event, moment in (("Created", row["created"]), ("Finished", row["end"])):
            if moment and moment.date() >= since:
                expected[event, moment.date().replace(day=1)] += 1
    found = jira.result("index", "created_and_finished", since="2025-02-14")
    assert {(row["event"], row["month"]): row["issues"] for row in found} == expected


def test_open_by_month_ends_with_the_open_issues(jira: Board) -> None:
    """The newest month holds the issues that are open now and have a creation time."""
    expected = sum(not row["finished"] and row["created"] is not None for row in issues(jira).values())
    assert jira.result("index", "open_by_month")[-1]["open_issues"] == expected


def test_unassigned_issues(jira: Board) -> None:
    """Only an empty assignee counts, not one who is not in the table of users."""
    expected = sum(not row["finished"] and row["assignee"] is None for row in issues(jira).values())
    assert jira.one("backlog", "backlog")["unassigned_issues"] == expected > 0


@pytest.mark.parametrize("priority", [None, "High", "Not set", "nothing"])
def test_share_open_for_more_than_90_days(jira: Board, priority: str | None) -> None:
    """The newest day is that of the chosen issues; issues without a creation time are in neither part."""
    names = {row["id"]: row["name"] for row in table(jira, "priority")}
    rows = [
        row
        for row in issues(jira).values()
        if priority is None or (names.get(row["priority"]) or "Not set") == priority
    ]
    ages = [(newest_day(rows) - row["created"].date()).days for row in rows if not row["finished"] and row["created"]]
    share = jira.one("backlog", "backlog", priority=priority)["older_share"]
    assert share == (pytest.approx(sum(age > 90 for age in ages) / len(ages)) if ages else None)


def members(jira: Board) -> set[tuple[int, str]]:
    """Each issue with the sprints that its Sprint field holds now."""
    fields = {row["id"] for row in table(jira, "field") if (row["name"] or "").lower() == "sprint"}
    newest: dict[int, datetime] = {}
    values: dict[tuple[int, datetime], set[str | None]] = {}
    for row in table(jira, "issue_multiselect_history"):
        if row["field_id"] not in fields or row["time"] is None or row["issue_id"] is None:
            continue
        newest[row["issue_id"]] = max(row["time"], newest.get(row["issue_id"], row["time"]))
        values.setdefault((row["issue_id"], row["time"]), set()).add(row["value"])
    return {(issue, value) for issue, moment in newest.items() for value in values[issue, moment] if value is not None}


def outcomes(jira: Board, project: str | None = None) -> list[tuple[Row, bool]]:
    """Each completed sprint with whether an issue of it was finished by its completion, once for each such issue."""
    known = issues(jira)
    sprints = {
        str(row["id"]): row
        for row in table(jira, "sprint")
        if row["_fivetran_deleted"] is not True and row["complete_date"]
    }
    return [
        (sprints[value], known[issue]["end"] is not None and known[issue]["end"] <= sprints[value]["complete_date"])
        for issue, value in members(jira)
        if issue in known and value in sprints and (project is None or project_name(jira, known[issue]) == project)
    ]


@pytest.mark.parametrize("project", [None, "Platform"])
def test_finished_within_their_sprint(jira: Board, project: str | None) -> None:
    """Only the newest Sprint field of an issue counts, and only what was finished by the completion is finished."""
    done = [row for row in table(jira, "sprint") if row["_fivetran_deleted"] is not True and row["complete_date"]]
    newest = max(row["complete_date"].date() for row in done)
    recent = [ended for sprint, ended in outcomes(jira, project) if within(sprint["complete_date"], newest, 90)]
    assert 0 < sum(recent) < len(recent)
    found = jira.one("sprints", "completion", project=project)
    assert found["issues"] == len(recent)
    assert found["completion_share"] == pytest.approx(sum(recent) / len(recent))


def test_sprints_show_every_issue_of_the_last_twelve(jira: Board) -> None:
    """Each of the last twelve completed sprints with issues has a bar of all its issues."""
    counts = Counter(sprint["id"] for sprint, _ in outcomes(jira))
    ends = {sprint["id"]: sprint["complete_date"] for sprint, _ in outcomes(jira)}
    last = sorted(ends, key=lambda key: (-ends[key].timestamp(), str(key)))[:12]
    found = jira.result("sprints", "by_sprint")
    assert len({row["sprint"] for row in found}) == len(last)
    assert sum(row["issues"] for row in found) == sum(counts[key] for key in last)


def test_epics_hold_each_issue_once(jira: Board) -> None:
    """An issue belongs to its parent if that is an epic, and to the epic of its newest Epic Link if not."""
    types = {row["id"]: row for row in table(jira, "issue_type")}
    known = issues(jira)

    def is_epic(row: Row) -> bool:
        kind = types.get(row["work_type"] if row["work_type"] is not None else row["issue_type"])
        return kind is not None and kind["subtask"] is not True and (kind["name"] or "").lower() == "epic"

    epics = {key for key, row in known.items() if is_epic(row)}
    fields = {row["id"] for row in table(jira, "field") if row["name"] == "Epic Link"}
    links: dict[int, Row] = {}
    for row in table(jira, "issue_field_history"):
        if row["field_id"] in fields and row["time"] and row["issue_id"] is not None:
            links[row["issue_id"]] = max(row, links.get(row["issue_id"], row), key=lambda each: each["time"])
    opened: Counter[str] = Counter()
    for key, row in known.items():
        link = links[key]["value"] or "" if key in links else ""
        epic = row["parent_id"] if row["parent_id"] in epics else int(link) if link.isdigit() else None
        if epic in epics and not row["finished"]:
            opened[str(epic)] += 1
    found = {row["epic_id"]: row["open_issues"] for row in jira.result("epics", "epics")}
    assert found
    assert found.items() <= opened.items()
    assert sorted(found.values(), reverse=True) == sorted(opened.values(), reverse=True)[:15]


def test_open_by_type(jira: Board) -> None:
    """The work type wins over the issue type, and what is marked as a sub-task is shown as one."""
    types = {row["id"]: "Sub-task" if row["subtask"] else row["name"] for row in table(jira, "issue_type")}
    expected = Counter(
        types.get(row["work_type"] if row["work_type"] is not None else row["issue_type"], "Unknown")
        for row in issues(jira).values()
        if not row["finished"]
    )
    found: Counter[str] = Counter()
    for row in jira.result("epics", "open_by_type"):
        found[row["type_name"]] += row["issues"]
    assert found == expected


def test_in_progress_for_each_person(jira: Board) -> None:
    """Issues without an assignee are not divided among anybody."""
    busy = [
        row["assignee"]
        for row in issues(jira).values()
        if not row["finished"] and row["category"] == IN_PROGRESS and row["assignee"] is not None
    ]
    found = jira.one("people", "load")
    assert found["people"] == len(set(busy)) > 1
    assert found["in_progress_each"] == pytest.approx(len(busy) / len(set(busy)))


def test_people_and_projects_finish_the_same(jira: Board) -> None:
    """Both tables hold every issue finished in the last 90 days, also those of unknown people and projects."""
    rows = list(issues(jira).values())
    expected = sum(within(row["end"], newest_day(rows), 90) for row in rows)
    assert sum(row["finished_issues"] for row in jira.result("people", "people")) == expected
    assert sum(row["finished_issues"] for row in jira.result("people", "by_project")) == expected
