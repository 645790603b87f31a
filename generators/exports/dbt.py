"""A pack's tables as dbt sources, for teams whose Dataface lives in a dbt project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generators.model.pack import Freshness, PackSchema, PackTable
    from generators.model.text import Span

SYNCED = "_fivetran_synced"
RESERVED = frozenset({"order", "user", "group", "end", "start", "schedule", "role", "return", "transaction"})
"""Table names that a warehouse takes for its own words unless they are quoted."""


def sources(connector: str, schema: PackSchema) -> str:
    """The text of a dbt `sources` file. The schema's name is a dbt variable: `stripe_schema`."""
    name = schema.schema_name
    lines = [
        f"# Derived from packs/{connector}/schema.yaml by `make bless`; change that instead.",
        "# Fivetran writes elsewhere? Say so in dbt_project.yml:",
        f"#   vars: {{{connector}_schema: my_schema}}",
        "version: 2",
        "sources:",
        f"  - name: {_quoted(connector)}",
        f"    description: {_quoted('Tables that the pack of dashboards reads. Source: ' + schema.source)}",
        f"    schema: {_quoted(_variable(connector, name))}",
        "    tables:",
    ]
    for table_name, table in schema.tables.items():
        lines += _table(table_name, table, schema.freshness)
    return "\n".join(lines) + "\n"


def _variable(connector: str, default: str) -> str:
    return f"{{{{ var('{connector}_schema', '{default}') }}}}"


def _table(name: str, table: PackTable, freshness: Freshness) -> list[str]:
    use = "Faces that need it are unavailable without it." if table.optional else "Required."
    said = " ".join(filter(None, (table.note, use)))
    lines = [f"      - name: {_quoted(name)}", f"        description: {_quoted(said)}"]
    if name in RESERVED:
        stored = f"{{{{ '{name.upper()}' if target.type == 'snowflake' else '{name}' }}}}"
        lines += [f"        identifier: {_quoted(stored)}", "        quoting: {identifier: true}"]
    if SYNCED in table.columns:
        lines += [
            "        config:",
            f"          loaded_at_field: {_loaded_at(table.columns[SYNCED])}",
            "          freshness:",
            f"            warn_after: {_period(freshness.warn_after)}",
            f"            error_after: {_period(freshness.error_after)}",
        ]
    if len(table.key) > 1:
        lines.append(f"        meta: {{key: {json.dumps(list(table.key))}}}")
    lines.append("        columns:")
    for column, kind in table.columns.items():
        lines += [f"          - name: {_quoted(column)}", f"            data_type: {kind}"]
        if (column,) == table.key:
            lines.append("            data_tests: [unique, not_null]")
        elif column in table.key:
            lines.append("            data_tests: [not_null]")
    return lines


def _loaded_at(kind: str) -> str:
    """The column, or its text read as a time where a connector delivers text."""
    return SYNCED if kind == "timestamp" else _quoted(f"CAST({SYNCED} AS TIMESTAMP)")


def _period(span: Span) -> str:
    return f"{{count: {span.amount}, period: {span.unit}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
