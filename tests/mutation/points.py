"""Where a fact stands in a file and of which kind it is, by the declared types of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from generators.model.base import Ref
from generators.model.forms import LOCAL_TIME, NOT_BLANK, ONE_LINE, RECURRENCE
from generators.model.text import PASTED, Span, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.catalog import Route

Kind = Literal[
    "reference",
    "number",
    "date",
    "duration",
    "time",
    "zone",
    "enum",
    "boolean",
    "text",
    "list order",
    "list double",
    "list removal",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
FREE = frozenset({ONE_LINE, NOT_BLANK})
"""Forms of prose: a sentence may have other words."""
TIMES = frozenset({LOCAL_TIME, RECURRENCE})
ZONE = get_args(Zone)[-1]
"""What tells a zone from other texts."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value, or a list, that can be changed in one way."""

    kind: Kind
    route: Route
    field: tuple[str, ...]
    """The route with `*` for members of lists and mappings: what all facts of one field share."""
    choices: tuple[str, ...] = ()
    """Of an enum: its values. Of a reference: the kind that it refers to."""
    form: str = ""
    """The pattern of a text or time."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a value, and to all of its field."""

    route: Route = ()
    field: tuple[str, ...] = ()

    def to(self, step: str | int, name: str = "*") -> Way:
        """One step further; without a name to a member of a list or mapping."""
        return Way((*self.route, step), (*self.field, name))


def points(model: type[BaseModel], tree: dict[str, Any], way: Way = Way()) -> Iterator[Point]:
    """Every point of a part or entity, as its file has it. Prose has none."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in tree:
            yield from _points(field.annotation, tuple(field.metadata), tree[key], way.to(key, key))


def _points(declared: Any, metadata: tuple[object, ...], value: Any, way: Way) -> Iterator[Point]:
    if get_origin(declared) is Annotated:
        inner, *more = get_args(declared)
        yield from _points(inner, (*metadata, *more), value, way)
    elif get_origin(declared) in {Union, UnionType}:
        yield from _points(_fitting(get_args(declared), value), metadata, value, way)
    elif isinstance(value, dict) and isinstance(declared, type) and issubclass(declared, BaseModel):
        yield from points(declared, value, way)
    elif isinstance(value, (dict, list)):
        yield from _several(get_args(declared), value, way)
    elif value is not None:
        yield from _scalar(declared, metadata, value, way)


def _fitting(choices: Iterable[Any], value: Any) -> Any:
    """Which of several types a value of a file is meant as."""
    others = [choice for choice in choices if choice is not NoneType]
    if isinstance(value, dict):
        return next((one for one in others if _is_of(one, value)), others[0])
    return next((one for one in others if isinstance(one, type) and type(value) is one), others[0])


def _is_of(declared: Any, value: dict[str, Any]) -> bool:
    is_model = isinstance(declared, type) and issubclass(declared, BaseModel)
    return is_model and value.keys() <= {field.alias or name for name, field in declared.model_fields.items()}


def _several(inner: tuple[Any, ...], value: dict[str, Any] | list[Any], way: Way) -> Iterator[Point]:
    """A list or a mapping with free keys, and what it holds."""
    if value:
        yield Point("list removal", way.route, way.field)
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _points(inner[1], (), one, way.to(key))
        return
    if value:
        yield Point("list double", way.route, way.field)
    if len(value) > 1:
        yield Point("list order", way.route, way.field)
    for index, one in enumerate(value):
        yield from _points(inner[0], (), one, way.to(index))


def _scalar(declared: Any, metadata: tuple[object, ...], value: object, way: Way) -> Iterator[Point]:
    """One value; nothing where it is prose."""
    form = next((pattern for pattern in map(_pattern, metadata) if pattern), "")
    if get_origin(declared) is Literal:
        yield Point("enum", way.route, way.field, tuple(map(str, get_args(declared))))
    elif isinstance(value, bool):
        yield Point("boolean", way.route, way.field)
    elif isinstance(value, (int, float)):
        yield Point("number", way.route, way.field)
    elif isinstance(declared, type) and issubclass(declared, Ref):
        yield Point("reference", way.route, way.field, (declared.kind,))
    elif declared is Span:
        yield Point("duration", way.route, way.field)
    else:
        yield from _text(declared, metadata, form, way)


def _text(declared: Any, metadata: tuple[object, ...], form: str, way: Way) -> Iterator[Point]:
    if declared is AwareDatetime or (isinstance(declared, type) and issubclass(declared, date)):
        yield Point("date", way.route, way.field)
    elif ZONE in metadata:
        yield Point("zone", way.route, way.field)
    elif form in TIMES:
        yield Point("time", way.route, way.field, form=form)
    elif PASTED in metadata or form not in {*FREE, ""}:
        yield Point("text", way.route, way.field, form=form)


def _pattern(declared: object) -> str:
    """The pattern that a text must have, as pydantic keeps it."""
    inner = declared.metadata if isinstance(declared, FieldInfo) else ()
    found = next((pattern for pattern in map(_pattern, inner) if pattern), "")
    return found or str(getattr(declared, "pattern", None) or "")
