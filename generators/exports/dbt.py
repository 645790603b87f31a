"""A pack's tables as dbt sources, for teams whose boards live in a dbt project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.exports.table import Made
from generators.source.writing import Inline, InlineList, Quoted, yaml_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.exports.table import Sources
    from generators.model.pack import Freshness, PackSchema, PackTable
    from generators.model.text import Span

SYNCED = "_fivetran_synced"
RESERVED = frozenset({"order", "user", "group", "end", "start", "schedule", "role", "return", "transaction"})
"""Table names that a warehouse takes for its own words unless they are quoted."""


def source_text(connector: str, schema: PackSchema) -> str:
    """The text of a dbt `sources` file. The schema's name is a dbt variable: `stripe_schema`."""
    head = (
        f"Derived from packs/{connector}/schema.yaml by `make bless`; change that instead.\n"
        "Fivetran writes elsewhere? Say so in dbt_project.yml:\n"
        f"  vars: {{{connector}_schema: my_schema}}"
    )
    source = {
        "name": connector,
        "description": f"Tables that the pack of dashboards reads. Source: {schema.source}",
        "schema": Quoted(f"{{{{ var('{connector}_schema', '{schema.schema_name}') }}}}"),
        "tables": [_table(name, table, schema.freshness) for name, table in schema.tables.items()],
    }
    return yaml_text({"version": 2, "sources": [source]}, head=head)


def _table(name: str, table: PackTable, freshness: Freshness) -> dict[str, object]:
    use = "Boards that need it are unavailable without it." if table.optional else "Required."
    fields: dict[str, object] = {"name": name, "description": " ".join(filter(None, (table.note, use)))}
    if name in RESERVED:
        fields["identifier"] = Quoted(f"{{{{ '{name.upper()}' if target.type == 'snowflake' else '{name}' }}}}")
        fields["quoting"] = Inline(identifier=True)
    if SYNCED in table.columns:
        fields["config"] = {
            "loaded_at_field": _loaded_at(table.columns[SYNCED]),
            "freshness": {"warn_after": _period(freshness.warn_after), "error_after": _period(freshness.error_after)},
        }
    if len(table.key) > 1:
        fields["meta"] = Inline(key=InlineList(table.key))
    fields["columns"] = [_column(column, kind, table.key) for column, kind in table.columns.items()]
    return fields


def _column(name: str, kind: str, key: Sequence[str]) -> dict[str, object]:
    fields: dict[str, object] = {"name": name, "data_type": kind}
    if (name,) == tuple(key):
        fields["data_tests"] = InlineList(["unique", "not_null"])
    elif name in key:
        fields["data_tests"] = InlineList(["not_null"])
    return fields


def _loaded_at(kind: str) -> str:
    """The column, or its text read as a time where a connector delivers text."""
    return SYNCED if kind == "timestamp" else f"CAST({SYNCED} AS TIMESTAMP)"


def _period(span: Span) -> Inline:
    return Inline(count=span.amount, period=span.unit)


def make_export(sources: Sources) -> Made:
    """A file a pack."""
    return Made(
        {
            f"packs/{name}/dbt/sources.yaml": source_text(name, pack.schema.entity)
            for name, pack in sources.packs.items()
        }
    )
