"""Lists that are sets hold nothing twice: one rule for every list of every kind, by its declared type."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from pydantic import BaseModel

from generators.findings import Finding, Rule, Severity
from generators.model.launch import Criterion, Walked
from generators.model.oncall import Layer, Participant
from generators.model.pack import BoardEvidence, PackEvidence
from generators.model.pack import Change as TableChange
from generators.model.runbook import Step
from generators.model.runtime_report import RuntimeReport
from generators.model.telemetry import Attribute, ExampleEvents
from generators.model.text import REPEATS
from generators.model.upstream import Trial

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from generators.catalog import Catalog, Route
    from generators.checks.facts import Facts

TWICE = Rule(
    "OPS229",
    "listed-twice",
    Severity.ERROR,
    "A list names the same thing twice.",
    "Counts and quorums count it twice, and whoever removes one of the two believes that it is gone.",
    "Delete one of the two.",
)
RULES = (TWICE,)
WRITTEN_BY_COMMANDS = frozenset({PackEvidence.kind, RuntimeReport.kind})
"""Kinds that nobody writes by hand; their seals hold them."""
KEYS = ("id", "day", "name", "topic")
"""The fields that tell parts of one list apart, the first that a part has."""
OTHERWISE = (Walked, Criterion, Layer, Participant, Step, Attribute, ExampleEvents, TableChange, BoardEvidence, Trial)
"""Parts that may come again, or that have rules of their own: OPS401, OPS406, OPS608, OPS905."""
Plan = tuple[tuple[str, bool], ...]


def lists_name_things_once(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No list of names, texts, days or parts holds one of them twice."""
    for entry in catalog.everything():
        if entry.kind in WRITTEN_BY_COMMANDS:
            continue
        for route, name in doubles(entry.entity):
            yield Finding(entry.at(*route), TWICE, f"{name} stands here twice")


def doubles(part: BaseModel) -> Iterator[tuple[Route, str]]:
    """Every second one in a list, with the route to it and what it is called."""
    for name, is_set in _plan(type(part)):
        value = getattr(part, name)
        if is_set and isinstance(value, tuple) and len(value) > 1:
            yield from (((name, *route), said) for route, said in _again(value))
        for step, item in _within(value):
            if isinstance(item, BaseModel):
                yield from (((name, *step, *route), said) for route, said in doubles(item))


def _within(value: object) -> Iterator[tuple[Route, object]]:
    """What a field holds: itself, or each of its list or mapping with the step to it."""
    if isinstance(value, tuple):
        yield from (((index,), item) for index, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((key,), item) for key, item in value.items())
    else:
        yield (), value


def _again(values: tuple[object, ...]) -> Iterator[tuple[Route, str]]:
    seen: set[Hashable] = set()
    for index, value in enumerate(values):
        field, key = _key(value)
        if key is not None and key in seen:
            yield (index, *((field,) if field else ())), f"'{key}'" if isinstance(key, (str, date)) else "this entry"
        seen.add(key)


def _key(value: object) -> tuple[str, Hashable]:
    """The field that tells a value of a list from the others, and what it says; nothing where values may repeat."""
    if isinstance(value, (str, date)):
        return "", str(value)
    if isinstance(value, BaseModel) and not isinstance(value, OTHERWISE):
        for field in KEYS:
            if field in type(value).model_fields:
                return field, str(getattr(value, field))
        try:
            return "", hash(value)
        except TypeError:  # a part with a mapping has no hash
            return "", None
    return "", None


@cache
def _plan(model: type[BaseModel]) -> Plan:
    """The fields of a model to look into; for each whether it is a list that names things once."""
    fields = [(name, field) for name, field in model.model_fields.items() if not field.exclude]  # ids of another time
    seen = ((name, _is_set(field.annotation, field.metadata), _has_parts(field.annotation)) for name, field in fields)
    return tuple((name, is_set) for name, is_set, parts in seen if is_set or parts)


def _is_set(annotation: object, metadata: list[object]) -> bool:
    return get_origin(annotation) is tuple and REPEATS not in metadata and _has_names(get_args(annotation)[0])


def _has_names(annotation: object) -> bool:
    """Whether values of a type can be told apart by what they name. Numbers are quantities, and come again."""
    if isinstance(annotation, type):
        return issubclass(annotation, (str, date, BaseModel))
    return get_origin(annotation) is Literal or any(_has_names(inner) for inner in get_args(annotation))


def _has_parts(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_plan(annotation))
    return get_origin(annotation) is not Literal and any(_has_parts(inner) for inner in get_args(annotation))


CHECKS = (lists_name_things_once,)
