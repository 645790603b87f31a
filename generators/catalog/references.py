"""Finds every reference in an entity by its declared types, without looking at values that cannot hold one."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from generators.model.base import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

Route = tuple[str | int, ...]
"""The way to a node of a tree: field names and places in lists."""
Shape = Literal["ref", "refs", "part", "parts"]


@cache
def plan(model: type[BaseModel]) -> tuple[tuple[str, Shape], ...]:
    """The fields of a model that are references, hold references, or hold parts that do."""
    shapes = ((name, _shape(field.annotation)) for name, field in model.model_fields.items())
    return tuple((name, shape) for name, shape in shapes if shape is not None)


def _shape(annotation: object) -> Shape | None:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return next((shape for part in get_args(annotation) if (shape := _shape(part))), None)
    if origin is tuple:
        inner = _shape(get_args(annotation)[0])
        return {"ref": "refs", "part": "parts", None: None}[inner]
    if isinstance(annotation, type) and issubclass(annotation, Ref):
        return "ref"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and plan(annotation):
        return "part"
    return None


def references(model: BaseModel) -> Iterator[tuple[Route, Ref]]:
    """Every reference with the route to it, in declaration order."""
    for name, shape in plan(type(model)):
        value = getattr(model, name)
        if value is None:
            continue
        if shape == "ref":
            yield (name,), value
        elif shape == "refs":
            for index, ref in enumerate(value):
                yield (name, index), ref
        elif shape == "part":
            for route, ref in references(value):
                yield (name, *route), ref
        else:
            for index, part in enumerate(value):
                for route, ref in references(part):
                    yield (name, index, *route), ref
