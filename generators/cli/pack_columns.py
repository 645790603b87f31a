"""`dfops pack check --schema-query`: the SQL whose rows are an export of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.lookup import named_in_warehouse, valid_packs
from generators.cli.options import Unusable

if TYPE_CHECKING:
    from pathlib import Path


def require_alone(schema: Path | None, project: Path | None, source: str | None, *, record: bool) -> None:
    """The query is printed before there is an export or a project, and nothing is checked. Raises Unusable."""
    if schema is not None or project is not None or source is not None or record:
        raise Unusable("--schema-query only prints: leave out --schema, --project, --source and --record")


def query_of_columns(
    root: Path, names: list[str] | None, warehouses: tuple[str, ...], named: tuple[str | None, str | None]
) -> str:
    """The SQL that gives the columns of one schema on one warehouse; `named` are schema and database.

    Raises Unusable unless there is one of each, and where a warehouse has no list of columns.
    """
    _, chosen = valid_packs(root, names)
    schema_name, database = named_in_warehouse("--schema-name", named[0]), named_in_warehouse("--database", named[1])
    schemas = sorted({schema_name or pack.schema_name for pack in chosen})
    if len(schemas) != 1:
        raise Unusable("--schema-query is about one schema: name one PACK, or the schema with --schema-name NAME")
    if len(warehouses) != 1:
        raise Unusable("--schema-query is about one warehouse: name it with --warehouse NAME")
    from generators.packs.reading.catalogs import columns_query  # noqa: PLC0415 - a parser, needed only here
    from generators.packs.reading.dialects import Untranslatable  # noqa: PLC0415 - as above

    try:
        return f"{columns_query(warehouses[0], schemas[0], database)};\n"
    except Untranslatable as error:
        raise Unusable(f"no query gives the columns of a schema on {warehouses[0]}: {error}") from error
