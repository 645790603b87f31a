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
Shape = Literal["one", "many"]
"""A reference or a part that holds some, alone or in a list. A list may mix them."""


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
        return "many" if _shape(get_args(annotation)[0]) else None
    if isinstance(annotation, type) and issubclass(annotation, Ref):
        return "one"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and plan(annotation):
        return "one"
    return None


def references(model: BaseModel) -> Iterator[tuple[Route, Ref]]:
    """Every reference with the route to it, in declaration order."""
    for name, shape in plan(type(model)):
        value = getattr(model, name)
        if value is None:
            continue
        if shape == "one":
            yield from _within((name,), value)
        else:
            for index, item in enumerate(value):
                yield from _within((name, index), item)


def _within(route: Route, value: object) -> Iterator[tuple[Route, Ref]]:
    """The value itself where it is a reference; those in it where it is a part."""
    if isinstance(value, Ref):
        yield route, value
    elif isinstance(value, BaseModel):
        for inner, ref in references(value):
            yield (*route, *inner), ref
