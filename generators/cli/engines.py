"""What can execute here: DuckDB in this process, others where the environment says they are, nothing in the core."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from generators.packs.engines.duck import DuckEngine
from generators.packs.engines.engine import Engine, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POSTGRES, SPARK, FAKESNOW = "DFOPS_POSTGRES", "DFOPS_SPARK", "DFOPS_FAKESNOW"
"""Where engines are: a libpq address; the Python of Spark's environment; that of fakesnow's."""


def engines_here(wanted: tuple[str, ...] = ()) -> dict[str, Callable[[str], Engine | Unreachable]]:
    """What can execute here, by warehouse: DuckDB always, others where the environment says they are."""
    engines: dict[str, Callable[[str], Engine | Unreachable]] = {"duckdb": _duckdb}
    if address := os.environ.get(POSTGRES):  # noqa: TID251 - the edge asks
        from generators.packs.engines.postgres import open_postgres  # noqa: PLC0415 - a driver, needed only here

        engines["postgres"] = partial(open_postgres, address)
    if os.environ.get(SPARK) or "spark" in wanted:  # noqa: TID251 - the edge asks
        from generators.packs.engines.spark import open_spark  # noqa: PLC0415 - as above

        engines["spark"] = partial(open_spark, python=os.environ.get(SPARK))  # noqa: TID251 - the edge asks
    if python := os.environ.get(FAKESNOW):  # noqa: TID251 - the edge asks
        from generators.packs.engines.fakesnow import open_fakesnow  # noqa: PLC0415 - as above

        engines["snowflake"] = partial(open_fakesnow, python)
    return engines


def _duckdb(zone: str) -> Engine | Unreachable:
    try:
        return DuckEngine(zone)
    except ImportError:
        return Unreachable("duckdb", "DuckDB is not installed", "install the extra named 'packs'")


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A function to call before each step with its name: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty() or total < 2:  # noqa: PLR2004 - one step needs no bar
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import Progress  # noqa: PLC0415 - as above

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        done = iter(range(total))

        def step(name: str) -> None:
            bar.update(task, description=name, completed=next(done))

        yield step


@contextmanager
def counting(total: int) -> Iterator[Callable[[int], None]]:
    """A function to call with how many of very many things were done: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty() or total < 2:  # noqa: PLR2004 - one needs no bar
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415 - as above

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)
