"""The tables of somebody's schema on warehouses that are not here: what they show, and what they say of the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generators.packs.proof.live import LiveWarehouse, check_live, freshness
from generators.packs.proof.live_tables import live_snapshot
from generators.packs.reading.catalogs import newest_query
from generators.packs.reading.snapshots import Snapshot
from generators.runtime.port import Reply, Rows
from tests.packs.proof.test_live import Project
from tests.packs.small import lamps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = {
    "lamp": {
        "id": "text",
        "lit_at": "timestamp_tz",
        "order": "bigint",
        "colour": "text",
        "cost": "numeric",
        "_fivetran_synced": "timestamp_tz",
    },
    "keeper": {"id": "text", "name": "text"},
    "storm": {"id": "text", "lamp_id": "text", "seen_at": "timestamp_tz"},
}


DENIED, UNCLEAR = ": no permission to read", ": not there, or no permission to read"
ABSENT = ", which the schema does not have"


class Warehouse(Project):
    """Stands for a project: schemas with their tables, and what is said to a query of one that is not shown."""

    def __init__(self, schemas: Mapping[str, Sequence[str]], error: str = "", *, capitals: bool = False) -> None:
        """Tables by schema; the pack's columns are theirs."""
        super().__init__()
        self.schemas, self.error, self.capitals = schemas, error, capitals

    def ask(self, sql: str, variables: Mapping[str, object], seconds: float) -> Reply:
        """Columns, permissions that cannot be asked for, the error, or nothing."""
        super().ask(sql, variables, seconds)
        if "pg_catalog" in sql.lower():
            return Reply(error="permission denied for pg_class")
        if "information_schema" in sql.lower() or "svv_columns" in sql:
            return Reply(Rows(("a", "b", "c", "d", "e"), tuple(self._rows())))
        return Reply(error=self.error) if self.error else Reply(Rows(("n",), ()))

    def _rows(self) -> Any:
        for schema, tables in self.schemas.items():
            for table in tables:
                for column, kind in COLUMNS[table].items():
                    names = (table.upper(), column.upper()) if self.capitals else (table, column)
                    yield ("db", schema, *names, kind)


def _live(project: Project, warehouse: str) -> LiveWarehouse:
    return LiveWarehouse(project, Path("project"), "w", warehouse)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("warehouse", "error", "words"),
    [
        ("snowflake", "Object 'DB.LAMPS.LAMP' does not exist or not authorized.", UNCLEAR),
        ("bigquery", "Access Denied: Table d.lamp: no permission to query it, or perhaps it does not exist.", UNCLEAR),
        ("bigquery", "Not found: Table p:lamps.lamp was not found in location EU", ABSENT),
        ("databricks", "[INSUFFICIENT_PERMISSIONS] User does not have SELECT on Table lamp", DENIED),
        ("databricks", "[TABLE_OR_VIEW_NOT_FOUND] The table or view cannot be found", ABSENT),
        ("mysql", "SELECT command denied to user 'x' for table 'lamp'", DENIED),
        ("mysql", "Table 'lamps.lamp' doesn't exist", ABSENT),
        ("trino", "Access Denied: Cannot select from table lamps.lamp", DENIED),
        ("redshift", "permission denied for relation lamp", DENIED),
        ("postgres", 'relation "lamps.lamp" does not exist', ABSENT),
        ("snowflake", "Warehouse 'W' is suspended", UNCLEAR),
        ("snowflake", "", UNCLEAR),
    ],
)
def test_what_a_warehouse_says_of_a_table_it_does_not_show(
    tmp_path: Path, warehouse: str, error: str, words: str
) -> None:
    """No permission is not missing; where the words leave it open, so does the sentence."""
    pack = lamps(tmp_path)
    live = _live(Warehouse({"lamps" if warehouse != "snowflake" else "LAMPS": ["keeper", "storm"]}, error), warehouse)
    snapshot = live_snapshot(live, pack, None)
    assert isinstance(snapshot, Snapshot)
    (result,) = (result for result in check_live(pack, snapshot, live).results if result.query == "total")
    assert result.message.startswith(f"asks for table lamp{words}")
    assert result.verdict == ("unproven" if words == DENIED else "broken")


def test_duckdb_hides_nothing(tmp_path: Path) -> None:
    """What it does not show is not there, and nothing more is asked."""
    project = Warehouse({"lamps": ["keeper"]}, "permission denied")
    snapshot = live_snapshot(_live(project, "duckdb"), lamps(tmp_path), None)
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.hidden, len(project.asked)) == ({}, 1)


@pytest.mark.parametrize(
    ("warehouse", "schemas", "asked", "found"),
    [
        ("snowflake", ("LAMPS",), None, "LAMPS"),
        ("snowflake", ("LAMPS",), "lamps", "LAMPS"),
        ("snowflake", ("Lamps",), "LAMPS", "Lamps"),
        ("snowflake", ("LAMPS", "Lamps"), "Lamps", "Lamps"),
        ("snowflake", ("LAMPS", "lamps"), "lamps", "LAMPS"),
        ("bigquery", ("lamps",), "LAMPS", "lamps"),
        ("databricks", ("lamps",), "LAMPS", "lamps"),
    ],
)
def test_the_schema_is_found_as_it_is_spelled(
    tmp_path: Path, warehouse: str, schemas: tuple[str, ...], asked: str | None, found: str
) -> None:
    """By the name that SQL finds, else in another case."""
    live = _live(Warehouse({schema: [*COLUMNS] for schema in schemas}), warehouse)
    snapshot = live_snapshot(live, lamps(tmp_path), asked)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.schema == found


@pytest.mark.parametrize(
    ("warehouse", "schemas", "asked", "words"),
    [
        ("snowflake", ("LAMPS", "Lamps"), None, "differ in case only: LAMPS, Lamps; name one with --schema-name"),
        ("snowflake", ("LAMPS", "Lamps"), "lAMPS", "differ in case only"),
        ("snowflake", ("lamps",), None, "is called 'lamps', without capitals: boards cannot name it on snowflake"),
        ("snowflake", (), "storms", "no schema 'storms', or none we may read"),
        ("spark", ("lamps",), None, "Spark has no information_schema"),
    ],
)
def test_a_schema_that_is_not_found(
    tmp_path: Path, warehouse: str, schemas: tuple[str, ...], asked: str | None, words: str
) -> None:
    """One sentence."""
    live = _live(Warehouse({schema: [*COLUMNS] for schema in schemas}), warehouse)
    assert words in str(live_snapshot(live, lamps(tmp_path), asked))


def test_questions_to_snowflake_name_what_it_stores(tmp_path: Path) -> None:
    """Boards as they are written where the name is raised to its own; else the schema as it is spelled."""
    pack = lamps(tmp_path)
    for schema, written in (("LAMPS", "lamps.lamp"), ("Lamps-EU", '"Lamps-EU".lamp')):
        project = Warehouse({schema: [*COLUMNS]}, capitals=True)
        live = _live(project, "snowflake")
        snapshot = live_snapshot(live, pack, schema)
        assert isinstance(snapshot, Snapshot)
        del project.asked[:]
        check_live(pack, snapshot, live)
        assert len(project.asked) == 4
        assert [sql for sql in project.asked if written not in sql] == []
        del project.asked[:]
        freshness(pack, snapshot, live, datetime(2026, 1, 1, tzinfo=UTC))
        assert project.asked == [newest_query("snowflake", schema, "lamp", "_fivetran_synced")]
        assert f'FROM "{schema}".lamp' in project.asked[0]
