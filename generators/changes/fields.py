"""What no topic speaks of: entities that are new or gone, and every other field that is different."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generators.changes.sides import listed
from generators.changes.values import Way, differences, said
from generators.model import KINDS
from generators.model.pasted import pasted_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generators.catalog import Key
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
        yield from _gone(sides, [pair for pair in pairs if pair.after is None])
        for pair in pairs:
            if pair.both:
                yield from _different(sides, pair, covered[pair.entry.key], places[pair.entry.key])


def _gone(sides: Sides, pairs: list[Pair[Entity]]) -> Iterator[Change]:
    for pair in pairs:
        weight: Weight = "weaker" if pair.entry.kind in LOSSES else "changed"
        yield pair.told(_reader(sides, pair), weight, f"{_name(pair)} is gone")


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
    what = f"{len(pairs)} new {plural}: {listed([pair.entry.id for pair in pairs], LISTED)}"
    yield pairs[0].told(_reader(sides, pairs[0]), "changed", what)


def _different(sides: Sides, pair: Pair[Entity], covered: set[str], places: Collection[Place]) -> Iterator[Change]:
    """The fields of an entity that are different, a line each up to a few; less those at places that are told."""
    assert pair.both is not None  # noqa: S101 - asked of what is on both sides
    was, now = (said(entity, covered) for entity in pair.both)
    leaves = [leaf for leaf in differences(was, now, Way()) if pair.at(*leaf.way.route) not in places]
    exact = {route for entity in pair.both for route, _ in pasted_texts(entity)}
    reworded = [leaf for leaf in leaves if leaf.is_reworded and leaf.way.route not in exact]
    facts = [leaf for leaf in leaves if leaf not in reworded]
    reader, name = _reader(sides, pair), _name(pair)
    for leaf in facts[:LISTED]:
        what = f"{name}: {leaf.way.words}"
        yield pair.told(reader, "changed", what, *leaf.way.route, before=leaf.before, after=leaf.after)
    if facts[LISTED:]:
        rest = ", ".join(dict.fromkeys(str(leaf.way.route[0]) for leaf in facts[LISTED:]))
        what = f"{name}: {len(facts) - LISTED} more in {rest}"
        yield pair.told(reader, "changed", what, *facts[LISTED].way.route)
    if reworded:
        what = f"{name}: reworded: {listed([leaf.way.words for leaf in reworded], LISTED)}"
        yield pair.told(reader, "changed", what, *reworded[0].way.route)
