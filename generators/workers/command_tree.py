"""A Typer command as plain data: what its parser accepts, and nothing of what it does.

Typer changed how it keeps the types of parameters (0.28 and later describe them, earlier ones have Click's): both are
read, so that the same data comes from every version.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

TEXT = "text"
"""The type of what any word is accepted for, and of what cannot be judged without running code of its author."""
_OF_CLICK = {
    "boolean": "boolean",
    "choice": "choice",
    "int": "integer",
    "integer": "integer",
    "int range": "integer",
    "integer range": "integer",
    "float": "float",
    "float range": "float",
    "datetime": "datetime",
    "uuid": "uuid",
}
_OF_PYTHON = {bool: "boolean", int: "integer", float: "float", datetime: "datetime", UUID: "uuid"}


def tree(command: Any, name: str, parent: Any = None) -> dict[str, Any]:
    """A command with those below it, hidden ones included, as JSON has it."""
    context = context_of(command, name, parent)
    below = {name: tree(found, name, context) for name, found in children(command, context).items()}
    return described(command, context) | ({"commands": below} if is_group(command) else {})


def context_of(command: Any, name: str, parent: Any = None) -> Any:
    """The context that a command would parse in, made as the command itself makes it."""
    return command.context_class(command, info_name=name, parent=parent, **command.context_settings)


def is_group(command: Any) -> bool:
    """Whether a command has others below it."""
    return hasattr(command, "list_commands")


def children(command: Any, context: Any) -> dict[str, Any]:
    """The commands of a group by name."""
    if not is_group(command):
        return {}
    names = dict.fromkeys([*command.list_commands(context), *command.commands])
    return {name: found for name in names if (found := command.get_command(context, name))}


def described(command: Any, context: Any) -> dict[str, Any]:
    """One command without those below it. What is not so is left out."""
    facts = {
        "hidden": bool(command.hidden),
        "no_args_is_help": bool(getattr(command, "no_args_is_help", False)),
        "runs_alone": bool(getattr(command, "invoke_without_command", False)),
        "default": getattr(command, "default_command", ""),
        "any_option": bool(context.ignore_unknown_options),
        "extra": bool(context.allow_extra_args) and not is_group(command),
        "parameters": [_parameter(parameter) for parameter in command.get_params(context)],
    }
    return {key: value for key, value in facts.items() if value}


def _parameter(parameter: Any) -> dict[str, Any]:
    is_argument = parameter.param_type_name == "argument"
    facts = {
        "name": parameter.name,
        "argument": is_argument,
        "options": [] if is_argument else _options(parameter),
        "opposite": list(parameter.secondary_opts),
        "nargs": 0 if parameter.nargs == 1 else parameter.nargs,
        "multiple": bool(getattr(parameter, "multiple", False)),
        "flag": bool(getattr(parameter, "is_flag", False)),
        "count": bool(getattr(parameter, "count", False)),
        "required": bool(parameter.required),
        "elsewhere": bool(parameter.envvar or getattr(parameter, "prompt", None)),
        "ends": bool(parameter.is_eager),
        "metavar": parameter.metavar or "",
        **_type(parameter),
    }
    return {key: value for key, value in facts.items() if value}


def _options(parameter: Any) -> list[str]:
    """How an option is written, as its author has it; the names of help come in whatever order the system gives."""
    return sorted(parameter.opts) if parameter.name == "help" else list(parameter.opts)


def _type(parameter: Any) -> dict[str, Any]:
    kind = getattr(parameter, "type", None)
    if kind is None or not hasattr(kind, "convert"):
        return _described_type(parameter.type_descriptor)
    parts = getattr(kind, "types", None)
    return {"types": [_click_type(part) for part in parts]} if parts else _click_type(kind)


def _click_type(kind: Any) -> dict[str, Any]:
    name = _OF_CLICK.get(getattr(kind, "name", ""), TEXT)
    choices = _words(getattr(kind, "choices", None))
    return _typed(name, choices, getattr(kind, "min", None), getattr(kind, "max", None))


def _described_type(descriptor: Any) -> dict[str, Any]:
    annotation, information = descriptor.annotation, descriptor.parameter_info
    if information.parser is not None:
        return {}
    if get_origin(annotation) is tuple:
        return {"types": [_python_type(part, descriptor) for part in get_args(annotation)]}
    return _python_type(get_args(annotation)[0] if get_origin(annotation) is list else annotation, descriptor)


def _python_type(leaf: Any, descriptor: Any) -> dict[str, Any]:
    information = descriptor.parameter_info
    if get_origin(leaf) is Literal or (isinstance(leaf, type) and issubclass(leaf, Enum)):
        return _typed("choice", _words(descriptor.choices), None, None)
    return _typed(_OF_PYTHON.get(leaf, TEXT), [], information.min, information.max)


def _words(choices: Any) -> list[str]:
    return [str(choice.value) if isinstance(choice, Enum) else str(choice) for choice in choices or ()]


def _typed(name: str, choices: list[str], low: Any, high: Any) -> dict[str, Any]:
    if name == TEXT or (name == "choice" and not choices):
        return {}
    facts: dict[str, Any] = {"type": name}
    if name == "choice":
        facts["choices"] = choices
    if name in {"integer", "float"}:
        facts |= {key: value for key, value in (("min", low), ("max", high)) if value is not None}
    return facts
