"""No change of one value is silent: every field of every kind in the miniature is changed once."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from generators.catalog import Entry, catalog_of
from generators.changes import Facts, compare
from tests.clock import AT
from tests.diff.trees import before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Route
    from generators.model import Entity

SEEDS = 3
TRIED = 60
"""Values that are changed for each seed."""


def leaves(tree: Any, route: Route = ()) -> Iterator[Route]:
    """The way to every value, and to every list that has two members."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from leaves(value, (*route, name))
    elif isinstance(tree, list):
        if len(tree) > 1:
            yield route
        for index, value in enumerate(tree):
            yield from leaves(value, (*route, index))
    else:
        yield route


def another(value: Any, draw: random.Random) -> Any:
    """A value of the same form; it need not be valid."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw.choice((-1, 1, 10))
    if isinstance(value, list):
        return draw.choice((value[1:], value[::-1], [*value, value[0]]))
    text = str(value)
    digits = [index for index, letter in enumerate(text) if letter.isdigit()]
    if digits:
        at = draw.choice(digits)
        return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    return draw.choice((f"{text} more", f"{text}-x"))


def changed(tree: Any, route: Route, draw: random.Random) -> Any:
    """A copy of a tree with another value at the end of a route."""
    if not route:
        return another(tree, draw)
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[route[0]] = changed(tree[route[0]], route[1:], draw)
    return copy


def mutated(entry: Entry[Entity], draw: random.Random) -> Entry[Entity] | None:
    """An entity with one other value; None where the model refuses it."""
    tree = entry.entity.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    other = changed(tree, draw.choice(list(leaves(tree))), draw)
    try:
        entity = type(entry.entity).model_validate_json(json.dumps(other))
    except ValidationError:
        return None
    return replace(entry, entity=entity) if entity != entry.entity else None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_change_of_one_value_is_silent(seed: int) -> None:
    """Whatever the check says of it, a reviewer sees it, at a place in its file."""
    was = before()
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    entries = list(was.catalog.everything())
    silent, tried = [], 0
    while tried < TRIED:
        entry = draw.choice(entries)
        other = mutated(entry, draw)
        if other is None:
            continue
        tried += 1
        catalog = catalog_of([other if one is entry else one for one in entries])
        told = compare(was, Facts(catalog, was.packs), AT)
        if not any(one.place.path == entry.path for one in told):
            silent.append((entry.key, [one.what for one in told]))
    assert not silent
