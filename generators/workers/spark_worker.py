"""Apache Spark on this machine alone: run by the Python of an environment made from spark.txt. Needs Java 17."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

TYPES = {
    "string": "STRING",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "numeric": "DECIMAL(38, 9)",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "json": "STRING",
    "naive": "TIMESTAMP_NTZ",
}
"""How a column's type is stored in Spark, which keeps JSON as text."""
MOST_ROWS = 100_000
"""Of an answer; one more is asked for, so that too many are seen to be too many."""
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java that ends soon gains nothing from compiling well: loads take two thirds of the time, queries half."""
WARM_UP = "SELECT count(*) FROM (SELECT id, sum(id) FROM range(10) GROUP BY id ORDER BY id)"
"""The first query costs seconds that are not the next one's."""


def quoted(name: str) -> str:
    """A name that is none of Spark's words."""
    return "`" + name.replace("`", "``") + "`"


class Spark:
    """One session in one Java process; everything it writes is in the working folder."""

    def __init__(self, zone: str) -> None:
        """Raises ImportError where pyspark is not installed, and pyspark's own error where Java is not."""
        # Python gets times in its own zone, whatever the session's: with UTC here they are instants again.
        os.environ["TZ"] = "UTC"  # noqa: TID251 - a process of its own
        time.tzset()
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # noqa: TID251 - a process of its own
        from pyspark.errors import PySparkException  # noqa: PLC0415 - its absence is an answer, once someone asks
        from pyspark.sql import SparkSession, types  # noqa: PLC0415 - as above

        self._error, self._timestamp = PySparkException, types.TimestampType
        home = Path.cwd()  # noqa: TID251 - as above
        builder = SparkSession.builder.master("local[1]")
        for name, value in {
            "spark.driver.extraJavaOptions": f"{SHORT_LIVED} -Djava.io.tmpdir={home} -Dderby.system.home={home}",
            "spark.driver.maxResultSize": "64m",
            "spark.local.dir": str(home / "local"),
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.session.timeZone": zone,
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.warehouse.dir": str(home / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }.items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("OFF")
        self.session.sql(WARM_UP).collect()
        self.version = self.session.version

    def load(self, schema: str, tables: dict[str, dict[str, str]], rows: dict[str, list[list[object]]]) -> None:
        """Replace the schema by tables in files."""
        self.session.sql(f"DROP DATABASE IF EXISTS {quoted(schema)} CASCADE")
        self.session.sql(f"CREATE DATABASE {quoted(schema)}")
        for name, columns in tables.items():
            described = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'STRING')}" for column, kind in columns.items())
            where = f"{quoted(schema)}.{quoted(name)}"
            if rows.get(name):
                self.session.createDataFrame(rows[name], described, verifySchema=False).write.saveAsTable(where)
            else:
                self.session.sql(f"CREATE TABLE {where} ({described}) USING parquet")

    def run(self, sql: str, params: list[object], seconds: float) -> dict[str, Any]:
        """Ask one query, `:param1` and so on standing for `params`; its jobs are cancelled after so many seconds.

        Not everything can be cancelled: a join of all with all goes on, and is ended from outside.
        """
        late: list[bool] = []

        def cancel() -> None:
            late.append(True)
            self.session.sparkContext.cancelAllJobs()

        watch = Timer(seconds, cancel)
        watch.daemon = True
        watch.start()
        try:
            return self._asked(sql, params)
        except Exception as error:
            if late:
                return {"unproven": f"no answer within {seconds:g} seconds"}
            if not isinstance(error, self._error):
                raise
            message = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
            outside = (error.getSqlState() or "").startswith("XX")
            return {"unproven" if outside else "refused": message[:300]}
        finally:
            watch.cancel()

    def _asked(self, sql: str, params: list[object]) -> dict[str, Any]:
        # Parameters are Spark's own: their values never stand in the text.
        frame = self.session.sql(sql, args={f"param{n}": value for n, value in enumerate(params, 1)})
        instants = {n for n, field in enumerate(frame.schema) if isinstance(field.dataType, self._timestamp)}
        most = frame.limit(MOST_ROWS + 1).collect()
        rows = [[_instant(value) if n in instants else value for n, value in enumerate(row)] for row in most]
        return {"columns": frame.columns, "rows": rows}


def _instant(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


if __name__ == "__main__":
    from wire import serve

    serve(Spark)
