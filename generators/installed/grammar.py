"""Whether a command's own parser accepts a line. The command is never run, and neither is any code of its author.

A Typer command is walked from group to subcommand with its own option parser. Left out, on purpose, is all that acts:
callbacks, prompts, defaults, environment variables, completion, `parser=` functions, and paths that are looked at or
opened while they are converted.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args, get_origin
from uuid import UUID

import typer
from typer.core import TyperGroup

from generators.findings import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typer._click.core import Command, Context

# A word that only becomes a value when it is used: `{connector}`, or something the shell fills in.
_OPEN = re.compile(r"\{[a-z][a-z0-9_]*\}|\$[A-Za-z0-9_({@*#?]|`")
_CONVERTED = frozenset({str, bool, int, float, datetime, UUID})
# The vendored and the original Click share this ancestor's place: BadParameter, then UsageError.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


class Grammar(Protocol):
    """What a program accepts."""

    def problem(self, words: Sequence[str]) -> str:
        """One sentence about the first thing the program would refuse, or an empty string.

        `words` are those behind the program's name.
        """


def is_open(word: str) -> bool:
    """Whether a word stands for any value: it holds a `{placeholder}`, a shell variable or a substitution."""
    return _OPEN.search(word) is not None


def sentence(text: str, hint: str) -> str:
    """What is wrong, and what was probably meant."""
    return f"{text}; {hint}" if hint else text


class LazyGrammar:
    """A grammar that is built when the first line is judged; where it cannot be built, every line passes."""

    def __init__(self, build: Callable[[], Grammar | None]) -> None:
        self._build = build
        self._built: list[Grammar | None] = []

    def problem(self, words: Sequence[str]) -> str:
        """As the grammar that is built says."""
        if not self._built:
            self._built.append(self._build())
        grammar = self._built[0]
        return grammar.problem(words) if grammar else ""


class CommandGrammar:
    """The grammar of a Typer command under the name people type.

    `idle` names groups, by the words that lead to them, that parse without a subcommand and yet fail; the
    value says why.
    """

    def __init__(self, program: str, command: Command, idle: Mapping[tuple[str, ...], str] | None = None) -> None:
        self._program = program
        self._command = command
        self._idle = idle or {}
        self._judged: dict[tuple[str, ...], str] = {}
        self._steps: dict[tuple[str, ...], _Step] = {}

    def problem(self, words: Sequence[str]) -> str:
        """One sentence about the first thing the command would refuse, or an empty string; raises nothing."""
        key = tuple(words)
        if key not in self._judged:
            self._judged[key] = self._walk(key)
        return self._judged[key]

    def _walk(self, words: tuple[str, ...]) -> str:
        rest = list(words)
        path: tuple[str, ...] = ()
        step = self._step(path, self._command, None)
        while True:
            problem, ended, rest = step.judge(_with_default(step.command, rest))
            group = step.command
            if problem or ended or not isinstance(group, TyperGroup):
                return problem
            if not rest:
                return self._alone(step, group, path)
            subcommand = _subcommand(group, step.context, rest)
            if subcommand is None:
                return step.no_command(group, rest)
            name, command, rest = subcommand
            path = (*path, name)
            step = self._step(path, command, step.context)

    def _step(self, path: tuple[str, ...], command: Command, parent: Context | None) -> _Step:
        """Made once for each command: building a parser takes longer than using it."""
        if path not in self._steps:
            context = _context(command, path[-1] if path else self._program, parent)
            self._steps[path] = _Step(command, context, " ".join((self._program, *path)))
        return self._steps[path]

    def _alone(self, step: _Step, group: TyperGroup, path: tuple[str, ...]) -> str:
        """What is wrong with naming a group and no subcommand of it."""
        if not group.invoke_without_command:
            return step.needs_more()
        return f"'{step.name}' alone fails: {self._idle[path]}" if path in self._idle else ""


class _Step:
    """One command on the way, with the words from its own on."""

    def __init__(self, command: Command, context: Context, name: str) -> None:
        self.command = command
        self.context = context
        self.name = name
        self.parameters = command.get_params(context)
        self.parser = command.make_parser(context)

    def judge(self, words: list[str]) -> tuple[str, bool, list[str]]:
        """What is wrong, whether the line ends here (as with `--help`), and the words left for a subcommand."""
        if not words and getattr(self.command, "no_args_is_help", False):
            return self.needs_more(), True, []
        try:
            values, rest, _ = self.parser.parse_args(list(words))
        except _USAGE_ERROR as error:
            return self._refused(error), True, []
        if any(parameter.is_eager and values.get(parameter.name) for parameter in self.parameters):
            return "", True, []
        if problem := self._values(values):
            return problem, True, []
        if rest and not self.context.allow_extra_args:
            return f"'{self.name}' takes no further argument: '{rest[0]}'", True, []
        return "", False, rest

    def needs_more(self) -> str:
        """What to say where the words end too early."""
        if isinstance(self.command, TyperGroup):
            names = sorted(name for name, command in self.command.commands.items() if not command.hidden)
            return f"'{self.name}' needs a subcommand: {', '.join(names)}"
        return f"'{self.name}' needs arguments"

    def no_command(self, group: TyperGroup, words: list[str]) -> str:
        """What to say of a word that names no subcommand; an option behind `--` gets its second chance, as in Click."""
        if words[0].startswith("-"):
            problem, ended, _ = self.judge(words)
            if problem or ended:
                return problem
        hint = nearest(words[0], group.list_commands(self.context))
        return sentence(f"'{self.name}' has no command '{words[0]}'", hint)

    def _refused(self, error: Exception) -> str:
        option = getattr(error, "option_name", "")
        if not hasattr(error, "possibilities"):
            message = str(getattr(error, "message", error)).rstrip(".")
            return f"'{self.name}': {message[:1].lower()}{message[1:]}"
        options = [name for parameter in self.parameters for name in (*parameter.opts, *parameter.secondary_opts)]
        near = nearest(option, (name for name in options if name.startswith("--"))) if option.startswith("--") else ""
        return sentence(f"'{self.name}' has no option '{option}'", near or f"'{self.name} --help' lists its options")

    def _values(self, values: Mapping[str, Any]) -> str:
        """What is wrong with the first value that is refused."""
        for parameter in self.parameters:
            if problem := self._value(parameter, values.get(parameter.name)):
                return problem
        return ""

    def _value(self, parameter: Any, value: Any) -> str:
        if parameter.value_is_missing(value):
            elsewhere = parameter.envvar or getattr(parameter, "prompt", None)
            return f"'{self.name}' needs {_described(parameter)}" if parameter.required and not elsewhere else ""
        if not _is_inert(parameter):
            return ""
        many = parameter.multiple or parameter.nargs == -1
        for item in value if many else [value]:
            if problem := self._item(parameter, item, many=many):
                return problem
        return ""

    def _item(self, parameter: Any, item: Any, *, many: bool) -> str:
        words = item if isinstance(item, tuple) else (item,)
        if any(isinstance(word, str) and is_open(word) for word in words):
            return ""
        try:
            parameter.get_runtime_param().coerce([item] if many else item, param=parameter, ctx=self.context)
        except _USAGE_ERROR as error:
            written = " ".join(str(word) for word in words)
            choices = _choices(parameter)
            text = f"{_described(parameter)} of '{self.name}' does not take '{written}'"
            if choices:
                return sentence(f"{text} but one of {', '.join(choices)}", nearest(written, choices))
            message = str(getattr(error, "message", error)).splitlines()[0].rstrip(".")
            return f"{text}: {message[:1].lower()}{message[1:]}"
        return ""


def _context(command: Command, name: str, parent: Context | None) -> Context:
    """The context the command would parse in, made as the command itself makes it."""
    return command.context_class(command, info_name=name, parent=parent, **command.context_settings)


def _subcommand(group: TyperGroup, context: Context, words: list[str]) -> tuple[str, Command, list[str]] | None:
    if words[0].startswith("-"):  # resolve_command would process it as an option, callbacks and all
        return None
    try:
        name, command, rest = group.resolve_command(context, words)
    except _USAGE_ERROR:
        return None
    return None if command is None else (name or words[0], command, rest)


def _with_default(command: Command, words: list[str]) -> list[str]:
    """The words with the subcommand that a group takes where none is named, for a group that has one."""
    default = getattr(command, "default_command", "")
    named = words and (words[0] in getattr(command, "commands", {}) or words[0] in {"-h", "--help"})
    return words if not default or named else [default, *words]


def _described(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"argument '{parameter.metavar or parameter.name}'"
    return f"option '{max(parameter.opts, key=len)}'"


def _leaves(parameter: Any) -> tuple[Any, ...]:
    annotation = parameter.type_descriptor.annotation
    return get_args(annotation) if get_origin(annotation) in {list, tuple} else (annotation,)


def _is_inert(parameter: Any) -> bool:
    """Whether converting a value runs no code of the command's author and looks at no file."""
    information = parameter.type_descriptor.parameter_info
    return information.parser is None and all(
        leaf in _CONVERTED or get_origin(leaf) is Literal or (isinstance(leaf, type) and issubclass(leaf, Enum))
        for leaf in _leaves(parameter)
    )


def _choices(parameter: Any) -> list[str]:
    choices = parameter.type_descriptor.choices or ()
    return [str(choice.value) if isinstance(choice, Enum) else str(choice) for choice in choices]
