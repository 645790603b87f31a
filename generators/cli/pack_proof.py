"""What `dfops pack check` does once it knows what is asked: on engines here, or on somebody's own tables.

The only module of the command line that needs sqlglot to be imported: commands import it when they run.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from generators.cli.engines import engines_here, progress
from generators.cli.lookup import Project, export_of, project_at
from generators.cli.options import Unusable, writing
from generators.cli.runtimes import Present, first_of, port_for_users, ports_of, versions_of
from generators.model.pack import Warehouse
from generators.output import write_if_changed
from generators.packs.proof.cautions import history_warnings
from generators.packs.proof.check import CheckedPack, Plan
from generators.packs.proof.check import check as check_pack
from generators.packs.proof.evidence import Found, Versions, check_holds, evidence_of
from generators.packs.proof.live import Freshness, LiveWarehouse, check_live, freshness, unproven
from generators.packs.proof.live_tables import live_snapshot
from generators.packs.proof.memory import CACHE, Memory, proven, reachable
from generators.packs.proof.shown import Shower
from generators.packs.proof.variations import run_all
from generators.packs.reading.dialects import same_name
from generators.packs.reading.tables import Asked
from generators.report.packs import checks_json, checks_text, regressions_text, unchanged_text
from generators.report.text import printable
from generators.runtime.port import Missing, RuntimePort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.packs.engines.engine import Engine, Unreachable
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Snapshot
    from generators.runtime.known import KnownRuntime

    Start = Callable[[str], Engine | Unreachable]

FAULTS = frozenset({"broken", "unproven"})
"""Verdicts that a command fails for; what is unavailable may be."""
KINDS = {"postgresql": "postgres"}
"""Types of sources that are warehouses by another name."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of each pack, in the order asked, and how old the tables of a live warehouse are."""

    packs: tuple[tuple[PackFolder, CheckedPack], ...]
    fresh: tuple[Freshness, ...] = ()
    unchanged: tuple[PackFolder, ...] = ()
    """Packs that were not asked again: their evidence holds."""
    versions: Versions = field(default_factory=lambda: Versions({}, {}))
    """What proved them."""
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    """The tables of a user that they were checked against, by pack."""
    asked: str = ""
    """The runtime that asked a live warehouse, by id."""

    @property
    def failed(self) -> bool:
        """Whether something is broken or could not be proven."""
        return any(
            any(result.verdict in FAULTS for result in checked.results)
            or not all(board.holds for board in checked.shown)
            for _, checked in self.packs
        )

    @property
    def text(self) -> str:
        """For people."""
        unchanged = unchanged_text(self.unchanged, "checked")
        return unchanged + (checks_text(self.packs, self.fresh) if self.packs or not unchanged else "")

    @property
    def json(self) -> str:
        """For programs."""
        return checks_json(self.packs, self.fresh)


@dataclass(frozen=True, slots=True)
class Here:
    """What packs are proven with here: warehouses that are asked for, runtimes, and where checks are kept."""

    wanted: tuple[str, ...]
    runtimes: Mapping[str, Present]
    root: Path | None
    """Checks are remembered below it; None asks all again."""

    def plan(self, engines: Mapping[str, Start], snapshot: Snapshot | None = None, *, show: bool = False) -> Plan:
        """A check with all of it; with `show` the runtimes draw the boards as well."""
        here = self.runtimes.items()
        showers = tuple(Shower(name, each.known.runtime, each.port) for name, each in here) if show else ()
        return Plan(self.wanted, engines, snapshot, runtimes=ports_of(self.runtimes), showers=showers)

    @property
    def memory(self) -> Memory:
        """Where earlier checks are found."""
        return Memory(self.root / CACHE if self.root else None)


def on_engines(chosen: list[PackFolder], here: Here, *, recorded: bool) -> Proof:
    """Packs on their own tables, on what executes here.

    With `recorded` those are left out whose evidence is of this pack, this code, these engines and these runtimes.
    """
    engines, opened = _engines(here.wanted)
    versions = Versions(opened, versions_of(here.runtimes))
    unchanged = tuple(pack for pack in chosen if recorded and check_holds(pack, versions))
    checked = []
    with progress(len(chosen) - len(unchanged)) as step:
        for pack in chosen:
            if pack not in unchanged:
                step(pack.id)
                checked.append((pack, proven(pack, here.plan(engines, show=True), versions, here.memory)))
    return Proof(tuple(checked), unchanged=unchanged, versions=versions)


def on_published(
    chosen: Sequence[PackFolder], export: Path, named: tuple[str | None, str | None], wanted: Sequence[str]
) -> Proof:
    """Published packs on the tables of an export of columns, statically; `named` are schema and database.

    Raises Unusable.
    """
    asked = Asked(*named, wanted[0] if len(wanted) == 1 else "")
    snapshots = {pack.id: _of_export(pack, export, asked) for pack in chosen}
    plans = ((pack, Plan(tuple(wanted), None, snapshots[pack.id])) for pack in chosen)
    return Proof(tuple((pack, check_pack(pack, plan)) for pack, plan in plans), snapshots=snapshots)


def _of_export(pack: PackFolder, export: Path, asked: Asked) -> Snapshot:
    """The tables of an export; a schema of another name than the connector's is said on standard error."""
    snapshot = export_of(export, pack.schema_name, pack.schema.entity.tables, asked)
    if snapshot.schema.lower() != pack.schema_name.lower():
        name = printable(snapshot.schema)
        sys.stderr.write(f"{pack.id}: checked against the schema {name}; install with --schema {shlex.quote(name)}\n")
    return snapshot


def on_export(chosen: list[PackFolder], export: Path, named: tuple[str | None, str | None], here: Here) -> Proof:
    """Packs on the tables of an export of columns; `named` are schema and database. Raises Unusable."""
    engines, opened = _engines(here.wanted)
    versions = Versions(opened, versions_of(here.runtimes))
    asked = Asked(*named, here.wanted[0] if len(here.wanted) == 1 else "")
    checked = []
    snapshots: dict[str, Snapshot] = {}
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            snapshot = snapshots[pack.id] = _of_export(pack, export, asked)
            found = proven(pack, here.plan(engines, snapshot), versions, here.memory)
            checked.append((pack, replace(found, warnings=history_warnings(pack, snapshot))))
    return Proof(tuple(checked), versions=versions, snapshots=snapshots)


def _engines(wanted: tuple[str, ...]) -> tuple[dict[str, Start], dict[str, str]]:
    """What executes here, and the versions of those that open; the others are named on standard error."""
    engines = engines_here(wanted)
    versions, absent = reachable(engines)
    for missing in absent:
        sys.stderr.write(f"not proven by execution: {missing.warehouse}: {missing.reason}; {missing.remedy}\n")
    return engines, versions


def on_project(chosen: list[PackFolder], at_source: AtSource, name: str | None, here: Here, at: datetime) -> Proof:
    """Packs on the tables of a project's source. `at` is UTC. Raises Unusable for what cannot be asked at all."""
    checked: list[tuple[PackFolder, CheckedPack]] = []
    fresh: list[Freshness] = []
    snapshots: dict[str, Snapshot] = {}
    with _opened(at_source, here) as (known, live), progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            snapshot = live_snapshot(live, pack, name)
            if not isinstance(snapshot, str):
                snapshots[pack.id] = snapshot
            checked.append((pack, _on_schema(pack, live, snapshot, name)))
            fresh += freshness(pack, snapshot, live, at) if not isinstance(snapshot, str) else ()
    versions = Versions({}, {known.entry.id: known.release.version})
    return Proof(tuple(checked), tuple(fresh), versions=versions, snapshots=snapshots, asked=known.entry.id)


class AtSource(NamedTuple):
    """Somebody's project, and the source in it that is asked."""

    project: Path
    source: str


@contextmanager
def _opened(at_source: AtSource, here: Here) -> Iterator[tuple[KnownRuntime, LiveWarehouse]]:
    """The source, asked by the runtime whose project it is."""
    project = project_at(at_source.project, tuple(present.known for present in here.runtimes.values()))
    with port_for_users(project.runtime) as port:
        yield project.runtime, _live(port, project, at_source.source, here)


def _live(port: RuntimePort, project: Project, source: str, here: Here) -> LiveWarehouse:
    version, kind = port.version(), port.open(project.folder, source)
    for missing in (version, kind):
        if isinstance(missing, Missing):
            raise Unusable(missing.sentence)
    assert isinstance(kind, str)  # noqa: S101 - raised above
    return LiveWarehouse(port, project.folder, source, _warehouse(kind, here.wanted))


def _warehouse(kind: str, wanted: tuple[str, ...]) -> str:
    if len(wanted) > 1:
        raise Unusable("a source is one warehouse: give --warehouse once")
    warehouse = wanted[0] if wanted else KINDS.get(kind, kind)
    if warehouse not in get_args(Warehouse):
        raise Unusable(f"a source of type '{printable(kind)}' may be any warehouse: name it with --warehouse NAME")
    return warehouse


def _on_schema(pack: PackFolder, live: LiveWarehouse, snapshot: Snapshot | str, name: str | None) -> CheckedPack:
    if isinstance(snapshot, str):
        return unproven(pack, live.warehouse, snapshot)
    checked = check_live(pack, snapshot, live)
    if name is not None and not same_name(name, snapshot.schema, live.warehouse):
        spelled = f"the schema is spelled '{snapshot.schema}': install the pack with that name after --schema"
        checked = replace(checked, warnings=(spelled, *checked.warnings))
    return checked


def record(root: Path, proof: Proof, here: Here, at: datetime) -> None:
    """Test each pack, and write its evidence beside it; what a test misses is printed. `at` is UTC."""
    with progress(len(proof.packs)) as step:
        for pack, checked in proof.packs:
            step(f"{pack.id}: tests")
            tests = tuple(run_all(pack, first_of(here.runtimes)))
            missed = [(pack.id, test) for test in tests if test.misses]
            sys.stderr.write(regressions_text(missed) if missed else "")
            path = root / "packs" / pack.id / "evidence.yaml"
            with writing(path):
                write_if_changed(path, evidence_of(pack, Found(checked, tests, proof.versions), at))
            sys.stderr.write(f"packs/{pack.id}/evidence.yaml\n")
