"""The innermost values in which two trees of fields differ, each with the way to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from generators.changes.sides import parted

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from generators.catalog import Route

EXACT = frozenset({"command", "query", "sql", "line", "text", "run", "driver", "example", "address", "code"})
"""Fields whose texts are commands or code: each character counts."""


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


def said(part: BaseModel, covered: Container[str] = ()) -> dict[str, Any]:
    """All that a part says, as JSON has it, less the covered fields; ids of another time, which no digest has, too."""
    fields = {name: field for name, field in type(part).model_fields.items() if name not in covered}
    return {field.alias or name: _said(getattr(part, name)) for name, field in fields.items()}


def _said(value: object) -> Any:
    if isinstance(value, BaseModel):
        return said(value)
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_said(one) for one in value]
    return to_jsonable_python(value)


def differences(was: object, now: object, way: Way) -> Iterator[Leaf]:
    """The innermost values that are different. Members of lists that have an id are compared by it."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*now, *was)):
            yield from differences(was.get(name), now.get(name), way.to(name))
    elif isinstance(was, list) and isinstance(now, list):
        yield from _lists(was, now, way)
    else:
        yield Leaf(way, was, now)


def _lists(was: list[Any], now: list[Any], way: Way) -> Iterator[Leaf]:
    """Parts by their ids, or by their places where there are as many; else what the list lost and gained."""
    if _have_ids(was) and _have_ids(now):
        yield from _members(was, now, way)
        return
    if len(was) == len(now) and all(isinstance(one, dict) for one in (*was, *now)):
        for index, (before, after) in enumerate(zip(was, now, strict=True)):
            yield from differences(before, after, way.to(index, str(index + 1)))
        return
    lost, gained = parted(was, now)
    if not (lost or gained):  # another order, or a double
        lost, gained = was, now
    there = way.to(now.index(gained[0])) if gained else way
    yield Leaf(there, _first_words(lost), _first_words(gained))


def _members(was: list[dict[str, Any]], now: list[dict[str, Any]], way: Way) -> Iterator[Leaf]:
    """Parts with ids: those that are different, new or gone, and another order."""
    before, after = ({str(one["id"]): one for one in side} for side in (was, now))
    for index, (name, member) in enumerate(after.items()):
        if name in before:
            yield from differences(before[name], member, way.to(index, name))
        else:
            yield Leaf(Way((*way.route, index), way.words), None, name)
    gone = parted(before, after)[0]
    yield from (Leaf(way, name, None) for name in gone)
    order, orders = [name for name in after if name in before], [name for name in before if name not in gone]
    if orders != order:
        yield Leaf(way, orders, order)


def _first_words(values: list[Any]) -> list[object] | None:
    """Members in a line; of a part the first value that says something."""
    said = [one.values() if isinstance(one, dict) else (one,) for one in values]
    return [next((value for value in ones if value not in (None, [], {})), "") for ones in said] or None


def _have_ids(values: list[Any]) -> bool:
    names = [one.get("id") for one in values if isinstance(one, dict)]
    return len(names) == len(values) > 0 and all(names) and len(set(map(str, names))) == len(names)
