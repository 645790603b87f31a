from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.packs.engines import duck
from generators.packs.reading.composition import (
    INDENT,
    LONGEST,
    Circular,
    Misused,
    TooLong,
    Unknown,
    Unresolved,
    Written,
    expand,
)
from generators.source import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Document("packs/lamps/charts/index.yml", {})


def board(**queries: str) -> dict[str, Written]:
    """Queries of one board by name."""
    return {name: Written(name, sql, FILE, ("queries", name)) for name, sql in queries.items()}


def expanded(**queries: str) -> str:
    """The query `main` with what it builds on."""
    known = board(**queries)
    return expand(known["main"], known).sql


def test_sql_without_references_stays_as_it_is() -> None:
    """To the last character."""
    assert expanded(main="WITH a AS (SELECT 1)\nSELECT * FROM a;\n") == "WITH a AS (SELECT 1)\nSELECT * FROM a;\n"


def test_each_query_stands_once_behind_those_it_builds_on() -> None:
    """However often it is reached."""
    assert expanded(
        unused="SELECT 9",
        fees="SELECT amount FROM {{ queries.rows }}\n",
        rows="SELECT 1 AS amount -- one",
        main="SELECT *\nFROM {{ queries.fees }}\nINNER JOIN {{queries.rows}} ON {{ filter('a', v) }}\n",
    ) == (
        "WITH\nrows AS (\n  SELECT 1 AS amount -- one\n),\nfees AS (\n  SELECT amount FROM rows\n)\n"
        "SELECT *\nFROM fees\nINNER JOIN rows ON {{ filter('a', v) }}\n"
    )


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("WITH a AS (SELECT 2)\nSELECT", "WITH\nx AS (\n  SELECT 1\n),\na AS (SELECT 2)\nSELECT"),
        ("with\n  a AS (SELECT 2)\nSELECT", "WITH\nx AS (\n  SELECT 1\n),\na AS (SELECT 2)\nSELECT"),
        ("WITH RECURSIVE a AS (SELECT 2) SELECT", "WITH RECURSIVE\nx AS (\n  SELECT 1\n),\na AS (SELECT 2) SELECT"),
        ("-- with b\nWITH a AS (SELECT 2) SELECT", "WITH\nx AS (\n  SELECT 1\n),\n-- with b\na AS (SELECT 2) SELECT"),
        (
            "/* with\nb */ WITH a AS (SELECT 2) SELECT",
            "WITH\nx AS (\n  SELECT 1\n),\n/* with\nb */ a AS (SELECT 2) SELECT",
        ),
        ("-- with b AS (\nSELECT 'with c AS ('", "WITH\nx AS (\n  SELECT 1\n)\n-- with b AS (\nSELECT 'with c AS ('"),
        (
            "(WITH a AS (SELECT 2) SELECT 3) UNION SELECT",
            "WITH\nx AS (\n  SELECT 1\n)\n(WITH a AS (SELECT 2) SELECT 3) UNION SELECT",
        ),
        ("WITHIN", "WITH\nx AS (\n  SELECT 1\n)\nWITHIN"),
    ],
)
def test_an_authors_own_list_follows(sql: str, made: str) -> None:
    """Only a list at the very beginning is one list with the queries in front."""
    assert expanded(x="SELECT 1", main=f"{sql} {{{{ queries.x }}}}") == f"{made} x"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'a\n  b'",
        "SELECT 'it''s\n'",
        'SELECT 1 AS "a\nb"',
        "SELECT 1 /* a\nb */",
        "SELECT 1\nWHERE {{ filter('a',\n v) }}",
        "SELECT '-- '' \n' -- '",
        """SELECT '"', 'a\n"'""",
        "SELECT {{ filter('a', '}}') }}, '\n'",
    ],
)
def test_lines_inside_a_text_stay_as_they_are(sql: str) -> None:
    """A query with a text over several lines is not indented: the text would be another."""
    assert f"x AS (\n{sql}\n)" in expanded(x=sql, main="SELECT * FROM {{ queries.x }}")


@pytest.mark.parametrize("sql", ["SELECT 'a', 1\n\nFROM b -- it's", "SELECT 1 / 2 - 3\nFROM \"b\" /* ' */\nWHERE 'c'"])
def test_other_queries_are_indented(sql: str) -> None:
    """As people write them."""
    made = expanded(x=sql, main="SELECT * FROM {{ queries.x }}")
    assert f"x AS (\n{indent(sql, INDENT)}\n)" in made


@pytest.mark.parametrize(
    ("queries", "error", "name"),
    [
        ({"main": "SELECT * FROM {{ queries.main }}"}, Circular, "main"),
        (
            {"main": "SELECT * FROM {{ queries.a }}", "a": "FROM {{ queries.b }}", "b": "FROM {{ queries.a }}"},
            Circular,
            "a",
        ),
        ({"main": "SELECT * FROM {{ queries.a }}", "a": "SELECT * FROM {{ queries.gone }}"}, Unknown, "gone"),
        ({"main": "SELECT * FROM {{ queries.a | lower }}", "a": "SELECT 1"}, Misused, ""),
    ],
)
def test_what_leads_nowhere_is_refused(queries: dict[str, str], error: type[Unresolved], name: str) -> None:
    """Circles of any length, queries that are not there, and references that say more than a name."""
    with pytest.raises(error) as raised:
        expanded(**queries)
    assert raised.value.reference.name == name


def test_what_grows_too_long_is_refused() -> None:
    """A chain of many queries, many queries in one, and few long ones: in little time."""
    chain = {f"q{n}": f"SELECT * FROM {{{{ queries.q{n + 1} }}}}" for n in range(3000)}  # noqa: S608 - a chain of names
    with pytest.raises(TooLong):
        expanded(main="SELECT * FROM {{ queries.q0 }}", **chain, q3000="SELECT 1")
    wide = {f"q{n}": "SELECT 1" for n in range(200)}
    with pytest.raises(TooLong):
        expanded(main=", ".join(f"{{{{ queries.{name} }}}}" for name in wide), **wide)
    with pytest.raises(TooLong):
        expanded(main="SELECT * FROM {{ queries.a }}", a=f"SELECT '{'a' * LONGEST}'")


NAMES = [f"q{number}" for number in range(6)]
TEXTS = st.sampled_from(["'a\n  b'", "'-- no {comment}'", "'it''s'", "1 -- (\n", "/* ) */ 2", "'WITH x AS ('"])


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, str]:
    """Queries of which each builds on some of those before it, in any order of writing, the last one named main."""
    queries: dict[str, str] = {}
    for number, name in enumerate(NAMES[: draw(st.integers(1, len(NAMES)))]):
        others = draw(st.lists(st.sampled_from(NAMES[:number]), unique=True, max_size=3)) if number else []
        own = draw(st.sampled_from(["", f"WITH own{number} AS (SELECT {number} AS n)\n", "-- with note AS (\n"]))
        first = f"own{number}" if own.startswith("WITH") else "(SELECT 7 AS n) AS t"
        joined = "".join(f"\n  CROSS JOIN {{{{ queries.{other} }}}}" for other in others)
        columns = ", ".join(f"{other}.v AS v_{other}" for other in others) or "3 AS w"
        queries[name] = f"{own}SELECT {draw(TEXTS)} AS v, {columns}\nFROM {first}{joined}"
    queries["main"] = queries.pop(list(queries)[-1])
    return dict(draw(st.permutations(list(queries.items()))))


def nested(name: str, queries: Mapping[str, str]) -> str:
    """A query with a subquery in place of each reference, as the runtime writes it."""
    sql = queries[name]
    for other in queries:
        reference = f"{{{{ queries.{other} }}}}"
        if reference in sql:
            sql = sql.replace(reference, f"(\n{nested(other, queries)}\n) AS {other}")
    return sql


@settings(max_examples=30)
@given(graphs())
def test_rows_are_those_of_nested_subqueries_and_each_line_is_its_authors(queries: dict[str, str]) -> None:
    """Comments, texts over several lines and lists of their own included."""
    known = board(**queries)
    made = expand(known["main"], known)
    connection = duck.connect()
    try:
        assert connection.execute(made.sql).fetchall() == connection.execute(nested("main", queries)).fetchall()
    finally:
        connection.close()
    ends = [*(stretch.start for stretch in made.stretches[1:]), len(made.sql)]
    names = {offset for offset, _ in made.tables}
    for stretch, end in zip(made.stretches, ends, strict=True):
        for offset in range(stretch.start, end):
            before = made.sql[:offset]
            origin = made.origin(before.count("\n"), offset - before.rfind("\n") - 1)
            authored = origin.written.sql.split("\n")[origin.line][origin.column :]
            if stretch.width:
                assert f"{authored}\n"[0] == made.sql[offset]
            elif stretch.start in names:
                assert authored.startswith(f"{{{{ queries.{made.sql[stretch.start : end]} }}}}")
            elif made.sql[stretch.start : end] != INDENT:
                assert (origin.line, origin.column) == (0, 0)
