"""Who is on call, and what a change moves, for a terminal, a review comment or a program."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from generators.oncall.civil import local_day, zone
from generators.oncall.coverage import clashes, departed, twice
from generators.oncall.fairness import loads
from generators.oncall.intervals import Window
from generators.oncall.paging import fallbacks
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from generators.catalog import Catalog
    from generators.oncall.difference import Difference, Moved, Share
    from generators.oncall.fairness import Load
    from generators.oncall.paging import Fallback, Notification
    from generators.oncall.roster import Roster
    from generators.oncall.schedule import Schedule, Shift

HOUR = timedelta(hours=1)
LISTED = 12
"""Stretches that a change lists for each rotation: a review reads no more."""


def local(moment: datetime, where: ZoneInfo) -> str:
    """`Mon 2026-11-23 16:00 GMT`."""
    return f"{moment.astimezone(where):%a %Y-%m-%d %H:%M %Z}"


def utc(moment: datetime) -> str:
    """`Mon 16:00Z`: the day in local time stands beside it."""
    return f"{moment.astimezone(UTC):%a %H:%MZ}"


def stamp(moment: datetime) -> str:
    """`2026-11-23T16:00:00Z`, for programs."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# ── now and next ────────────────────────────────────────────────────────────────────────────────────────────────────
def now_text(catalog: Catalog, roster: Roster, titles: dict[str, str], at: datetime) -> str:
    """Who answers for each rotation, until when, who is away, what happens where nobody answers, and who is next."""
    return "\n".join(line for name, title in titles.items() for line in _now(catalog, roster, name, title, at)) + "\n"


def _now(catalog: Catalog, roster: Roster, name: str, title: str, at: datetime) -> Iterator[str]:
    schedule, where = roster.schedules[name], zone(roster.schedules[name].zone)
    yield f"{printable(title)} ({name}), {schedule.zone}"
    shifts, following = schedule.at(at), next_shift(schedule, at)
    for shift in shifts:
        yield f"  now   {_who(roster, shift):30} until {_moment(shift.window.end, where)}{_why(shift)}"
    if not shifts:
        until = f"until {_moment(following.window.start, where)}" if following else "and no turn is planned"
        yield f"  now   {'nobody':30} {until}"
    yield from (f"  by intent: {printable(reason)}" for reason in roster.uncovered_at(name, at))
    for shift in schedule.away_at(at):
        yield f"  away  {_who(roster, shift):30} until {_absence(roster, shift, at, where)}{_why(shift)}"
    if not shifts:
        yield from (_fallback(roster, one) for one in fallbacks(catalog, roster, name, at))
    if following:
        yield f"  next  {_who(roster, following):30} from  {_moment(following.window.start, where)}{_why(following)}"
    shadows = sorted({who for shift in shifts for who in shift.duty.shadows})
    if shadows:
        yield f"  shadows  {', '.join(printable(roster.title(who)) for who in shadows)}"


def _absence(roster: Roster, shift: Shift, at: datetime, where: ZoneInfo) -> str:
    """Until when somebody with a turn is away, and why."""
    departure = roster.departure(shift.person)
    if departure and departure <= at:
        return f"{_moment(shift.window.end, where)}, left on {departure:%Y-%m-%d}"
    return f"{_moment(shift.window.end, where)}, time off"


def _fallback(roster: Roster, fallback: Fallback) -> str:
    """What a policy does where a rotation has nobody."""
    notification = fallback.notification
    if notification is None:
        return f"  then  {fallback.policy} passes on and reaches nobody"
    if notification.unknown:
        return f"  then  {fallback.policy}: not known, {', '.join(notification.unknown)} cannot be read"
    people = ", ".join(f"{printable(roster.title(one.person))} ({one.person})" for one in notification.people)
    planned = notification.planned
    step = f"step {planned.number}" + (f" of {planned.policy}" if planned.policy != fallback.policy else "")
    return f"  then  {fallback.policy} passes on at once to {step}: {people}, through {_through(notification)}"


def _through(notification: Notification) -> str:
    return ", ".join(dict.fromkeys(one.through for one in notification.people))


def next_shift(schedule: Schedule, at: datetime) -> Shift | None:
    """The first shift that begins after a moment."""
    return next((shift for shift in schedule.shifts if shift.window.start > at), None)


def _who(roster: Roster, shift: Shift) -> str:
    return f"{printable(roster.title(shift.person))} ({shift.person})"


def _moment(moment: datetime, where: ZoneInfo) -> str:
    return f"{local(moment, where)} = {utc(moment)}"


def _why(shift: Shift) -> str:
    if shift.duty.reason:
        return f"  override: {printable(shift.duty.reason)}"
    return f"  {shift.duty.layer}"


# ── weeks ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def weeks_text(roster: Roster, titles: dict[str, str]) -> str:
    """Every shift of the window, what is wrong in it, and everybody's load."""
    lines = [line for name in roster.schedules for line in (*_shifts(roster, name, titles[name]), "")]
    return "\n".join((*lines, *_problems(roster), "", *loads_text(roster, loads(roster)))) + "\n"


def _shifts(roster: Roster, name: str, title: str) -> Iterator[str]:
    schedule, where = roster.schedules[name], zone(roster.schedules[name].zone)
    yield f"{printable(title)} ({name}), {schedule.zone}"
    yield f"  {'from':24}  {'to':24}  {'UTC':23} {'hours':>6}  who"
    for shift in schedule.shifts:
        start, end = shift.window.start, shift.window.end
        holiday = roster.holiday(name, local_day(start, where))
        times = f"{utc(start)} to {utc(end)}"
        yield (
            f"  {local(start, where):24}  {local(end, where):24}  {times:23} {round(shift.hours, 2):6g}  {shift.person}"
            f"{_why(shift)}{f'  ({printable(holiday)})' if holiday else ''}"
        )


def _problems(roster: Roster) -> Iterator[str]:
    """What is wrong in the window, or that nothing is, and the hours that are meant to have nobody."""
    problems = [*_gaps(roster), *_clashes(roster), *_departures(roster), *_double_duty(roster)]
    yield "Problems in these weeks:" if problems else "Covered at every minute; no one is away or on call twice."
    yield from (f"  {problem}" for problem in problems)
    for name in roster.schedules:
        yield from _uncovered(roster, name)


def _gaps(roster: Roster) -> Iterator[str]:
    for name, schedule in roster.schedules.items():
        yield from (f"nobody answers {_span(gap, schedule)} in {name}" for gap in schedule.gaps)


def _clashes(roster: Roster) -> Iterator[str]:
    for clash in clashes(roster):
        instead = "others answer" if clash.covered else "nobody answers"
        yield f"{clash.duty.person} has a turn in {clash.rotation} and is away {_utc_span(clash.first)}: {instead}"
        yield from (f"  what fits: {turn.person} {_utc_span(Window(turn.start, turn.end))}" for turn in clash.swap)


def _departures(roster: Roster) -> Iterator[str]:
    for one in departed(roster):
        turns = f"{one.count} stretch{'es' if one.count > 1 else ''} in {one.rotation}"
        yield f"{one.person} has {turns} after the last day, the first {_utc_span(one.first)}"


def _double_duty(roster: Roster) -> Iterator[str]:
    for double in twice(roster):
        where = f"{double.first.rotation} and {double.second.rotation}"
        yield f"{double.person} answers {where} {_utc_span(double.window)}"


def _uncovered(roster: Roster, name: str) -> Iterator[str]:
    """The hours of each reason for which a rotation declares to have nobody."""
    hours: dict[str, timedelta] = {}
    for piece in roster.schedules[name].uncovered:
        hours[piece.value] = hours.get(piece.value, timedelta()) + piece.window.length
    for reason, length in hours.items():
        yield f"Without cover by intent in {name}: {length / HOUR:g} hours. {printable(reason)}"


def _span(window: Window, schedule: Schedule) -> str:
    where = zone(schedule.zone)
    return f"from {local(window.start, where)} to {local(window.end, where)}"


def _utc_span(window: Window) -> str:
    return f"from {stamp(window.start)} to {stamp(window.end)}"


def loads_text(roster: Roster, shares: Sequence[Load]) -> Iterator[str]:
    """A line a person."""
    yield f"  {'who':28} {'hours':>8} {'nights':>7} {'weekends':>9} {'holidays':>9}"
    for share in shares:
        counts = f"{share.nights:7} {share.weekends:9} {share.holidays:9}"
        yield f"  {printable(roster.title(share.person)):28} {round(share.hours, 1):8g} {counts}"


# ── a change ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class _Form:
    """How a heading and a table are written."""

    heading: str
    table: Callable[[Sequence[str], Sequence[Sequence[str]]], Iterator[str]]


def difference_text(change: Difference, roster: Roster) -> str:
    """What moves, for a terminal."""
    return "\n".join(_sections(change, roster, _Form("", _plain_table))) + "\n"


def difference_markdown(change: Difference, roster: Roster) -> str:
    """What moves, as a comment for a review."""
    return "\n".join(_sections(change, roster, _Form("### ", _markdown_table))) + "\n"


def _sections(change: Difference, roster: Roster, form: _Form) -> Iterator[str]:
    window = f"{stamp(change.window.start)} to {stamp(change.window.end)}"
    if not change.moved:
        yield f"Nobody's shifts move, {window}."
    for name in dict.fromkeys(stretch.rotation for stretch in change.moved):
        where = zone(roster.schedules[name].zone if name in roster.schedules else "UTC")
        moved = [stretch for stretch in change.moved if stretch.rotation == name]
        yield from (f"{form.heading}Shifts of {name} that move", "")
        yield from (*form.table(("was", "becomes", "hours", "stretches"), list(_sums(moved))), "")
        yield from (*_stretches(moved, where, form), "")
    covers = [(cover.rotation, _hours(cover.open_before), _hours(cover.open_after)) for cover in change.cover]
    yield from (f"{form.heading}Hours that nobody covers, {window}", "")
    yield from (*form.table(("rotation", "before", "after"), covers), "")
    shares = [(roster.title(share.person), *_load_changes(share)) for share in change.shares]
    yield from (f"{form.heading}Load", "")
    yield from form.table(("who", "hours", "nights", "weekends", "holidays"), shares)


def _sums(moved: Sequence[Moved]) -> Iterator[tuple[str, ...]]:
    """From whom to whom, most hours first."""
    sums: dict[tuple[str, str], list[float]] = {}
    for stretch in moved:
        sums.setdefault(_sides(stretch), []).append(stretch.window.length / HOUR)
    for (was, becomes), hours in sorted(sums.items(), key=lambda item: (-sum(item[1]), item[0])):
        yield was, becomes, f"{sum(hours):g}", str(len(hours))


def _stretches(moved: Sequence[Moved], where: ZoneInfo, form: _Form) -> Iterator[str]:
    """From when to when, as many as a review reads."""
    rows = [
        (
            local(stretch.window.start, where),
            local(stretch.window.end, where),
            f"{stretch.window.length / HOUR:g}",
            *_sides(stretch),
        )
        for stretch in moved[:LISTED]
    ]
    yield from form.table(("from", "to", "hours", "was", "becomes"), rows)
    if len(moved) > LISTED:
        yield from ("", f"The first {LISTED} of {len(moved)}; `--format json` has all of them.")


def _sides(stretch: Moved) -> tuple[str, str]:
    return ", ".join(stretch.before) or "nobody", ", ".join(stretch.after) or "nobody"


def _hours(value: float | None) -> str:
    return "no such rotation" if value is None else f"{round(value, 1):g}"


def _load_changes(share: Share) -> Iterator[str]:
    for field in ("hours", "nights", "weekends", "holidays"):
        was, becomes = (f"{round(getattr(load, field), 1):g}" if load else "–" for load in (share.before, share.after))
        yield was if was == becomes else f"{was} → {becomes}"


def _plain_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for row in (heads, *cells):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"


def _cell(text: str) -> str:
    """Text that stays text in a table of a comment."""
    plain = printable(text)
    for sign in "\\`*_[]<>|#!~@":
        plain = plain.replace(sign, f"\\{sign}")
    return plain


# ── for programs ────────────────────────────────────────────────────────────────────────────────────────────────────
def roster_json(
    catalog: Catalog, roster: Roster, names: Iterable[str], at: datetime, listed: Roster | None = None
) -> str:
    """Who answers at a moment and who is next; `listed` adds every shift and gap of its window, and the loads."""
    rotations = [_rotation(catalog, roster, name, at, listed) for name in names]
    extra = {"loads": [_load(load) for load in loads(listed)]} if listed else {}
    return document(at=stamp(at), rotations=rotations, **extra)


def _rotation(catalog: Catalog, roster: Roster, name: str, at: datetime, listed: Roster | None) -> dict[str, object]:
    schedule = roster.schedules[name]
    now, following = schedule.at(at), next_shift(schedule, at)
    fields: dict[str, object] = {
        "id": name,
        "zone": schedule.zone,
        "now": [_shift(roster, shift) for shift in now],
        "away": [_shift(roster, shift) for shift in schedule.away_at(at)],
        "uncovered": list(roster.uncovered_at(name, at)),
        "fallbacks": [] if now else [_step_of(one) for one in fallbacks(catalog, roster, name, at)],
        "next": _shift(roster, following) if following else None,
    }
    return fields | (_listed(listed, name) if listed else {})


def _listed(roster: Roster, name: str) -> dict[str, object]:
    """Everything in the window of a roster."""
    schedule = roster.schedules[name]
    return {
        "gaps": [_window(gap) for gap in schedule.gaps],
        "uncovered_hours": [{**_window(one.window), "reason": one.value} for one in schedule.uncovered],
        "away_shifts": [_shift(roster, shift) for shift in schedule.away],
        "shifts": [_shift(roster, shift) for shift in schedule.shifts],
    }


def _step_of(fallback: Fallback) -> dict[str, object]:
    """Where a policy goes on; without a step where it reaches nobody."""
    notification = fallback.notification
    return {
        "policy": fallback.policy,
        "step": notification.planned.number if notification else None,
        "people": [one.person for one in notification.people] if notification else [],
        "unknown": list(notification.unknown) if notification else [],
    }


def _window(window: Window) -> dict[str, object]:
    return {"from": stamp(window.start), "to": stamp(window.end)}


def _shift(roster: Roster, shift: Shift) -> dict[str, object]:
    return {
        "person": shift.person,
        "name": roster.title(shift.person),
        **_window(shift.window),
        "hours": shift.hours,
        "layer": shift.duty.layer or None,
        "override": shift.duty.reason or None,
        "shadows": list(shift.duty.shadows),
    }


def _load(load: Load | None) -> dict[str, object] | None:
    return asdict(load) if load else None


def difference_json(found: Difference) -> str:
    """What a change moves, for programs."""
    moved = [
        {"rotation": one.rotation, **_window(one.window), "was": list(one.before), "becomes": list(one.after)}
        for one in found.moved
    ]
    cover = [
        {"rotation": one.rotation, "open_hours_before": one.open_before, "open_hours_after": one.open_after}
        for one in found.cover
    ]
    shares = [{"person": one.person, "before": _load(one.before), "after": _load(one.after)} for one in found.shares]
    return document(**_window(found.window), moved=moved, cover=cover, loads=shares)
