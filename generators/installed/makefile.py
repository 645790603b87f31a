"""Which targets a Makefile names, and whether a `make` line asks for one of them. Nothing is expanded or run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import nearest
from generators.installed.grammar import is_open, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ASSIGNMENT = re.compile(r"\s*(?:(?:export|override|private|unexport)\s+)*[^\s:#=]+\s*(?:\+|\?|!|:{1,3})?=")
_VARIABLE = re.compile(r"[A-Za-z_][\w.-]*(?:\+|\?|!|:{1,3})?=")
_RULE = re.compile(r"([^:#=]+?)\s*&?::?(?![=:])(.*)", re.DOTALL)
_DEFINE = re.compile(r"\s*(?:(?:export|override)\s+)*define\b")
_SPECIAL = re.compile(r"\.[^/]*$")

# GNU make's own options, from its manual, "Summary of Options".
_VALUED = frozenset(
    {
        *("-C", "-E", "-I", "-W", "-f", "-o"),
        *("--assume-new", "--assume-old", "--directory", "--eval", "--file", "--include-dir", "--makefile"),
        *("--new-file", "--old-file", "--what-if"),
    },
)
_COUNTED = frozenset({"-j", "-l", "--jobs", "--load-average", "--max-load"})  # the number may be left out
_JOINED = frozenset({"-O", "--debug", "--output-sync", "--shuffle", "--warn-undefined-variables"})
_FLAGS = frozenset(
    {
        *(
            "-B",
            "-L",
            "-R",
            "-S",
            "-b",
            "-d",
            "-e",
            "-h",
            "-i",
            "-k",
            "-m",
            "-n",
            "-p",
            "-q",
            "-r",
            "-s",
            "-t",
            "-v",
            "-w",
        ),
        *(
            "--always-make",
            "--check-symlink-times",
            "--dry-run",
            "--environment-overrides",
            "--help",
            "--ignore-errors",
        ),
        *("--just-print", "--keep-going", "--no-builtin-rules", "--no-builtin-variables", "--no-keep-going"),
        *("--no-print-directory", "--no-silent", "--print-data-base", "--print-directory", "--question", "--quiet"),
        *("--recon", "--silent", "--stop", "--touch", "--trace", "--version"),
    },
)
_KNOWN = _VALUED | _COUNTED | _JOINED | _FLAGS
_ELSEWHERE = frozenset({"-C", "-f", "--directory", "--file", "--makefile", "--eval", "-E"})
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def targets(text: str) -> frozenset[str]:
    """The targets that have a rule of their own: no pattern, no `.PHONY` and its like, none that needs expansion.

    Being listed behind `.PHONY:` makes no target, and neither does a variable that is set for one. Included Makefiles
    are not seen.
    """
    return frozenset(name for line in _logical(text) for name in _rule_targets(line))


class MakeGrammar:
    """What `make` accepts at the root of the repository, for one Makefile's targets."""

    def __init__(self, targets: frozenset[str]) -> None:
        self._targets = targets

    def problem(self, words: Sequence[str]) -> str:
        """One sentence about the first thing `make` would refuse, or an empty string.

        With `-C` or `-f` the targets are those of another Makefile and are not judged; nor is a word that stands for
        anything, such as `{target}`.
        """
        rest = list(words)
        goals: list[str] = []
        elsewhere = False
        while rest:
            word = rest.pop(0)
            if word == "--":
                goals += rest
                break
            if not word.startswith("-") or word == "-":
                goals.append(word)
                continue
            parse = _long_option if word.startswith("--") else _short_options
            option, problem = parse(word, rest)
            if problem:
                return problem
            elsewhere = elsewhere or option in _ELSEWHERE
        return "" if elsewhere else self._goals(goals)

    def _goals(self, goals: list[str]) -> str:
        for goal in goals:
            if not _VARIABLE.match(goal) and not is_open(goal) and goal not in self._targets:
                return sentence(f"the Makefile has no target '{goal}'", nearest(goal, self._targets))
        return ""


def _logical(text: str) -> Iterator[str]:
    """The lines that are no recipe, continued ones joined, without what stands between `define` and `endef`."""
    defining = False
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if line.startswith("\t"):
            continue
        if defining or _DEFINE.match(line):
            defining = line.split()[:1] != ["endef"]
            continue
        yield line


def _rule_targets(line: str) -> Iterator[str]:
    rule = None if _ASSIGNMENT.match(line) else _RULE.match(line)
    if rule is None or _ASSIGNMENT.match(rule[2].split(";", 1)[0]):
        return
    for name in rule[1].split():
        if not _SPECIAL.match(name) and "%" not in name and "$" not in name and "(" not in name:
            yield name


def _long_option(word: str, rest: list[str]) -> tuple[str, str]:
    """The option, and what is wrong with it. Takes its value off `rest`."""
    name, joined, _ = word.partition("=")
    if name not in _KNOWN:
        return name, sentence(f"'make' has no option '{name}'", nearest(name, _KNOWN))
    return name, _value(name, rest, joined=bool(joined))


def _short_options(word: str, rest: list[str]) -> tuple[str, str]:
    """The option that decides where targets are looked for, and what is wrong. Takes its value off `rest`."""
    elsewhere = ""
    for at, letter in enumerate(word[1:], start=2):
        name = f"-{letter}"
        if name not in _KNOWN:
            return name, f"'make' has no option '{name}'"
        elsewhere = name if name in _ELSEWHERE else elsewhere
        if name not in _FLAGS:
            joined = at < len(word)
            if name not in _COUNTED or not joined or word[at].isdigit() or is_open(word):
                return elsewhere or name, _value(name, rest, joined=joined)
    return elsewhere, ""


def _value(name: str, rest: list[str], *, joined: bool) -> str:
    """What is wrong with an option's value, which is taken off `rest` unless it is joined to the option."""
    if joined:
        return ""
    if name in _VALUED:
        if not rest:
            return f"option '{name}' of 'make' needs a value"
        rest.pop(0)
    elif name in _COUNTED and name.count("-") == 1 and rest and _NUMBER.fullmatch(rest[0]):
        rest.pop(0)
    return ""
