"""From the SQL that authors write once to what each warehouse reads, with Jinja kept as it stands."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from sqlglot import Dialect, ErrorLevel, exp
from sqlglot.errors import SqlglotError

from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.templates import UnreadableTemplate, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generators.packs.reading.boards import Board, Query
    from generators.packs.reading.folder import PackFolder

    Rewriting = Callable[[exp.Expression], None]

AUTHORED = "duckdb"
"""The dialect that boards are written in."""
SQLGLOT: Mapping[str, str] = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "databricks": "databricks",
    "spark": "spark",
    "mysql": "mysql",
    "trino": "trino",
    "sqlite": "sqlite",
}
"""Our warehouses as sqlglot calls their dialects."""
_POSITION = frozenset({"line", "col", "start", "end"})
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
"""A name that means the same on every warehouse without quotes, unless it is a word of SQL."""
RAISING = frozenset({"snowflake"})
"""Warehouses that store a name without quotes in upper case."""
CASELESS = frozenset({"duckdb", "redshift", "databricks", "spark", "trino", "sqlite"})
"""Warehouses that compare names without regard to case, quoted or not."""


class Untranslatable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """SQL without a form in another dialect: one sentence."""


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def stored(name: str, warehouse: str) -> str:
    """How a warehouse stores the name that is meant by one: names without capitals are raised where it raises them."""
    return name.upper() if warehouse in RAISING and name.islower() else name


def same_name(name: str, spelled: str, warehouse: str) -> bool:
    """Whether a name, as SQL made here writes it, finds what the warehouse spells so."""
    found = stored(name, warehouse)
    return found == spelled or (warehouse in CASELESS and found.lower() == spelled.lower())


def identifier(name: str, warehouse: str) -> exp.Identifier:
    """A name in SQL: quoted unless it means the same without quotes."""
    if PLAIN.fullmatch(name) and name.upper() not in _words_of_sql(warehouse):
        return exp.to_identifier(name, quoted=False)
    return exp.to_identifier(stored(name, warehouse), quoted=True)


@lru_cache(maxsize=16)
def _words_of_sql(warehouse: str) -> frozenset[str]:
    dialect = Dialect.get_or_raise(SQLGLOT[warehouse])
    keywords = [*dialect.tokenizer_class.KEYWORDS, *dialect.generator_class.RESERVED_KEYWORDS]
    return frozenset(word.upper() for keyword in keywords for word in keyword.split())


# ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=8192)
def carried(sql: str, warehouse: str, schema: tuple[str, str] | None = None) -> str:
    """Authored SQL as a warehouse reads it; `schema` is (default name, name to write instead).

    DuckDB gets the text as authored, byte for byte, unless the schema's name changes. Raises Untranslatable and
    UnreadableTemplate.
    """
    if warehouse == AUTHORED and (schema is None or schema[0] == schema[1]):
        return sql
    try:
        return rewritten(sql, lambda masked: _generated(masked, warehouse, schema))
    except UnreadableTemplate:
        raise
    except (SqlglotError, ValueError) as error:
        raise Untranslatable(" ".join(str(error).split())[:300]) from error


def written(pack: PackFolder, board: Board, query: Query, warehouse: str, schema: str) -> str:
    """One query as a warehouse reads it, its tables in that schema. Raises Untranslatable and UnreadableTemplate."""
    override = pack.sql(board, query.name, warehouse)
    if override is None:
        return carried(query.sql, warehouse, (pack.schema_name, schema))
    if schema != pack.schema_name:
        raise Untranslatable(f"its override is written for the schema '{pack.schema_name}' only")
    return override


@lru_cache(maxsize=512)
def _authored(sql: str) -> exp.Expression:
    """The parsed text, for all warehouses at once; who changes it takes a copy. Raises Untranslatable.

    Without the places of its names: a copy spends most of its time on them, and what is generated has other places.
    """
    parsed = parse(sql, AUTHORED)
    if isinstance(parsed, Unparsed):
        raise Untranslatable(parsed.sentence)
    statement = parsed.copy()
    for node in statement.walk():
        if node._meta is not None:  # noqa: SLF001 - an empty dictionary costs a copy as much as a full one
            node._meta = {key: value for key, value in node.meta.items() if key not in _POSITION} or None  # noqa: SLF001
    return statement


def _generated(sql: str, warehouse: str, schema: tuple[str, str] | None) -> str:
    statement = _authored(sql).copy()
    if schema is not None:
        for table in statement.find_all(exp.Table):
            if table.db.lower() == schema[0]:
                table.set("db", identifier(schema[1], warehouse))
    for rewrite in REWRITINGS[warehouse]:
        rewrite(statement)
    dialect = SQLGLOT[warehouse]
    return statement.sql(dialect, copy=False, pretty=True, unsupported_level=ErrorLevel.RAISE, comments=True)


# ── rewritings ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _convert_zones(statement: exp.Expression) -> None:
    """AT TIME ZONE where timestamps are shown in the session's zone, whatever FROM_UTC_TIMESTAMP is given."""
    for zoned in list(statement.find_all(exp.AtTimeZone)):
        wall = exp.cast(zoned.this.copy(), exp.DataType.Type.TIMESTAMPNTZ)
        zoned.replace(exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[zoned.args["zone"].copy(), wall]))


def _call_epoch(function: str, statement: exp.Expression) -> None:
    """EXTRACT(EPOCH FROM …) where it does not exist, by the function that gives the same."""
    for part in list(statement.find_all(exp.Extract)):
        if part.name.upper() == "EPOCH":
            part.replace(exp.Anonymous(this=function, expressions=[part.expression]))


def _divide_doubles(statement: exp.Expression) -> None:
    """Division where a quotient of DECIMAL(38, 9) is cut to a few places."""
    for ratio in statement.find_all(exp.Div):
        if not ratio.this.is_type(exp.DataType.Type.DOUBLE):
            ratio.set("this", exp.cast(ratio.this, exp.DataType.Type.DOUBLE))


def _raise_quoted(statement: exp.Expression) -> None:
    """Quoted names where unquoted ones are stored in upper case: written that way to be found."""
    for name in statement.find_all(exp.Identifier):
        if name.quoted and name.this.islower():
            name.set("this", name.this.upper())


REWRITINGS: Mapping[str, tuple[Rewriting, ...]] = {
    "duckdb": (),
    "postgres": (),
    "redshift": (_divide_doubles,),
    "snowflake": (_divide_doubles, _raise_quoted),
    "bigquery": (partial(_call_epoch, "UNIX_SECONDS"), _divide_doubles),
    "databricks": (_convert_zones, partial(_call_epoch, "UNIX_TIMESTAMP"), _divide_doubles),
    "spark": (_convert_zones, partial(_call_epoch, "UNIX_TIMESTAMP"), _divide_doubles),
    "mysql": (_divide_doubles,),
    "trino": (_divide_doubles,),
    "sqlite": (_divide_doubles,),
}
"""What sqlglot 30 lets pass although the warehouse means something else by it, or nothing: rewritten in this order."""
