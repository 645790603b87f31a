from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generators.packs.reading.decoding import BadExport
from generators.packs.reading.tables import Asked, column_type, read_export

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "table_schema,table_name,column_name,data_type\n"


def _file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "export"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "lamps,lamp,id,text\nlamps,lamp,order,bigint\n",
        HEAD.upper() + 'LAMPS,LAMP,ID,VARCHAR\nLAMPS,LAMP,"ORDER","NUMBER(38,0)"\n',
        "\ufeff" + HEAD.replace("\n", "\r\n") + "lamps,lamp,id,text\r\nlamps,lamp,order,bigint\r\n",
        "ordinal,data_type,column_name,table_name,table_schema\n1,text,id,lamp,lamps\n2,int8,order,lamp,lamps\n",
        json.dumps(
            [dict(zip(HEAD.strip().split(","), ["lamps", "lamp", c, "text"], strict=True)) for c in ("id", "order")]
        ),
        json.dumps(
            {
                "rows": [
                    {"TABLE_SCHEMA": "LAMPS", "TABLE_NAME": "LAMP", "COLUMN_NAME": c, "DATA_TYPE": "INT"}
                    for c in ("ID", "ORDER")
                ]
            }
        ),
        "\n".join(
            json.dumps({"table_schema": "lamps", "table_name": "lamp", "column_name": c, "data_type": "INT64"})
            for c in ("id", "order")
        ),
    ],
)
def test_an_export_of_any_warehouse_is_read(tmp_path: Path, text: str) -> None:
    """Upper case, a byte-order mark, other columns, other orders, lists and lines."""
    snapshot = read_export(_file(tmp_path, text), "lamps", ["lamp"], Asked())
    assert set(snapshot.tables) == {"lamp"}
    assert set(snapshot.tables["lamp"]) == {"id", "order"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows"),
        (HEAD, "no rows"),
        ("a,b\n1,2\n", "has no 'table_schema'"),
        (HEAD + "lamps,lamp,,text\n", "has no 'column_name'"),
        ("[1, 2]", "no object"),
        ("[]", "no list"),
        ("[" * 100_000, "too deeply"),
        ('{"a": ', "JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (HEAD + "one,t,c,text\ntwo,t,c,text\n", "--schema-name"),
    ],
)
def test_what_is_no_export_is_refused_with_a_remedy(tmp_path: Path, text: str | bytes, words: str) -> None:
    """One sentence, no traceback."""
    with pytest.raises(BadExport, match=words):
        read_export(_file(tmp_path, text), "lamps", ["lamp"], Asked())


def test_the_schema_that_holds_the_tables_is_taken(tmp_path: Path) -> None:
    """Where Fivetran was told to write elsewhere, and only one schema fits."""
    text = HEAD + "public,other,c,text\nlamps_eu,lamp,id,text\n"
    assert read_export(_file(tmp_path, text), "lamps", ["lamp"], Asked()).schema == "lamps_eu"
    with pytest.raises(BadExport, match="no schema 'nope'"):
        read_export(_file(tmp_path, text), "lamps", ["lamp"], Asked("nope"))


@pytest.mark.parametrize(
    ("kind", "warehouse", "expected"),
    [
        ("TIMESTAMP WITH TIME ZONE", "", "timestamp"),
        ("timestamp without time zone", "", "naive"),
        ("TIMESTAMP_NTZ(9)", "snowflake", "naive"),
        ("TIMESTAMP_TZ(9)", "snowflake", "timestamp"),
        ("TIMESTAMP", "bigquery", "timestamp"),
        ("TIMESTAMP_NTZ", "databricks", "naive"),
        ("DATETIME", "bigquery", "naive"),
        ("NUMBER(38,0)", "", "numeric"),
        ("character varying(256)", "", "string"),
        ("double precision", "", "float"),
        ("BIGINT", "", "integer"),
        ("INTERVAL", "", "string"),
        ("POINT", "", "string"),
        ("BOOL", "", "boolean"),
        ("DATE", "", "date"),
        ("VARIANT", "", "json"),
        ("ARRAY<INT64>", "", "json"),
        ("INT64", "", "integer"),
        ("uint8", "", "integer"),
    ],
)
def test_types_of_warehouses_become_ours(kind: str, warehouse: str, expected: str) -> None:
    """An interval is no integer, and a time without a zone no instant."""
    assert column_type(kind, warehouse) == expected
