"""What every engine promises: DuckDB always, PostgreSQL where one runs, Spark and fakesnow with `-m slow`."""

from __future__ import annotations

import json
import resource
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from generators.model.pack import PackTable
from generators.packs.engines.duck import DuckEngine
from generators.packs.engines.engine import Answer, Fault, Unreachable
from generators.packs.engines.fakesnow import open_fakesnow
from generators.packs.engines.postgres import open_postgres
from generators.packs.engines.spark import open_spark
from tests.parts import FAKESNOW, POSTGRES, SPARK, needs_fakesnow, needs_postgres, needs_spark
from tests.runtimes import rendered
from tests.timeouts import ends_in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Row

ZONE = "America/Los_Angeles"
TABLE = PackTable(
    columns={
        "id": "integer",
        "label": "string",
        "ratio": "float",
        "amount": "numeric",
        "is_open": "boolean",
        "made_at": "timestamp",
        "day": "date",
        "extra": "json",
    }
)
NOTHING: Row = dict.fromkeys(TABLE.columns)
FIRST: Row = {
    "id": 2**40,
    "label": "plain",
    "ratio": 0.1,
    "amount": Decimal("12345678901234567890.123456789"),
    "is_open": True,
    "made_at": datetime(2024, 3, 31, 2, 30, 0, 250_000, tzinfo=UTC),
    "day": date(2024, 2, 29),
    "extra": '{"rank": [1, "two"]}',
}
TEXTS = (
    'O\'Neil "quoted"',
    "back\\slash \\' \\n",
    "Żółć 日本語 🌲",
    "$1 ? %s %(x)s @param1 :param1 {{ text }}",
    "'; DROP TABLE shop.sale; --",
    "two\nlines\tand a tab",
    " ",
)
ENDLESS = {
    "duckdb": "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3",
    "postgres": "SELECT pg_sleep(60)",
    "spark": "SELECT sum(hash(id)) FROM range(1000000000000)",
    "snowflake": "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1e9) SELECT max(n) FROM r",
}
TOO_MUCH = {
    "duckdb": (
        ("SELECT repeat('x', 2000000) AS pad FROM generate_series(1, 1500) AS g", "MiB of memory"),
        ("SELECT repeat('x', 200) AS pad FROM range(99000)", "16 MiB"),
        ("SELECT list(i) AS all FROM range(30000000) AS t(i)", "MiB of memory"),
        ("SELECT i FROM range(100001) AS t(i)", "100000 rows"),
    ),
    "postgres": (
        ("SELECT repeat('x', 2000000) AS pad FROM generate_series(1, 1500)", "16 MiB"),
        ("SELECT repeat('x', 220000000) AS pad", "MiB of memory"),
        ("SELECT i FROM generate_series(1, 100001) AS t(i)", "100000 rows"),
    ),
}
"""Queries whose answer is too large, and what is said of each."""
MOST = 400 << 20
"""Bytes that the process may take beside what it holds: the limit of a step, the answer, what an allocator keeps."""
OPENERS: dict[str, Callable[[str], Engine | Unreachable]] = {
    "duckdb": DuckEngine,
    "postgres": lambda zone: open_postgres(POSTGRES, zone),
    "spark": lambda zone: open_spark(zone, SPARK),
    "snowflake": lambda zone: open_fakesnow(FAKESNOW, zone),
}


@pytest.fixture(
    scope="module",
    params=[
        "duckdb",
        pytest.param("postgres", marks=needs_postgres),
        pytest.param("spark", marks=[pytest.mark.slow, needs_spark]),
        pytest.param("snowflake", marks=[pytest.mark.slow, needs_fakesnow]),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine for the module: Spark takes long to start."""
    opened = OPENERS[request.param](ZONE)
    assert not isinstance(opened, Unreachable), opened
    yield opened
    opened.close()


def ask(engine: Engine, template: str, variables: dict[str, object] | None = None, seconds: float = 60) -> Answer:
    """The answer to SQL as the runtime renders it for the engine's dialect."""
    text = rendered(template, variables or {}, engine.dialect)
    answer = engine.run(text.sql, text.params, seconds)
    assert isinstance(answer, Answer), answer
    return answer


def test_every_type_comes_back(engine: Engine) -> None:
    """What is loaded is what is asked: large integers, all digits, instants, NULL in each type."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [FIRST, NOTHING]}) is None
    answer = ask(engine, "SELECT * FROM shop.sale ORDER BY id NULLS LAST")
    assert answer.columns == tuple(TABLE.columns)
    first, nothing = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    assert json.loads(str(first.pop("extra"))) == json.loads(str(FIRST["extra"]))
    assert first == {name: value for name, value in FIRST.items() if name != "extra"}
    assert isinstance(first["amount"], Decimal)
    assert isinstance(first["made_at"], datetime)
    assert first["made_at"].tzinfo is not None
    assert nothing == NOTHING


def test_a_year_of_9999_is_loaded(engine: Engine) -> None:
    """Rows of history end there."""
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert engine.load("shop", {"sale": TABLE}, {"sale": [NOTHING | {"made_at": end}]}) is None
    assert ask(engine, "SELECT made_at FROM shop.sale").rows == ((end,),)


def test_a_load_replaces_what_was_there(engine: Engine) -> None:
    """Tables of an earlier load are gone, and a query asked before sees the new types."""
    sql = "SELECT max(ratio) AS top FROM shop.sale"
    assert engine.load("shop", {"sale": TABLE, "other": TABLE}, {"sale": [FIRST], "other": [FIRST]}) is None
    for _ in range(7):  # drivers keep the plan of what they have seen some times
        assert ask(engine, sql).rows == ((0.1,),)
    text = PackTable(columns={"ratio": "string"})
    assert engine.load("shop", {"sale": text}, {"sale": [{"ratio": "much"}]}) is None
    assert ask(engine, sql).rows == (("much",),)
    gone = engine.run("SELECT * FROM shop.other", [], 60)
    assert isinstance(gone, Fault)
    assert gone.kind == "refused"


def test_two_schemas_stand_beside_each_other(engine: Engine) -> None:
    """A load replaces its own schema only."""
    assert engine.load("left_side", {"sale": TABLE}, {"sale": [FIRST]}) is None
    assert engine.load("right_side", {"sale": TABLE}, None) is None
    assert ask(engine, "SELECT count(*) AS n FROM left_side.sale").rows == ((1,),)
    assert ask(engine, "SELECT count(*) AS n FROM right_side.sale").rows == ((0,),)


@pytest.mark.parametrize("rows", [None, {}, {"sale": []}])
def test_tables_without_rows_answer(engine: Engine, rows: dict[str, list[Row]] | None) -> None:
    """No rows are an answer with its columns, not a fault."""
    assert engine.load("shop", {"sale": TABLE}, rows) is None
    assert ask(engine, "SELECT id, label AS Name FROM shop.sale") == Answer(("id", "name"), ())
    assert ask(engine, "SELECT count(*) AS n FROM shop.sale").rows == ((0,),)


@pytest.mark.parametrize(
    "sql", ["SELECT colour FROM shop.sale", "SELECT id FROM shop.colour", "SELECT id FROM colour WHERE"]
)
def test_a_refused_query_has_the_engine_s_own_words(engine: Engine, sql: str) -> None:
    """On one line; the next query is answered."""
    assert engine.load("shop", {"sale": TABLE}, None) is None
    fault = engine.run(sql, [], 60)
    assert isinstance(fault, Fault)
    assert fault.kind == "refused"
    assert "\n" not in fault.message
    assert sql.endswith("WHERE") or "colour" in fault.message.lower()
    assert ask(engine, "SELECT 1 AS one").rows == ((1,),)


def test_an_endless_query_is_given_up(engine: Engine) -> None:
    """Within its limit; it is not to blame, and what was loaded is still there."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [FIRST]}) is None
    with ends_in_time():
        fault = engine.run(ENDLESS[engine.warehouse], [], 0.5)
    assert fault == Fault("unproven", "no answer within 0.5 seconds")
    assert ask(engine, "SELECT count(*) AS n FROM shop.sale").rows == ((1,),)


def test_an_answer_is_bounded(engine: Engine) -> None:
    """In rows, in bytes and in memory, with a sentence; the query after it is answered, and the tables are there."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [FIRST]}) is None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for sql, reason in TOO_MUCH.get(engine.warehouse, ()):
        fault = engine.run(sql, [], 60)
        assert isinstance(fault, Fault), sql
        assert fault.kind == "refused"
        assert reason in fault.message
        assert ask(engine, "SELECT count(*) AS n FROM shop.sale").rows == ((1,),)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST


def test_a_message_is_one_line(engine: Engine) -> None:
    """Whatever the warehouse says: evidence and reports hold it as it is."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [FIRST | {"label": "a\nb\x85\u2028" + "c" * 5000}]}) is None
    fault = engine.run("SELECT CAST(label AS INTEGER) AS n FROM shop.sale", [], 60)
    assert isinstance(fault, Fault)
    assert fault.message.isprintable()
    assert 0 < len(fault.message) <= 300


def test_parameters_are_values_whatever_they_say(engine: Engine) -> None:
    """Quotes, backslashes and placeholders in a value find exactly the row that has it."""
    rows = [NOTHING | {"id": number, "label": text} for number, text in enumerate(TEXTS)]
    assert engine.load("shop", {"sale": TABLE}, {"sale": rows}) is None
    for number, text in enumerate(TEXTS):
        sql = "SELECT id FROM shop.sale WHERE {{ filter('label', text) }} AND id >= {{ least }} ORDER BY id"
        assert ask(engine, sql, {"text": text, "least": 0}).rows == ((number,),)
    together = "SELECT count(*) AS n FROM shop.sale WHERE label IN ({{ a }}, {{ b }}, {{ a }}) AND {{ yes }}"
    assert ask(engine, together, {"a": TEXTS[0], "b": TEXTS[3], "yes": True}).rows == ((2,),)


def test_the_zone_decides_what_a_day_is(engine: Engine) -> None:
    """02:30 UTC is still the day before in Los Angeles."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [FIRST]}) is None
    answer = ask(engine, "SELECT date_trunc('day', made_at) AS day FROM shop.sale")
    assert answer.rows == ((datetime(2024, 3, 30, 7, tzinfo=UTC),),)


def test_what_an_engine_says_of_itself(engine: Engine) -> None:
    """A version in digits; only Snowflake is emulated."""
    assert engine.version[0].isdigit()
    assert " " not in engine.version
    assert engine.proof == ("emulated" if engine.warehouse == "snowflake" else "executed")


CLOSED = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM glob('{file}')",
    "ATTACH '{file}' AS other",
    "COPY (SELECT 1) TO '{file}'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET TimeZone = 'Asia/Tokyo'",
    "SELECT * FROM rows_of_ours",
]


@pytest.mark.parametrize("sql", CLOSED)
def test_duckdb_is_closed(tmp_path: Path, sql: str) -> None:
    """No file, no extension, no setting, no variable of this process: whatever a query says."""
    rows_of_ours = pa.table({"a": [1]})
    assert rows_of_ours.num_rows == 1
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    engine = DuckEngine("UTC")
    fault = engine.run(sql.format(file=secret), [], 60)
    engine.close()
    assert isinstance(fault, Fault)
    assert fault.kind == "refused"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert secret.read_text(encoding="utf-8") == "a\n1\n"
