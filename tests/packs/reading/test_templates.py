from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.packs.reading.templates import (
    UnreadableTemplate,
    beyond,
    beyond_values,
    readable,
    references,
    rewritten,
)

CASES = [
    "SELECT {{ x }} AS a FROM t",
    "SELECT a FROM t WHERE {{ filter('t.a', v) }} AND b = 1",
    'SELECT a FROM t WHERE {{ filter("a",\n  v,\n  operator=">=") }}\nORDER BY a',
    "SELECT a FROM t {% if x %} WHERE b {%- elif y -%} WHERE c {% else %} WHERE d {% endif %} ORDER BY a",
    "SELECT a {# a note\nof two lines #} FROM t",
    "{% raw %}SELECT '{{ not }}'{% endraw %}",
    "SELECT a FROM t WHERE {% if p %}{% if q %}x{% else %}y{% endif %}{% endif %}",
]


@pytest.mark.parametrize("sql", CASES)
def test_every_piece_keeps_its_length_and_its_lines(sql: str) -> None:
    """A place in the readable text is the same place in the board."""
    for text in readable(sql):
        assert len(text) == len(sql)
        assert [i for i, c in enumerate(text) if c == "\n"] == [i for i, c in enumerate(sql) if c == "\n"]
        assert "{{" not in text.replace("'{{ not }}'", "")
        assert "{%" not in text


def test_each_arm_of_a_condition_is_read() -> None:
    """A column that only one arm names is asked for all the same."""
    texts = readable(CASES[3])
    assert [[word for word in ("b", "c", "d") if f"WHERE {word}" in text] for text in texts] == [["b"], ["c"], ["d"]]


def test_conditions_with_different_numbers_of_arms() -> None:
    """One that has no such arm keeps its first: a correct query is never read with a hole in it."""
    texts = readable("WHERE {% if a %}x{% elif b %}y{% else %}z{% endif %} AND {% if c %}p{% else %}q{% endif %}")
    assert [" ".join(text.split()) for text in texts] == ["WHERE x AND p", "WHERE y AND q", "WHERE z AND p"]


def test_a_condition_without_else_is_read_without_its_text() -> None:
    """As it is sent while the variable is empty."""
    texts = readable("SELECT a{% if b %}, c{% if d %}, e{% endif %}{% endif %} FROM t")
    assert [" ".join(text.split()) for text in texts] == ["SELECT a , c , e FROM t", "SELECT a FROM t"]


def test_the_column_of_a_filter_stands_at_its_own_place() -> None:
    """A missing column inside a helper is pointed at where it is written."""
    sql = "SELECT a FROM t WHERE {{ filter('t.colour', v) }}"
    (text,) = readable(sql)
    assert text.index("t.colour=1") == sql.index("t.colour")


def test_what_is_rewritten_comes_back_with_its_jinja() -> None:
    """Another dialect changes the SQL around a piece, never the piece."""
    sql = "SELECT a FROM t WHERE {{ filter('a', v) }} AND b = {{ w | int }}"
    changed = rewritten(sql, lambda text: text.replace("SELECT", "select"))
    assert changed == sql.replace("SELECT", "select")


def test_a_piece_that_is_lost_is_noticed() -> None:
    """A query without its filter would show everything to everybody."""
    with pytest.raises(ValueError, match="was lost"):
        rewritten("SELECT a FROM t WHERE {{ filter('a', v) }}", lambda _: "SELECT a FROM t")


@pytest.mark.parametrize(
    ("sql", "line"), [("SELECT {{ x FROM t", 0), ("SELECT\n\n{{ 'x }} FROM t", 2), ("a\n{% if x }", 1)]
)
def test_jinja_that_cannot_be_read_is_named_with_its_line(sql: str, line: int) -> None:
    """An author finds it without counting."""
    with pytest.raises(UnreadableTemplate) as caught:
        readable(sql)
    assert caught.value.line == line


def test_conditions_are_not_carried_to_other_warehouses() -> None:
    """A parser cannot see both arms at once: said, not guessed."""
    with pytest.raises(UnreadableTemplate):
        rewritten(CASES[3], lambda text: text)


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT * FROM {{ queries.base }} INNER JOIN {{queries.other}} ON TRUE", ["base", "other"]),
        ("SELECT * FROM {{\n  queries.base\n}}", ["base"]),
        ("SELECT '{{ queries.base }}' FROM t -- {{ queries.note }}", ["base", "note"]),
        ("SELECT a FROM t {# {{ queries.base }} #}", []),
        ("{% raw %}SELECT '{{ queries.base }}'{% endraw %}", []),
        ("SELECT queries.base FROM queries WHERE {{ filter('queries.base', v) }}", []),
        ("SELECT * FROM {{ queries.base | upper }}", [""]),
        ("SELECT * FROM {{- queries.base }}", [""]),
        ("SELECT a FROM t WHERE {{ filter('a', queries.base) }}", [""]),
        ("SELECT a FROM t {% if queries.base %}WHERE a{% endif %}", [""]),
        ("SELECT {{ queries }} FROM t", [""]),
    ],
)
def test_references_are_found_where_jinja_sees_them(sql: str, names: list[str]) -> None:
    """Neither in comments of Jinja nor in SQL of that name; one that says more than a name has none."""
    found = references(sql)
    assert [reference.name for reference in found] == names
    assert all("queries" in sql[reference.start : reference.end] for reference in found)


@given(st.text(alphabet="{}%#-'\"abj \n(),_=", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Neither a crash nor a shifted place."""
    try:
        for found in readable(text):
            assert len(found) == len(text)
    except UnreadableTemplate:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ ''.__class__ }}",
        "{{ x.__class__ }}",
        "{{ x['__class__'] }}",
        "{{ 'x' * 10000000000 }}",
        "{{ range(10**9) }}",
        "{% for i in x %}{{ i }}{% endfor %}",
        "{% set a = 1 %}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{% macro a() %}{% endmacro %}",
        "{{ x | attr('__class__') }}",
        "{{ x | map('upper') }}",
        "{{ filter(*x) }}",
        "{{ filter.__globals__ }}",
        "{{ queries.__class__ }}",
        "{{ queries.base.__class__ }}",
        "{{ _private }}",
        "{{ '%300000000d' | format(1) }}",
        "{{ x | format('%300000000d') }}",
        "{{ x | format(300000000) }}",
        "{{ x | center(300000000) }}",
        "{{ x | indent(300000000) }}",
        "{{ x.ljust(300000000) }}",
        "{{ 'x' ~ x ~ x }}",
        "{{ x | join('y') }}",
        "{{ x | replace('', x) }}",
    ],
)
def test_a_template_that_could_run_something_is_refused(text: str) -> None:
    """Dataface evaluates what a board says; nothing but names, filters and conditions gets that far."""
    assert beyond(text)
    with pytest.raises(UnreadableTemplate):
        readable(f"SELECT {text}")


@pytest.mark.parametrize(
    "text",
    [
        "no template",
        "{{ x }}",
        "{{ filter('t.a', x, '>=', none='deny') }}",
        "{{ filter_date_range('a', x) }}",
        "{{ x | int }} {{ revenue | format(',.0f') }}",
        "{% if x and not y == 'a' %}b{% elif z in ['c', 1] %}d{% else %}e{% endif %}",
        "{{ queries.base }}",
    ],
)
def test_what_boards_need_is_let_through(text: str) -> None:
    """Variables, Dataface's helpers, formats, conditions, other queries."""
    assert beyond(text) == ""


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT {{ \"pg_read_file('x')\" }}",
        "SELECT {{ v | default(\"pg_read_file('x')\") }}",
        "SELECT {{ ['a', 'b'] }}",
        "SELECT pg_read_{# joined #}file('x')",
        "SELECT pg_read_{% if v %}{% endif %}file('x')",
        "SELECT pg_read_ {{- v }}",
        "SELECT {{ v -}} x",
        "{% raw %}SELECT 1{% endraw %}",
    ],
)
def test_sql_is_sent_as_it_was_parsed(sql: str) -> None:
    """No text becomes SQL, and nothing joins what stands apart."""
    assert beyond_values(sql)


@pytest.mark.parametrize(
    "sql", ["SELECT 1", "SELECT {{ v }}", "SELECT a FROM t WHERE {{ filter('a', v, '>=') }} AND b = {{ w | int }}"]
)
def test_values_are_what_sql_of_a_pack_needs(sql: str) -> None:
    """Variables and helpers."""
    assert beyond_values(sql) == ""
