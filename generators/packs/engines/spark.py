"""Apache Spark on this machine, in an environment of its own: it brings 450 MB that nothing else needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generators.packs.engines.worker import Kind, open_worker

if TYPE_CHECKING:
    from generators.packs.engines.engine import Unreachable
    from generators.packs.engines.worker import WorkerEngine

ADDRESS = "DFOPS_SPARK"
SPARK = Kind(
    warehouse="spark",
    # Databricks' placeholders `:param1` are Spark's own.
    dialect="databricks",
    proof="executed",
    script="spark_worker.py",
    remedy=f"install Java 17, run `make engines-slow`, or set {ADDRESS} to a Python with pyspark 4",
)


def open_spark(zone: str = "UTC", python: str | None = None) -> WorkerEngine | Unreachable:
    """A session of its own with one core, its times in `zone`. Takes 10 seconds or more.

    `python` is the interpreter of an environment with pyspark; without it, the one that runs us.
    """
    return open_worker(SPARK, python or sys.executable, zone)
