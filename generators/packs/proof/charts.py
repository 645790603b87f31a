"""What charts ask of the results behind them: columns that exist, one row for a number, no NULL in a colour."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from generators.packs.proof.results import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.packs.engines.engine import Answer
    from generators.packs.reading.boards import Board, Query

KPI_ROWS, KPI_NO_DATA, NULL_COLOUR = "ERR-KPI-MULTIROW", "ERR-KPI-NO-DATA", "ERR-COLOR-NULL-SERIES"


def encoding_trouble(board: Board, query: Query, columns: Sequence[str]) -> Trouble | None:
    """The first column that a chart asks for and the query does not return. Runtimes are often silent about these."""
    if not columns or "*" in columns:
        return None
    returned = {column.lower() for column in columns}
    for encoding in board.encodings:
        if encoding.query == query.name and encoding.column.lower() not in returned:
            close = get_close_matches(encoding.column.lower(), returned, n=1, cutoff=0.6)
            return Trouble(
                "broken",
                board.document.at(*encoding.route),
                f"chart '{encoding.chart}' asks for column '{encoding.column}', which the query does not return",
                hint=f"did you mean '{close[0]}'?" if close else "",
            )
    return None


def answer_trouble(board: Board, query: Query, answer: Answer) -> Trouble | None:
    """What charts cannot draw of an answer: a column that is missing, a KPI without its one row, a NULL colour.

    Runtimes refuse to draw the last two.
    """
    return (
        encoding_trouble(board, query, answer.columns)
        or _kpi_rows(board, query, answer)
        or _null_colour(board, query, answer)
    )


def _kpi_rows(board: Board, query: Query, answer: Answer) -> Trouble | None:
    """The first KPI of the query when it does not give one row."""
    if len(answer.rows) == 1:
        return None
    for chart in board.charts:
        if chart.query == query.name and chart.kind == "kpi":
            message = f"chart '{chart.name}' shows one number, but the query returns {len(answer.rows)} rows"
            code = KPI_ROWS if answer.rows else KPI_NO_DATA
            return Trouble("broken", board.document.at(*chart.route, key=True), message, code=code)
    return None


def _null_colour(board: Board, query: Query, answer: Answer) -> Trouble | None:
    """The first chart that takes its colour from a column with a NULL in it."""
    for encoding in board.encodings:
        name = encoding.column.lower()
        if encoding.query != query.name or encoding.route[-1] != "color" or name not in answer.columns:
            continue
        colour = answer.columns.index(name)
        if any(row[colour] is None for row in answer.rows):
            message = f"column '{encoding.column}', the colour of chart '{encoding.chart}', can be NULL"
            return Trouble("broken", board.document.at(*encoding.route), message, code=NULL_COLOUR)
    return None
