from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp

from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from generators.packs.reading.dialects import SQLGLOT
from generators.published.names import LONGEST
from generators.published.tables import (
    CALL,
    Place,
    UnusableName,
    call,
    exchanged,
    identifier,
    spelled,
    unusable,
)
from tests.packs.delivered import folder
from tests.packs.small import lamps
from tests.published.samples import manifest
from tests.runtimes import needs_runtime, rendered

if TYPE_CHECKING:
    from pathlib import Path

WAREHOUSES = ("duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks")
ODD = (
    "stripe-prod",
    "Stripe",
    "STRIPE",
    "my schema",
    'we"ird',
    "a`b",
    "a\\b",
    "it's",
    "order",
    "select",
    "1st",
    "é",
    "a.b",
)
NAMES = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1, max_size=20
)


def _stored(name: str, warehouse: str) -> str:
    """The name that somebody means: a plain one in small letters is that of a name without quotes."""
    return name.upper() if warehouse == "snowflake" and name.islower() else name


def _resolved(node: exp.Identifier, warehouse: str) -> str:
    """The name that a warehouse looks up."""
    return node.name.upper() if warehouse == "snowflake" and not node.quoted else node.name


@pytest.mark.parametrize("warehouse", WAREHOUSES)
@given(schema=NAMES, database=st.none() | NAMES)
@example("lamps", None)
@example("lamps", "order")
def test_a_table_is_read_as_exactly_these_names(warehouse: str, schema: str, database: str | None) -> None:
    """By a parser of the warehouse's own SQL, whatever the names are; else they are refused."""
    said = manifest(warehouse=warehouse)
    try:
        text = spelled(said, "order", Place(schema, database))
    except UnusableName:
        _require_refusable(warehouse, schema, database or "x")
        return
    if warehouse == "bigquery" and "." in schema + (database or ""):
        return  # there a name in quotes may hold the path to a table as well
    sql = f"SELECT * FROM {text} AS t"  # noqa: S608 - parsed, never run
    (table,) = sqlglot.parse_one(sql, dialect=SQLGLOT[warehouse]).find_all(exp.Table)
    read = [_resolved(table.args[part], warehouse) for part in ("catalog", "db", "this") if table.args.get(part)]
    assert read == [*([_stored(database, warehouse)] if database else []), _stored(schema, warehouse), "order"]
    assert table.alias == "t"


def _require_refusable(warehouse: str, *names: str) -> None:
    marks = ("{{", "{%", "{#", *(("`", "\\") if warehouse == "bigquery" else ()))
    assert any(mark in name for name in names for mark in marks)


@pytest.mark.parametrize("name", ["", " ", "a" * (LONGEST + 1), "a\nb", "a\0b", "a\u202eb", "{{ x }}", "{% x", "{#"])
def test_what_is_no_name(name: str) -> None:
    """Or what a template would evaluate."""
    assert unusable(name)
    with pytest.raises(UnusableName):
        identifier(name, "duckdb")


@given(NAMES)
def test_a_call_is_exchanged_whatever_stands_in_its_place(name: str) -> None:
    """Nothing in a name is taken for a reference to what was found."""
    sql = f"from {call('a_boards', 'lamp')} join {call('a_boards', 'storm')}"
    assert exchanged(sql, lambda table: f"{table}{name}") == f"from lamp{name} join storm{name}"
    assert [found["table"] for found in CALL.finditer(sql)] == ["lamp", "storm"]


@pytest.mark.parametrize("schema", ["stripe-prod", 'Weird "Name"', "order", "a\\b", "a`b", "lamps"])
def test_duckdb_finds_the_table(schema: str) -> None:
    """In a schema of that very name."""
    quoted = schema.replace('"', '""')
    with duckdb.connect() as connection:
        connection.execute(f'CREATE SCHEMA "{quoted}"')
        connection.execute(f'CREATE TABLE "{quoted}"."order" AS SELECT 7 AS id')
        for place in (Place(schema), Place(schema, "memory")):
            found = connection.execute(f"SELECT id FROM {spelled(manifest(), 'order', place)}").fetchall()  # noqa: S608 - under test
            assert found == [(7,)]


@needs_runtime
@pytest.mark.parametrize("schema", ["lamps-prod", 'Weird "Name"'])
def test_boards_run_in_a_schema_of_any_name(tmp_path: Path, schema: str) -> None:
    """As the runtime sends their queries."""
    pack = lamps(tmp_path)
    assert pack.fixtures is not None
    rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=False)
    files = folder(pack, "duckdb", "w", schema)
    quoted = schema.replace('"', '""')
    with duckdb.connect() as connection:
        duck.create(connection, pack.schema_name, pack.schema.entity.tables, rows)
        connection.execute(f'CREATE SCHEMA "{quoted}"')
        for table in pack.schema.entity.tables:
            connection.execute(f'CREATE TABLE "{quoted}"."{table}" AS FROM lamps."{table}"')
        connection.execute("DROP SCHEMA lamps CASCADE")
        for board in pack.boards:
            queries = yaml.safe_load(files[f"{board.id}.yml"])["queries"]
            for query in queries.values():
                sent = rendered(query if isinstance(query, str) else query["sql"], board.defaults, "duckdb")
                assert connection.execute(sent.sql, sent.params).fetchall()
