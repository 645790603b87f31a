"""Another value for a fact: one that a person could have written there by mistake."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from generators.model.forms import LOCAL_TIME
from generators.model.text import Span, zone_names
from tests.mutation.points import KINDS, points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generators.catalog import Catalog, Entry, Route
    from generators.model import Entity
    from tests.mutation.points import Kind, Point

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS = (-365, -30, -7, -1, 1, 7, 30, 365)
UNITS = ("minutes", "hours", "days")
ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
HALF = 0.5
TRIES = 20
"""Places of a field where another value is looked for."""
Field = tuple[str, tuple[str, ...]]
"""The kind of an entity, and a field in it."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fact of one file, before and after."""

    kind: Kind
    chapter: str
    path: str
    route: Route
    old: object
    new: object

    def __str__(self) -> str:
        """`path route: old → new`, cut where it is long."""
        where = ".".join(map(str, self.route))
        return f"{self.path} {where}: {_cut(self.old)} → {_cut(self.new)} ({self.kind})"


def _cut(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 70 else f"{text[:69]}…"


class World:
    """The facts of a model by kind: what can be changed, and what could stand there instead."""

    def __init__(self, catalog: Catalog) -> None:
        """Walks every file of the catalog once."""
        self.catalog = catalog
        self.points: dict[Kind, dict[str, list[tuple[Entry[Entity], Point]]]] = {}
        self._said: dict[Field, list[str]] = {}
        for entry in catalog.everything():
            for point in points(type(entry.entity), entry.document.tree):
                self.points.setdefault(point.kind, {}).setdefault(entry.kind, []).append((entry, point))
                if point.kind in {"text", "time"}:
                    self._said.setdefault(field_of(entry, point), []).append(value_at(entry.document.tree, point.route))

    def some(self, count: int, draw: random.Random) -> Iterator[Mutation]:
        """As many of each kind, within one."""
        kinds = [kind for kind in KINDS if kind in self.points]
        for number in range(count):
            yield self.draw(kinds[number % len(kinds)], draw)

    def of_each_field(self, seed: int, share: float = 1) -> Iterator[Mutation]:
        """Every field changed once in each way that there is for it, or a share of these, 0 to 1.

        Each draws for itself: what is drawn for one field stays when others come or go.
        """
        for kind in KINDS:
            places: dict[Field, list[tuple[Entry[Entity], Point]]] = {}
            for entry, point in chain.from_iterable(self.points.get(kind, {}).values()):
                places.setdefault(field_of(entry, point), []).append((entry, point))
            for field, found in places.items():
                draw = random.Random(f"{seed} {kind} {field}")  # noqa: S311 - repeatable, not secret
                if draw.random() >= share:
                    continue
                tried = (self.mutate(*draw.choice(found), draw) for _ in range(TRIES))
                if mutation := next(filter(None, tried), None):
                    yield mutation

    def draw(self, kind: Kind, draw: random.Random) -> Mutation:
        """A fact of this kind, changed: every kind of entity that has some is as likely, then every entity."""
        while True:
            found = self.points[kind][draw.choice(sorted(self.points[kind]))]
            entity = draw.choice(sorted({entry.path for entry, _ in found}))
            entry, point = draw.choice([one for one in found if one[0].path == entity])
            if mutation := self.mutate(entry, point, draw):
                return mutation

    def mutate(self, entry: Entry[Entity], point: Point, draw: random.Random) -> Mutation | None:
        """The fact at a point, changed; None where nothing else could stand there."""
        old = value_at(entry.document.tree, point.route)
        new = self._another(entry, point, old, draw)
        if new is None or new == old:
            return None
        return Mutation(point.kind, entry.entity.chapter, entry.path, point.route, old, new)

    def _another(self, entry: Entry[Entity], point: Point, old: Any, draw: random.Random) -> Any:
        if point.kind == "reference":
            return _other(self.catalog.names_of(point.choices[0]), old, draw)
        if point.kind == "enum":
            return _other(point.choices, old, draw)
        if point.kind == "text" and draw.random() < HALF:
            return _other(self._said[field_of(entry, point)], old, draw)
        if point.kind == "time" and point.form != LOCAL_TIME:
            return _recurrence(old, draw)
        return CHANGES[point.kind](old, draw)


def field_of(entry: Entry[Entity], point: Point) -> Field:
    """What the point is one of many of."""
    return entry.kind, point.field


def value_at(tree: Any, route: Route) -> Any:
    """What a route leads to."""
    for step in route:
        tree = tree[step]
    return tree


def changed(tree: Any, route: Route, value: object) -> Any:
    """A copy of a tree with another value at the end of a route."""
    if not route:
        return value
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[route[0]] = changed(tree[route[0]], route[1:], value)
    return copy


def _other(choices: Sequence[str], old: str, draw: random.Random) -> str | None:
    others = sorted({choice for choice in choices if choice != old})
    return draw.choice(others) if others else None


def _number(old: float, draw: random.Random) -> float:
    return draw.choice((old + 1, old - 1, old * 2, old * 10, 0))


def _date(old: str, draw: random.Random) -> str:
    moved = timedelta(days=draw.choice(DAYS))
    if "T" not in old:
        return (date.fromisoformat(old) + moved).isoformat()
    hours = timedelta(hours=draw.choice((-1, 1)))
    moment = datetime.fromisoformat(old) + draw.choice((moved, hours))
    return moment.isoformat().replace("+00:00", "Z")


def _duration(old: str, draw: random.Random) -> str:
    span = Span(old)
    amount, unit = draw.choice(
        ((span.amount * 2, f"{span.unit}s"), (span.amount * 10, f"{span.unit}s"), (span.amount, draw.choice(UNITS)))
    )
    return f"{amount} {unit}"


def _time(old: str, draw: random.Random) -> str:
    minutes = (int(old[:2]) * 60 + int(old[3:]) + draw.choice((-720, -60, -30, 30, 60, 720))) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _recurrence(old: str, draw: random.Random) -> str:
    """Another weekday where the rule names some, else every second time."""
    named = [day for day in WEEKDAYS if day in old.partition("BYDAY=")[2].split(";")[0]]
    if named:
        day = draw.choice(named)
        return old.replace(day, draw.choice([other for other in WEEKDAYS if other not in named] or [day]))
    return f"{old};INTERVAL=2"


def _text(old: str, draw: random.Random) -> str:
    """One character is another of its sort, missing, or there twice."""
    at = draw.randrange(len(old))
    alphabet = next((letters for letters in ALPHABETS if old[at] in letters), "")
    other = draw.choice([letter for letter in alphabet if letter != old[at]] or [""])
    return old[:at] + draw.choice((other, "", old[at] * 2)) + old[at + 1 :]


def _reordered(old: list[Any], draw: random.Random) -> list[Any]:
    one, two = draw.sample(range(len(old)), 2)
    new = list(old)
    new[one], new[two] = old[two], old[one]
    return new


def _doubled(old: list[Any], draw: random.Random) -> list[Any]:
    at = draw.randrange(len(old))
    return [*old[: at + 1], *old[at:]]


def _less(old: Any, draw: random.Random) -> Any:
    if isinstance(old, dict):
        gone = draw.choice(sorted(old))
        return {key: value for key, value in old.items() if key != gone}
    at = draw.randrange(len(old))
    return [*old[:at], *old[at + 1 :]]


CHANGES: Mapping[Kind, Callable[[Any, random.Random], Any]] = {
    "number": _number,
    "date": _date,
    "duration": _duration,
    "time": _time,
    "zone": lambda old, draw: _other(sorted(zone_names()), old, draw),
    "boolean": lambda old, _: not old,
    "text": _text,
    "list order": _reordered,
    "list double": _doubled,
    "list removal": _less,
}
"""How a value becomes another one, by kind; references and enums have their choices."""
