"""Turns a document into an entity; what does not fit becomes findings at the place it is written."""

from __future__ import annotations

import json
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.catalog.references import Route
    from generators.source import Document
    from generators.source.document import Tree

M = TypeVar("M", bound=BaseModel)

UNKNOWN_FIELD = Rule(
    "OPS101",
    "unknown-field",
    Severity.ERROR,
    "A field has a name that this kind of entity does not have.",
    "A misspelt optional field would otherwise be ignored in silence.",
    "Use the name in the hint, or look the kind up in the model reference.",
)
MISSING_FIELD = Rule(
    "OPS102",
    "missing-field",
    Severity.ERROR,
    "A field that every entity of this kind needs is absent.",
    "Pages, exports and rules count on it.",
    "Add the field; `dfops new` writes an entity that has them all.",
)
WRONG_TYPE = Rule(
    "OPS103",
    "wrong-type",
    Severity.ERROR,
    "A value has another type than its field: text for a number, one thing for a list.",
    "Nothing is converted: what YAML makes of a value must be what its author meant.",
    "Write the type that the message names; quote text that looks like a number.",
)
WRONG_VALUE = Rule(
    "OPS104",
    "wrong-value",
    Severity.ERROR,
    "A value is of the right type but not one that its field allows.",
    "Closed lists, shapes of ids and limits keep pages, schedules and exports correct.",
    "Use a value from the list or of the shape that the message names.",
)
CONTRADICTION = Rule(
    "OPS105",
    "contradiction",
    Severity.ERROR,
    "Fields of one entity contradict each other.",
    "Each field is fine alone, but together they promise something impossible.",
    "Change one of the fields that the message names.",
)
RULES = (UNKNOWN_FIELD, MISSING_FIELD, WRONG_TYPE, WRONG_VALUE, CONTRADICTION)

CONTRADICTIONS = frozenset({"order", "one_of", "quorum"})
SENTENCES = frozenset({"zone", "recurrence", "share", "handle"})
"""Errors of our own whose message follows the name of the field."""
WORDS = {
    "string_type": "needs text",
    "int_type": "needs a whole number",
    "int_from_float": "needs a whole number",
    "bool_type": "needs true or false",
    "float_type": "needs a number",
    "tuple_type": "needs a list",
    "model_type": "needs a mapping",
    "dict_type": "needs a mapping",
    "date_type": "needs a date such as 2026-01-31",
    "date_from_datetime_parsing": "needs a date such as 2026-01-31",
    "date_from_datetime_inexact": "needs a date without a time",
    "datetime_type": "needs an instant such as 2026-01-31T09:00:00Z",
    "datetime_from_date_parsing": "needs an instant such as 2026-01-31T09:00:00Z",
}


def shape(document: Document, model: type[M]) -> tuple[M | None, tuple[Finding, ...]]:
    """The entity, or what else a file is read as, or None and what is wrong with it. Errors never repeat the input."""
    try:
        return model.model_validate_json(json.dumps(document.tree), strict=True), ()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        kept = [problem for problem in problems if not _echo(problem, problems)]
        return None, tuple(_findings(document, model, kept))
    except RecursionError:
        return None, (Finding(document.at(), WRONG_VALUE, "is nested too deeply"),)


def _echo(problem: Any, problems: Sequence[Any]) -> bool:
    """Whether a list is called too short only because its items were refused: they are what is wrong."""
    route = problem["loc"]
    return problem["type"] == "too_short" and any(
        len(other["loc"]) > len(route) and other["loc"][: len(route)] == route for other in problems
    )


def _findings(document: Document, model: type[BaseModel], problems: Sequence[Any]) -> Iterator[Finding]:
    """One finding a problem; where a value may be of several kinds and is of none, one for all of them."""
    choices: dict[tuple[str | int, ...], list[Finding]] = {}
    for problem in problems:
        loc = tuple(problem["loc"])
        route = loc if problem["type"] == "missing" else _in_tree(document.tree, loc)
        finding = _finding(document, model, problem, route)
        if len(route) < len(loc):
            choices.setdefault(route, []).append(finding)
        else:
            yield finding
    for route, findings in choices.items():
        name = f"'{route[-1]}' " if route else ""
        messages = list(dict.fromkeys(finding.message.removeprefix(name) for finding in findings))
        if len(messages) == 1:
            yield findings[0]
        else:
            yield Finding(findings[0].place, WRONG_VALUE, f"{name}fits none of what it may be: {'; '.join(messages)}")


def _in_tree(tree: Tree, loc: Route) -> Route:
    """A problem's route as far as the file goes: pydantic adds which kind it tried, or that it means the key."""
    node: Any = tree
    for depth, step in enumerate(loc):
        if not isinstance(node, (dict, list)):
            return loc[:depth]
        try:
            node = node[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return loc[:depth]
    return loc


def _finding(document: Document, model: type[BaseModel], problem: Any, route: Route) -> Finding:
    kind: str = problem["type"]
    name = str(route[-1]) if route else ""
    if kind == "extra_forbidden":
        hint = nearest(name, fields_at(model, route[:-1]))
        return Finding(document.at(*route, key=True), UNKNOWN_FIELD, f"unknown field '{name[:60]}'", hint)
    if kind == "missing":
        where = ".".join(str(part) for part in route[:-1]) or getattr(model, "kind", "the file")
        return Finding(document.at(*route[:-1]), MISSING_FIELD, f"'{where}' lacks the field '{name}'")
    place = document.at(*route, key=problem["loc"][-1:] == ("[key]",))
    if kind in CONTRADICTIONS:
        return Finding(place, CONTRADICTION, problem["msg"])
    if kind in WORDS or kind.endswith("_type"):
        message = f"'{name}' {WORDS.get(kind, problem['msg'].lower())}"
        return Finding(place, WRONG_TYPE, message, _type_hint(document, route, kind))
    return Finding(place, WRONG_VALUE, _value_message(name, kind, problem), _value_hint(document, route, problem))


def _value_message(name: str, kind: str, problem: Any) -> str:
    context = problem.get("ctx", {})
    if kind == "literal_error":
        return f"'{name}' must be one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"'{name}' {FORMS[context['pattern']].sentence}"
    if kind in SENTENCES:
        return f"'{name}' {problem['msg']}"
    return f"'{name}': {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _value_at(document: Document, route: Route) -> Any:
    value: Any = document.tree
    for part in route:
        value = value[part]
    return value


def _type_hint(document: Document, route: Route, kind: str) -> str:
    return "quote it" if kind == "string_type" and isinstance(_value_at(document, route), (int, float)) else ""


def _value_hint(document: Document, route: Route, problem: Any) -> str:
    if problem["type"] != "literal_error":
        return ""
    value = _value_at(document, route)
    expected = [word.strip("' ") for word in problem["ctx"]["expected"].replace(" or ", ",").split(",")]
    return nearest(str(value), expected)


def fields_at(model: type[BaseModel], route: tuple[str | int, ...]) -> list[str]:
    """The field names of the part that a route leads to; empty when it leads to no part."""
    current: type[BaseModel] | None = model
    for step in route:
        if isinstance(step, int):
            continue
        field = current.model_fields.get(step) if current else None
        current = next(_parts(field.annotation), None) if field else None
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _parts(annotation: object) -> Iterator[type[BaseModel]]:
    if get_origin(annotation) in (Union, UnionType, tuple):
        for inner in get_args(annotation):
            yield from _parts(inner)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
