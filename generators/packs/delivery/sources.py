"""SQL of boards whose tables are dbt sources, and the file that declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT, Untranslatable
from generators.packs.reading.templates import rewritten
from generators.published.tables import call
from generators.source.writing import Inline, Quoted, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.model.pack import Freshness, PackSchema, PackTable
    from generators.model.text import Span

SYNCED = "_fivetran_synced"


@dataclass(slots=True)
class Spellings:
    """How one warehouse spells the tables of a pack, gathered while its boards are written."""

    package: str
    warehouse: str
    schema: str
    """As the SQL names it."""
    tables: dict[str, str] = field(default_factory=dict)
    """Name in the SQL by name in the pack's schema."""
    quoted: set[str] = field(default_factory=set)

    def sourced(self, sql: str) -> str:
        """The SQL with a call in place of each table. Raises Untranslatable and UnreadableTemplate."""
        return rewritten(sql, self._exchanged)

    def _exchanged(self, text: str) -> str:
        statement = parse(text, SQLGLOT[self.warehouse])
        if isinstance(statement, Unparsed):
            raise Untranslatable(statement.sentence)
        if any(column.args.get("db") for column in statement.find_all(exp.Column)):
            raise Untranslatable("names a column with its schema: give the table a name with AS")
        for start, stop, table in sorted(self._tables(statement), reverse=True):
            text = text[:start] + call(self.package, table) + text[stop:]
        return text

    def _tables(self, statement: exp.Expression) -> Iterator[tuple[int, int, str]]:
        """Where each table stands in the text, and which it is."""
        for node in statement.find_all(exp.Table):
            schema, name = node.args.get("db"), node.this
            if schema is None:
                continue  # a CTE
            if schema.name.lower() != self.schema.lower() or node.args.get("catalog"):
                raise Untranslatable(f"reads {node.sql()}, which is no table of the pack's schema")
            table = name.name.lower()
            self.tables[table] = name.name
            if name.quoted:
                self.quoted.add(table)
            yield schema.meta["start"], name.meta["end"] + 1, table


def sources_text(pack: str, schema: PackSchema, spellings: Spellings) -> str:
    """The sources of a package for one warehouse. The names of schema and database are dbt variables.

    They are those of Fivetran's own packages: a project that has set them for these need not say them twice.
    """
    source = {
        "name": spellings.package,
        "description": f"Tables that the boards read. Source: {schema.source}",
        "database": Quoted(f"{{{{ var('{pack}_database', target.database) }}}}"),
        "schema": Quoted(f"{{{{ var('{pack}_schema', '{schema.schema_name}') }}}}"),
        "tables": [
            _table(name, table, schema.freshness, spellings)
            for name, table in schema.tables.items()
            if name in spellings.tables
        ],
    }
    return yaml_text({"version": 2, "sources": [source]})


def _table(name: str, table: PackTable, freshness: Freshness, spellings: Spellings) -> dict[str, object]:
    use = "Boards that need it are unavailable without it." if table.optional else "Required."
    fields: dict[str, object] = {"name": name, "description": " ".join(filter(None, (table.note, use)))}
    if name in spellings.quoted:
        fields |= {"identifier": Quoted(spellings.tables[name]), "quoting": Inline(identifier=True)}
    if SYNCED in table.columns:
        fields["config"] = {
            "loaded_at_field": _loaded_at(table.columns[SYNCED]),
            "freshness": {"warn_after": _period(freshness.warn_after), "error_after": _period(freshness.error_after)},
        }
    return fields


def _loaded_at(kind: str) -> str:
    """The column, or its text read as a time where a connector delivers text."""
    return SYNCED if kind == "timestamp" else f"CAST({SYNCED} AS TIMESTAMP)"


def _period(span: Span) -> Inline:
    return Inline(count=span.amount, period=span.unit)
