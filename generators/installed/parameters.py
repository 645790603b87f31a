"""A parameter that is written down as data, as Click parses it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


def parameter_of(facts: Mapping[str, Any]) -> click.Parameter:
    """A parameter as Click parses it; its values are judged afterwards."""
    kind, nargs = _kind(facts), facts.get("nargs", 1)
    if facts.get("argument"):
        return click.Argument([facts["name"]], nargs=nargs, type=kind, required=False)
    if facts.get("count"):
        return click.Option([facts["name"], *facts["options"]], count=True)
    if facts.get("flag"):
        names = ["/".join(pair) for pair in zip_longest(facts["options"], facts.get("opposite", ()), fillvalue="")]
        return click.Option([facts["name"], *(name.rstrip("/") for name in names)], is_flag=True, default=False)
    return click.Option(
        [facts["name"], *facts["options"]], nargs=nargs, multiple=bool(facts.get("multiple")), type=kind
    )


_KINDS: Mapping[str, click.ParamType[Any]] = {
    "integer": click.INT,
    "float": click.FLOAT,
    "boolean": click.BOOL,
    "datetime": click.DateTime(),
    "uuid": click.UUID,
}
_RANGES: Mapping[str, type[click.IntRange | click.FloatRange]] = {"integer": click.IntRange, "float": click.FloatRange}


def _kind(facts: Mapping[str, Any]) -> click.ParamType[Any]:
    """What converts its words; those without a type are any text."""
    name = facts.get("type", "")
    if "types" in facts:
        return click.Tuple([_kind(part) for part in facts["types"]])
    if name == "choice":
        return click.Choice(facts["choices"])
    if "min" in facts or "max" in facts:
        return _RANGES[name](facts.get("min"), facts.get("max"))
    return _KINDS.get(name, click.STRING)
