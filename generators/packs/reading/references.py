"""References to other queries in a parsed statement: each stands as a table with its own name and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from generators.packs.reading.admission import parts_of
from generators.packs.reading.binding import spot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.packs.reading.binding import Spot

Misplaced = tuple[str, "Spot"]
"""A sentence, and where in the expanded statement."""


def misused(statement: exp.Expression, spots: Iterable[Spot]) -> Iterator[Misplaced]:
    """References that are no table, are one of another schema, or have an alias; `spots` are those of their names."""
    tables = {spot_of(part.this): part for part in parts_of(statement) if isinstance(part, exp.Table)}
    for spot in spots:
        table = tables.get(spot)
        if table is None or table.db:
            yield "has a reference to a query where no table can stand", spot
        elif table.alias:
            alias = table.args["alias"].this
            sentence = f"gives the query '{table.name}' the alias '{table.alias}': it is called '{table.name}'"
            yield sentence, spot_of(alias) if "line" in alias.meta else spot


def taken(statement: exp.Expression, names: Sequence[str]) -> Iterator[Misplaced]:
    """CTEs of the author's with the name of a query in front, and queries that are more than one query."""
    own = [part for part in parts_of(statement) if isinstance(part, exp.CTE)]
    fronts = statement.ctes[: len(names)] if isinstance(statement, exp.Query) else []
    wanted = {name.lower() for name in names}
    for front, name in zip(fronts, names, strict=False):
        if front.alias != name:
            yield f"builds on '{name}', which is not one query by itself", spot_of(front.args["alias"].this)
            return
    for cte in own:
        if cte.alias.lower() in wanted and not any(cte is front for front in fronts):
            yield (
                f"has a CTE named '{cte.alias}' and builds on the query '{cte.alias}'",
                spot_of(cte.args["alias"].this),
            )
