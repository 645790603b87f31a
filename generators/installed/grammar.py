"""Whether a program's own parser accepts a line. The program is never run, and neither is any code of its author.

What a program accepts is data: written down by the runtime that has it, or read from our own commands as they are.
Click makes a parser of it and judges. Left out, on purpose, is all that acts: callbacks, prompts, defaults, environment
variables, completion, `parser=` functions, and paths that are looked at or opened while they are converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import click

from generators.findings import nearest
from generators.installed.parameters import parameter_of
from generators.workers.command_tree import context_of, described, is_group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A word that only becomes a value when it is used: `{connector}`, or something the shell fills in.
_OPEN = re.compile(r"\{[a-z][a-z0-9_]*\}|\$[A-Za-z0-9_({@*#?]|`")


class Grammar(Protocol):
    """What a program accepts."""

    def problem(self, words: Sequence[str]) -> str:
        """One sentence about the first thing the program would refuse, or an empty string.

        `words` are those behind the program's name.
        """


class Node(Protocol):
    """A command as data, and those below it by name; each is looked at when a line names it."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """As `generators.workers.command_tree` describes it."""

    @property
    def names(self) -> Mapping[str, bool]:
        """The commands below, and whether help hides them; empty where there can be none."""

    def child(self, name: str) -> Node:
        """The command of this name. Raises KeyError."""


@dataclass(frozen=True, slots=True)
class WrittenNode:
    """A command from a tree that was written down."""

    facts: Mapping[str, Any]

    @property
    def names(self) -> Mapping[str, bool]:
        """Known without looking at each."""
        return {name: bool(below.get("hidden")) for name, below in self.facts.get("commands", {}).items()}

    def child(self, name: str) -> WrittenNode:
        """Raises KeyError."""
        return WrittenNode(self.facts["commands"][name])


class LiveNode:
    """A command of this process. Those below it are imported when a line names them."""

    def __init__(self, command: Any, name: str, parent: Any = None) -> None:
        self._command = command
        self._context = context_of(command, name, parent)
        self.facts: Mapping[str, Any] = described(command, self._context)
        if is_group(command):
            self.facts = {**self.facts, "commands": {}}

    @property
    def names(self) -> Mapping[str, bool]:
        """A table of commands that are imported later hides none of them."""
        if not is_group(self._command):
            return {}
        if hasattr(self._command, "entries"):
            return dict.fromkeys(self._command.entries, False)
        return {name: bool(command.hidden) for name, command in self._command.commands.items()}

    def child(self, name: str) -> LiveNode:
        """Raises KeyError."""
        command = self._command.get_command(self._context, name)
        if command is None:
            raise KeyError(name)
        return LiveNode(command, name, self._context)


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
    """The grammar of a command under the name people type."""

    def __init__(self, program: str, root: Node) -> None:
        self._program = program
        self._root = root
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
        step = self._step(path, lambda: self._root)
        while True:
            problem, ended, rest = step.judge(step.with_default(rest))
            if problem or ended or not step.is_group:
                return problem
            if not rest:
                return step.alone()
            name = rest.pop(0)
            if name not in step.names:
                return step.no_command([name, *rest])
            path = (*path, name)
            step = self._step(path, lambda above=step, below=name: above.node.child(below))  # type: ignore[misc]

    def _step(self, path: tuple[str, ...], node: Callable[[], Node]) -> _Step:
        """Made once for each command: building a parser takes longer than using it."""
        if path not in self._steps:
            self._steps[path] = _Step(node(), " ".join((self._program, *path)))
        return self._steps[path]


class _Step:
    """One command on the way, with the words from its own on."""

    def __init__(self, node: Node, name: str) -> None:
        self.node = node
        self.name = name
        self.names = node.names
        self.is_group = "commands" in node.facts
        facts = node.facts
        self.parameters = [_Parameter(each, parameter_of(each)) for each in facts.get("parameters", [])]
        settings = {
            "allow_extra_args": self.is_group or bool(facts.get("extra")),
            "allow_interspersed_args": not self.is_group,
            "ignore_unknown_options": bool(facts.get("any_option")),
        }
        command = click.Command(name, params=[each.click for each in self.parameters], add_help_option=False)
        self.context = click.Context(command, info_name=name, **settings)  # type: ignore[arg-type]
        self.parser = command.make_parser(self.context)

    def with_default(self, words: list[str]) -> list[str]:
        """The words with the subcommand that a group takes where none is named, for a group that has one."""
        default = self.node.facts.get("default", "")
        named = words and (words[0] in self.names or words[0] in {"-h", "--help"})
        return words if not default or named else [default, *words]

    def judge(self, words: list[str]) -> tuple[str, bool, list[str]]:
        """What is wrong, whether the line ends here (as with `--help`), and the words left for a subcommand."""
        if not words and self.node.facts.get("no_args_is_help"):
            return self.needs_more(), True, []
        try:
            values, rest, _ = self.parser.parse_args(list(words))
        except click.UsageError as error:
            return self._refused(error), True, []
        if any(each.facts.get("ends") and values.get(each.name) for each in self.parameters):
            return "", True, []
        if problem := self._values(values):
            return problem, True, []
        if rest and not self.context.allow_extra_args:
            return f"'{self.name}' takes no further argument: '{rest[0]}'", True, []
        return "", False, rest

    def alone(self) -> str:
        """What is wrong with naming a group and no subcommand of it."""
        if not self.node.facts.get("runs_alone"):
            return self.needs_more()
        reason = self.node.facts.get("fails_alone", "")
        return f"'{self.name}' alone fails: {reason}" if reason else ""

    def needs_more(self) -> str:
        """What to say where the words end too early."""
        if self.is_group:
            names = sorted(name for name, hidden in self.names.items() if not hidden)
            return f"'{self.name}' needs a subcommand: {', '.join(names)}"
        return f"'{self.name}' needs arguments"

    def no_command(self, words: list[str]) -> str:
        """What to say of a word that names no subcommand; an option behind `--` gets its second chance, as in Click."""
        if words[0].startswith("-"):
            problem, ended, _ = self.judge(words)
            if problem or ended:
                return problem
        return sentence(f"'{self.name}' has no command '{words[0]}'", nearest(words[0], self.names))

    def _refused(self, error: click.UsageError) -> str:
        if not isinstance(error, click.NoSuchOption):
            message = error.message.rstrip(".")
            return f"'{self.name}': {message[:1].lower()}{message[1:]}"
        option = error.option_name
        options = [name for each in self.parameters for name in (*each.click.opts, *each.click.secondary_opts)]
        near = nearest(option, (name for name in options if name.startswith("--"))) if option.startswith("--") else ""
        return sentence(f"'{self.name}' has no option '{option}'", near or f"'{self.name} --help' lists its options")

    def _values(self, values: Mapping[str, Any]) -> str:
        """What is wrong with the first value that is refused."""
        problems = (self._value(parameter, values.get(parameter.name)) for parameter in self.parameters)
        return next(filter(None, problems), "")

    def _value(self, parameter: _Parameter, value: Any) -> str:
        if _is_missing(value):
            needed = parameter.facts.get("required") and not parameter.facts.get("elsewhere")
            return f"'{self.name}' needs {parameter.described}" if needed else ""
        many = parameter.facts.get("multiple") or parameter.facts.get("nargs") == -1
        problems = (self._item(parameter, item) for item in (value if many else [value]))
        return next(filter(None, problems), "")

    def _item(self, parameter: _Parameter, item: Any) -> str:
        words = item if isinstance(item, tuple) else (item,)
        if any(not isinstance(word, str) or is_open(word) for word in words):
            return ""
        try:
            parameter.click.type(item, parameter.click, self.context)
        except click.UsageError as error:
            return _not_taken(parameter, self.name, " ".join(words), error)
        return ""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter as data, and as Click parses it."""

    facts: Mapping[str, Any]
    click: click.Parameter
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.facts["name"])

    @property
    def described(self) -> str:
        if self.facts.get("argument"):
            return f"argument '{self.facts.get('metavar') or self.name}'"
        return f"option '{max(self.click.opts, key=len)}'"


def _not_taken(parameter: _Parameter, command: str, word: str, error: click.UsageError) -> str:
    """What to say of a word that is no value of a parameter."""
    text = f"{parameter.described} of '{command}' does not take '{word}'"
    choices = parameter.facts.get("choices", [])
    if choices:
        return sentence(f"{text} but one of {', '.join(choices)}", nearest(word, choices))
    message = error.message.splitlines()[0].rstrip(".")
    return f"{text}: {message[:1].lower()}{message[1:]}"


def _is_missing(value: Any) -> bool:
    """Whether the parser found nothing for a parameter: Click has None, an empty list, or a value of its own for it."""
    return value is None or value in ((), []) or type(value).__name__ == "Sentinel"
