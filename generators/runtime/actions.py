"""Actions in shell snippets: what people do, as pages have it, spelled as each runtime's command spells it.

`@draw stripe/index format=png` becomes a line of one command for one runtime and of another for the next. Which actions
exist, and with which operands, the model's runtimes say. `@{project_file}` is a word of the runtime, and may stand
anywhere. Nothing is run; whatever is no action stays as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from generators.findings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.model.runtime import Action, Runtime

VARIABLES = "variables"
"""What stands in a runtime's line for the values of variables; the engine's own, so no operand has that name."""
_SHELL_WORD = r"""(?:[^\s;|&<>()'"\\#]|(?<=[^\s])\#|'[^']*'|"(?:[^"\\]|\\.)*"|\\[^\n])+(?![<>])"""
_BLANK = r"(?:[ \t]|\\\n)+"
_PIECE = re.compile(
    rf"""
      '[^']*' | "(?:[^"\\]|\\.)*" | \\. | (?<![^\s;|&(])\#[^\n]*
    | <<-?[ ]*(?P<quote>['"]?)(?P<end>[A-Za-z_]+)(?P=quote)[^\n]*\n(?:.*?\n)??[ \t]*(?P=end)(?=\n|\Z)
    | (?<![^\s;|&(])@(?P<action>[a-z][a-z0-9_]*)(?P<operands>(?:{_BLANK}{_SHELL_WORD})*)(?=\s|[;|&)<>]|\#|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERAND = re.compile(_SHELL_WORD)
_KEYED = re.compile(r"(?P<name>[a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\})=(?P<value>.*)", re.DOTALL)
_WORD = re.compile(r"(?P<behind>(?<=[A-Za-z0-9_]))?@\{(?P<word>[a-z][a-z0-9_]*)\}")
_RANGE = re.compile(r"(?P<first>[0-9-]{10}|\{[a-z][a-z0-9_]*\})\.\.(?P<last>[0-9-]{10}|\{[a-z][a-z0-9_]*\})")
_PART = re.compile(r"\[(?P<section>[^\[\]]*)\]")
_NAMED = re.compile(r"(?<![{$%])\{(?P<name>[a-z][a-z0-9_]*)(?:=(?P<default>[^{}]*))?\}(?!\})")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an action cannot be spelled: where it begins in the snippet, in characters from 0, and one sentence."""

    offset: int
    sentence: str
    unknown: bool
    """No such action or word exists; else the operands do not fit."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A snippet as one runtime spells it."""

    text: str
    problems: tuple[Problem, ...] = ()
    cannot: tuple[str, ...] = ()
    """Why the runtime cannot do one of its actions; such a line is a comment in the text."""
    needs: tuple[str, ...] = ()
    """What its lines take besides a project."""


def spelled(snippet: str, runtime: Runtime, current: Runtime) -> Spelling:
    """A snippet in the words of a runtime. Actions take the operands that the current runtime declares."""
    return _Speller(snippet, runtime, current).spelling()


def actions_in(snippet: str) -> tuple[str, ...]:
    """The actions of a snippet with their operands, as they are written."""
    return tuple(found[0] for found in _PIECE.finditer(snippet) if found["action"])


def has_actions(text: str) -> bool:
    """Whether a text can hold an action or a word at all; quickly."""
    return "@" in text


class _Speller:
    """One snippet on its way into the words of one runtime."""

    def __init__(self, snippet: str, runtime: Runtime, current: Runtime) -> None:
        self.snippet = snippet
        self.runtime = runtime
        self.current = current
        self.problems: list[Problem] = []
        self.cannot: list[str] = []
        self.needs: list[str] = []

    def spelling(self) -> Spelling:
        text = _PIECE.sub(self._piece, self.snippet)
        text = _WORD.sub(self._word, text)
        return Spelling(text, tuple(self.problems), tuple(self.cannot), tuple(self.needs))

    def _piece(self, piece: re.Match[str]) -> str:
        """What becomes of an action; quotes, comments and here-documents stay."""
        name = piece["action"]
        if name is None:
            return piece[0]
        declared = self.current.actions.get(name)
        if declared is None:
            hint = nearest(name, list(self.current.actions)) or ""
            self._unknown(piece, f"no runtime has an action '@{name}'", hint)
            return piece[0]
        given, variables, objection = _operands(piece["operands"], declared)
        if objection:
            self.problems.append(Problem(piece.start(), f"'@{name}' {objection}", unknown=False))
            return piece[0]
        return self._line(name, given, variables)

    def _line(self, name: str, given: Mapping[str, str], variables: Mapping[str, str]) -> str:
        action = self.runtime.actions.get(name)
        if action is None or action.line is None:
            reason = action.cannot if action and action.cannot else "it has no command for this"
            self.cannot.append(reason)
            return f"# {self.runtime.title}: {reason}"
        if action.needs:
            self.needs.append(action.needs)
        values = "".join(f" {_variable(self.runtime, key, value)}" for key, value in variables.items())
        return filled_in(action.line.rstrip("\n"), {**given, VARIABLES: values})

    def _word(self, found: re.Match[str]) -> str:
        words = words_of(self.runtime)
        if found["word"] in words:
            return words[found["word"]]
        if found["behind"] is not None:  # git's own, such as main@{upstream}
            return found[0]
        hint = nearest(found["word"], list(words)) or ""
        self._unknown(found, f"a runtime has no word '@{{{found['word']}}}'", hint)
        return found[0]

    def _unknown(self, found: re.Match[str], sentence: str, hint: str) -> None:
        self.problems.append(Problem(self.snippet.find(found[0]), sentence, unknown=True, hint=hint))


def _operands(written: str, action: Action) -> tuple[dict[str, str], dict[str, str], str]:
    """Operands by name, variables by name, and why they do not fit: a clause, empty where they do."""
    given: dict[str, str] = {}
    variables: dict[str, str] = {}
    positions = iter(action.operands)
    takes_variables = VARIABLES in names_in(action.line or "")
    for word in _OPERAND.findall(written):
        keyed = _KEYED.fullmatch(word)
        if keyed and keyed["name"] in (given if keyed["name"] in given else variables):
            return {}, {}, f"has '{keyed['name']}' twice"
        if keyed and keyed["name"] in action.operands:
            given[keyed["name"]] = keyed["value"]
        elif keyed and takes_variables:
            variables[keyed["name"]] = keyed["value"]
        elif keyed:
            hint = nearest(keyed["name"], action.operands) or f"it takes {', '.join(action.operands) or 'none'}"
            return {}, {}, f"has no operand '{keyed['name']}'; {hint}"
        elif (name := next(positions, None)) is None:
            return {}, {}, f"takes no further operand: {word}"
        else:
            given[name] = word
    missing = [name for name in required_names(action.line or "") if name not in given]
    objection = f"needs {' and '.join(missing)}: it takes {' '.join(action.operands)}" if missing else ""
    return given, variables, objection


def _variable(runtime: Runtime, name: str, value: str) -> str:
    """Nothing is left out here, so brackets are a runtime's own."""
    if span := _RANGE.fullmatch(value):
        return _named(runtime.variables.range, {"name": name, "first": span["first"], "last": span["last"]})
    return _named(runtime.variables.value, {"name": name, "value": value})


# ── lines of a runtime ──────────────────────────────────────────────────────────────────────────────────────────────
def filled_in(line: str, values: Mapping[str, str]) -> str:
    """A runtime's line with its operands; parts in brackets only where all that they name is given."""

    def section(found: re.Match[str]) -> str:
        names = [named["name"] for named in _NAMED.finditer(found["section"])]
        if not names:
            return found[0]
        return _named(found["section"], values) if all(name in values for name in names) else ""

    # Brackets first, piece by piece: a value may hold brackets of its own.
    made, at = [], 0
    for found in _PART.finditer(line):
        made += [_named(line[at : found.start()], values), section(found)]
        at = found.end()
    return "".join([*made, _named(line[at:], values)])


def _named(line: str, values: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda found: values.get(found["name"], found["default"] or ""), line)


@lru_cache(maxsize=256)
def names_in(line: str) -> tuple[str, ...]:
    """Everything that a runtime's line names, each once."""
    return tuple(dict.fromkeys(found["name"] for found in _NAMED.finditer(line)))


@lru_cache(maxsize=256)
def required_names(line: str) -> tuple[str, ...]:
    """What must be given: outside brackets, and without a default."""
    outside = _PART.sub(lambda part: "" if _NAMED.search(part["section"]) else part[0], line)
    found = (named["name"] for named in _NAMED.finditer(outside) if named["default"] is None)
    return tuple(name for name in dict.fromkeys(found) if name != VARIABLES)


def words_of(runtime: Runtime) -> Mapping[str, str]:
    """The words that `@{word}` stands for: what the runtime calls things, and its name, command and newest version."""
    words = {name: value for name, value in runtime.words if isinstance(value, str)}
    return words | {
        "title": runtime.title,
        "distribution": runtime.distribution,
        "program": runtime.program,
        "version": runtime.newest.version,
        "docs": runtime.docs,
    }


def written_out(program: str, words: tuple[str, ...], runtime: Runtime) -> tuple[str, ...]:
    """The actions whose lines begin as a command does that is written out; empty where there is none."""
    if program != runtime.program:
        return ()
    lines = ((name, action.line.split()) for name, action in runtime.actions.items() if action.line)
    return tuple(name for name, line in lines if line[0] == program and _begins(words, line[1:]))


def _begins(words: tuple[str, ...], line: list[str]) -> bool:
    """Whether a command has the subcommands of a runtime's line: its words up to the first that is none."""
    fixed = [*_until_operand(line)]
    return bool(fixed) and list(words[: len(fixed)]) == fixed


def _until_operand(line: list[str]) -> Iterator[str]:
    for word in line:
        if not re.fullmatch(r"[a-z][a-z-]*|--[a-z-]+", word):
            return
        yield word


def brackets_fit(line: str) -> bool:
    """Whether every bracket of a runtime's line is closed, and none stands inside another."""
    return not set("[]") & set(_PART.sub("", line))
