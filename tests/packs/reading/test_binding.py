from __future__ import annotations

import pytest

from generators.packs.reading.binding import Bound, Unparsed, bind, parse

TABLES = {"a": {"x": "", "y": "", "end": ""}, "b": {"x": "", "z": ""}, "order": {"id": "", "user": ""}}


def _bound(sql: str) -> Bound:
    statement = parse(sql, "duckdb")
    assert not isinstance(statement, Unparsed), statement
    return bind(statement, "st", TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x FROM st.a",
        "SELECT X FROM ST.A ORDER BY x",
        "SELECT x FROM a",
        'SELECT o."user" FROM st."order" AS o WHERE o.id IS NOT NULL',
        'SELECT "end" FROM st.a',
        "WITH c AS (SELECT x FROM st.a) SELECT (SELECT MAX(x) FROM c) AS m, y FROM st.a",
        "SELECT x FROM st.a WHERE EXISTS (SELECT 1 FROM st.b WHERE b.z = a.y)",
        "SELECT x FROM st.a UNION ALL SELECT z FROM st.b ORDER BY x",
        "SELECT COUNT(*) AS n, x AS g FROM st.a GROUP BY g HAVING n > 1 ORDER BY n",
        "WITH r AS (SELECT *, 1 AS k FROM st.a CROSS JOIN st.b) SELECT z, k, y FROM r",
        "SELECT u.n FROM st.a CROSS JOIN UNNEST([1, 2]) AS u(n)",
        "SELECT x FROM st.a AS l, LATERAL (SELECT z FROM st.b WHERE b.x = l.x) AS m WHERE m.z = 1",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t",
        "WITH a(n) AS (SELECT x FROM st.a) SELECT n FROM a",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t",
        "SELECT * FROM (VALUES (1, 2)) AS v(p, q) WHERE p = 1",
    ],
)
def test_what_is_there_is_not_called_missing(sql: str) -> None:
    """A false alarm in a user's pack costs more trust than a missed one."""
    assert _bound(sql).missing == ()


@pytest.mark.parametrize(
    ("sql", "table", "column", "word"),
    [
        ("SELECT gone FROM st.a", "a", "gone", "gone"),
        ("SELECT x\nFROM st.a\nWHERE a.gone > 1", "a", "gone", "gone"),
        ("SELECT x FROM st.c", "c", None, "c"),
        ("SELECT x FROM other.a", "other.a", None, "a"),
        ("SELECT q.x FROM st.a", "q", None, "q"),
        ("WITH r AS (SELECT * FROM st.a) SELECT r.x, r.gone FROM r", "r", "gone", "gone"),
        ("SELECT x FROM st.a WHERE EXISTS (SELECT 1 FROM st.b WHERE b.gone = a.y)", "b", "gone", "gone"),
        ("SELECT x, ROW_NUMBER() OVER (PARTITION BY y ORDER BY gone) AS n FROM st.a", "a", "gone", "gone"),
        ("SELECT MAX(CASE WHEN x = 1 THEN gone END) AS m FROM st.a", "a", "gone", "gone"),
        ("SELECT x FROM st.a JOIN st.b ON b.x = a.gone", "a", "gone", "gone"),
        ('SELECT "Gone" FROM st.a', "a", "gone", '"Gone"'),
        ("SELECT x FROM st.a UNION ALL SELECT gone FROM st.b", "b", "gone", "gone"),
    ],
)
def test_what_is_missing_is_named_and_pointed_at(sql: str, table: str, column: str | None, word: str) -> None:
    """Table, column, and the very characters."""
    missing = _bound(sql).missing[0]
    assert (missing.table, missing.column) == (table, column)
    line = sql.split("\n")[missing.spot.line]
    assert line[missing.spot.column : missing.spot.column + missing.spot.width] == word


def test_the_nearest_name_is_offered() -> None:
    """Most missing columns are misspelt or renamed ones."""
    assert _bound('SELECT o.usr FROM st."order" AS o').missing[0].hint == "user"


def test_all_that_is_missing_is_named_at_once() -> None:
    """Not one a run."""
    found = {(missing.table, missing.column) for missing in _bound("SELECT p, q FROM st.a JOIN st.c ON TRUE").missing}
    assert found == {("c", None)}
    found = {(missing.table, missing.column) for missing in _bound("SELECT p, q FROM st.a").missing}
    assert found == {("a", "p"), ("a", "q")}


@pytest.mark.parametrize(
    "sql",
    [
        "WITH d AS (DELETE FROM st.a RETURNING x) SELECT 1",
        "SELECT FROM WHERE",
        "DROP TABLE st.a",
        "SELECT 1; SELECT 2",
        "",
        "SELECT (",
        "SELECT 'x",
        "(" * 3000,
    ],
)
def test_what_is_no_query_is_refused_with_a_sentence(sql: str) -> None:
    """Nothing but one query is ever run on somebody's warehouse."""
    found = parse(sql, "duckdb")
    assert isinstance(found, Unparsed)
    assert found.sentence
