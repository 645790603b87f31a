"""3xx, continued: what a runbook's steps leave open to fill in is declared, and what is declared is used."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.installed.lines import placeholders
from generators.model.runbook import Runbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Route
    from generators.checks.facts import Facts
    from generators.model.runbook import Step

UNKNOWN_PARAMETER = Rule(
    "OPS308",
    "unknown-parameter",
    Severity.ERROR,
    "A command or text has a `{placeholder}` that is not a parameter of its runbook.",
    "Pages cannot fill it in, and it would be pasted as it stands.",
    "Declare it under `parameters`, or use the name in the hint.",
)
UNUSED_PARAMETER = Rule(
    "OPS309",
    "unused-parameter",
    Severity.WARNING,
    "A parameter of a runbook is used in no step, or declared twice.",
    "The reader is asked for something that changes nothing.",
    "Use it in a command or text, or delete it.",
)
RULES = (UNKNOWN_PARAMETER, UNUSED_PARAMETER)


def placeholders_are_parameters(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every placeholder of a step is a parameter of its runbook."""
    for entry in catalog.entries_of(Runbook):
        names = [parameter.name for parameter in entry.entity.parameters]
        for index, step in enumerate(entry.entity.steps):
            for route, text in _texts(step):
                for name in sorted(set(placeholders(text)) - set(names)):
                    message = f"'{{{name}}}' is not a parameter of this runbook"
                    place = entry.at("steps", index, *route)
                    yield Finding(place, UNKNOWN_PARAMETER, message, nearest(name, names))


def parameters_are_used(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every parameter is declared once and used in some step."""
    for entry in catalog.entries_of(Runbook):
        used = _used_names(entry.entity)
        declared = Counter(parameter.name for parameter in entry.entity.parameters)
        for index, parameter in enumerate(entry.entity.parameters):
            if parameter.name not in used or declared[parameter.name] > 1:
                problem = "is declared twice" if declared[parameter.name] > 1 else "is used in no step"
                place = entry.at("parameters", index, "name")
                yield Finding(place, UNUSED_PARAMETER, f"parameter '{parameter.name}' {problem}")


def _texts(step: Step) -> Iterator[tuple[Route, str]]:
    """The texts of a step that pages and rehearsals fill in, each with its route."""
    yield ("title",), step.title
    yield ("do",), step.do
    yield ("command",), step.command or ""
    yield ("expect",), step.expect or ""
    for index, branch in enumerate(step.next):
        yield ("next", index, "when"), branch.when or ""
    if step.end:
        yield ("end", "say"), step.end.say


def _used_names(runbook: Runbook) -> set[str]:
    """The placeholders of all steps."""
    texts = [text for step in runbook.steps for _, text in _texts(step)]
    return {name for text in texts for name in placeholders(text)}


CHECKS = (placeholders_are_parameters, parameters_are_used)
