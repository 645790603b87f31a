"""A report of the watch as text: first what breaks for users, then what changes, then what is new."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.model.runtime_report import ReportedBoard, ReportedCommand, RuntimeReport

LISTED = 12
"""Codes that are named; the rest are counted. A record and JSON have all of them."""
WORDS = {
    "invalid": "its strict validation finds something",
    "other-rows": "other rows",
    "not-drawn": "not drawn",
    "warnings": "more warnings",
    "no-longer": "right with this version",
}


def watch_text(reports: Sequence[RuntimeReport], newest: str) -> str:
    """Every report, or the sentence on what is newest where there is nothing to compare."""
    return "\n".join(map(_text, reports)) if reports else f"{printable(newest)}\n"


def watch_json(reports: Sequence[RuntimeReport], newest: str) -> str:
    """For programs: `newest` as a sentence, and the reports as their files have them."""
    plain = [json.loads(report.model_dump_json(exclude_defaults=True)) for report in reports]
    return document(newest=newest, reports=plain)


def _text(report: RuntimeReport) -> str:
    return "".join(f"{printable(line)}\n" for line in _lines(report))


def _lines(report: RuntimeReport) -> Iterator[str]:
    yield report.title
    if report.not_installed:
        yield f"  cannot be tried here: {report.not_installed}"
        return
    if report.installed:
        yield f"  installed {report.installed}"
    yield from _section("Breaks for users", _breaks(report))
    yield from _section("Changes", _changes(report))
    yield from _section("New", _new(report))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"  {line}" for line in list(lines) or ["nothing"])


def _breaks(report: RuntimeReport) -> Iterator[str]:
    for place in report.places:
        hint = f"; {place.hint}" if place.hint else ""
        yield f"{place.path}:{place.line}:{place.column}  {place.message}{hint} ({place.rule})"
    yield from (_board(board) for board in report.boards if board.what != ("no-longer",))


def _board(board: ReportedBoard) -> str:
    what = ", ".join(WORDS[each] for each in board.what)
    return f"{board.path}:{board.line}:{board.column}  {what}: {board.reason}"


def _changes(report: RuntimeReport) -> Iterator[str]:
    yield from (_command(command) for command in report.commands if command.what != "added")
    yield from _codes("codes that are gone", report.codes.gone)
    yield from _codes("codes of another level or domain", report.codes.moved)
    yield from (_board(board) for board in report.boards if board.what == ("no-longer",))
    if report.packs:
        count = sum(report.packs.values())
        changed = f"{len(report.boards)} change{'s' if len(report.boards) == 1 else ''}"
        yield f"packs drawn with both: {len(report.packs)}, with {count} boards, of which {changed}"
    else:
        yield "packs were not drawn"


def _command(command: ReportedCommand) -> str:
    what = " ".join(filter(None, (command.command, command.name)))
    return f"{what}: {command.what}{f', {command.detail}' if command.detail else ''}"


def _new(report: RuntimeReport) -> Iterator[str]:
    yield from (_command(command) for command in report.commands if command.what == "added")
    yield from _codes("new codes that users of packs can meet", report.codes.new_for_users)
    others = [code for code in report.codes.new if code not in report.codes.new_for_users]
    yield from _codes("other new codes", others)


def _codes(what: str, codes: Sequence[str]) -> Iterator[str]:
    if codes:
        levels = Counter(code.partition("-")[0] for code in codes)
        counts = ", ".join(f"{count} {level}" for level, count in sorted(levels.items()))
        more = f" and {len(codes) - LISTED} more" if len(codes) > LISTED else ""
        yield f"{what}: {counts}: {', '.join(codes[:LISTED])}{more}"
