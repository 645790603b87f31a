"""An incident from the notes of a runbook page: what is taken, what is left to people, and what is no such file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.checks.follow_through import FOLLOW_UP_OVERDUE, MARKS_IN_DISORDER, UNACCOUNTED
from generators.model import KINDS
from generators.model.stability import Incident
from generators.site import check
from generators.source import Repository
from generators.stability.durations import durations
from generators.stability.notes import MOST
from generators.views.incidents import in_words, incident_page
from tests.changes import change, tree
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

NOTES = """\
# The lamp is out

- runbook: lamp-out
- lamp: east
- severity: sev1
- connector: oil_feed
- paged: 2026-11-20T23:50:00Z

## 2026-11-20

- 23:52 UTC  step 1. Look at the lamp (There is no oil → 2. Fill it)

## 2026-11-21

- 00:10 UTC  step 2. Fill it — one barrel # left
- 00:15 UTC  step 3. Light it (end: resolved)
"""
FOLDER = "ops_model/stability/incidents"
WRITTEN = f"{FOLDER}/2026-11-20-lamp-out.yaml"
DARK = f"{FOLDER}/dark-on-the-first-of-november.yaml"


def taken(dfops: Dfops, root: Path, text: str | bytes, *options: object) -> Ran:
    """The command on a file that says this."""
    file = root.parent / "lamp-out.md"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return dfops("stability", "incident", file, *options, "--at", AT.isoformat(), "--root", root)


def test_times_are_taken_and_what_it_did_to_users_is_left_to_people(miniature: Path, dfops: Dfops) -> None:
    """Paged, acknowledged by the first step that was done, resolved by the end of the runbook."""
    ran = taken(dfops, miniature, NOTES)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [WRITTEN, "  still to do: 'impact' is still sample text (OPS207)"]
    found = tree(miniature / WRITTEN)
    assert [(entry["at"], entry.get("mark")) for entry in found["timeline"]] == [
        ("2026-11-20T23:50:00Z", "paged"),
        ("2026-11-20T23:52:00Z", "acknowledged"),
        ("2026-11-21T00:10:00Z", None),
        ("2026-11-21T00:15:00Z", "resolved"),
    ]
    assert found["timeline"][2]["what"] == "Step 2. Fill it — one barrel # left"
    assert (found["surface"], found["severity"], found["connector"]) == ("lamp", "sev1", "oil_feed")
    assert found["ended"] == "2026-11-21T00:15:00Z"
    assert taken(dfops, miniature, NOTES).out.startswith(WRITTEN)  # the same notes are the same incident
    assert taken(dfops, miniature, NOTES, "--severity", "sev3").out.startswith(f"{WRITTEN[:-5]}-2.yaml")


def test_a_step_that_is_not_finished_acknowledges_nothing(miniature: Path, dfops: Dfops) -> None:
    """It was begun; whoever began it may have been called away."""
    head, _ = NOTES.split("- connector")
    taken(dfops, miniature, f"{head}\n## 2026-11-20\n\n- 23:52 UTC  step 1. Look (begun)\n")
    (entry,) = tree(miniature / WRITTEN)["timeline"]
    assert entry == {"at": "2026-11-20T23:52:00Z", "what": "Step begun: 1. Look"}


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        ("", "line 1: the title of a runbook"),
        (NOTES.replace("# The", "The"), "line 1: the title of a runbook"),
        (NOTES.replace("- runbook: lamp-out\n", ""), "names no runbook"),
        (NOTES.replace("lamp-out", "lamp-uot"), "did you mean 'lamp-out'?"),
        (NOTES.replace("sev1", "sev9"), "sev9"),
        (NOTES.replace("00:15", "25:15"), "line 16: there is no 2026-11-21 25:15"),
        (NOTES.replace("## 2026-11-21", "## 2026-11-31"), "line 15: there is no 2026-11-31 00:10"),
        (NOTES.replace("2026-11-21", "2026-11-22"), "line 16: 2026-11-22 00:15 UTC is still to come"),
        (NOTES.replace("23:50:00Z", "noon"), "is no moment at which someone was paged"),
        (NOTES.replace("T23:50", "T23:59"), "line 11: a step was done before anyone was paged"),
        (NOTES + "- also: this\n", "line 17: no page of a runbook writes this"),
        (NOTES + "<script>alert(1)</script>\n", "line 17: no page of a runbook writes this"),
        (NOTES.split("##", maxsplit=1)[0], "has no timeline"),
        (NOTES.encode() + b"\xff", "is not UTF-8 text"),
        (NOTES + "x" * MOST, "is larger than 1 MiB"),
    ],
    ids=[
        *("empty", "no-title", "no-runbook", "unknown-runbook", "unknown-severity", "no-time", "no-day", "future"),
        *("paged", "before-the-page", "after-the-end", "markup", "no-step", "bytes", "huge"),
    ],
)
def test_what_no_page_writes_is_refused_by_line(
    miniature: Path, dfops: Dfops, notes: str | bytes, sentence: str
) -> None:
    """In one sentence; nothing is written."""
    before = sorted((miniature / FOLDER).iterdir())
    ran = taken(dfops, miniature, notes)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert sorted((miniature / FOLDER).iterdir()) == before


def test_a_step_that_the_runbook_does_not_have_is_named(miniature: Path, dfops: Dfops) -> None:
    """The runbook may have changed since that night: it is taken, and said."""
    ran = taken(dfops, miniature, NOTES.replace("Fill it —", "Drain it —"))
    assert ran.out.splitlines()[1] == "  line 15: runbook lamp-out has no such step now"


# ── the record ──────────────────────────────────────────────────────────────────────────────────────────────────────
def incident(root: Path) -> Incident:
    """The incident of the miniature."""
    entry = load(Repository(root), KINDS)[0].find(Incident, "dark-on-the-first-of-november")
    assert entry
    return entry.entity


def test_durations_are_compared_with_the_promises(miniature: Path) -> None:
    """From the page: acknowledged in 2 of 15 minutes; mitigation is not recorded and was due long ago; resolved."""
    catalog = load(Repository(miniature), KINDS)[0]
    points = durations(catalog, incident(miniature))
    assert [(point.mark, point.took, point.is_kept) for point in points] == [
        ("acknowledged", timedelta(minutes=2), True),
        ("mitigated", None, None),
        ("resolved", timedelta(minutes=15), True),
    ]
    change(miniature / "ops_model/support/service_levels/lamp-sev1.yaml", acknowledge="1 minute")
    catalog = load(Repository(miniature), KINDS)[0]
    assert durations(catalog, incident(miniature))[0].is_kept is False
    entry = catalog.find(Incident, "dark-on-the-first-of-november")
    assert entry
    page = incident_page(catalog, entry, AT)
    assert [row.verdict for row in page.points] == ["missed", "missed: not recorded, and overdue", "kept"]
    assert (page.zone, page.timeline[0].local, page.timeline[0].utc) == ("Europe/London", "Sun 22:10", "22:10 UTC")
    assert [row.day for row in page.timeline] == ["Sunday, 1 November 2026", "", ""]
    assert [row.state for row in page.follow_ups] == ["due", "done"]
    assert incident_page(catalog, entry, AT.replace(month=12, day=2)).overdue == 1


@pytest.mark.parametrize(
    ("span", "words"),
    [((0, 4), "4 min"), ((2, 5), "2 h 5 min"), ((24, 0), "1 day"), ((76, 59), "3 days 4 h")],
    ids=["minutes", "hours", "day", "days"],
)
def test_spans_are_printed_as_people_say_them(span: tuple[int, int], words: str) -> None:
    """To the minute; to the hour from a day on."""
    assert in_words(timedelta(hours=span[0], minutes=span[1])) == words


def test_follow_ups_are_due_until_the_end_of_their_day(miniature: Path) -> None:
    """The day after, it is a warning; one that is done is none."""
    for day, found in ((1, []), (2, [FOLLOW_UP_OVERDUE])):
        at = AT.replace(month=12, day=day)
        assert [one.rule for one in check(miniature, at).findings if one.rule is FOLLOW_UP_OVERDUE] == found


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        (["paged", "acknowledged", "resolved"], None),
        (["acknowledged", None, "acknowledged"], "'acknowledged' is marked twice"),
        (["resolved", "paged", None], "'paged' is marked after 'resolved'"),
    ],
    ids=["in-order", "twice", "backwards"],
)
def test_marks_are_in_order(miniature: Path, marks: list[str | None], message: str | None) -> None:
    """Each once, the first to the last."""
    timeline = tree(miniature / DARK)["timeline"]
    marked = [{"at": entry["at"], "what": entry["what"]} | ({"mark": mark} if mark else {})
              for entry, mark in zip(timeline, marks, strict=True)]  # fmt: skip
    change(miniature / DARK, timeline=marked)
    found = [one.message for one in check(miniature, AT).findings if one.rule is MARKS_IN_DISORDER]
    assert found == ([message] if message else [])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"after": []}, "says nothing of 'soot-on-the-east-pane' under `after`"),
        ({"closed": "2026-11-01"}, "closed before it starts, on 2026-11-02"),
        ({"closed": None}, "'clean-glass' is not closed and says how it came out"),
        ({"carried_to": "clean-glass"}, None),
        ({"defects": ["glass-that-clouds"]}, "'soot-on-the-east-pane' is not among the defects of the tranche"),
        ({}, "'soot-on-the-east-pane' was left open and carried over to no tranche"),
    ],
    ids=["nothing-after", "too-early", "not-closed", "carried", "strangers", "nowhere"],
)
def test_a_closed_tranche_accounts_for_each_defect(
    miniature: Path, fields: dict[str, object], message: str | None
) -> None:
    """By whatever hand it was closed."""
    path = miniature / "ops_model/stability/tranches/clean-glass.yaml"
    after = [{"defect": "soot-on-the-east-pane", "state": "open", "score": 1.33}]
    change(path, **{"closed": "2026-11-20", "after": after, **fields})
    found = [one.message for one in check(miniature, AT).findings if one.rule is UNACCOUNTED]
    assert found[:1] == ([message] if message else [])
