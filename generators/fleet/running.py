"""Schemas judged by many processes, or by a cluster; what was found is kept, so that a run goes on where one ended."""

from __future__ import annotations

import hashlib
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from generators.fleet.gathering import bytes_of
from generators.packs.engines.parquet import Found, keep, kept
from generators.packs.proof.code import code_digest, package_version
from generators.packs.proof.footprint import Footprint, Judge
from generators.published.manifest import Unreadable
from generators.published.snapshots import snapshot_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from generators.fleet.gathering import Fleet, Sent

CHUNK = 200
"""Schemas that are sent to a process at once."""
AHEAD = 2
"""Chunks that wait for each process: more would only take memory."""
PART = 500
"""Schemas after which what was found is written."""
OK = "ok"
Results = dict[str, tuple[Found, ...]]
"""What is wrong on each schema, by its digest; nothing where all queries run."""


class Snapshots(NamedTuple):
    """Some schemas on one warehouse, as they were sent: digest, file, and its bytes for who cannot read the file."""

    footprint: Footprint
    files: tuple[tuple[str, Path, bytes | None], ...]


class OtherVersion(Exception):  # noqa: N818 - what is installed on another machine, not a fault of the program
    """A process that judges has other code than the one that asks."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a pack: what it reads, by warehouse."""

    footprints: Mapping[str, Footprint]

    @property
    def key(self) -> str:
        """What decides the results beside the schema and its warehouse: the pack and what judges."""
        digests = {footprint.digest for footprint in self.footprints.values()}
        facts = [*digests, code_digest(), package_version("sqlglot")]
        return hashlib.sha256(" ".join(facts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where schemas are judged: by an executor with so many workers, or in this process; and where results are kept."""

    folder: Path
    executor: Executor | None = None
    workers: int = 1
    is_remote: bool = False
    """Whether its workers may be on other machines, where the files are not."""


def judged(version: Version, fleet: Fleet, bench: Bench, step: Callable[[int], object]) -> Results:
    """What is wrong on each schema of a fleet whose warehouse the version supports.

    `step` is told how many schemas were done. Raises Unreadable, OtherVersion, OSError, and what an executor raises.
    """
    wanted = {digest: sent for digest, sent in fleet.schemas.items() if sent.warehouse in version.footprints}
    folder = bench.folder / version.key
    found = {digest: rows for digest, rows in _recalled(folder).items() if digest in wanted}
    step(len(found))
    fresh: Results = {}
    rest = {digest: sent for digest, sent in wanted.items() if digest not in found}
    chunks = _chunks(version, rest, is_remote=bench.is_remote)
    try:
        for rows in _answers(bench, chunks):
            fresh |= rows
            step(len(rows))
            if len(fresh) >= PART:
                _keep(folder, fresh)
                found |= fresh
                fresh = {}
    finally:
        _keep(folder, fresh)
    return found | fresh


def _chunks(version: Version, wanted: Mapping[str, Sent], *, is_remote: bool) -> Iterator[Snapshots]:
    """The schemas, those of one warehouse together; what is sent away is read when someone is free for it."""
    for warehouse, footprint in version.footprints.items():
        own = iter([(digest, sent.file) for digest, sent in wanted.items() if sent.warehouse == warehouse])
        while some := tuple(islice(own, CHUNK)):
            files = tuple((digest, file, bytes_of(file) if is_remote else None) for digest, file in some)
            yield Snapshots(footprint, files)


def _answers(bench: Bench, chunks: Iterable[Snapshots]) -> Iterator[Results]:
    if bench.executor is None:
        yield from map(judge_files, chunks)
        return
    rest, code = iter(chunks), code_digest()
    waiting = {_submitted(bench.executor, chunk, code) for chunk in islice(rest, bench.workers * AHEAD)}
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            waiting |= {_submitted(bench.executor, chunk, code) for chunk in islice(rest, 1)}
            yield future.result()


def _submitted(executor: Executor, chunk: Snapshots, code: str) -> Future[Results]:
    return executor.submit(judge_files, chunk, code)


def judge_files(chunk: Snapshots, code: str = "") -> Results:
    """Judge some snapshots, in any process. Raises Unreadable, OSError, and OtherVersion unless its code is `code`."""
    if code and code != code_digest():
        raise OtherVersion
    judge = _judge(chunk.footprint)
    return {
        digest: _rows(judge, digest, str(file), bytes_of(file) if data is None else data)
        for digest, file, data in chunk.files
    }


@lru_cache(maxsize=8)
def _judge(footprint: Footprint) -> Judge:
    """One for each footprint of a process: it remembers what it bound."""
    return Judge(footprint)


def _rows(judge: Judge, digest: str, name: str, data: bytes) -> tuple[Found, ...]:
    snapshot = snapshot_in(data, name)
    if snapshot.digest != digest:
        raise Unreadable(f"{name} has changed while it was read")
    found = judge.judge(snapshot.tables)
    return tuple(
        Found(digest, one.board, one.query, one.verdict, tuple(missing.text for missing in one.missing))
        for one in found
    )


# ── kept results ────────────────────────────────────────────────────────────────────────────────────────────────────
def _recalled(folder: Path) -> Results:
    found: dict[str, list[Found]] = {}
    for row in kept(sorted(folder.glob("*.parquet"))):
        rows = found.setdefault(row.digest, [])
        if row.verdict != OK:
            rows.append(row)
    return {digest: tuple(rows) for digest, rows in found.items()}


def _keep(folder: Path, results: Results) -> None:
    """Write what was found as one more file, named after its schemas."""
    if not results:
        return
    rows = [row for digest, found in results.items() for row in found or (Found(digest, "", "", OK, ()),)]
    name = hashlib.sha256(" ".join(sorted(results)).encode()).hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True)
    keep(folder / f"{name}.parquet", rows)
