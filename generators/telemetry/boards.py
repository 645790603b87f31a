"""The boards of packs in a user's project, and what a runtime printed of them as records of the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from generators.output.manifest import digest
from generators.output.paths import content, located
from generators.published.installed import META, found_in
from generators.published.lockfile import LOCK, Installed, read_lock
from generators.published.manifest import SUMS
from generators.published.tables import CALL
from generators.source import read
from generators.telemetry.contract import PATTERNS
from generators.telemetry.diagnostics import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generators.published.manifest import PackManifest
    from generators.telemetry.diagnostics import Diagnostic, Printed
    from generators.telemetry.occurrences import Values

NOT_REACHED: Final = frozenset(
    {
        "ERR-ADAPTER-NOT-INSTALLED",
        "ERR-ADAPTER-UNAVAILABLE",
        "ERR-DBT-MANIFEST-MISSING",
        "ERR-DBT-MANIFEST-UNREADABLE",
        "ERR-FILE-SOURCE-NOT-FOUND",
        "ERR-SOURCE-NOT-FOUND",
        "ERR-SOURCE-NOT-NAMED",
        "ERR-WAREHOUSE-AUTH",
        "ERR-WAREHOUSE-CONNECTION",
    }
)
"""Codes that say of the source that it cannot be opened, and nothing of a pack."""
NO_TABLE: Final = "ERR-BINDER-UNKNOWN-RELATION"
"""The code of a query whose table is not there; its message names the table."""


@dataclass(frozen=True, slots=True)
class DeliveredBoard:
    """A board of a pack, as it lies in a project."""

    pack: str
    version: str
    runtime: str
    warehouse: str
    board: str
    """Its path below the folder of the pack, without the ending."""
    is_modified: bool
    charts: Mapping[str, str] = field(default_factory=dict)
    """The query of each chart. Of a modified board nothing more is known: its names are the user's own."""
    queries: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()


def boards_in(project: Path) -> Mapping[str, DeliveredBoard]:
    """Every board of a pack that lies in a project, by path. Raises Unreadable, UnsafePathError, OSError."""
    top = project.resolve()
    boards: dict[str, DeliveredBoard] = {}
    for found in found_in(top, read_lock(content(located(top, LOCK)))):
        said, runtime = found.manifest, found.manifest.runtime
        for path, delivered in _listed(top, found.path, said).items():
            data = content(located(top, f"{found.path}/{path}"))
            name = path if isinstance(said, Installed) else path.removeprefix(f"{runtime.folder}/")
            board = name.removesuffix(runtime.suffix)
            if data is not None and board not in {name, META} and not PurePosixPath(board).name.startswith("_"):
                is_modified = digest(data) != delivered
                known = DeliveredBoard(said.pack, said.version, runtime.id, said.warehouse, board, is_modified)
                boards[f"{found.path}/{path}"] = known if is_modified else _with_names(known, data, said)
    return boards


def _listed(top: Path, folder: str, said: PackManifest | Installed) -> Mapping[str, str]:
    """SHA-256 of what was delivered where boards lie, by path below the folder of the pack."""
    if isinstance(said, Installed):
        return said.files
    sums = (content(located(top, f"{folder}/{SUMS}")) or b"").decode(errors="replace")
    lines = (line.partition("  ") for line in sums.splitlines())
    return {path: found for found, _, path in lines if path.startswith(f"{said.runtime.folder}/")}


def _with_names(board: DeliveredBoard, data: bytes, said: PackManifest | Installed) -> DeliveredBoard:
    """A board as it was delivered: every name in it is the pack's own."""
    document = read(board.board, data).document
    tree = document.tree if document else {}
    queries, charts = tree.get("queries"), tree.get("charts")
    return replace(
        board,
        charts={str(name): _query(chart) for name, chart in charts.items()} if isinstance(charts, dict) else {},
        queries=frozenset(map(str, queries)) if isinstance(queries, dict) else frozenset(),
        tables=frozenset(_tables(data.decode(errors="replace"), said)),
    )


def _query(chart: object) -> str:
    name = chart.get("query") if isinstance(chart, dict) else None
    return name if isinstance(name, str) else ""


def _tables(text: str, said: PackManifest | Installed) -> Iterator[str]:
    """The tables that a board asks for, as it was written for this project."""
    if isinstance(said, Installed):
        quote = '["`]?'
        name = re.compile(rf"{re.escape(said.schema_name)}{quote}\.{quote}(\w+)", re.IGNORECASE)
        yield from name.findall(text)
    else:
        yield from (found["table"] for found in CALL.finditer(text))


# ── records ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def records_of(printed: Printed, boards: Mapping[str, DeliveredBoard]) -> Iterator[tuple[DeliveredBoard, Values]]:
    """What was printed of the boards of packs, as fields of the contract; of other boards nothing.

    Only a render says that a board is well: a validation may have asked no warehouse.
    """
    for path, board in boards.items():
        errors = printed.errors.get(path, ())
        if errors:
            yield board, _failed(board, errors, printed)
        elif printed.of == "render" and printed.has_drawn(path):
            yield board, _about(board, "render") | {"outcome": "succeeded"} | _charts(board, 0)


def _about(board: DeliveredBoard, trigger: str) -> Values:
    return {
        "pack": board.pack,
        "pack_version": board.version,
        "runtime": board.runtime,
        "warehouse": board.warehouse,
        "board": board.board,
        "trigger": trigger,
        "modified": board.is_modified,
    }


def _charts(board: DeliveredBoard, failed: int) -> Values:
    return {"charts": len(board.charts), "charts_failed": failed} if board.charts else {}


def _failed(board: DeliveredBoard, errors: Sequence[Diagnostic], printed: Printed) -> Values:
    """The first error by its code, the pack's own names in it, and how much of the board is left."""
    values = _about(board, "render" if printed.of == "render" else "validate")
    if all(error.code in NOT_REACHED for error in errors):
        return values | {"outcome": "not-reached", "code": errors[0].code}
    first = next(error for error in errors if error.code not in NOT_REACHED)
    failed = _failed_charts(board, errors)
    is_partial = failed is not None and len(failed) < len(board.charts)
    return {
        **values,
        "code": first.code if re.fullmatch(PATTERNS["code"][0], first.code) else None,
        "outcome": "partial" if is_partial else "failed",
        "stage": _stage(first),
        "failing_query": first.query_name if first.query_name in board.queries else None,
        "failing_table": _table(board, first),
        **(_charts(board, len(failed)) if failed is not None else {}),
    }


def _stage(error: Diagnostic) -> str:
    if error.query_name:
        return "query"
    return "render" if error.chart else "compile"


def _failed_charts(board: DeliveredBoard, errors: Sequence[Diagnostic]) -> frozenset[str] | None:
    """The charts that did not draw; None where an error is of the whole board, or the board is the user's own."""
    if not board.charts or any(_stage(error) == "compile" for error in errors):
        return None
    queries = {error.query_name for error in errors if not error.chart}
    named = {error.chart for error in errors}
    return frozenset(chart for chart, query in board.charts.items() if chart in named or query in queries)


def _table(board: DeliveredBoard, error: Diagnostic) -> str | None:
    """The one table of the board that the message names."""
    if error.code != NO_TABLE:
        return None
    own = {table.lower(): table for table in board.tables}
    named = {own[word.lower()] for word in words_of(error.message) if word.lower() in own}
    return named.pop() if len(named) == 1 else None
