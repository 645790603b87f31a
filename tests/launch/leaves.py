"""Every value of a file changed by itself, and every file written in another way that says the same."""

from __future__ import annotations

import copy
import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from generators.packs.reading.seal import SEAL
from generators.runbooks.seals import sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.launch.worlds import World

Route = tuple[str | int, ...]
WORDS = (
    *("launch-critical", "launch-adjacent", "post-launch", "low", "medium", "high", "open", "in-progress", "fixed"),
    *("sev1", "sev2", "sev3", "roles-filled", "defects-below", "no-findings", "resolved", "handed-off"),
)
"""Values of closed lists."""


def leaves(tree: Any, route: Route = ()) -> Iterator[Route]:
    """The route to each value that is no list or mapping."""
    if isinstance(tree, dict | list):
        for key, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(inner, (*route, key))
    else:
        yield route


def others(value: object) -> Iterator[object]:
    """Values that a field of this value may take instead."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        yield (date.fromisoformat(str(value)) - timedelta(days=1)).isoformat()
    elif re.fullmatch(r"\d{4}-\d\d-\d\dT.*", str(value)):
        yield str(value).replace("T12:", "T11:")
    elif str(value).startswith("sha256:") or re.fullmatch(r"[0-9a-f]{64}", str(value)):
        yield str(value)[:-1] + ("0" if str(value)[-1] != "0" else "1")
    else:
        yield from (f"{value} indeed", f"{value}-more", f"{value}x", re.sub(r"OPS\d+", "OPS409", str(value)))
        yield from (word for word in WORDS if word != value)


def put(tree: dict[str, Any], route: Route, value: object) -> dict[str, Any]:
    """A copy of a tree with another value."""
    made = copy.deepcopy(tree)
    at: Any = made
    for step in route[:-1]:
        at = at[step]
    at[route[-1]] = value
    return made


def changes(
    world: World, path: str, *, seal_anew: bool = False, routes: Iterable[Route] = ()
) -> Iterator[tuple[Route, World]]:
    """The world with each value of a file changed by itself, or those of some routes, to one that it can have there."""
    tree = world.tree(path)
    for route in routes or leaves(tree):
        value = tree
        for step in route:
            value = value[step]  # type: ignore[index]
        for other in (other for other in others(value) if other != value):
            text = put(tree, route, other)
            if seal_anew and SEAL in text:
                text = sealed(world.entries[path].kind, {key: one for key, one in text.items() if key != SEAL})
            changed = world.with_text(path, json.dumps(text))
            if changed is not None:
                yield route, changed
                break


# ── the same in other words ─────────────────────────────────────────────────────────────────────────────────────────
PROSE = frozenset({"purpose", "why", "reason", "risk"})
"""Fields that may have several lines."""


def rewritten(world: World, path: str) -> Iterator[tuple[str, str]]:
    """How a file is written in another way, and its text then. Sealed records keep the order of their lists."""
    tree = world.tree(path)
    turned: dict[str, Any] = dict(reversed(tree.items()))
    yield "keys in another order", yaml.safe_dump(turned, sort_keys=False)
    yield "flow style", json.dumps(tree)
    block = yaml.safe_dump(tree, sort_keys=True, default_flow_style=False, allow_unicode=True)
    yield "block style, with comments", re.sub(r"^(?=[a-z])", "# A remark.\n", block, flags=re.MULTILINE)
    yield "narrow lines", yaml.safe_dump(tree, width=20, allow_unicode=True)
    if SEAL not in tree and "steps" not in tree:
        yield "lists in another order", json.dumps(_reversed(tree))
        wrapped = {key: value.replace(" ", "\n", 2) if key in PROSE else value for key, value in tree.items()}
        yield "prose wrapped elsewhere", json.dumps(wrapped)


def _reversed(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_reversed(item) for item in reversed(tree)]
    if not isinstance(tree, dict):
        return tree
    made = {key: _reversed(value) for key, value in tree.items()}
    if "accept" in made:  # evidence counts the lines under `accept`
        for evidence in made.get("evidence", []):
            evidence.update({"accepts": [len(made["accept"]) + 1 - n for n in evidence.get("accepts", [])]})
    return made
