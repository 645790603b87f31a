"""What a runtime prints for machines while it draws or validates boards. Only codes, names and places are kept of it.

Two forms: of a render, the lines on standard error, one JSON object a diagnostic among sentences for people, of which
those count that say which board was drawn; of a validation, one JSON document with the result of each file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from generators.published.manifest import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST: Final = 32 << 20
"""Bytes that are read: some ten thousand diagnostics."""
DRAWN: Final = "Rendered "
"""How a runtime begins the line for a board that it has drawn; then the board's path, and ` to `."""
REMEDY: Final = "pass what the runtime prints with --diagnostics-json (render, standard error) or --json (validate)"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Range(_Part):
    """Where something is wrong."""

    file: str | None = None


class Diagnostic(_Part):
    """One thing that is wrong. What it says in words is read for the names of the pack's own tables, and not kept."""

    code: str
    level: Literal["error", "warning", "info"]
    message: str = ""
    path: str | None = None
    """In the board: `charts.dispute_rate`."""
    range: Range | None = None
    query: str | None = None
    fields: dict[str, Any] = {}

    @property
    def query_name(self) -> str:
        """The query that is meant; empty where none is."""
        return _text(self.query) or _text(self.fields.get("query_name")) or _text(self.fields.get("name"))

    @property
    def chart(self) -> str:
        """The chart that is meant; empty where none is."""
        head, _, name = _text(self.path).partition(".")
        return _text(self.fields.get("chart_id")) or (name.partition(".")[0] if head == "charts" else "")


class _File(_Part):
    success: bool
    path: str
    errors: tuple[Diagnostic, ...] = ()

    model_config = ConfigDict(strict=False)


_FILES: TypeAdapter[list[_File]] = TypeAdapter(list[_File])


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed of boards, by their paths as the runtime names them."""

    of: Literal["render", "validate"]
    errors: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    """Those of each board; a validation names boards without any, too."""
    drawn: tuple[str, ...] = ()
    """What follows `Rendered ` in each line: the path of a board, ` to ` and where it was written."""
    unplaced: int = 0
    """Errors that name no board."""

    def has_drawn(self, board: str) -> bool:
        """Whether a board, by its path, was drawn."""
        return any(line.startswith(f"{board} to ") for line in self.drawn)


def read_printed(data: bytes) -> Printed:
    """What a runtime printed. Raises Unreadable for anything else, and for what is cut short."""
    if len(data) > MOST:
        raise Unreadable(f"the input is larger than {MOST >> 20} MiB: pass the boards of one pack at a time")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the input is not UTF-8: {REMEDY}") from error
    if text.lstrip().startswith("["):
        return _validated(text)
    if (one := _whole(text)) is not None and "success" in one:
        return _validated(f"[{text}]")
    return _rendered(text)


def _validated(text: str) -> Printed:
    try:
        files = _FILES.validate_json(text)
    except ValidationError as error:
        raise Unreadable(f"the input is cut short, or no result of a validation: {REMEDY}") from error
    errors = {file.path: _errors(file.errors) for file in files}
    return Printed("validate", errors)


def _rendered(text: str) -> Printed:
    errors: dict[str, list[Diagnostic]] = {}
    drawn, unplaced, met = [], 0, False
    for line in text.splitlines():
        if line.startswith("{"):
            met = True
            for diagnostic in _errors((_diagnostic(line),)):
                if diagnostic.range and diagnostic.range.file:
                    errors.setdefault(diagnostic.range.file, []).append(diagnostic)
                else:
                    unplaced += 1
        elif line.startswith(DRAWN):
            drawn.append(line.removeprefix(DRAWN))
    if not met and not drawn:
        raise Unreadable(f"the input names no board: {REMEDY}")
    return Printed("render", {path: tuple(found) for path, found in errors.items()}, tuple(drawn), unplaced)


def _diagnostic(line: str) -> Diagnostic:
    try:
        return Diagnostic.model_validate_json(line)
    except ValidationError as error:
        raise Unreadable(f"the input is cut short, or a line of it is no diagnostic: {REMEDY}") from error


def _errors(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for diagnostic in found if diagnostic.level == "error")


def _whole(text: str) -> Mapping[str, Any] | None:
    """The JSON object that all of a text is; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def words_of(message: str) -> Iterator[str]:
    """The words of a message's first line: the lines below quote SQL and guess at other names."""
    word = ""
    for letter in message.partition("\n")[0] + " ":
        if letter.isalnum() or letter == "_":
            word += letter
        elif word:
            yield word
            word = ""
