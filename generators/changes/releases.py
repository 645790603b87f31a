"""Release trains: the gates of a release, and the days on which nothing is released."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.changes.sides import Pair, listed, parted, weight_of
from generators.model.operating import Cadence, ReleaseTrain
from generators.oncall.departures import departures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.changes.change import Change
    from generators.changes.sides import Sides
    from generators.model.operating import Freeze

AHEAD = timedelta(weeks=52)
LISTED = 4
"""Days that are listed on each side."""


def releases(sides: Sides) -> Iterator[Change]:
    """What is different between two departures of a train."""
    for pair in sides.changed(ReleaseTrain):
        if pair.both:
            yield from _gates(pair, *pair.both)
            yield from _freezes(pair, *pair.both)
    for pair in sides.pairs(ReleaseTrain):
        if pair.both and not sides.misses(Cadence):
            yield from _release_days(sides, pair, *pair.both)


def _gates(pair: Pair[ReleaseTrain], was: ReleaseTrain, now: ReleaseTrain) -> Iterator[Change]:
    """Questions that a release must answer, and the commands that answer them."""
    before, after = ({gate.id: gate for gate in train.gates} for train in (was, now))
    places = {gate.id: index for index, gate in enumerate(now.gates)}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if other is None:
            what = f"{now.title}: question to a release"
            yield pair.told("approvers", "weaker", what, "gates", before=one and one.question)
        elif one is None:
            what = f"{now.title}: question to a release"
            yield pair.told("approvers", "stronger", what, "gates", places[name], after=other.question)
        elif one.command and not other.command:
            what = f"{now.title}, {name}: no command answers it any more"
            yield pair.told("approvers", "weaker", what, "gates", places[name], before=one.command)


def _freezes(pair: Pair[ReleaseTrain], was: ReleaseTrain, now: ReleaseTrain) -> Iterator[Change]:
    if was.freezes != now.freezes:
        what = f"{now.title}: nothing is released"
        days = [sum((one.last - one.first).days + 1 for one in train.freezes) for train in (was, now)]
        words = [list(map(_days, train.freezes)) for train in (was, now)]
        weight = weight_of(days[1], days[0])
        yield pair.told("users", weight, what, "freezes", before=words[0], after=words[1])


def _release_days(sides: Sides, pair: Pair[ReleaseTrain], was: ReleaseTrain, now: ReleaseTrain) -> Iterator[Change]:
    """The days on the public page that come or go: by the cadence, its exceptions, and freezes."""
    days = [
        [one.day for one in departures(side.catalog, train, sides.at, sides.at + AHEAD) if one.freeze is None]
        for side, train in ((sides.before, was), (sides.after, now))
    ]
    lost, gained = parted(*days)
    if lost or gained:
        what = f"{now.title}: release days in 52 weeks"
        weight = weight_of(len(days[0]), len(days[1]))
        before, after = (listed([str(day) for day in some], LISTED) or None for some in (lost, gained))
        field = "freezes" if was.freezes != now.freezes else "cadence"
        yield pair.told("users", weight, what, field, before=before, after=after).covering()


def _days(freeze: Freeze) -> str:
    return f"{freeze.first} to {freeze.last}"
