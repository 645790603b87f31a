"""What charts ask of the results behind them: columns that exist, one row for a number, no NULL in a colour."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from generators.packs.proof.results import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.packs.engines.engine import Answer
    from generators.packs.reading.faces import Face, Query

KPI_ROWS, NULL_COLOUR = "ERR-KPI-MULTIROW", "ERR-COLOR-NULL-SERIES"


def encoding_trouble(face: Face, query: Query, columns: Sequence[str]) -> Trouble | None:
    """The first column that a chart asks for and the query does not return. Dataface is often silent about these."""
    if not columns or "*" in columns:
        return None
    known = {column.lower() for column in columns}
    for encoding in face.encodings:
        if encoding.query == query.name and encoding.column.lower() not in known:
            close = get_close_matches(encoding.column.lower(), known, n=1, cutoff=0.6)
            return Trouble(
                "broken",
                face.document.at(*encoding.route),
                f"chart '{encoding.chart}' asks for column '{encoding.column}', which the query does not return",
                hint=f"did you mean '{close[0]}'?" if close else "",
            )
    return None


def row_trouble(face: Face, query: Query, answer: Answer) -> Trouble | None:
    """What Dataface refuses to draw because of the rows: a KPI needs one, a colour no NULL."""
    for chart in face.charts:
        if chart.query != query.name:
            continue
        if chart.kind == "kpi" and len(answer.rows) != 1:
            message = f"chart '{chart.name}' shows one number, but the query returns {len(answer.rows)} rows"
            return Trouble("broken", face.document.at(*chart.route, key=True), message, code=KPI_ROWS)
    for encoding in face.encodings:
        if encoding.query == query.name and encoding.route[-1] == "color" and encoding.column in answer.columns:
            at = answer.columns.index(encoding.column)
            if any(row[at] is None for row in answer.rows):
                message = f"column '{encoding.column}', the colour of chart '{encoding.chart}', can be NULL"
                return Trouble("broken", face.document.at(*encoding.route), message, code=NULL_COLOUR)
    return None
