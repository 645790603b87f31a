"""What no topic speaks of: entities that are new or gone, and every other field that is different."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generators.catalog import Key, Route
    from generators.changes.change import Change, Reader, Weight
    from generators.changes.sides import Pair, Sides
    from generators.findings import Place
    from generators.model import Entity

READERS_OF: Mapping[str, Reader] = {
    **dict.fromkeys(("oncall", "runbooks", "telemetry"), "on-call"),
    "support": "support",
    "packs": "users",
}
"""By chapter of the model; everything else is for approvers."""
READERS_OF_KIND: Mapping[str, Reader] = {
    "person": "on-call",
    "incident": "on-call",
    "defect": "support",
    "connector": "users",
    "unsupported-case": "users",
    "release-train": "users",
    "publication": "users",
    "pack-evidence": "approvers",
    "pack-fixtures": "approvers",
    "regression": "approvers",
}
LOSSES = frozenset(
    {
        "rehearsal",
        "rotation",
        "escalation-policy",
        "runbook",
        "objective",
        "event",
        "connector",
        "scope-item",
        "role",
        "cadence",
        "decision",
        "risk",
    }
)
"""Kinds of which one less is less that is covered, asked or proven."""
EXACT = frozenset({"command", "query", "sql", "line", "text", "run", "driver", "example", "address", "code"})
"""Fields whose texts are commands or code: each character counts."""
PARTLY: Mapping[str, frozenset[str]] = {"release-train": frozenset({"gates"}), "pack": frozenset({"kpis"})}
"""Fields by kind of which topics tell the most important parts only, each at its place."""
LISTED = 4
"""Fields of an entity, or entities of a kind, that are listed one by one."""


def remaining(sides: Sides, told: Iterable[Change]) -> Iterator[Change]:
    """Every difference that is not in what is told already."""
    covered: dict[Key, set[str]] = defaultdict(set)
    places: dict[Key, set[Place]] = defaultdict(set)
    for change in told:
        covered[change.about] |= change.fields - PARTLY.get(change.about[0], frozenset())
        if change.fields:
            places[change.about].add(change.place)
        for key in change.also:
            covered[key].add("*")
    for kind in KINDS:
        pairs = [pair for pair in sides.changed(kind) if "*" not in covered[pair.entry.key]]
        yield from _new(sides, [pair for pair in pairs if pair.before is None])
        for pair in pairs:
            if pair.after is None:
                weight: Weight = "weaker" if kind.kind in LOSSES else "changed"
                yield pair.told(_reader(sides, pair), weight, f"{_name(pair)} is gone")
            elif pair.both:
                yield from _different(sides, pair, covered[pair.entry.key], places[pair.entry.key])


def _reader(sides: Sides, pair: Pair[Entity]) -> Reader:
    """Who reads an entity. What is internal no user hears of."""
    entity = pair.entry.entity
    reader = READERS_OF_KIND.get(entity.kind) or READERS_OF.get(entity.chapter, "approvers")
    name = pair.entry.id if entity.kind == "connector" else getattr(entity, "connector", "")
    return "approvers" if reader == "users" and name in sides.internal else reader


def _name(pair: Pair[Entity]) -> str:
    return f"{pair.entry.kind.replace('-', ' ').capitalize()} '{pair.entry.entity.title}'"


def _new(sides: Sides, pairs: list[Pair[Entity]]) -> Iterator[Change]:
    """A line each, or one for many of a kind."""
    if len(pairs) <= LISTED:
        for pair in pairs:
            yield pair.told(_reader(sides, pair), "changed", f"{_name(pair)} is new")
        return
    plural = type(pairs[0].entry.entity).plural.replace("_", " ").replace("-", " ")
    names = ", ".join(pair.entry.id for pair in pairs[:LISTED])
    what = f"{len(pairs)} new {plural}: {names} and {len(pairs) - LISTED} more"
    yield pairs[0].told(_reader(sides, pairs[0]), "changed", what)


def _different(sides: Sides, pair: Pair[Entity], covered: set[str], places: Collection[Place]) -> Iterator[Change]:
    """The fields of an entity that are different, a line each up to a few; less those at places that are told."""
    assert pair.both is not None  # noqa: S101 - asked of what is on both sides
    was, now = (entity.model_dump(mode="json", by_alias=True, exclude=covered) for entity in pair.both)
    was["former"], now["former"] = (list(entity.former) for entity in pair.both)  # no digest has them, a diff does
    leaves = [leaf for leaf in _leaves(was, now, Way()) if pair.at(*leaf.way.route) not in places]
    reworded = [leaf for leaf in leaves if leaf.is_reworded]
    facts = [leaf for leaf in leaves if not leaf.is_reworded]
    reader, name = _reader(sides, pair), _name(pair)
    for leaf in facts[:LISTED]:
        what = f"{name}: {leaf.way.words}"
        yield pair.told(reader, "changed", what, *leaf.way.route, before=leaf.before, after=leaf.after)
    if facts[LISTED:]:
        rest = ", ".join(dict.fromkeys(str(leaf.way.route[0]) for leaf in facts[LISTED:]))
        what = f"{name}: {len(facts) - LISTED} more in {rest}"
        yield pair.told(reader, "changed", what, *facts[LISTED].way.route)
    if reworded:
        words = ", ".join(leaf.way.words for leaf in reworded[:LISTED])
        more = f" and {len(reworded) - LISTED} more" if reworded[LISTED:] else ""
        yield pair.told(reader, "changed", f"{name}: reworded: {words}{more}", *reworded[0].way.route)


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Way:
    """The way to a value as it is now, and as a person reads it: parts by their ids."""

    route: Route = ()
    words: str = ""

    def to(self, step: str | int, word: str = "") -> Way:
        """One step further."""
        word = word or (str(step) if isinstance(step, str) else "")
        return Way((*self.route, step), f"{self.words} {word}".strip())


@dataclass(frozen=True, slots=True)
class Leaf:
    """An innermost value that is different."""

    way: Way
    before: object
    after: object

    @property
    def is_reworded(self) -> bool:
        """Whether it is a sentence in other words, with the same numbers in it: the lines of the files show it best."""
        texts = self.before, self.after
        if self.way.route[-1] in EXACT or not all(isinstance(text, str) and " " in text for text in texts):
            return False
        return _numbers(self.before) == _numbers(self.after)


def _numbers(text: object) -> list[str]:
    return sorted(re.findall(r"[0-9]+(?:[.,:-][0-9]+)*", str(text)))


def _leaves(was: object, now: object, way: Way) -> Iterator[Leaf]:
    """The innermost values that are different. Members of lists that have an id are compared by it."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*now, *was)):
            yield from _leaves(was.get(name), now.get(name), way.to(name))
    elif isinstance(was, list) and isinstance(now, list):
        yield from _lists(was, now, way)
    else:
        yield Leaf(way, was, now)


def _lists(was: list[Any], now: list[Any], way: Way) -> Iterator[Leaf]:
    """Parts by their ids, or by their places where there are as many; else what the list lost and gained."""
    if _have_ids(was) and _have_ids(now):
        yield from _members(was, now, way)
    elif len(was) == len(now) and all(isinstance(one, dict) for one in (*was, *now)):
        for index, (before, after) in enumerate(zip(was, now, strict=True)):
            yield from _leaves(before, after, way.to(index, str(index + 1)))
    else:
        lost, gained = [one for one in was if one not in now], [one for one in now if one not in was]
        if lost or gained:
            there = way.to(now.index(gained[0])) if gained else way
            yield Leaf(there, _first_words(lost), _first_words(gained))
        else:  # another order, or a double
            yield Leaf(way, _first_words(was), _first_words(now))


def _members(was: list[dict[str, Any]], now: list[dict[str, Any]], way: Way) -> Iterator[Leaf]:
    """Parts with ids: those that are different, new or gone, and another order."""
    before, after = ({str(one["id"]): one for one in side} for side in (was, now))
    for index, (name, member) in enumerate(after.items()):
        there = way.to(index, name)
        if name in before:
            yield from _leaves(before[name], member, there)
        else:
            yield Leaf(Way(there.route, way.words), None, name)
    for name in before:
        if name not in after:
            yield Leaf(way, name, None)
    orders = [name for name in before if name in after], [name for name in after if name in before]
    if orders[0] != orders[1]:
        yield Leaf(way, orders[0], orders[1])


def _first_words(values: list[Any]) -> list[object] | None:
    """Members in a line; of a part the first value that says something."""
    said = [one.values() if isinstance(one, dict) else (one,) for one in values]
    return [next((value for value in ones if value not in (None, [], {})), "") for ones in said] or None


def _have_ids(values: list[Any]) -> bool:
    names = [one.get("id") for one in values if isinstance(one, dict)]
    return len(names) == len(values) > 0 and all(names) and len(set(map(str, names))) == len(names)
