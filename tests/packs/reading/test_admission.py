from __future__ import annotations

import pytest

from generators.packs.reading.binding import Bound, Unparsed, bind, parse
from generators.packs.reading.dialects import SQLGLOT

TABLES = {"lamp": {"id": "string", "lit_at": "timestamp"}}
REACHING = {
    "duckdb": [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('s3://bucket/x')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM query_table('x')",
        "SELECT * FROM sniff_csv('x')",
        "SELECT getenv('HOME')",
        "SELECT current_setting('home_directory')",
        "SELECT COLUMNS('.*') FROM lamps.lamp",
        "ATTACH 'x.db'",
        "COPY lamps.lamp TO 'x.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list",
        "SET enable_external_access = true",
        "SUMMARIZE 'x.csv'",
        "SELECT * FROM (DESCRIBE SELECT 1)",
        "EXPORT DATABASE 'x'",
        "SELECT repeat('x', 1000000000)",
        "SELECT lpad('x', 1000000000, 'y')",
        "SELECT * FROM generate_series(1, 1000000000)",
        "SELECT my_macro(id) FROM lamps.lamp",
    ],
    "postgres": [
        "SELECT CAST(pg_read_file('/etc/hostname') AS INT)",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_catalog.pg_read_file('x')",
        "SELECT (l).pg_read_file FROM lamps.lamp AS l",
        "SELECT id FROM lamps.lamp WHERE EXISTS (SELECT 1 FROM pg_ls_dir('.') AS x)",
        "SELECT x FROM lamps.lamp, LATERAL pg_ls_dir('.') AS x",
        "SELECT x FROM ROWS FROM (pg_ls_dir('.')) AS t(x)",
        "SELECT x FROM UNNEST(ARRAY[pg_read_file('a')]) AS x",
        "SELECT lo_import('/etc/passwd')",
        "SELECT * FROM dblink('dbname=x', 'SELECT 1') AS t(a INT)",
        "SELECT query_to_xml('SELECT 1', TRUE, TRUE, '')",
        "SELECT set_config('role', 'postgres', TRUE)",
        "SELECT current_user",
        "SELECT inet_server_addr()",
        "SELECT 'pg_authid'::regclass",
        "SELECT 'x'::my_type",
        "SELECT nextval('s')",
        "SELECT pg_sleep(60)",
        "SELECT id INTO other FROM lamps.lamp",
        "SELECT id FROM lamps.lamp FOR UPDATE",
        "WITH x AS (DELETE FROM lamps.lamp RETURNING *) SELECT * FROM x",
        "SELECT id FROM lamps.lamp WHERE id = $1",
        "SELECT $$x$$",
        "SELECT E'a\\nb'",
    ],
    "snowflake": [
        "SELECT $1 FROM @stage/x",
        "SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        "SELECT SYSTEM$ALLOWLIST()",
        "SELECT * FROM IDENTIFIER('x')",
        "SELECT GET_PRESIGNED_URL(@a, 'b')",
        "SELECT id FROM lamps.lamp AT(OFFSET => -60)",
    ],
    "bigquery": [
        "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')",
        "SELECT * FROM ML.PREDICT(MODEL m, TABLE t)",
        "SELECT SESSION_USER()",
        "SELECT @@project_id",
        "SELECT functions.f(id) FROM lamps.lamp",
        "SELECT id FROM lamps.lamp FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()",
    ],
    "databricks": [
        "SELECT * FROM read_files('s3://x')",
        "SELECT reflect('java.lang.System', 'getenv', 'x')",
        "SELECT java_method('a', 'b')",
        "SELECT secret('a', 'b')",
        "SELECT ai_query('a', 'b')",
        "SELECT http_request(conn => 'x')",
    ],
    "spark": ["SELECT TRANSFORM (id) USING 'cat' FROM lamps.lamp"],
    "mysql": ["SELECT LOAD_FILE('/etc/passwd')", "SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */", "SELECT SLEEP(60)"],
    "redshift": ["SELECT f_python(id) FROM lamps.lamp", "SELECT pg_last_query_id()"],
}
ELSEWHERE = {
    "duckdb": [
        "'x.csv'",
        '"https://x.example/x.parquet"',
        "other.lamp",
        "warehouse.lamps.lamp",
        "information_schema.tables",
    ],
    "postgres": ["pg_authid", "pg_catalog.pg_authid", "information_schema.columns", "a.lamps.lamp"],
    "databricks": ["csv.`/etc/passwd`", "delta.`x`", "system.access.audit"],
    "snowflake": ["SNOWFLAKE.ACCOUNT_USAGE.USERS", "other.lamp"],
    "bigquery": ["`project.lamps.lamp`", "`region-us`.INFORMATION_SCHEMA.TABLES"],
}


@pytest.mark.parametrize(("dialect", "sql"), [(dialect, sql) for dialect, all_ in REACHING.items() for sql in all_])
def test_what_reaches_beyond_tables_is_refused(dialect: str, sql: str) -> None:
    """Files, addresses, settings, users, sessions, and every function that the parser does not know."""
    assert isinstance(parse(sql, SQLGLOT[dialect]), Unparsed)


@pytest.mark.parametrize(
    "wrapped", ["{}", "SELECT id FROM lamps.lamp WHERE id IN ({})", "WITH x AS ({}) SELECT * FROM x"]
)
def test_it_is_refused_however_deep_it_stands(wrapped: str) -> None:
    """In a query below, in a name of its own, or by itself; the sentence names the function."""
    found = parse(wrapped.format("SELECT pg_read_file('x')"), "postgres")
    assert isinstance(found, Unparsed)
    assert found.sentence == "uses pg_read_file(), which packs may not use"
    assert found.spot.column == wrapped.format("SELECT pg_read_file('x')").index("pg_read_file")


@pytest.mark.parametrize(
    ("dialect", "table"), [(dialect, table) for dialect, all_ in ELSEWHERE.items() for table in all_]
)
@pytest.mark.parametrize("sql", ["SELECT * FROM {}", "SELECT id FROM lamps.lamp WHERE id IN (SELECT 1 FROM {})"])
def test_a_table_of_somewhere_else_is_missing(sql: str, dialect: str, table: str) -> None:
    """Files by their name, catalogs, other schemas and databases: never executed, wherever they stand."""
    statement = parse(sql.format(table), SQLGLOT[dialect])
    if isinstance(statement, Unparsed):
        return
    bound = bind(statement, "lamps", TABLES)
    assert isinstance(bound, Bound)
    assert bound.missing


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 /* a /* b */ c */",
        "SELECT 1 /*+ HINT */",
        "SELECT '\\' || id",
    ],
)
def test_what_warehouses_read_differently_is_refused(sql: str) -> None:
    """The parser must not take for a comment or a text what a warehouse executes."""
    found = parse(sql, "duckdb")
    assert isinstance(found, Unparsed)
    assert "warehouses read in different ways" in found.sentence
