"""Files of events as blocks that the engine reads at once, and as lines where it stumbled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BLOCK: Final = 1 << 30
"""Bytes of a block, about: two million events."""
MOST_LIST: Final = 64 << 20
"""Bytes of a file with one JSON list at most, where it must be read here."""
NO_JSON, NO_TEXT, TOO_LONG, NO_LIST = (
    "is no JSON object",
    "is not UTF-8",
    "is longer than 1 MiB",
    "is no list of events",
)
"""Reasons."""


@dataclass(frozen=True, slots=True)
class Block:
    """Files that are read at once, all of one form."""

    files: tuple[Path, ...]
    form: Literal["newline_delimited", "array"]
    part: Path
    """Where a part of it may be written."""


def blocks_of(files: Sequence[Path], scratch: Path) -> Iterator[Block]:
    """The files in blocks, in order; a larger one is cut at the ends of lines. Raises OSError."""
    waiting: list[Path] = []
    size = 0
    for path in files:
        own = path.stat().st_size
        if own == 0:
            continue
        is_list = _is_list(path)
        if waiting and (is_list or own + size > BLOCK):
            yield Block(tuple(waiting), "newline_delimited", scratch / "part.jsonl")
            waiting, size = [], 0
        if is_list:
            yield Block((path,), "array", scratch / "part.jsonl")
        elif own > BLOCK:
            yield from _cut(path, scratch)
        else:
            waiting.append(path)
            size += own
    if waiting:
        yield Block(tuple(waiting), "newline_delimited", scratch / "part.jsonl")


def _is_list(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(64).lstrip().startswith(b"[")


def _cut(path: Path, scratch: Path) -> Iterator[Block]:
    piece = scratch / "piece.jsonl"
    with path.open("rb") as stream:
        while data := stream.read(BLOCK):
            piece.write_bytes(data + stream.readline())
            yield Block((piece,), "newline_delimited", scratch / "part.jsonl")


def lines_of(block: Block, most: int) -> Iterator[tuple[str, str]]:
    """Each event of a block as a line of JSON, and the reason why it is none, empty where it is one. Raises OSError."""
    for path in block.files:
        yield from _listed(path) if block.form == "array" else _lines(path, most)


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    data = path.read_bytes() if path.stat().st_size <= MOST_LIST else b""
    try:
        events = json.loads(data)
    except (ValueError, RecursionError):
        events = None
    if not isinstance(events, list):
        with path.open("rb") as stream:
            yield stream.read(1 << 12).decode(errors="backslashreplace"), NO_LIST
        return
    for event in events:
        yield json.dumps(event), "" if isinstance(event, dict) else NO_JSON


def _lines(path: Path, most: int) -> Iterator[tuple[str, str]]:
    with path.open("rb") as stream:
        while data := stream.readline(most + 1):
            if len(data) > most:
                yield data[: 1 << 12].decode(errors="backslashreplace"), TOO_LONG
                while data and not data.endswith(b"\n"):
                    data = stream.readline(most)
            elif data.strip():
                yield _line(data)


def _line(data: bytes) -> tuple[str, str]:
    try:
        text = data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return data.decode(errors="backslashreplace").rstrip("\n"), NO_TEXT
    try:
        is_event = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        is_event = False
    return text, "" if is_event else NO_JSON
