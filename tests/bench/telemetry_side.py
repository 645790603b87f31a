"""One side of the comparison, in a process of its own: `python -m tests.bench.telemetry_side SIDE …`.

Prints the processor seconds of the part that is compared, on one thread, and what it found.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import duckdb

from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.store import MEMORY, opened
from generators.telemetry.contracts import own_contracts

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
A_FILE = 1_000_000
"""Events of a file, as a receiver that begins a new one now and then leaves them."""
PARTS = 10


def make(folder: Path, count: int) -> None:
    """JSON lines with random ids, as projects send them: about 500 bytes each."""
    folder.mkdir()
    with _connected() as connection:
        for start in range(0, count, A_FILE):
            rows = min(A_FILE, count - start)
            connection.execute(
                f"""COPY (
                    SELECT '1.0' AS specversion, uuid() AS id,
                        'urn:uuid:' || md5((range % 5000)::VARCHAR)[1:8] || '-0000-4000-8000-000000000000' AS source,
                        'dfops.pack-render-result.v1' AS type,
                        strftime(TIMESTAMP '2026-11-30 11:00:00' - to_seconds(range % 2500000), '%Y-%m-%dT%H:%M:%SZ')
                            AS time,
                        'application/json' AS datacontenttype,
                        {{pack: 'stripe', connector: 'stripe', pack_version: '0.1.' || range % 4, runtime: 'dbt-charts',
                        runtime_version: '0.10.0', warehouse: ['duckdb', 'postgres', 'snowflake'][1 + range % 3],
                        board: ['index', 'customers'][1 + range % 2], trigger: 'render',
                        outcome: CASE WHEN range % 97 = 0 THEN 'failed' ELSE 'succeeded' END, modified: false,
                        schema_digest: sha256((range % 5000)::VARCHAR), charts: 8, charts_failed: 0, empty_queries: 0,
                        duration_ms: range % 3000}} AS data
                    FROM range({start}, {start + rows})
                ) TO '{folder / f"{start}.jsonl"}' (FORMAT json)"""  # noqa: S608 - numbers and a path of ours
            )


def bare(folder: Path, path: Path) -> str:
    """A load of the same lines, as one would write it."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'")
        files = f"read_json('{folder}/*.jsonl')"
        connection.execute(f"CREATE TABLE events AS SELECT * FROM {files} LIMIT 0")  # noqa: S608 - a path of ours
        began = process_time()
        connection.execute(f"INSERT INTO events SELECT * FROM {files}")  # noqa: S608 - a path of ours
        connection.execute("CHECKPOINT")
        spent = process_time() - began
        [[count]] = connection.execute("SELECT count(*) FROM events").fetchall()
    return f"{spent} {count}"


def taken(folder: Path, path: Path, *, anew: bool) -> str:
    """Ours."""
    if anew:
        path.unlink(missing_ok=True)
    layout = Layout.of(own_contracts())
    with opened(path, layout, threads=1) as store:
        began = process_time()
        done = ingest(store, sorted(folder.glob("*.jsonl")), AT)
        store.connection.execute("CHECKPOINT")
        spent = process_time() - began
        count = store.number("SELECT count(*) FROM events")
        assert not done.refused
    return f"{spent} {count}"


def parquet(folder: Path, count: int) -> None:
    """The store's table with so many events, as Parquet files."""
    folder.mkdir()
    columns = {name: f"CAST(NULL AS {kind})" for name, kind in Layout.of(own_contracts()).all.items()}
    columns |= {
        "contract": "CASE WHEN i % 50 = 0 THEN 'pack-install-result' WHEN i % 5 = 0 THEN 'data-freshness-result' "
        "ELSE 'pack-render-result' END",
        "version": "1",
        "id": "uuid()",
        "installation": "CAST(md5(((i // 50) % 20000)::VARCHAR) AS UUID)",
        "time": f"TIMESTAMPTZ '{AT.isoformat()}' - to_seconds(i % 7776000)",
        "received": f"TIMESTAMPTZ '{AT.isoformat()}'",
        "batch": "1",
        "synthetic": "true",
        "pack": "['stripe', 'github', 'jira', 'zendesk'][1 + (i // 50) % 4]",
        "connector": "['stripe', 'github', 'jira', 'zendesk'][1 + (i // 50) % 4]",
        "pack_version": "'0.1.' || (i // 50) % 3",
        "runtime": "'dbt-charts'",
        "warehouse": "['duckdb', 'postgres', 'snowflake'][1 + (i // 50) % 3]",
        "board": "CASE WHEN i % 5 <> 0 THEN ['index', 'customers'][1 + i % 2] END",
        "outcome": "CASE WHEN i % 50 = 0 THEN CASE WHEN i % 5000 = 0 THEN 'failed' ELSE 'succeeded' END "
        "WHEN i % 5 = 0 THEN CASE WHEN i % 1000 = 5 THEN 'stale' ELSE 'fresh' END "
        "WHEN i % 101 = 0 THEN 'failed' ELSE 'succeeded' END",
        "action": "CASE WHEN i % 50 = 0 THEN 'install' END",
        "table": "CASE WHEN i % 5 = 0 AND i % 50 <> 0 THEN 'charge' END",
        "age_hours": "CASE WHEN i % 5 = 0 AND i % 50 <> 0 THEN (i % 48)::DOUBLE END",
        "modified": "CASE WHEN i % 5 <> 0 THEN false END",
        "trigger": "CASE WHEN i % 5 <> 0 THEN 'render' END",
        "code": "CASE WHEN i % 5 <> 0 AND i % 101 = 0 THEN 'ERR-BINDER-UNKNOWN-COLUMN' END",
        "duration_ms": "i % 3000",
    }
    listed = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
    with _connected() as connection:
        part = count // PARTS
        for number in range(PARTS):
            connection.execute(
                f"COPY (SELECT {listed} FROM range({number * part}, {(number + 1) * part}) AS numbers(i)) "  # noqa: S608 - ours
                f"TO '{folder / f'{number}.parquet'}' (FORMAT parquet)"
            )


BY_HAND = (
    """SELECT connector, count(*), sum(CASE WHEN outcome = 'succeeded' THEN 1 ELSE 0 END)
    FROM month WHERE contract = 'pack-install-result' AND action IN ('install', 'upgrade')
    AND outcome IN ('succeeded', 'failed') GROUP BY 1""",
    """SELECT connector, count(*), sum(CASE WHEN outcome = 'succeeded' THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'partial' THEN 1 ELSE 0 END), max(duration_ms)
    FROM month WHERE contract = 'pack-render-result' AND NOT modified AND outcome <> 'not-reached'
    AND trigger <> 'validate' GROUP BY 1""",
    """SELECT connector, contract, code, count(*), count(DISTINCT installation), max(time)
    FROM month WHERE code IS NOT NULL GROUP BY 1, 2, 3""",
    """WITH installs AS (SELECT installation, pack, min(time) AS installed FROM month
    WHERE contract = 'pack-install-result' AND action = 'install' AND outcome = 'succeeded' GROUP BY 1, 2),
    first AS (SELECT installation, pack, min(connector) AS connector,
    (epoch(date_trunc('second', min(time))) - epoch(date_trunc('second', min(installed)))) / 60 AS minutes
    FROM month JOIN installs USING (installation, pack)
    WHERE contract = 'pack-render-result' AND NOT modified AND outcome = 'succeeded' AND time >= installed
    GROUP BY 1, 2)
    SELECT connector, count(*), min(minutes), avg(minutes), max(minutes) FROM first GROUP BY 1""",
    """SELECT connector, board, code, count(*) AS events, count(DISTINCT installation) AS installations,
    count(DISTINCT CAST(time AS DATE)) AS days FROM month WHERE contract = 'pack-render-result' AND NOT modified
    AND outcome IN ('failed', 'partial') GROUP BY 1, 2, 3 HAVING days >= 2 OR installations >= 2""",
    """SELECT connector, pack, pack_version, count(*) FROM (SELECT connector, pack, pack_version,
    row_number() OVER (PARTITION BY installation, pack ORDER BY time DESC, id DESC) AS place FROM month
    WHERE pack_version IS NOT NULL) WHERE place = 1 GROUP BY 1, 2, 3""",
    """SELECT connector, "table", count(*), sum(CASE WHEN outcome IN ('fresh', 'late') THEN 1 ELSE 0 END),
    sum(CASE WHEN outcome = 'unknown' THEN 1 ELSE 0 END), max(age_hours), max(time)
    FROM month WHERE contract = 'data-freshness-result' GROUP BY 1, 2""",
)
"""The metrics as an analyst would write them, in their order."""


def by_hand(folder: Path) -> str:
    """Every metric of the last 30 days, by connector."""
    with _connected() as connection:
        began = process_time()
        connection.execute(f"CREATE VIEW events AS SELECT * FROM '{folder}/*.parquet'")  # noqa: S608 - a path of ours
        limit = AT - timedelta(days=30)
        connection.execute(
            f"CREATE VIEW month AS SELECT * FROM events WHERE time > '{limit.isoformat()}' "  # noqa: S608 - moments
            f"AND time <= '{AT.isoformat()}'"
        )
        found = [connection.execute(sql).fetchall() for sql in BY_HAND]
        spent = process_time() - began
    return f"{spent} {_said(found)}"


def by_metrics(folder: Path) -> str:
    """The same by ours."""
    import ibis  # noqa: PLC0415 - not part of the other sides

    from generators.measures.metrics import METRICS, WINDOWS, during  # noqa: PLC0415 - as above

    connection = ibis.duckdb.connect(threads=1, memory_limit=MEMORY)
    began = process_time()
    events = connection.read_parquet(f"{folder}/*.parquet")
    month = during(events, AT, WINDOWS["30d"])
    found = [
        [tuple(row.values()) for row in connection.to_pyarrow(metric.make(month, ["connector"])).to_pylist()]
        for metric in METRICS
    ]
    spent = process_time() - began
    return f"{spent} {_said(found)}"


def _said(found: list[list[tuple[Any, ...]]]) -> str:
    """Numbers of rows and the sums of their whole numbers, so that both ways can be compared."""
    return " ".join(
        f"{len(rows)}:{sum(int(value) for row in rows for value in row if isinstance(value, int | float))}"
        for rows in found
    )


def _connected() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'; SET TimeZone = 'UTC'")
    return connection


def main(side: str, folder: str, *rest: str) -> str:
    """One side."""
    place = Path(folder)
    if side == "make":
        make(place, int(rest[0]))
    elif side == "parquet":
        parquet(place, int(rest[0]))
    elif side == "bare":
        return bare(place, Path(rest[0]))
    elif side in {"ingest", "again"}:
        return taken(place, Path(rest[0]), anew=side == "ingest")
    else:
        return {"sql": by_hand, "metrics": by_metrics}[side](place)
    return ""


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
