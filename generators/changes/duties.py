"""Who is paged in which minute, whose shifts move, and which hours are left to nobody."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.changes.people import burdens, minutes_of_people
from generators.changes.sides import Pair, presence, weight_of
from generators.model.oncall import EscalationPolicy, HolidayCalendar, Rotation
from generators.model.organization import Person, Role, Surface
from generators.model.support import Severity
from generators.oncall.civil import zone
from generators.oncall.difference import difference
from generators.oncall.paging import chain, planned_steps, receiver_of
from generators.oncall.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.catalog import Catalog
    from generators.changes.change import Change, Weight
    from generators.changes.sides import Sides
    from generators.oncall.difference import Cover, Difference, Moved

AHEAD = timedelta(weeks=52)
"""How far ahead shifts are compared."""
LISTED = 5
"""Exchanges of a rotation that are listed."""
HOUR = timedelta(hours=1)
NEVER = 1 << 30
"""Minutes, for whoever is not notified."""
Minute = tuple[int, str]
"""A minute after the page, and the rotation or role that is notified."""
MOMENT = "%a %Y-%m-%d %H:%M %Z"
Exchange = tuple[tuple[str, ...], tuple[str, ...]]
"""Ids of people before and after; empty: nobody."""
DECIDING = ("layers", "overrides", "uncovered_hours", "zone")
"""Fields of a rotation that decide who answers."""


def duties(sides: Sides) -> Iterator[Change]:
    """Receivers, policies, shifts, and the roles that policies notify."""
    yield from _receivers(sides)
    yield from _policies(sides)
    yield from _holders(sides)
    yield from minutes_of_people(sides)
    if not sides.misses(Person, HolidayCalendar):
        yield from _shifts(sides)


# ── whether someone is paged ────────────────────────────────────────────────────────────────────────────────────────
def _receivers(sides: Sides) -> Iterator[Change]:
    """Where the pages of a surface go, by severity."""
    severities = [pair for pair in sides.pairs(Severity) if pair.both]
    for surface in sides.pairs(Surface):
        for severity in severities if surface.both else ():
            names = (surface.entry.id, severity.entry.id)
            was, now = (receiver_of(side.catalog, *names).policy for side in (sides.before, sides.after))
            if was != now:
                yield _received(surface, severity, was, now)


def _received(surface: Pair[Surface], severity: Pair[Severity], was: str, now: str) -> Change:
    """One severity of one surface; policies by id, empty where no one is paged."""
    what = f"{severity.entry.entity.title} on {surface.entry.entity.title} pages"
    before, after = was or "nobody", now or "nobody"
    if was and now:
        return surface.told("on-call", "changed", what, "escalation", before=before, after=after)
    return severity.told("on-call", presence(was, now), what, "pages", before=before, after=after)


def _policies(sides: Sides) -> Iterator[Change]:
    """Whom each policy notifies how many minutes after the page, those that go on after it included."""
    for pair in sides.pairs(EscalationPolicy):
        names = {name for side in (sides.before, sides.after) for name in _chained(side.catalog, pair.entry.id)}
        if pair.both is None or sides.is_unread(*((EscalationPolicy.kind, name) for name in names)):
            continue
        was, now = (_minutes(side.catalog, pair.entry.id) for side in (sides.before, sides.after))
        if was != now:
            what = f"{pair.entry.entity.title}: notified, minute by minute"
            words = _in_words(was), _in_words(now)
            told = pair.told("on-call", _weight(was, now), what, "steps", before=words[0], after=words[1])
            yield told.covering("steps", "repeat", "then")


def _weight(was: Sequence[Minute], now: Sequence[Minute]) -> Weight:
    """Weaker where someone is notified later or no more, or it ends sooner; stronger where someone is sooner."""
    before, after = ({who: minute for minute, who in reversed(steps)} for steps in (was, now))
    if any(after.get(who, NEVER) > minute for who, minute in before.items()):
        return "weaker"
    if any(before.get(who, NEVER) > minute for who, minute in after.items()):
        return "stronger"
    return weight_of(max(was)[0], max(now)[0])


def _chained(catalog: Catalog, policy: str) -> Iterator[str]:
    """A policy and those that it says go on after it, be they there or not."""
    for name, each in chain(catalog, policy):
        yield name
        if each.then:
            yield str(each.then)


def _minutes(catalog: Catalog, policy: str) -> list[Minute]:
    """Each target with its minute, as the policies say it."""
    return [
        (planned.minutes, str(target.rotation or target.role))
        for planned in planned_steps(catalog, policy)
        for target in planned.step.notify
    ]


def _in_words(steps: Sequence[Minute]) -> str:
    return ", ".join(f"{minute} {who}" for minute, who in steps)


def _holders(sides: Sides) -> Iterator[Change]:
    """Roles that policies notify, and who holds them."""
    paged: dict[str, list[str]] = defaultdict(list)
    for entry in sides.after.catalog.entries_of(EscalationPolicy):
        for step in entry.entity.steps:
            for target in step.notify:
                paged[str(target.role)].append(f"{entry.id} in minute {step.after_minutes}")
    for pair in sides.changed(Role):
        was, now = (role.holders for role in pair.both or (pair.entry.entity, pair.entry.entity))
        if was != now and pair.entry.id in paged:
            what = f"{pair.entry.entity.title}: who is paged by {', '.join(paged[pair.entry.id])}"
            yield pair.told("on-call", presence(was, now), what, "holders", before=was, after=now)


# ── shifts ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _shifts(sides: Sides) -> Iterator[Change]:
    """What moves in the 52 weeks to come."""
    pairs = {pair.entry.id: pair for pair in sides.pairs(Rotation)}
    was, now = (Roster.of(side.catalog, sides.at, AHEAD, pairs) for side in (sides.before, sides.after))
    if (was.rotations, was.people, was.holidays) == (now.rotations, now.people, now.holidays):
        return
    found = difference(was, now)
    for cover in found.cover:
        yield from _cover(pairs[cover.rotation], cover)
    for name, pair in pairs.items():
        yield from _moved(pair, found, name, now)
    yield from burdens(was, now, found, pairs)


def _cover(pair: Pair[Rotation], cover: Cover) -> Iterator[Change]:
    """Hours that nobody covers; a rotation that is gone is told as removed."""
    if cover.open_before is None or cover.open_after is None or cover.open_before == cover.open_after:
        return
    what = f"{pair.entry.entity.title}: hours in 52 weeks that nobody covers"
    weight = weight_of(cover.open_after, cover.open_before)
    yield pair.told("on-call", weight, what, "layers", before=f"{cover.open_before:g}", after=f"{cover.open_after:g}")


def _moved(pair: Pair[Rotation], found: Difference, name: str, roster: Roster) -> Iterator[Change]:
    """Whose hours go to whom, most first; a rotation that is new or gone is told as such."""
    exchanges: dict[Exchange, list[Moved]] = defaultdict(list)
    for moved in found.moved if pair.both else ():
        if moved.rotation == name:
            exchanges[moved.before, moved.after].append(moved)
    ordered = sorted(exchanges.items(), key=lambda item: -_hours(item[1]))
    for exchange, stretches in ordered[:LISTED]:
        yield _exchanged(pair, exchange, stretches, roster)
    if len(ordered) > LISTED:
        more = f"{pair.entry.entity.title}: {len(ordered) - LISTED} more exchanges of shifts"
        yield pair.told("on-call", "changed", more, *_where(pair))


def _exchanged(pair: Pair[Rotation], exchange: Exchange, stretches: Sequence[Moved], roster: Roster) -> Change:
    """What goes from some people to others."""
    first = stretches[0].window.start.astimezone(zone(pair.entry.entity.zone))
    count = f"{len(stretches)} stretches" if len(stretches) > 1 else "one stretch"
    what = f"{pair.entry.entity.title}: {_hours(stretches):g} hours in {count}, the first from {first:{MOMENT}}"
    before, after = (", ".join(map(roster.title, people)) or "nobody" for people in exchange)
    told = pair.told("on-call", presence(*exchange), what, *_where(pair), before=before, after=after)
    return told.covering(*DECIDING) if pair.is_changed else told.covering()


def _hours(stretches: Iterable[Moved]) -> float:
    return sum(one.window.length / HOUR for one in stretches)


def _where(pair: Pair[Rotation]) -> tuple[str, ...]:
    """The first field of the rotation that is different; where none is, people's days away moved the shifts."""
    for name in DECIDING:
        if pair.both and getattr(pair.both[0], name) != getattr(pair.both[1], name):
            return (name,)
    return ("layers",)
