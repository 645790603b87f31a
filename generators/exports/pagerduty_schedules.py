"""Rotations as PagerDuty's schedules: layers whose last one wins, restrictions in seconds of a week.

One schedule holds one person at a time. Where layers of one level are on call together, a rotation becomes as many
schedules as the level has layers, each with another of them on top: together they hold exactly who is on call. An
override is a layer that ends, for the provider has no resource for overrides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from generators.exports.ical import month_window
from generators.exports.pagerduty_layers import (
    Block,
    holder_blocks,
    layer_blocks,
    overriding,
    takes_turns,
)
from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.organization import Person, Role
from generators.oncall.civil import instant, local_day, wall, zone
from generators.oncall.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from generators.catalog import Catalog, Entry
    from generators.model.oncall import Layer, Override

DAY = timedelta(days=1)
YEAR_OF_DAYS = 53 * 7


@dataclass(frozen=True, slots=True)
class Plans:
    """Every schedule by its Terraform name, the schedules of each rotation, and whom they name."""

    resources: Mapping[str, Block]
    rotations: Mapping[str, tuple[str, ...]]
    users: frozenset[str]
    holders: frozenset[str]
    """Holders of roles who are away at some time: a policy notifies their schedule instead of them."""

    def of(self, rotation: str) -> tuple[str, ...]:
        """The Terraform names of a rotation's schedules."""
        return self.rotations.get(rotation, ())

    def holder(self, person: str) -> tuple[str, str]:
        """Type and id of the target that reaches a holder of a role."""
        if person in self.holders:
            return "schedule_reference", f"${{pagerduty_schedule.{holder_label(person)}.id}}"
        return "user_reference", self.user(person)

    @staticmethod
    def user(person: str) -> str:
        """The id of a person in PagerDuty, as Terraform looks it up."""
        return f'${{var.pagerduty_users["{person}"]}}'


def plans(catalog: Catalog, at: datetime) -> Plans:
    """The schedules as of a moment, the same ones all through its month but for overrides that are over by then."""
    resources: dict[str, Block] = {}
    rotations: dict[str, tuple[str, ...]] = {}
    ahead = month_window(at)
    roster = Roster.of(catalog, ahead.start, ahead.length)
    for entry in catalog.entries_of(Rotation):
        schedules = list(_schedules(catalog, roster, entry, at))
        names = [label(entry.id, number) for number in range(1, len(schedules) + 1)]
        resources.update(zip(names, schedules, strict=True))
        rotations[entry.id] = tuple(names)
    holders = _holders_away(catalog, roster)
    for person in sorted(holders):
        resources[holder_label(person)] = _holder_schedule(catalog, roster, person)
    users = {user for block in resources.values() for layer in block["layer"] for user in layer["users"]}
    return Plans(resources, rotations, frozenset(users), holders)


def _holders_away(catalog: Catalog, roster: Roster) -> frozenset[str]:
    """The holders of roles that policies notify who are away at some time in the roster's window."""
    targets = (
        target.role
        for entry in catalog.entries_of(EscalationPolicy)
        for step in entry.entity.steps
        for target in step.notify
    )
    roles = [catalog.find(Role, name) for name in targets if name]
    people = {str(holder) for role in roles if role for holder in role.entity.holders}
    return frozenset(who for who in people if any(gone.overlap(roster.window) for gone in roster.absent(who)))


def _holder_schedule(catalog: Catalog, roster: Roster, person: str) -> Block:
    title, zone_name = roster.title(person), roster.people[person].zone
    return {
        "//": [f"the times at which {person} is away are left out: export again when they change."],
        "name": escaped(f"{title}, when there"),
        "description": "Time off and last day, exported by dfops",
        "time_zone": zone_name,
        "layer": [_for_terraform(catalog, block) for block in holder_blocks(roster, person)],
    }


def holder_label(person: str) -> str:
    """The Terraform name of a person's own schedule: ids hold no capital letter, so it is nobody's id."""
    return f"{label(person)}-P"


def label(identity: str, number: int = 1) -> str:
    """A Terraform name, which begins with no digit; ids hold no capital letter, so the ending is nobody's id."""
    name = identity if identity[0].isalpha() else f"_{identity}"
    return name if number == 1 else f"{name}-N{number}"


def escaped(text: str) -> str:
    """Text in which Terraform finds no template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _schedules(catalog: Catalog, roster: Roster, entry: Entry[Rotation], at: datetime) -> Iterator[Block]:
    """One schedule for each layer of the largest level, with that layer on top; the first has the remarks."""
    rotation = entry.entity
    levels = _levels(rotation)
    count = max(len(level) for level in levels)
    overrides = [override for override in rotation.overrides if override.end > at]
    remarks = list(_remarks(roster, entry, count, overrides))
    for top in range(count):
        comment: Block = {"//": remarks} if remarks and top == 0 else {}
        yield comment | {
            "name": escaped(rotation.title if count == 1 else f"{rotation.title} ({top + 1} of {count})"),
            "description": f"{entry.path}, exported by dfops",
            "time_zone": rotation.zone,
            "layer": [_for_terraform(catalog, block) for block in _blocks(roster, rotation, levels, top, at)],
        }


def _blocks(
    roster: Roster, rotation: Rotation, levels: Iterable[Sequence[Layer]], top: int, at: datetime
) -> Iterator[Block]:
    """Each level's layers with their overrides, the one numbered `top` last; then those of the whole rotation."""
    for level in levels:
        for layer in _with_on_top(level, top):
            yield from layer_blocks(roster, layer, rotation, at)
    overrides = [override for override in rotation.overrides if override.layer is None and override.end > at]
    yield from overriding(roster, overrides)


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


def _for_terraform(catalog: Catalog, layer: Block) -> Block:
    """A layer whose users are looked up by Terraform, and whose comment says who they are."""
    people = [catalog.find(Person, person) for person in layer["users"]]
    names = ", ".join(person.entity.title for person in people if person)
    users = [Plans.user(person) for person in layer["users"]]
    return {"//": names} | layer | {"name": escaped(layer["name"]), "users": users}


# ── what cannot be said ─────────────────────────────────────────────────────────────────────────────────────────────
def _remarks(roster: Roster, entry: Entry[Rotation], count: int, overrides: Sequence[Override]) -> Iterator[str]:
    rotation, until = entry.entity, f"{roster.window.end:%Y-%m-%d}"
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
    if roster.schedules[entry.id].away:
        yield f"who is away is left out until {until}: export again before, and when time off changes."
    for layer in rotation.layers:
        if not takes_turns(layer, rotation):
            yield f"layer '{layer.id}': its turns are listed until {until}: export again before."
        if layer.shadows:
            yield f"layer '{layer.id}': its shadows are not notified: {', '.join(layer.shadows)}."
    if rotation.uncovered_hours:
        yield "in the hours declared without cover nobody is on call, and PagerDuty goes to the next step."
    if rotation.holidays and not any(layer.length.unit == "business-days" for layer in rotation.layers):
        yield f"the holidays '{rotation.holidays}' are not in PagerDuty; nobody's duty depends on them."
    changes = [day.isoformat() for day in _clock_changes(zone(rotation.zone), roster.window.start)]
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
