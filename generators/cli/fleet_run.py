"""What `dfops fleet check` does once it knows what is asked: two versions of a pack on all schemas of a fleet."""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generators.cli import COLLECTION
from generators.cli.engines import counting
from generators.cli.lookup import selected, valid_packs
from generators.cli.options import Unusable
from generators.cli.pack_fit import published_packs
from generators.fleet.gathering import bytes_of, fleet_at
from generators.fleet.impact import impact_of
from generators.fleet.running import Bench, OtherVersion, Version
from generators.fleet.running import judged as judge_fleet
from generators.packs.engines.parquet import Uncountable
from generators.packs.proof.footprint import footprint_of
from generators.packs.proof.statements import statements
from generators.packs.reading.snapshots import Snapshot
from generators.published.manifest import Unreadable
from generators.published.snapshots import snapshot_in
from generators.report.fleet import SHOWN, Judgement, fleet_json, fleet_text
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from generators.fleet.gathering import Fleet
    from generators.fleet.impact import Cause, Impact
    from generators.packs.proof.results import Trouble
    from generators.packs.reading.folder import PackFolder
    from generators.published.catalog import PublishedPacks

CACHE = Path("build/cache/fleet")
SMALL = 5_000
"""Schemas up to which one process is no slower than more, each of which must start and bind for itself."""
CONNECT_SECONDS = 20


class Places(NamedTuple):
    """The repository, what users have sent, and where results are kept."""

    root: Path
    snapshots: Path
    results: Path


class Other(NamedTuple):
    """The published version beside the one of the repository: a catalog, if there is one, and a version in it."""

    catalog: PublishedPacks | None
    version: str | None


@dataclass(frozen=True, slots=True)
class _Side:
    pack: PackFolder
    version: Version

    @classmethod
    def of(cls, pack: PackFolder, fleet: Fleet) -> _Side:
        """A pack with what it reads on the warehouses of the fleet."""
        wanted = {sent.warehouse for sent in fleet.schemas.values()}
        own = [support.name for support in pack.pack.entity.warehouses if support.name in wanted]
        return cls(pack, Version({warehouse: footprint_of(pack, warehouse) for warehouse in own}))


def judged(
    name: str, places: Places, other: Other, how: tuple[int | None, str | None], budget: tuple[float, bool]
) -> Judgement:
    """A pack on all schemas of a fleet, beside a published version where one is named.

    `how` is a number of processes or the address of a cluster, `budget` a number and whether it is in per cent. Raises
    Unusable.
    """
    packs, _ = valid_packs(places.root, [name])
    pack = selected(packs, [name])[0]
    before = published_packs(other.catalog, {pack.id: other.version})[0] if other.catalog else None
    with _readable():
        fleet = fleet_at(places.snapshots, pack.id)
        sides = [_Side.of(one, fleet) for one in (pack, before) if one is not None]
        with (
            counting(len(fleet.schemas) * len(sides)) as step,
            _executor(*how, len(fleet.schemas)) as (executor, count),
        ):
            bench = Bench(places.results / pack.id, executor, count, is_remote=how[1] is not None)
            results = [judge_fleet(side.version, fleet, bench, step) for side in sides]
    impact = impact_of(fleet, results[0], results[1] if before else None, _optional(pack))
    number, is_share = budget
    allowed = math.floor(fleet.total * number / 100) if is_share else int(number)
    beside = before.pack.entity.version if before else None
    return Judgement(pack.id, pack.pack.entity.version, beside, impact, allowed, _sentences(pack, fleet, impact))


def shown(judgement: Judgement, form: str) -> str:
    """What was found, for people or for programs."""
    return fleet_json(judgement) if form == "json" else fleet_text(judgement)


@contextmanager
def _readable() -> Iterator[None]:
    """Turns what cannot be read or written, and processes that cannot judge, into Unusable."""
    try:
        yield
    except (Unreadable, Uncountable) as error:
        raise Unusable(printable(str(error))) from error
    except OtherVersion as error:
        raise Unusable("the cluster has another version of dfops: install this one on its workers") from error
    except BrokenProcessPool as error:
        raise Unusable("a process ended before its time; run again: what was found is kept") from error
    except OSError as error:
        what = printable(str(error.filename or "a snapshot"))
        raise Unusable(f"{what} cannot be read or written: {error.strerror or error}") from error


def _optional(pack: PackFolder) -> list[str]:
    """The tables and columns that may be missing."""
    tables = pack.schema.entity.tables
    names = [name for name, table in tables.items() if table.optional]
    return names + [f"{name}.{column}" for name, table in tables.items() for column in table.optional_columns]


# ── who judges ──────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _executor(workers: int | None, scheduler: str | None, schemas: int) -> Iterator[tuple[Executor | None, int]]:
    """What runs the judgements, and on how many processes; None for this one. Raises Unusable."""
    if scheduler is not None:
        with _cluster(scheduler) as found:
            yield found
        return
    count = workers or (1 if schemas <= SMALL else os.cpu_count() or 1)
    if count == 1:
        yield None, 1
        return
    # A process that is forked while threads of an engine run may hang.
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), gc.set_threshold, COLLECTION)
    try:
        yield pool, count
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask cluster. Raises Unusable."""
    from distributed import Client  # noqa: PLC0415 - an extra of its own

    try:
        client = Client(address, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Unusable(f"no scheduler answers at {printable(address)}") from error
    with client:
        threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        if not threads:
            raise Unusable(f"the scheduler at {printable(address)} has no workers")
        with client.get_executor() as executor:  # type: ignore[no-untyped-call]
            yield executor, threads


# ── sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _sentences(pack: PackFolder, fleet: Fleet, impact: Impact) -> dict[tuple[str, str], Trouble]:
    """What a check of the pack says of the examples of the causes that are shown."""
    found: dict[tuple[str, str], Trouble] = {}
    for verdict in ("broken", "unavailable"):
        for cause in [cause for cause in impact.causes if cause.verdict == verdict][:SHOWN]:
            with suppress(Unreadable, OSError):  # it was read a moment ago
                if trouble := _sentence(pack, fleet, cause):
                    found[cause.verdict, cause.name] = trouble
    return found


def _sentence(pack: PackFolder, fleet: Fleet, cause: Cause) -> Trouble | None:
    sent, example = fleet.schemas[cause.example.digest], cause.example
    snapshot = Snapshot(pack.schema_name, snapshot_in(bytes_of(sent.file), str(sent.file)).tables)
    boards = tuple(board for board in pack.boards if board.id == example.board)
    for statement in statements(replace(pack, boards=boards), snapshot, (sent.warehouse,)):
        if statement.query.name == example.query:
            return statement.trouble
    return None
