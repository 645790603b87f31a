"""Exports of columns as people have them: each form of one table is read as the same table, or named in a sentence."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.packs.reading.decoding import LARGEST, BadExport
from generators.packs.reading.headings import MOST_COLUMNS
from generators.packs.reading.tables import Asked, read_export
from tests.packs.reading.forms import ENCODED, PRINTED, WORDS, WRITTEN, Row, box, separated
from tests.parts import POSTGRES, PSQL, needs_postgres, needs_psql

EXPORTS = Path(__file__).parent / "exports"
LAMPS: list[Row] = [
    ("lamps", "lamp", "id", "text"),
    ("lamps", "lamp", "lit_at", "timestamp with time zone"),
    ("lamps", "lamp", "order", "bigint"),
    ("lamps", "storm", "id", "text"),
]
READ = {"lamp": {"id": "string", "lit_at": "timestamp", "order": "integer"}, "storm": {"id": "string"}}
NAMES = st.text(st.characters(categories=("L", "N"), include_characters=" _-$.,;'/()"), min_size=1, max_size=12).filter(
    lambda name: name == name.strip() and name.isprintable() and name[0] not in "'," and name.lower() not in WORDS
)
"""Names as warehouses allow them, without the bars that tables for people are drawn with."""
KINDS = st.sampled_from(["text", "bigint", "NUMBER", "TIMESTAMP_TZ", "boolean", "numeric(10,2)", "date", "double"])


def _file(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "export"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def _read(tmp_path: Path, data: str | bytes) -> dict[str, dict[str, str]]:
    return dict(read_export(_file(tmp_path, data), "lamps", ["lamp"], Asked()).tables)


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("form", [*WRITTEN, *PRINTED])
def test_each_form_in_each_encoding(tmp_path: Path, form: str, encoding: str) -> None:
    """The same columns with the same types."""
    text = {**WRITTEN, **PRINTED}[form](LAMPS)
    if encoding == "utf-16 without a mark" and not text.isascii():
        with pytest.raises(BadExport, match="is a binary file"):  # nothing tells what it is
            _read(tmp_path, ENCODED[encoding](text))
    else:
        assert _read(tmp_path, ENCODED[encoding](text)) == READ


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.dictionaries(st.tuples(NAMES, NAMES), KINDS, min_size=1, max_size=6), form=st.sampled_from([*WRITTEN])
)
def test_names_that_warehouses_allow_are_read_in_each_form(
    tmp_path: Path, columns: dict[tuple[str, str], str], form: str
) -> None:
    """Spaces, separators, quotes and letters of every script, as a CSV or JSON writer writes them."""
    rows: list[Row] = [("lamps", table, name, kind) for (table, name), kind in columns.items()]
    found = _read(tmp_path, WRITTEN[form](rows))
    assert {(t, c) for t, names in found.items() for c in names} == {(t.lower(), c.lower()) for t, c in columns}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.dictionaries(st.tuples(NAMES, NAMES), KINDS, min_size=1, max_size=6), form=st.sampled_from([*PRINTED])
)
def test_names_are_read_from_tables_for_people(tmp_path: Path, columns: dict[tuple[str, str], str], form: str) -> None:
    """Whatever stands between the bars."""
    rows: list[Row] = [("lamps", table, name, kind) for (table, name), kind in columns.items()]
    found = _read(tmp_path, PRINTED[form](rows))
    assert {(t, c) for t, names in found.items() for c in names} == {(t.lower(), c.lower()) for t, c in columns}


@pytest.mark.parametrize(
    "name",
    [
        *("semicolons.csv", "semicolons-with-mark.csv", "sep-line.csv", "psql-aligned.txt", "columns-and-rows.json"),
        *("quoted-names.csv", "backticked-names.csv"),
    ],
)
def test_exports_that_people_had(name: str) -> None:
    """Files as they were reported, cut down to two tables."""
    assert read_export(EXPORTS / name, "lamps", ["lamp"], Asked()).tables == READ


def test_times_without_a_zone_stay_apart() -> None:
    """An instant is another type."""
    assert read_export(EXPORTS / "naive-times.csv", "lamps", ["lamp"], Asked()).tables["lamp"]["lit_at"] == "naive"


# ── several databases and schemas ───────────────────────────────────────────────────────────────────────────────────
def test_databases_are_never_merged() -> None:
    """Where two have the schema, the one that is asked for is read, and without one the question names both."""
    export = EXPORTS / "two-databases.csv"
    with pytest.raises(BadExport, match="more than one database: DEV, PROD; name one with --database"):
        read_export(export, "lamps", ["lamp"], Asked())
    assert set(read_export(export, "lamps", ["lamp"], Asked(database="dev")).tables) == {"lamp", "storm"}
    assert set(read_export(export, "lamps", ["lamp"], Asked(database="PROD")).tables) == {"lamp"}
    with pytest.raises(BadExport, match="no database 'test'; it has: DEV, PROD"):
        read_export(export, "lamps", ["lamp"], Asked(database="test"))


@pytest.mark.parametrize("word", ["TABLE_CATALOG", "database_name", "catalog_name", "table_cat"])
def test_each_word_for_a_database(tmp_path: Path, word: str) -> None:
    """Warehouses call the column differently; a database without the schema does not matter."""
    rows = [("dev", *LAMPS[0]), ("prod", *LAMPS[0])]
    path = _file(tmp_path, separated(rows, words=(word, *WORDS)))  # type: ignore[arg-type]
    with pytest.raises(BadExport, match="dev, prod; name one with --database"):
        read_export(path, "lamps", ["lamp"], Asked())
    other = [("dev", *LAMPS[0]), ("prod", "public", "lamp", "id", "text")]
    assert _read(tmp_path, separated(other, words=(word, *WORDS))) == {"lamp": {"id": "string"}}  # type: ignore[arg-type]


def test_a_database_that_rows_do_not_name(tmp_path: Path) -> None:
    """The option would choose nothing."""
    with pytest.raises(BadExport, match="leave out --database"):
        read_export(_file(tmp_path, separated(LAMPS)), "lamps", ["lamp"], Asked(database="prod"))


def test_schemas_that_differ_in_case_only(tmp_path: Path) -> None:
    """One is found in any case; of two, the one that is spelled so, else the question names both."""
    one = _file(tmp_path, separated([("Lamps", "lamp", "id", "text"), ("public", "x", "id", "text")]))
    for asked in (None, "LAMPS", "lamps", "Lamps"):
        assert set(read_export(one, "lamps", ["lamp"], Asked(asked)).tables) == {"lamp"}
    two = _file(tmp_path, separated([("Lamps", "lamp", "id", "text"), ("lamps", "storm", "id", "text")]))
    assert set(read_export(two, "lamps", [], Asked("Lamps")).tables) == {"lamp"}
    assert set(read_export(two, "lamps", [], Asked("lamps")).tables) == {"storm"}
    for asked in (None, "LAMPS"):
        with pytest.raises(BadExport, match="differ in case only: Lamps, lamps"):
            read_export(two, "lamps", [], Asked(asked))


# ── rows that do not count ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("word", "gone", "there"),
    [
        ("DELETED", "2026-01-02 03:04:05.000 -0800", ""),
        ("deleted_on", "2026-01-02", "NULL"),
        ("attisdropped", "t", "f"),
        ("deleted", "true", "false"),
    ],
)
def test_dropped_columns_are_gone(tmp_path: Path, word: str, gone: str, there: str) -> None:
    """Some catalogs keep them, with the time of it or a flag."""
    rows = [(*LAMPS[0], there), (*LAMPS[1], gone)]
    assert _read(tmp_path, separated(rows, words=(*WORDS, word))) == {"lamp": {"id": "string"}}  # type: ignore[arg-type]
    items = [dict(zip((*WORDS, word), row, strict=True)) for row in rows]
    items[0][word] = None  # type: ignore[assignment]
    assert _read(tmp_path, json.dumps(items)) == {"lamp": {"id": "string"}}


def test_what_postgres_leaves_of_a_dropped_column(tmp_path: Path) -> None:
    """A name that no column has, without a type."""
    rows: list[Row] = [LAMPS[0], ("lamps", "lamp", "........pg.dropped.2........", "-")]
    assert _read(tmp_path, separated(rows)) == {"lamp": {"id": "string"}}


@pytest.mark.parametrize("odd", [("public", "x", "", "text"), ("public", "x", "id", ""), ("public", "", "id", "text")])
def test_an_odd_row_of_another_schema(tmp_path: Path, odd: Row) -> None:
    """It does not matter; in the schema that is asked for it is named with its line."""
    assert _read(tmp_path, separated([odd, *LAMPS])) == READ
    with pytest.raises(BadExport, match="has no '") as caught:
        _read(tmp_path, separated([("lamps", *odd[1:]), *LAMPS]))
    assert caught.value.line == 2


def test_a_value_that_ran_into_its_neighbour(tmp_path: Path) -> None:
    """A type with a comma may stand last without quotes; elsewhere the row is named."""
    assert _read(tmp_path, f"{','.join(WORDS)}\nlamps,lamp,cost,numeric(10,2)\n") == {"lamp": {"cost": "numeric"}}
    with pytest.raises(BadExport, match="has 5 values here and 4 names"):
        _read(tmp_path, "table_schema,data_type,table_name,column_name\nlamps,numeric(10,2),lamp,cost\n")


def test_instants_of_a_warehouse_that_its_types_tell(tmp_path: Path) -> None:
    """BigQuery and Databricks call an instant TIMESTAMP; an export with their types needs no --warehouse."""
    rows: list[Row] = [("lamps", "lamp", "id", "STRING"), ("lamps", "lamp", "lit_at", "TIMESTAMP")]
    assert _read(tmp_path, separated(rows))["lamp"]["lit_at"] == "timestamp"


# ── what is named in one sentence ───────────────────────────────────────────────────────────────────────────────────
def _zip(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook: save the columns as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "is an Excel workbook"),
        (_zip("mimetype", "content.xml"), "LibreOffice"),
        (_zip("columns.csv"), "is a zip archive: extract it first"),
        (b"PK\x03\x04 cut off", "is a zip archive"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"<!DOCTYPE html>\n<html><table>", "is an HTML page"),
        (b"\xef\xbb\xbf  <table border=1>", "is an HTML page"),
        (b"<?xml version='1.0'?><rows/>", "is XML"),
        (b"PAR1" + bytes(9), "is a Parquet file"),
        (b"SQLite format 3\0" + bytes(9), "is a SQLite database"),
        (bytes(8) + b"DUCK" + bytes(20), "is a DuckDB database"),
        (b"\x28\xb5\x2f\xfd" + bytes(9), "is compressed with zstd: decompress it first"),
        (gzip.compress(gzip.compress(b"x")), "is compressed twice"),
        (gzip.compress(separated(LAMPS).encode())[:-9], "is a gzip file that is damaged or cut off"),
        (b"\x1f\x8bno", "is a gzip file that is damaged"),
        (b"\0\x01\x02\x03" * 30, "is a binary file"),
        (b"\xff\xfea", "is not UTF-16 as its first bytes say: save it as UTF-8"),
        ("lampénoir".encode("latin-1"), "is not UTF-8: save it as UTF-8"),
        ("-[ RECORD 1 ]+------\ntable_schema | lamps\n", "one line for each value.*\\\\x off in psql"),
        ("+-[ RECORD 1 ]+-------+\n| table_schema | lamps |\n", "one line for each value"),
        ("*************************** 1. row ***************************\n  table_schema: lamps\n", "no .G in MySQL"),
        ("table_schema = lamps\n  table_name = lamp\n", "one line for each value"),
        ("table_schema|lamps\ntable_name|lamp\n", "one line for each value"),
        ("table_schema,lamps\ntable_name,lamp\n", "one line for each value"),
        ("SELECT table_schema FROM information_schema.columns;\n", "is SQL, not what it returns"),
        (box(LAMPS).replace("4 rows", "9 rows (4 shown)"), "is shortened"),
        (box([LAMPS[0], ("·", "·", "·", "·"), LAMPS[1]]), "is shortened"),
        (box([("lamps", "lamp", "a_long_na…", "text")]), "cut off where it was printed"),
        (
            separated(LAMPS, words=("a", "b", "c", "d")),
            "has no 'table_schema' here; it has: a, b, c, d; the first line",
        ),
        ("lamps,lamp,id,text\n", "the first line names the columns: table_schema"),
        (json.dumps({"columns": WORDS, "rows": []}), "has no rows"),
        (json.dumps({"columns": WORDS, "rows": [[1], 2]}), "entry 2 of the list is no list of values"),
        (json.dumps([["a", "b"], [1, 2]]), "has no 'table_schema' here"),
        (
            json.dumps({"table_schema": ["a"], "table_name": [], "column_name": [], "data_type": []}),
            "different lengths",
        ),
        ("5", "has no 'table_schema'"),
        ("{}", "no list|has no"),
        (separated([("lamps", "l" * 256, "id", "text")]), "has a table_name that is longer than 255 characters"),
        (separated([("lamps", "la\x07mp", "id", "text")]), "characters that cannot be shown"),
        (b'"' + b"x" * 200_000, "has no 'table_schema'|no rows"),
        (separated(LAMPS) + '"lamps', "is no CSV that can be read"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,  # compressed ones hold the time
)
def test_what_cannot_be_read_is_named_in_one_sentence(tmp_path: Path, data: str | bytes, words: str) -> None:
    """With what to do instead."""
    with pytest.raises(BadExport, match=words) as caught:
        _read(tmp_path, data)
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("data", [bytes(LARGEST + 1), gzip.compress(bytes(LARGEST + 1))], ids=["plain", "compressed"])
def test_a_file_that_is_too_large(tmp_path: Path, data: bytes) -> None:
    """Compressed ones too, which are not written out beyond the limit."""
    path = _file(tmp_path, data)
    tracemalloc.start()
    with pytest.raises(BadExport, match="larger than 64 MiB"):
        read_export(path, "lamps", ["lamp"], Asked())
    assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST
    tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        separated(LAMPS) + "x\n" * (4 * MOST_COLUMNS),
        "\n" * (32 << 20),
        "[" + "{}," * (5 * MOST_COLUMNS) + "{}]",
        "[" * (40 << 20),
    ],
    ids=["lines", "empty lines", "objects", "depth"],
)
def test_more_rows_than_a_schema_has(tmp_path: Path, text: str) -> None:
    """Refused before they fill the memory."""
    path = _file(tmp_path, text)
    tracemalloc.start()
    with pytest.raises(BadExport, match="lists more than 500000 columns"):
        read_export(path, "lamps", ["lamp"], Asked())
    assert tracemalloc.get_traced_memory()[1] < 500 << 20
    tracemalloc.stop()


def test_one_row_more_than_a_schema_has(tmp_path: Path) -> None:
    """The bound is of rows, and what follows is not read: the value that never ends."""
    with pytest.raises(BadExport, match="lists more than 500000 columns"):
        _read(tmp_path, separated(LAMPS[:1] * (MOST_COLUMNS + 1)) + '"lamps')


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_exports_end_in_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is cut out of a file or put into it: it is read, or refused without a traceback."""
    whole = ENCODED[data.draw(st.sampled_from([*ENCODED]))](
        {**WRITTEN, **PRINTED}[data.draw(st.sampled_from([*WRITTEN, *PRINTED]))](LAMPS)
    )
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    path = _file(tmp_path, whole[:start] + data.draw(st.binary(max_size=9)) + whole[end:])
    sentence = ""
    try:
        read_export(path, "lamps", ["lamp"], Asked())
    except BadExport as error:
        sentence = error.sentence
    assert "\n" not in sentence


# ── files that programs wrote ───────────────────────────────────────────────────────────────────────────────────────
TABLES = """
CREATE SCHEMA lamps;
CREATE TABLE lamps.lamp (id VARCHAR, lit_at TIMESTAMPTZ, "order" BIGINT);
CREATE TABLE lamps.storm (id VARCHAR);
"""
QUERY = (
    "SELECT table_catalog, table_schema, table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = 'lamps' ORDER BY table_name, ordinal_position"
)


@pytest.mark.parametrize(
    "how",
    [
        *(
            "FORMAT csv, HEADER",
            "FORMAT csv, HEADER, DELIMITER ';'",
            "FORMAT csv, HEADER, DELIMITER '\t', FORCE_QUOTE *",
        ),
        *("FORMAT json", "FORMAT json, ARRAY true", "FORMAT csv, HEADER, COMPRESSION gzip"),
    ],
)
def test_files_of_duckdb(tmp_path: Path, how: str) -> None:
    """What COPY writes."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute(f"COPY ({QUERY}) TO '{tmp_path / 'out'}' ({how})")
    assert read_export(tmp_path / "out", "lamps", ["lamp"], Asked()).tables == READ


def test_a_box_of_duckdb(tmp_path: Path) -> None:
    """What it prints, whole and shortened."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        assert _read(tmp_path, str(connection.sql(QUERY))) == READ
        connection.execute(f"CREATE TABLE lamps.wide ({', '.join(f'c{number} INT' for number in range(99))})")
        with pytest.raises(BadExport, match="is shortened"):
            _read(tmp_path, str(connection.sql(QUERY)))


@needs_postgres
@needs_psql
@pytest.mark.parametrize(
    ("how", "words"),
    [
        *((["-P", f"border={border}"], "") for border in range(3)),
        *((["-P", f"border={border}", "-P", "linestyle=unicode"], "") for border in range(1, 3)),
        *((how, "") for how in (["-A"], ["-A", "-F", ";"], ["-A", "-F", "\t"], ["--csv"], ["-A", "-P", "footer=off"])),
        *(
            (["-x", *how], "one line for each value")
            for how in ([], ["-A"], ["--csv"], ["-P", "border=0"], ["-P", "border=2"])
        ),
        (["-P", "format=html"], "is an HTML page"),
        (["-P", "format=asciidoc"], "is no JSON"),
        *((["-P", f"format={form}"], "has no 'table_schema'") for form in ("latex", "troff-ms")),
        (["-t"], "the first line names the columns"),
    ],
)
def test_files_of_psql(tmp_path: Path, how: list[str], words: str) -> None:
    """Each of its formats is read, or refused in a sentence."""
    rows = ", ".join(f"({', '.join(repr(cell) for cell in row)})" for row in LAMPS)
    query = f"SELECT * FROM (VALUES {rows}) AS t ({', '.join(WORDS)})"  # noqa: S608 - written above
    asked = [str(PSQL), "-X", "-d", str(POSTGRES), *how, "-c", query]
    printed = subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout  # noqa: S603 - as above
    if not words:
        assert _read(tmp_path, printed) == READ
        return
    with pytest.raises(BadExport, match=words) as caught:
        _read(tmp_path, printed)
    assert "\n" not in caught.value.sentence
