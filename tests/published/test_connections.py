"""The health of connections in the order of Fivetran's own package, and their rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from generators.published.connections import Health, state_of
from generators.published.sync_log import Connection, Entry

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIVE = Connection("c", "lamps", "lamps", is_paused=False, is_deleted=False)
START, GOOD, FAILED, ERROR = "start", "good", "failed", "error"
LATER, FIRST = "later", "first"
DETAILS = {
    GOOD: {"status": "SUCCESSFUL"},
    FAILED: {"status": "FAILURE", "reason": "no"},
    LATER: {"status": "RESCHEDULED", "reason": "too much to do"},
    FIRST: {"status": "RESCHEDULED", "reason": "This is intended behavior for a priority first sync"},
}


def entries(*told: str) -> list[Entry]:
    """In the order in which they happened, a minute apart, the newest first as they are read."""
    made = []
    for minute, what in enumerate(told):
        sort = {START: "sync_start", ERROR: "severe"}.get(what, "sync_end")
        severity = "SEVERE" if what == ERROR else "INFO"
        made.append(Entry(f"e{minute}", NOON + timedelta(minutes=minute), "c", severity, sort, DETAILS.get(what, {})))
    return made[::-1]


@pytest.mark.parametrize(
    ("told", "health"),
    [
        ((), "incomplete"),
        ((START,), "initial sync in progress"),
        ((START, LATER), "connected"),
        ((START, FIRST), "priority first sync"),
        ((START, FIRST, START), "priority first sync"),
        ((START, FIRST, START, LATER), "priority first sync"),
        ((START, FIRST, START, GOOD), "connected"),
        ((START, GOOD), "connected"),
        ((START, FAILED), "broken"),
        ((START, ERROR), "broken"),
        ((ERROR, START), "broken"),
        ((START, GOOD, START, ERROR), "broken"),
        ((START, GOOD, START, ERROR, GOOD), "broken"),
        ((START, ERROR, FAILED, START), "connected"),
        ((START, FAILED, START, GOOD), "connected"),
    ],
)
def test_health(told: tuple[str, ...], health: Health) -> None:
    """The first state that applies; a batch begins with each start."""
    state = state_of(LIVE, entries(*told), NOON)
    assert state.health == health
    assert state.stands_still == (health == "broken")


def test_health_of_what_somebody_stopped() -> None:
    """Deleted before paused, and both before anything that the log says."""
    failed = entries(START, FAILED)
    paused = Connection("c", "lamps", "lamps", is_paused=True, is_deleted=False)
    both = Connection("c", "lamps", "lamps", is_paused=True, is_deleted=True)
    states = [state_of(one, failed, NOON) for one in (paused, both)]
    assert [state.health for state in states] == ["paused", "deleted"]
    assert [state.stands_still for state in states] == [False, True]


def test_entries_of_another_connection() -> None:
    """Are not its own."""
    other = Connection("d", "lamps", "lamps", is_paused=False, is_deleted=False)
    assert state_of(other, entries(START, FAILED), NOON).health == "incomplete"


@pytest.mark.parametrize(
    ("every", "quiet", "is_late"),
    [
        (timedelta(hours=1), timedelta(hours=3), False),
        (timedelta(hours=1), timedelta(hours=3, seconds=1), True),
        (timedelta(minutes=5), timedelta(minutes=35), False),
        (timedelta(minutes=5), timedelta(minutes=36), True),
        (timedelta(days=1), timedelta(days=2), False),
    ],
)
def test_rhythm(every: timedelta, quiet: timedelta, is_late: bool) -> None:  # noqa: FBT001 - of the table
    """Late is what takes three times the median gap, and half an hour more than it."""
    ends = [Entry(str(n), NOON - every * n, "c", "INFO", "sync_end", DETAILS[GOOD]) for n in range(6)]
    state = state_of(LIVE, ends, NOON + quiet)
    assert state.rhythm is not None
    assert (state.rhythm.median, state.rhythm.gap, state.is_late) == (every, quiet, is_late)
    paused = Connection("c", "lamps", "lamps", is_paused=True, is_deleted=False)
    assert not state_of(paused, ends, NOON + quiet).is_late


def test_too_few_syncs_have_no_rhythm() -> None:
    """Three of them have two gaps."""
    ends = [Entry(str(n), NOON - timedelta(hours=n), "c", "INFO", "sync_end", DETAILS[GOOD]) for n in range(3)]
    state = state_of(LIVE, ends, NOON + timedelta(days=9))
    assert (state.rhythm and state.rhythm.median, state.is_late) == (None, False)
    assert state_of(LIVE, entries(START, FAILED), NOON).rhythm is None
