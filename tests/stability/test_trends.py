"""Incidents beside what is promised, boards by week, and what comes next: each number worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog import load
from generators.model import KINDS
from generators.source import LIMITS, Repository
from generators.stability.standing import standing
from generators.stability.summary import Summary, WeekShare
from generators.stability.trends import reliability, responses
from generators.stability.wording import mean_in_words
from tests.changes import change, tree, write

if TYPE_CHECKING:
    from generators.catalog import Catalog

INCIDENT = Path("ops_model/stability/incidents/dark-on-the-first-of-november.yaml")
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
BEGAN = datetime(2026, 11, 2, 8, tzinfo=UTC)
"""A Monday; the promises of sev1 are 15 minutes, 1 hour, 1 day."""


def incident(root: Path, name: str, severity: str, *marks: tuple[str, float], ended: float | None = None) -> None:
    """An incident with entries so many minutes after it began."""
    timeline = [{"at": moment(0), "what": "x"}, *({"at": moment(m), "what": "x", "mark": mark} for mark, m in marks)]
    fields: dict[str, Any] = tree(root / INCIDENT) | {"severity": severity, "timeline": timeline, "follow_ups": []}
    fields |= {"title": name} | ({} if ended is None else {"ended": moment(ended)})
    if ended is None:
        fields.pop("ended")
    write((root / INCIDENT).with_stem(name), fields)


def moment(minutes: float) -> str:
    """As a file has it."""
    return f"{BEGAN + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def read(root: Path) -> Catalog:
    """The model of a repository."""
    return load(Repository(root, LIMITS), KINDS)[0]


def test_incidents_beside_their_promises(miniature: Path) -> None:
    """From the page, or else from the first entry, to each mark; what nobody marked is neither kept nor broken."""
    incident(miniature, "kept", "sev1", ("acknowledged", 10), ("mitigated", 60), ("resolved", 600), ended=700)
    incident(miniature, "late", "sev1", ("paged", 5), ("acknowledged", 25), ("mitigated", 66), ended=5 + 24 * 60 + 1)
    incident(miniature, "unmarked", "sev1", ended=30)
    incident(miniature, "lasting", "sev1")
    (miniature / INCIDENT).unlink()
    acknowledged, mitigated, resolved = responses(read(miniature), AT)
    assert (acknowledged.mark, mitigated.mark, resolved.mark) == ("acknowledged", "mitigated", "resolved")
    assert (acknowledged.mean, acknowledged.reached, acknowledged.unmarked) == (timedelta(minutes=15), 2, 2)
    assert (acknowledged.kept, acknowledged.broken) == (1, 2), "20 minutes is late, and the lasting one is"
    assert mitigated.mean == timedelta(minutes=(60 + 61) / 2)
    assert (mitigated.kept, mitigated.broken) == (1, 2), "an hour is in time, a minute more is not"
    assert resolved.mean == timedelta(minutes=(600 + 24 * 60 + 1 + 30) / 3)
    assert (resolved.reached, resolved.kept, resolved.broken) == (3, 2, 2)
    assert mean_in_words(acknowledged) == "15 minutes"


def test_a_promise_in_business_time(miniature: Path) -> None:
    """Sev3 is mitigated within two days of eight hours: 16 hours of work after 09:00 on Monday is Tuesday's end."""
    tuesday = 33 * 60  # 17:00 in London, which is UTC then
    incident(miniature, "kept", "sev3", ("mitigated", tuesday), ended=tuesday)
    incident(miniature, "late", "sev3", ("mitigated", tuesday + 17 * 60), ended=tuesday + 17 * 60)
    (miniature / INCIDENT).unlink()
    [_, mitigated, _] = responses(read(miniature), AT)
    assert (mitigated.kept, mitigated.broken) == (1, 1)


def test_what_is_still_to_come_is_not_told(miniature: Path) -> None:
    """Asked about a moment before it began there is no incident, and in between only the page is acknowledged."""
    before, between = datetime(2026, 11, 1, 22, tzinfo=UTC), datetime(2026, 11, 1, 22, 20, tzinfo=UTC)
    catalog = read(miniature)
    assert all(one.reached + one.unmarked == 0 for one in responses(catalog, before))
    assert [(one.reached, one.unmarked) for one in responses(catalog, between)] == [(1, 0), (0, 1), (0, 1)]


def test_boards_of_a_connector_by_week() -> None:
    """Four whole weeks beside four before them, by events and not by weeks; the week that began counts in neither."""
    monday = date(2026, 11, 30)
    weeks = {0: (50, 0), 1: (100, 90), 4: (300, 300), 5: (10, 5), 8: (30, 30), 9: (1000, 0)}
    counts = Summary(
        day=monday,
        reliability=tuple(
            WeekShare(connector="lamp", monday=monday - timedelta(weeks=back), events=events, good=good)
            for back, (events, good) in weeks.items()
        ),
    )
    [found] = reliability(counts)
    assert (found.share, found.before) == (Decimal(390) / 400, Decimal(35) / 40)


@pytest.mark.parametrize(("at", "overdue"), [("2026-12-01", False), ("2026-12-02", True)])
def test_what_comes_next(miniature: Path, at: str, *, overdue: bool) -> None:
    """A follow-up is due on its day and overdue after it; a tranche that is over comes no more."""
    found = standing(read(miniature), None, datetime.fromisoformat(f"{at}T12:00+00:00"))
    [due] = found.follow_ups
    assert due.is_overdue(found.counts.day) is overdue
    assert found.tranches == ()
    change(miniature / "ops_model/stability/tranches/clean-glass.yaml", ends="2026-12-02")
    later = standing(read(miniature), None, datetime.fromisoformat(f"{at}T12:00+00:00"))
    assert [entry.id for entry in later.tranches] == ["clean-glass"]
