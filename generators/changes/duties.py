"""Who is paged in which minute, whose shifts move, and which hours are left to nobody."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.changes.sides import Pair, weight_of
from generators.model.oncall import EscalationPolicy, HolidayCalendar, Rotation
from generators.model.organization import Person, Role, Surface
from generators.model.support import Severity
from generators.oncall.civil import zone
from generators.oncall.difference import difference
from generators.oncall.paging import chain, planned_steps, receiver_of
from generators.oncall.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.catalog import Catalog
    from generators.changes.change import Change, Weight
    from generators.changes.sides import Sides
    from generators.oncall.difference import Cover, Difference, Moved

AHEAD = timedelta(weeks=52)
"""How far ahead shifts are compared."""
LISTED = 5
"""Exchanges of a rotation that are listed."""
HOUR = timedelta(hours=1)
DECIDING = ("layers", "overrides", "uncovered_hours", "zone")
"""Fields of a rotation that decide who answers."""


def duties(sides: Sides) -> Iterator[Change]:
    """Receivers, policies, shifts, and the roles that policies notify."""
    yield from _receivers(sides)
    yield from _policies(sides)
    yield from _holders(sides)
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
            if was == now:
                continue
            what = f"{severity.entry.entity.title} on {surface.entry.entity.title} pages"
            weight: Weight = "weaker" if not now else "stronger" if not was else "changed"
            before, after = was or "nobody", now or "nobody"
            if was and now:
                yield surface.told("on-call", weight, what, "escalation", before=before, after=after)
            else:
                yield severity.told("on-call", weight, what, "pages", before=before, after=after)


def _policies(sides: Sides) -> Iterator[Change]:
    """Whom each policy notifies how many minutes after the page, those that go on after it included."""
    for pair in sides.pairs(EscalationPolicy):
        names = {name for side in (sides.before, sides.after) for name in _chained(side.catalog, pair.entry.id)}
        if pair.both is None or sides.is_unread(*((EscalationPolicy.kind, name) for name in names)):
            continue
        was, now = (_minutes(side.catalog, pair.entry.id) for side in (sides.before, sides.after))
        if was == now:
            continue
        before, after = ({who: minute for minute, who in reversed(steps)} for steps in (was, now))
        later = [who for who in before if after.get(who, 1 << 30) > before[who]]
        sooner = [who for who in after if before.get(who, 1 << 30) > after[who]]
        ends_sooner = max(was)[0] > max(now)[0]
        weight: Weight = "weaker" if later or (ends_sooner and not sooner) else "stronger" if sooner else "changed"
        what = f"{pair.entry.entity.title}: notified, minute by minute"
        told = pair.told("on-call", weight, what, "steps", before=_in_words(was), after=_in_words(now))
        yield told.covering("steps", "repeat", "then")


def _chained(catalog: Catalog, policy: str) -> Iterator[str]:
    """A policy and those that it says go on after it, be they there or not."""
    for name, each in chain(catalog, policy):
        yield name
        if each.then:
            yield str(each.then)


def _minutes(catalog: Catalog, policy: str) -> list[tuple[int, str]]:
    """Each target with its minute, as the policies say it."""
    return [
        (planned.minutes, str(target.rotation or target.role))
        for planned in planned_steps(catalog, policy)
        for target in planned.step.notify
    ]


def _in_words(steps: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"{minute} {who}" for minute, who in steps)


def _holders(sides: Sides) -> Iterator[Change]:
    """Roles that policies notify, and who holds them."""
    paged: dict[str, list[str]] = defaultdict(list)
    for entry in sides.after.catalog.entries_of(EscalationPolicy):
        for _, policy in chain(sides.after.catalog, entry.id)[:1]:
            for step in policy.steps:
                for target in step.notify:
                    if target.role:
                        paged[target.role].append(f"{entry.id} in minute {step.after_minutes}")
    for pair in sides.changed(Role):
        if pair.both and pair.both[0].holders != pair.both[1].holders and pair.entry.id in paged:
            was, now = pair.both
            what = f"{now.title}: who is paged by {', '.join(paged[pair.entry.id])}"
            weight: Weight = "weaker" if not now.holders else "stronger" if not was.holders else "changed"
            yield pair.told("on-call", weight, what, "holders", before=was.holders, after=now.holders)


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


def _cover(pair: Pair[Rotation], cover: Cover) -> Iterator[Change]:
    """Hours that nobody covers; a rotation that is gone is told as removed."""
    if cover.open_before is None or cover.open_after is None or cover.open_before == cover.open_after:
        return
    what = f"{pair.entry.entity.title}: hours in 52 weeks that nobody covers"
    weight = weight_of(cover.open_after, cover.open_before)
    yield pair.told("on-call", weight, what, "layers", before=f"{cover.open_before:g}", after=f"{cover.open_after:g}")


def _moved(pair: Pair[Rotation], found: Difference, name: str, roster: Roster) -> Iterator[Change]:
    """Whose hours go to whom, most first; a rotation that is new or gone is told as such."""
    exchanges: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Moved]] = defaultdict(list)
    for moved in found.moved if pair.both else ():
        if moved.rotation == name:
            exchanges[moved.before, moved.after].append(moved)
    ordered = sorted(exchanges.items(), key=lambda item: -sum(one.window.length / HOUR for one in item[1]))
    for (was, now), stretches in ordered[:LISTED]:
        hours = sum(one.window.length / HOUR for one in stretches)
        first = stretches[0].window.start.astimezone(zone(pair.entry.entity.zone))
        count = f"{len(stretches)} stretches" if len(stretches) > 1 else "one stretch"
        what = f"{pair.entry.entity.title}: {hours:g} hours in {count}, the first from {first:%a %Y-%m-%d %H:%M %Z}"
        before, after = (", ".join(map(roster.title, people)) or "nobody" for people in (was, now))
        weight: Weight = "weaker" if not now else "stronger" if not was else "changed"
        told = pair.told("on-call", weight, what, *_where(pair), before=before, after=after)
        yield told.covering(*DECIDING) if pair.is_changed else told.covering()
    if len(ordered) > LISTED:
        more = f"{pair.entry.entity.title}: {len(ordered) - LISTED} more exchanges of shifts"
        yield pair.told("on-call", "changed", more, *_where(pair))


def _where(pair: Pair[Rotation]) -> tuple[str, ...]:
    """The first field of the rotation that is different; where none is, people's days away moved the shifts."""
    for name in DECIDING:
        if pair.both and getattr(pair.both[0], name) != getattr(pair.both[1], name):
            return (name,)
    return ("layers",)
