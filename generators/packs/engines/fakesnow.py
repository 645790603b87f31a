"""Snowflake as fakesnow plays it: a smoke test, since DuckDB answers below. It pins an older sqlglot than ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.engines.worker import Kind, open_worker

if TYPE_CHECKING:
    from generators.packs.engines.engine import Unreachable
    from generators.packs.engines.worker import WorkerEngine

ADDRESS = "DFOPS_FAKESNOW"
FAKESNOW = Kind(
    warehouse="snowflake",
    dialect="snowflake",
    proof="emulated",
    script="fakesnow_worker.py",
    remedy=f"run `make engines-slow`, or set {ADDRESS} to a Python with fakesnow",
)


def open_fakesnow(python: str | None, zone: str = "UTC") -> WorkerEngine | Unreachable:
    """An emulated account, its times in `zone`, run by the interpreter `python`."""
    return open_worker(FAKESNOW, python, zone)
