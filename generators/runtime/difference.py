"""What differs between two versions of a runtime: what its commands accept, and which diagnostic codes it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.runtime.snapshots import Code

Tree = dict[str, Any]
What = Literal["removed", "added", "changed"]
_JUDGED = (
    "types",
    "type",
    "min",
    "max",
    "nargs",
    "multiple",
    "flag",
    "count",
    "ends",
)
"""Facts of a parameter that decide which words a parser accepts, besides its choices and whether it is required."""
_OF_COMMANDS = {
    "no_args_is_help": "what it does without further words",
    "runs_alone": "whether it runs without a subcommand",
    "fails_alone": "whether it works without a subcommand",
    "default": "which subcommand it runs where none is named",
    "any_option": "whether it takes options that it does not know",
    "extra": "whether it takes more words",
}
"""Facts of a command that decide which words its parser accepts, in words."""


@dataclass(frozen=True, slots=True, order=True)
class CommandChange:
    """One thing that a program accepts in one version only, or otherwise than before."""

    command: str
    """The words that lead to it, without the program's own; empty for the program itself."""
    what: What
    name: str = ""
    """An option as it is typed, or an argument in capitals; empty where the command itself is meant."""
    detail: str = ""

    @property
    def adds(self) -> bool:
        """Whether no line that was right before can be wrong because of it."""
        return self.what == "added" and self.detail != _NEEDED


_NEEDED = "it must be given"


def command_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[CommandChange, ...]:
    """What changed from one command tree to another, sorted; a group that is gone or new is one change."""
    return tuple(sorted(_commands(before, after, "")))


def _commands(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[CommandChange]:
    yield from _options(before.get("parameters", ()), after.get("parameters", ()), path)
    yield from _arguments(before.get("parameters", ()), after.get("parameters", ()), path)
    if details := [words for key, words in _OF_COMMANDS.items() if before.get(key) != after.get(key)]:
        yield CommandChange(path, "changed", detail=", ".join(details))
    if ("commands" in before) != ("commands" in after):
        yield CommandChange(path, "changed", detail="it is a group in one version only")
    ours, theirs = before.get("commands", {}), after.get("commands", {})
    for name in ours.keys() | theirs.keys():
        below = f"{path} {name}".strip()
        if name not in theirs:
            yield CommandChange(below, "removed", detail=_size(ours[name]))
        elif name not in ours:
            yield CommandChange(below, "added", detail=_size(theirs[name]))
        else:
            yield from _commands(ours[name], theirs[name], below)


def _size(command: Mapping[str, Any]) -> str:
    count = sum(1 for _ in _below(command))
    return f"with {count} command{'' if count == 1 else 's'} below it" if count else ""


def _below(command: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in command.get("commands", {}).values():
        yield child
        yield from _below(child)


def _options(before: Sequence[Tree], after: Sequence[Tree], path: str) -> Iterator[CommandChange]:
    ours, theirs = _by_spelling(before), _by_spelling(after)
    for name in ours.keys() | theirs.keys():
        if name not in theirs:
            yield CommandChange(path, "removed", name)
        elif name not in ours:
            yield CommandChange(path, "added", name, _NEEDED if _is_needed(theirs[name]) else "")
        elif detail := _detail(ours[name], theirs[name]):
            yield CommandChange(path, "changed", name, detail)


def _by_spelling(parameters: Sequence[Tree]) -> dict[str, Tree]:
    """Each way to type an option, with the option."""
    options = [parameter for parameter in parameters if not parameter.get("argument")]
    return {name: option for option in options for name in (*option["options"], *option.get("opposite", ()))}


def _arguments(before: Sequence[Tree], after: Sequence[Tree], path: str) -> Iterator[CommandChange]:
    """By position: the name of an argument is typed by nobody."""
    ours = [parameter for parameter in before if parameter.get("argument")]
    theirs = [parameter for parameter in after if parameter.get("argument")]
    for old, new in zip(ours, theirs, strict=False):
        if detail := _detail(old, new):
            yield CommandChange(path, "changed", _argument(new), detail)
    for gone in ours[len(theirs) :]:
        yield CommandChange(path, "removed", _argument(gone))
    for new in theirs[len(ours) :]:
        yield CommandChange(path, "added", _argument(new), _NEEDED if _is_needed(new) else "")


def _argument(parameter: Tree) -> str:
    return str(parameter.get("metavar") or parameter["name"].upper())


def _is_needed(parameter: Tree) -> bool:
    return bool(parameter.get("required")) and not parameter.get("elsewhere")


def _detail(before: Tree, after: Tree) -> str:
    """In which ways a parameter accepts other words than before; empty where it does not."""
    details = []
    if _is_needed(before) != _is_needed(after):
        details.append(_NEEDED if _is_needed(after) else "it may be left out")
    details += _choices(before.get("choices", ()), after.get("choices", ()))
    details += (
        f"{key} was {_shown(before.get(key))} and is {_shown(after.get(key))}"
        for key in _JUDGED
        if before.get(key) != after.get(key)
    )
    return "; ".join(details)


def _choices(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    if gone := [choice for choice in before if choice not in after]:
        yield f"no longer takes {', '.join(gone)}"
    if new := [choice for choice in after if choice not in before]:
        yield f"also takes {', '.join(new)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class CodeChanges:
    """Codes that one version has and another has not, sorted, and those that both have with another level or domain."""

    gone: tuple[Code, ...]
    new: tuple[Code, ...]
    moved: tuple[Code, ...]
    """As the later version has them."""


def code_changes(before: Mapping[str, Code], after: Mapping[str, Code]) -> CodeChanges:
    """What changed from one registry to another. Texts are upstream's matter and do not count."""
    both = sorted(before.keys() & after.keys())
    return CodeChanges(
        gone=tuple(before[name] for name in sorted(before.keys() - after.keys())),
        new=tuple(after[name] for name in sorted(after.keys() - before.keys())),
        moved=tuple(after[name] for name in both if _kind(before[name]) != _kind(after[name])),
    )


def _kind(code: Code) -> tuple[str, str]:
    return code.level, code.domain
