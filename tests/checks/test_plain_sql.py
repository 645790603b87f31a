"""What `dfops check` takes for plain without a parser: never what the parser refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.checks.plain_sql import is_plain
from generators.packs.reading.admission import unlisted_tables
from generators.packs.reading.binding import Unparsed, parse
from tests.packs.reading.test_admission import ELSEWHERE, REACHING

PLAIN = [
    "SELECT COUNT(*) AS lit FROM lamps.lamp",
    "WITH c AS (SELECT id FROM lamps.lamp AS l JOIN lamps.storm AS s ON s.lamp_id = l.id) SELECT id FROM c -- note",
    "SELECT EXTRACT(EPOCH FROM lit_at) AS e, TRIM(id) AS t FROM lamps.lamp WHERE id IS DISTINCT FROM id ORDER BY 1",
    'SELECT CAST("order" AS BIGINT) AS n FROM lamps."lamp" WHERE id IN (SELECT id FROM lamps.storm)',
]
_WORDS = """
SELECT WITH FROM JOIN WHERE ON AS IN UNION ( ( ) ) , . * = 'x' "lamp" "x.csv" lamps lamp storm other id c read_csv
pg_read_file LOWER COUNT CAST BIGINT regclass current_user CURRENT_ROLE VALUES LATERAL UNNEST TABLE EXTRACT DISTINCT --
/* */ ; :: $1 ORDER BY 1
"""
WORDS = st.sampled_from(_WORDS.split())
WITHIN = "WITH c AS ({}) SELECT id FROM c"
ELSE = [table for all_ in ELSEWHERE.values() for table in all_]


@pytest.mark.parametrize("sql", PLAIN)
def test_what_packs_write_needs_no_parser(sql: str) -> None:
    """Tables of the schema, names of the query, common functions."""
    assert is_plain(sql, "lamps", ["lamp", "storm"])


@pytest.mark.parametrize("sql", [sql for all_ in REACHING.values() for sql in all_])
def test_what_reaches_beyond_tables_is_not_plain(sql: str) -> None:
    """On no warehouse."""
    assert not is_plain(sql, "lamps", ["lamp"])
    assert not is_plain(WITHIN.format(sql), "lamps", ["lamp"])


@pytest.mark.parametrize("table", ELSE)
@pytest.mark.parametrize(
    "sql", ["SELECT * FROM {}", "SELECT 1 FROM lamps.lamp, {}", "SELECT 1 FROM lamps.lamp JOIN {}"]
)
def test_a_table_of_somewhere_else_is_not_plain(sql: str, table: str) -> None:
    """Files, catalogs, other schemas; behind a comma as well."""
    assert not is_plain(sql.format(table), "lamps", ["lamp"])


@given(st.lists(WORDS, max_size=14))
def test_whatever_is_plain_passes_the_parser_or_is_no_sql(words: list[str]) -> None:
    """The quick answer is never more generous than the exact one."""
    sql = " ".join(["SELECT", *words])
    if is_plain(sql, "lamps", ["lamp", "storm"]):
        found = parse(sql, "duckdb")
        if isinstance(found, Unparsed):
            assert "packs may not" not in found.sentence
        else:
            assert not list(unlisted_tables(found, "lamps", ["lamp", "storm"]))
