"""A year of duties with everything that is asked of it, for 1, 10 and 100 rotations: how the cost grows with shifts.

Beside it: the same handoffs expanded by dateutil's rrule in their zones, with nothing asked of them.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dateutil.rrule import WEEKLY, rrule

from generators.catalog import Entry
from generators.catalog.entries import catalog_of
from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.organization import Person
from generators.model.refs import PersonRef, RotationRef, SurfaceRef
from generators.oncall.civil import zone
from generators.oncall.coverage import clashes, holiday_handoffs, twice
from generators.oncall.fairness import loads
from generators.oncall.paging import voids
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from generators.source import read
from tests.bench.measure import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.model import Entity

SIZES = (1, 10, 100)
ZONES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata")
START = datetime(2026, 11, 23, tzinfo=UTC)
HEADINGS = ("rotations", "shifts", "ms", "ms/100", "bare ms", "ratio", "growth")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One line a size, each in a process of its own. `growth`: ms per shift against the first line."""
    del folder
    first = 0.0
    for size in SIZES:
        shifts, ours, bare = map(float, run("tests.bench.duties", str(size)).output.split())
        each = ours / shifts
        first = first or each
        yield (
            f"{size}", f"{shifts:.0f}", f"{ours:.0f}", f"{100 * each:.1f}", f"{bare:.0f}", f"{ours / bare:.1f}",
            f"{each / first:.2f}",
        )  # fmt: skip


def year(size: int) -> Catalog:
    """Rotations of three, each with a week of time off that clashes, by turns in four zones."""
    empty = read("empty.yaml", b"title: Empty\n").document
    assert empty is not None
    found: list[Entry[Entity]] = []
    for number in range(size):
        names = [f"seat-{number}-{seat}" for seat in range(3)]
        off = {"first": date(2027, 3, 1), "last": date(2027, 3, 5)}
        for seat, name in enumerate(names):
            away = (off,) if seat == 0 else ()
            person = Person.model_validate({"title": "Seat", "zone": ZONES[(number + seat) % 4], "time_off": away})
            found.append(Entry("person", name, person, empty))
        layer = {
            "id": "watch",
            "participants": tuple(map(PersonRef, names)),
            "starts": date(2026, 11, 2),
            "handoff": {"weekday": "monday", "time": "09:00"},
            "length": {"amount": 1, "unit": "weeks"},
        }
        told = {"title": "Watch", "surface": SurfaceRef("s"), "zone": ZONES[number % 4], "layers": (layer,)}
        found.append(Entry("rotation", f"watch-{number}", Rotation.model_validate(told), empty))
        step = {"after_minutes": 0, "notify": ({"rotation": RotationRef(f"watch-{number}")},)}
        policy = EscalationPolicy.model_validate({"title": "Policy", "steps": (step,)})
        found.append(Entry("escalation-policy", f"policy-{number}", policy, empty))
    return catalog_of(found)


def _everything(catalog: Catalog) -> int:
    """The number of shifts, after everything was asked that `dfops check` and the pages ask."""
    roster = Roster.of(catalog, START, YEAR)
    asked = [*clashes(roster), *twice(roster), *holiday_handoffs(roster), *loads(roster)]
    asked += [void for entry in catalog.entries_of(EscalationPolicy) for void in voids(catalog, roster, entry.entity)]
    assert asked
    return sum(len(schedule.shifts) for schedule in roster.schedules.values())


def _bare(size: int) -> None:
    for number in range(size):
        where = zone(ZONES[number % 4])
        for at in rrule(WEEKLY, dtstart=datetime(2026, 11, 23, 9), count=53):  # noqa: DTZ001 - wall time
            at.replace(tzinfo=where).astimezone(UTC)


def main(size: int) -> None:
    """Prints shifts, our milliseconds and those of the bare expansion: processor time, best of five."""
    catalog = year(size)
    ours, bare, shifts = [], [], 0
    for _ in range(5):
        began = time.process_time()
        shifts = _everything(catalog)
        middle = time.process_time()
        _bare(size)
        ours.append(middle - began)
        bare.append(time.process_time() - middle)
    sys.stdout.write(f"{shifts} {1000 * min(ours):.3f} {1000 * min(bare):.3f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
