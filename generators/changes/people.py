"""What a change means for each person on call: for how much longer, and in which minute they are paged, and when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from generators.model.oncall import EscalationPolicy, HolidayCalendar, Rotation
from generators.model.organization import Person, Role, Surface
from generators.model.support import Severity
from generators.oncall.civil import instant, local_day, wall, zone
from generators.oncall.intervals import Piece, Window, union, without
from generators.oncall.paging import chain, notifications, planned_steps, receiver_of, rotations_of
from generators.oncall.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from generators.catalog import Catalog
    from generators.changes.change import Change
    from generators.changes.sides import Pair, Sides
    from generators.oncall.difference import Difference
    from generators.oncall.fairness import Load

AHEAD = timedelta(weeks=52)
MARGIN = timedelta(days=2)
"""A roster reaches past the last step of a page at the end of the weeks that are compared."""
LISTED = 6
"""People of a rotation, or of a policy, that are listed."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY, MONDAY = 5, 0
MIDNIGHT = wall("00:00")
MOMENT = "%a %Y-%m-%d %H:%M %Z"
Minutes = tuple[int | None, int | None]
"""Minutes after the page before and after; None: not notified."""


# ── for how long ────────────────────────────────────────────────────────────────────────────────────────────────────
def burdens(was: Roster, now: Roster, found: Difference, pairs: Mapping[str, Pair[Rotation]]) -> Iterator[Change]:
    """For each person whose shifts move: how much more or less they are on call, from when on, and both loads."""
    rotations = {name: moved.rotation for moved in found.moved for name in (*moved.before, *moved.after)}
    shares = [share for share in found.shares if share.person in rotations]
    for share in shares[:LISTED]:
        windows = [union(shift.window for shift in side.shifts_of.get(share.person, ())) for side in (was, now)]
        less, more = _left(windows[0], windows[1]), _left(windows[1], windows[0])
        if not (less or more):
            continue
        where = zone(pairs[rotations[share.person]].entry.entity.zone)
        parts = [
            f"{_long(changed)} {word} from {changed[0].start.astimezone(where):{MOMENT}}"
            for changed, word in ((more, "more"), (less, "less"))
            if changed
        ]
        what = f"{now.title(share.person)}: on call in 52 weeks, {' and '.join(parts)}"
        told = pairs[rotations[share.person]].told(
            "on-call", "changed", what, "layers", before=_load(share.before), after=_load(share.after)
        )
        yield told.covering()


def _left(windows: Sequence[Window], others: Sequence[Window]) -> list[Window]:
    """The moments of a union that are not in another."""
    return [piece.window for piece in without((Piece(window, None) for window in windows), others)]


def _load(load: Load | None) -> str:
    return f"{load.hours:.0f} hours, {load.nights} nights, {load.weekends} weekends" if load else "never"


def _long(windows: Iterable[Window]) -> str:
    """`14 days`, or hours below two days."""
    hours = sum((window.length for window in windows), timedelta()) / HOUR
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:g} hours"  # noqa: PLR2004 - of two days


# ── in which minute ─────────────────────────────────────────────────────────────────────────────────────────────────
def minutes_of_people(sides: Sides) -> Iterator[Change]:
    """Where a policy, who holds its roles, or who is paged at all changed: each person's minute after the page.

    That shifts move is told by `burdens`.
    """
    if sides.misses(Person, HolidayCalendar, Rotation, Role, EscalationPolicy, Severity):
        return
    severities = [pair.entry.id for pair in sides.pairs(Severity) if pair.both]
    for surface in sides.pairs(Surface):
        routes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for severity in severities if surface.both else ():
            was, now = (receiver_of(side.catalog, surface.entry.id, severity) for side in (sides.before, sides.after))
            routes[was.policy, now.policy].append(severity)
        for policies, paging in routes.items():
            if _whom(sides.before.catalog, policies[0]) != _whom(sides.after.catalog, policies[1]):
                yield from _surface(sides, surface, policies, paging)


def _whom(catalog: Catalog, policy: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Minute, rotation or role, and its holders, as a policy and those after it say."""
    return [
        (one.minutes, str(target.rotation or target.role), _holders(catalog, str(target.role or "")))
        for one in planned_steps(catalog, policy)
        for target in one.step.notify
    ]


def _holders(catalog: Catalog, role: str) -> tuple[str, ...]:
    found = catalog.find(Role, role)
    return tuple(map(str, found.entity.holders)) if found else ()


def _surface(
    sides: Sides, surface: Pair[Surface], policies: tuple[str, str], severities: Sequence[str]
) -> Iterator[Change]:
    """The people of one surface, those for whom most changes first."""
    was, now = (
        _Paging.of(side.catalog, policy, sides.at)
        for side, policy in zip((sides.before, sides.after), policies, strict=True)
    )
    rotation = sides.after.catalog.find(Rotation, surface.entry.entity.rotation)
    where = zone(rotation.entity.zone if rotation else "UTC")
    moved = _moved(was, now, sides.at, where)
    names = f"{', '.join(severities)} on {surface.entry.entity.title}"
    pair, field = _cause(sides, surface, policies)
    for (person, minutes), windows in moved[:LISTED]:
        first = windows[0].start.astimezone(where)
        what = (
            f"{now.roster.title(person)}: paged for {names}, {_when(windows, where)}"
            f"{_long(windows)} in 52 weeks, the first from {first:{MOMENT}}"
        )
        told = pair.told("on-call", "changed", what, field, before=_minute(minutes[0]), after=_minute(minutes[1]))
        yield told.covering()
    if len(moved) > LISTED:
        what = f"Paged for {names}: {len(moved) - LISTED} more changes of whom, and in which minute"
        yield pair.told("on-call", "changed", what, field).covering()


def _moved(
    was: _Paging, now: _Paging, start: datetime, where: ZoneInfo
) -> list[tuple[tuple[str, Minutes], list[Window]]]:
    """Each person with the minutes before and after, and when that holds, the longest first."""
    end = start + AHEAD
    edges = {start, end, *was.edges(), *now.edges(), *_midnights(start, where)}
    moved: dict[tuple[str, Minutes], list[Window]] = defaultdict(list)
    for window in (Window(*pair) for pair in pairwise(sorted(edge for edge in edges if start <= edge <= end))):
        before, after = was.minutes(window.start), now.minutes(window.start)
        for person in sorted({*before, *after}):
            minutes = before.get(person), after.get(person)
            if minutes[0] != minutes[1]:
                moved[person, minutes].append(window)
    return sorted(moved.items(), key=lambda item: -sum((one.length for one in item[1]), timedelta()))


@dataclass(frozen=True)
class _Paging:
    """One side of a page: a policy, and who answers in its rotations."""

    catalog: Catalog
    policy: str
    roster: Roster
    known: dict[tuple[object, ...], Mapping[str, int]]
    """Minutes by who answers and who is away: most stretches are alike."""

    @classmethod
    def of(cls, catalog: Catalog, policy: str, at: datetime) -> _Paging:
        """From a moment on, with the rotations that the policy and those after it notify."""
        rotations = {name for _, each in chain(catalog, policy) for name in rotations_of(each)}
        return cls(catalog, policy, Roster.of(catalog, at, AHEAD + MARGIN, rotations), {})

    def edges(self) -> Iterator[datetime]:
        """The moments at which others may be reached."""
        for schedule in self.roster.schedules.values():
            for shift in (*schedule.shifts, *schedule.away):
                yield from (shift.window.start, shift.window.end)
        for name in self.roster.people:
            for window in self.roster.absent(name):
                yield from (window.start, window.end)

    def minutes(self, at: datetime) -> Mapping[str, int]:
        """The first minute after a page at which each person is notified."""
        answering = tuple(
            tuple(shift.person for shift in (*schedule.at(at), *schedule.away_at(at)))
            for schedule in self.roster.schedules.values()
        )
        away = tuple(name for name in self.roster.people if self.roster.is_away(name, at))
        if (answering, away) not in self.known:
            found: dict[str, int] = {}
            for one in notifications(self.catalog, self.roster, self.policy, at):
                for person in one.people:
                    found.setdefault(person.person, one.minutes)
            self.known[answering, away] = found
        return self.known[answering, away]


def _cause(sides: Sides, surface: Pair[Surface], policies: tuple[str, str]) -> tuple[Pair[Any], str]:
    """What changed that moves the minutes: a policy in the chain, a role that it notifies, else the surface."""
    names = {name for policy in policies for name, _ in chain(sides.after.catalog, policy)}
    for policy in sides.changed(EscalationPolicy):
        if policy.entry.id in names:
            return policy, "steps"
    roles = {whom for _, whom, _ in _whom(sides.after.catalog, policies[1])}
    for role in sides.changed(Role):
        if role.entry.id in roles:
            return role, "holders"
    return surface, "escalation"


def _midnights(start: datetime, where: ZoneInfo) -> Iterator[datetime]:
    """When weekends begin and end in a zone."""
    first = local_day(start, where)
    days = (first + DAY * number for number in range(AHEAD.days + 2))
    return (instant(day, MIDNIGHT, where) for day in days if day.weekday() in {MONDAY, SATURDAY})


def _when(windows: Iterable[Window], where: ZoneInfo) -> str:
    """`on weekends, ` or `on weekdays, ` where nothing changes on the others."""
    kinds = {local_day(window.start, where).weekday() >= SATURDAY for window in windows}
    return ("on weekends, " if True in kinds else "on weekdays, ") if len(kinds) == 1 else ""


def _minute(minute: int | None) -> str:
    return "not at all" if minute is None else f"in minute {minute}"
