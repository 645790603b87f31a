"""Finds every text in an entity that readers paste, by its declared type."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

from generators.model.text import PASTED

if TYPE_CHECKING:
    from collections.abc import Iterator

Route = tuple[str | int, ...]


def pasted_texts(part: BaseModel) -> Iterator[tuple[Route, str]]:
    """Every pasted text with the route to it, in declaration order."""
    for name, is_pasted in _plan(type(part)):
        for route, value in _leaves(getattr(part, name), (name,)):
            if isinstance(value, BaseModel):
                yield from (((*route, *inner), text) for inner, text in pasted_texts(value))
            elif is_pasted and isinstance(value, str):
                yield route, value


def _leaves(value: object, route: Route) -> Iterator[tuple[Route, object]]:
    """The values in a field: itself, or what its list or mapping holds."""
    if isinstance(value, (tuple, dict)):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*route, step))
    else:
        yield route, value


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """The fields of a model that are pasted, or hold parts with such a field; for each whether it is the former."""
    fields = model.model_fields.items()
    kinds = ((name, _is_pasted(field.annotation, *field.metadata), _parts(field.annotation)) for name, field in fields)
    return tuple((name, pasted) for name, pasted, parts in kinds if pasted or any(map(_plan, parts)))


def _is_pasted(*declared: object) -> bool:
    return any(one is PASTED or _is_pasted(*get_args(one)) for one in declared)


def _parts(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)
