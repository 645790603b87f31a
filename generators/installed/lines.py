"""Shell snippets as the commands they would run: which program, which words, on which line. Nothing is expanded or run.

The reading is that of a POSIX shell as far as a pasted command goes: quotes, continuations, comments, pipes, lists,
redirections, here-documents, assignments and command substitutions. What a variable would become is not known, so such
words are kept as they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from generators.installed.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = r"[a-z][a-z0-9_]*"
PROMPT = "a command that is pasted has no prompt: remove the leading '$'"
KEPT = 2**14  # snippets that are read once a process, whatever the number of rules that ask
DEEPEST = 8  # substitutions inside substitutions; deeper ones are left unread

_BRACED = re.compile(rf"\{{\{{|\{{%|(?<![$%@])\{{({NAME})\}}")
_CLOSING = {"{{": "}}", "{%": "%}"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_KEYWORDS = frozenset({"!", "{", "}", "do", "done", "elif", "else", "fi", "if", "then", "until", "while"})
_WRAPPERS = frozenset({"command", "env", "exec", "nohup", "sudo", "time"})
_RUNNERS = frozenset({"hatch", "pdm", "poetry", "uv"})
# Options of `uv run` that take no value; behind any other option the program's place is not certain.
_RUNNER_FLAGS = frozenset(
    {"--all-extras", "--frozen", "--isolated", "--locked", "--no-dev", "--no-sync", "--offline", "--quiet", "-q"},
)


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command: the program without its folder, its words without quotes, its line from 0 inside the snippet."""

    program: str
    words: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What keeps a snippet from being pasted: the line from 0 inside the snippet, and one sentence."""

    line: int
    sentence: str


def invocations(snippet: str) -> list[Invocation | Unreadable]:
    """Every command of a snippet in order of appearance; raises nothing.

    An unbalanced quote or substitution ends the reading with an `Unreadable`; a prompt is one too, and the command
    behind it is read all the same. `$(…)` counts as one word, and the commands inside it are read as well; those inside
    double quotes are not.
    """
    return list(_invocations(snippet))


@lru_cache(maxsize=KEPT)
def _invocations(snippet: str) -> tuple[Invocation | Unreadable, ...]:
    return tuple(_read(snippet.replace("\r\n", "\n"), 0))


def placeholders(text: str) -> list[str]:
    """The names written as `{name}`, each once, in order of appearance.

    A name is a lower-case letter, then lower-case letters, digits and underscores. Template expressions `{{ … }}` and
    `{% … %}`, `${NAME}` and `%{name}` of shell and curl, and the runtime's words `@{name}` hold no placeholders. An
    unclosed `{{` hides nothing.
    """
    if "{" not in text:
        return []
    names: dict[str, None] = {}
    unclosed: set[str] = set()  # looked for once and not found: not looked for again, so that time stays linear
    at = 0
    while brace := _BRACED.search(text, at):
        at = brace.end()
        closing = _CLOSING.get(brace.group())
        if closing is None:
            names.setdefault(brace.group(1))
        elif closing not in unclosed:
            end = text.find(closing, at)
            if end < 0:
                unclosed.add(closing)
            else:
                at = end + len(closing)
        if closing in unclosed:
            at = brace.start() + 1
    return list(names)


def _read(snippet: str, depth: int) -> list[Invocation | Unreadable]:
    read: list[Invocation | Unreadable] = []
    words: list[Token] = []
    aside = False  # the next word belongs to a redirection
    for token in tokens(snippet):
        if token.kind == "word":
            if not aside:
                words.append(token)
            aside = False
        elif token.kind == "redirection":
            aside = True
        elif token.kind == "end":
            read += _command(words)
            words, aside = [], False
        elif token.kind == "fault":
            read.append(Unreadable(token.line, token.text))
        elif depth < DEEPEST:
            read += (replace(inner, line=inner.line + token.line) for inner in _read(token.text, depth + 1))
    return read


def _command(words: Sequence[Token]) -> list[Invocation | Unreadable]:
    """The prompt that stands in front, if any, and the program with its words, if there is one."""
    command: list[Invocation | Unreadable] = []
    if words and words[0].text == "$" and not words[0].quoted:
        command.append(Unreadable(words[0].line, PROMPT))
        words = words[1:]
    words = _program_first(words)
    if words:
        program = words[0].text.rsplit("/", 1)[-1]
        command.append(Invocation(program, tuple(word.text for word in words[1:]), words[0].line))
    return command


def _program_first(words: Sequence[Token]) -> Sequence[Token]:
    """The words without the keywords, assignments and runners that stand in front of the program."""
    at = 0
    while prefix := _prefix_length(words, at):
        at += prefix
    return words[at:]


def _prefix_length(words: Sequence[Token], at: int) -> int:
    """How many words the keyword, assignment, wrapper or runner at this place takes; 0 where none of them stands."""
    if at >= len(words) or words[at].quoted:
        return 0
    word = words[at].text
    following = words[at + 1].text if at + 1 < len(words) else "-"
    if word in _RUNNERS and following == "run":
        return _runner_length(words, at)
    wraps = word in _WRAPPERS and not following.startswith("-")
    return 1 if wraps or word in _KEYWORDS or _ASSIGNMENT.match(word) else 0


def _runner_length(words: Sequence[Token], at: int) -> int:
    """The words of `uv run` with its flags; 0 where it is not certain that the program stands behind them."""
    end = at + 2
    while end < len(words) and words[end].text in _RUNNER_FLAGS:
        end += 1
    return 0 if end >= len(words) or words[end].text.startswith("-") else end - at
