"""Rotations as PagerDuty's schedules: layers whose last one wins, restrictions in seconds of a week.

One schedule holds one person at a time. Where layers of one level are on call together, a rotation becomes as many
schedules as the level has layers, each with another of them on top: together they hold exactly who is on call. An
override is a layer that ends, for the provider has no resource for overrides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from generators.model.oncall import Rotation
from generators.model.organization import Person
from generators.oncall.civil import DAYS, instant, local_day, wall, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from generators.catalog import Catalog, Entry
    from generators.model.oncall import Layer, Override, Restriction

Block = dict[str, Any]
DAY = timedelta(days=1)
DAY_SECONDS = 24 * 60 * 60
WEEK_SECONDS = 7 * DAY_SECONDS
TURN_OF_ONE = WEEK_SECONDS
"""Turn of a layer with one user: any length gives the same."""
YEAR_OF_DAYS = 53 * 7


@dataclass(frozen=True, slots=True)
class Plans:
    """Every schedule by its Terraform name, the schedules of each rotation, and whom they name."""

    resources: Mapping[str, Block]
    rotations: Mapping[str, tuple[str, ...]]
    users: frozenset[str]
    gone: Mapping[str, date]
    """Who left, and since when."""

    def of(self, rotation: str) -> tuple[str, ...]:
        """The Terraform names of a rotation's schedules."""
        return self.rotations.get(rotation, ())

    def is_here(self, person: str, at: datetime) -> bool:
        """Whether somebody has not left by a moment."""
        return person not in self.gone or self.gone[person] > at.date()

    @staticmethod
    def user(person: str) -> str:
        """The id of a person in PagerDuty, as Terraform looks it up."""
        return f'${{var.pagerduty_users["{person}"]}}'


def plans(catalog: Catalog, at: datetime) -> Plans:
    """The schedules as of a moment: overrides that are over by then are left out."""
    resources: dict[str, Block] = {}
    rotations: dict[str, tuple[str, ...]] = {}
    for entry in catalog.entries_of(Rotation):
        schedules = list(_schedules(catalog, entry, at))
        names = [label(entry.id, number) for number in range(1, len(schedules) + 1)]
        resources.update(zip(names, schedules, strict=True))
        rotations[entry.id] = tuple(names)
    users = {user for block in resources.values() for layer in block["layer"] for user in layer["users"]}
    gone = {person.id: person.entity.left for person in catalog.entries_of(Person) if person.entity.left}
    return Plans(resources, rotations, frozenset(users), gone)


def label(identity: str, number: int = 1) -> str:
    """A Terraform name, which begins with no digit; ids hold no capital letter, so the ending is nobody's id."""
    name = identity if identity[0].isalpha() else f"_{identity}"
    return name if number == 1 else f"{name}-N{number}"


def escaped(text: str) -> str:
    """Text in which Terraform finds no template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _schedules(catalog: Catalog, entry: Entry[Rotation], at: datetime) -> Iterator[Block]:
    """One schedule for each layer of the largest level, with that layer on top; the first has the remarks."""
    rotation = entry.entity
    levels = _levels(rotation)
    count = max(len(level) for level in levels)
    overrides = [override for override in rotation.overrides if override.end > at]
    remarks = list(_remarks(rotation, count, overrides, at))
    for top in range(count):
        comment: Block = {"//": remarks} if remarks and top == 0 else {}
        yield comment | {
            "name": escaped(rotation.title if count == 1 else f"{rotation.title} ({top + 1} of {count})"),
            "description": f"{entry.path}, exported by dfops",
            "time_zone": rotation.zone,
            "layer": [_for_terraform(catalog, block) for block in _blocks(rotation, levels, top, overrides)],
        }


def _blocks(
    rotation: Rotation, levels: Iterable[Sequence[Layer]], top: int, overrides: Sequence[Override]
) -> Iterator[Block]:
    """Each level's layers with their overrides, the one numbered `top` last; then those of the whole rotation."""
    where = zone(rotation.zone)
    for level in levels:
        for layer in _with_on_top(level, top):
            yield from _layer(layer, overrides, where)
    yield from _overriding([override for override in overrides if override.layer is None])


def _levels(rotation: Rotation) -> list[list[Layer]]:
    """The layers with somebody in them, lowest level first."""
    levels: dict[int, list[Layer]] = {}
    for number, layer in enumerate(rotation.layers, 1):
        if layer.participants:
            levels.setdefault(layer.level or number, []).append(layer)
    return [levels[level] for level in sorted(levels)] or [[]]


def _with_on_top(level: Sequence[Layer], top: int) -> Iterator[Layer]:
    """The layers of a level, one of them last, where it wins."""
    best = top % len(level) if level else 0
    yield from (layer for index, layer in enumerate(level) if index != best)
    yield from level[best : best + 1]


def _layer(layer: Layer, overrides: Iterable[Override], where: ZoneInfo) -> Iterator[Block]:
    """A layer, and on it those who stand in for it at its hours."""
    first, anchor = _start(layer, where)
    days = layer.length.amount * (7 if layer.length.unit == "weeks" else 1)
    limits = list(_restrictions(layer.restrictions))
    own: Block = {
        "name": layer.id,
        "start": _rfc3339(first),
        "rotation_virtual_start": _rfc3339(anchor),
        "rotation_turn_length_seconds": days * DAY_SECONDS,
        "users": list(layer.participants),
    }
    yield own | ({"restriction": limits} if limits else {})
    own_overrides = [override for override in overrides if override.layer == layer.id and override.end > first]
    for block in _overriding(own_overrides, first):
        yield block | ({"restriction": limits} if limits else {})


def _start(layer: Layer, where: ZoneInfo) -> tuple[datetime, datetime]:
    """The first handoff, and the one that turns are counted from: one at which clocks do show the handoff's time."""
    at = wall(layer.handoff.time)
    day = layer.starts + timedelta(days=(DAYS.index(layer.handoff.weekday) - layer.starts.weekday()) % 7)
    first = anchor = instant(day, at, where).astimezone(where)
    days = layer.length.amount * (7 if layer.length.unit == "weeks" else 1) * len(layer.participants)
    while anchor.time() != at:
        day -= timedelta(days=days)
        anchor = instant(day, at, where).astimezone(where)
    return first, anchor


def _overriding(overrides: Sequence[Override], earliest: datetime | None = None) -> Iterator[Block]:
    """Layers that end. Where two overlap the one that starts earlier holds, so it comes last."""
    for override in reversed(_by_start(overrides)):
        start = max(override.start, earliest) if earliest else override.start
        yield {
            "name": f"Override: {override.reason}",
            "start": _rfc3339(start),
            "end": _rfc3339(override.end),
            "rotation_virtual_start": _rfc3339(start),
            "rotation_turn_length_seconds": TURN_OF_ONE,
            "users": [override.person],
        }


def _by_start(overrides: Sequence[Override]) -> list[Override]:
    return sorted(overrides, key=lambda override: override.start)


def _for_terraform(catalog: Catalog, layer: Block) -> Block:
    """A layer whose users are looked up by Terraform, and whose comment says who they are."""
    people = [catalog.find(Person, person) for person in layer["users"]]
    names = ", ".join(person.entity.title for person in people if person)
    users = [Plans.user(person) for person in layer["users"]]
    return {"//": names} | layer | {"name": escaped(layer["name"]), "users": users}


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


# ── restrictions ────────────────────────────────────────────────────────────────────────────────────────────────────
def _restrictions(limits: Sequence[Restriction]) -> Iterator[Block]:
    """The hours of a week in which a layer answers, joined where they touch; none where that is always."""
    spans = _joined(_spans(limits))
    if spans == [(0, WEEK_SECONDS)] or not limits:
        return
    daily = {(start % DAY_SECONDS, length) for start, length in spans}
    if len(spans) == len(DAYS) and len(daily) == 1:
        (start, length) = daily.pop()
        yield {"type": "daily_restriction", "start_time_of_day": _clock(start), "duration_seconds": length}
        return
    for start, length in spans:
        yield {
            "type": "weekly_restriction",
            "start_day_of_week": start // DAY_SECONDS + 1,
            "start_time_of_day": _clock(start % DAY_SECONDS),
            "duration_seconds": length,
        }


def _spans(limits: Sequence[Restriction]) -> Iterator[tuple[int, int]]:
    """Start and length in seconds of a week that begins on Monday."""
    for limit in limits:
        start, end = (_seconds(limit.start), _seconds(limit.end))
        length = end - start if end > start else end + DAY_SECONDS - start
        yield from ((DAYS.index(day) * DAY_SECONDS + start, length) for day in limit.days)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same seconds without overlap. The week is a circle: what reaches past Sunday goes on with Monday."""
    joined: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        if joined and start <= sum(joined[-1]):
            joined[-1] = (joined[-1][0], max(sum(joined[-1]), start + length) - joined[-1][0])
        else:
            joined.append((start, length))
    while len(joined) > 1 and joined[-1][0] + joined[-1][1] >= WEEK_SECONDS + joined[0][0]:
        (start, length), (first, more) = joined.pop(), joined.pop(0)
        joined.append((start, max(length, WEEK_SECONDS + first + more - start)))
    return [(0, WEEK_SECONDS)] if joined and joined[-1][1] >= WEEK_SECONDS else joined


def _seconds(time: str) -> int:
    at = wall(time)
    return at.hour * 3600 + at.minute * 60


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:00"


# ── what cannot be said ─────────────────────────────────────────────────────────────────────────────────────────────
def _remarks(rotation: Rotation, count: int, overrides: Sequence[Override], at: datetime) -> Iterator[str]:
    if count > 1:
        yield (
            f"layers of one level are on call together, and a schedule holds one person at a time: "
            f"{count} schedules, which a policy notifies together."
        )
    if overrides:
        yield (
            f"overrides are layers that end, for the provider has no overrides (here {len(overrides)}): "
            "export again when they are over."
        )
    for layer in rotation.layers:
        if layer.shadows:
            yield f"layer '{layer.id}': its shadows are not notified: {', '.join(layer.shadows)}."
    if rotation.holidays:
        yield f"the holidays '{rotation.holidays}' are not in PagerDuty; nobody's duty depends on them."
    changes = [day.isoformat() for day in _clock_changes(zone(rotation.zone), at)]
    if changes:
        yield (
            f"handoffs and hours are meant by the clock of {rotation.zone}; the provider counts turns in seconds and "
            f"does not say what becomes of them when the clock is changed: compare the final schedule of "
            f"{' and '.join(changes)} with `dfops export schedules`."
        )


def _clock_changes(where: ZoneInfo, at: datetime) -> Iterator[date]:
    """The days of the coming year on which the clock is changed."""
    start = local_day(at, where)
    for number in range(YEAR_OF_DAYS):
        day = start + number * DAY
        begins, ends = instant(day, wall("00:00"), where), instant(day + DAY, wall("00:00"), where)
        if begins.astimezone(where).utcoffset() != ends.astimezone(where).utcoffset():
            yield day
