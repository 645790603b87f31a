"""What `dfops pack check` does once it knows what is asked: on engines here, or on somebody's own tables.

The only module of the command line that needs sqlglot to be imported: commands import it when they run.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from generators.cli.engines import engines_here, progress
from generators.cli.lookup import export_of, project_at
from generators.cli.options import Unusable, writing
from generators.installed import Missing
from generators.installed.dataface import OpenProject, open_project
from generators.model.pack import Warehouse
from generators.output import write_if_changed
from generators.packs.proof.check import CheckedPack, Plan
from generators.packs.proof.evidence import check_holds, evidence_of
from generators.packs.proof.live import Freshness, LiveWarehouse, check_live, freshness, unproven
from generators.packs.proof.memory import CACHE, Memory, proven, reachable
from generators.packs.proof.variations import run_all
from generators.report.packs import checks_json, checks_text, regressions_text, unchanged_text
from generators.report.text import printable
from generators.scaffold.pack import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from generators.packs.engines.engine import Engine, Unreachable
    from generators.packs.reading.folder import PackFolder

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

    @property
    def failed(self) -> bool:
        """Whether something is broken or could not be proven."""
        return any(result.verdict in FAULTS for _, checked in self.packs for result in checked.results)

    @property
    def text(self) -> str:
        """For people."""
        unchanged = unchanged_text(self.unchanged, "checked")
        return unchanged + (checks_text(self.packs, self.fresh) if self.packs or not unchanged else "")

    @property
    def json(self) -> str:
        """For programs."""
        return checks_json(self.packs, self.fresh)


def on_engines(chosen: list[PackFolder], wanted: tuple[str, ...], root: Path | None, *, recorded: bool) -> Proof:
    """Packs on their own tables, on what executes here. Checks are remembered below `root`; None asks all again.

    With `recorded` those are left out whose evidence is of this pack, this code and these engines.
    """
    engines, versions = _engines(wanted)
    memory = Memory(root / CACHE if root else None)
    unchanged = tuple(pack for pack in chosen if recorded and check_holds(pack, versions))
    checked = []
    with progress(len(chosen) - len(unchanged)) as step:
        for pack in chosen:
            if pack not in unchanged:
                step(pack.id)
                checked.append((pack, proven(pack, Plan(wanted, engines), versions, memory)))
    return Proof(tuple(checked), unchanged=unchanged)


def on_export(
    chosen: list[PackFolder], export: Path, name: str | None, wanted: tuple[str, ...], root: Path | None
) -> Proof:
    """Packs on the tables of an export of columns. Raises Unusable where it cannot be read."""
    engines, versions = _engines(wanted)
    memory = Memory(root / CACHE if root else None)
    warehouse = wanted[0] if len(wanted) == 1 else ""
    checked = []
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            snapshot = export_of(export, pack.schema_name, pack.schema.entity.tables, name, warehouse)
            checked.append((pack, proven(pack, Plan(wanted, engines, snapshot), versions, memory)))
    return Proof(tuple(checked))


def _engines(wanted: tuple[str, ...]) -> tuple[dict[str, Start], dict[str, str]]:
    """What executes here, and the versions of those that open; the others are named on standard error."""
    engines = engines_here(wanted)
    versions, absent = reachable(engines)
    for missing in absent:
        sys.stderr.write(f"not proven by execution: {missing.warehouse}: {missing.reason}; {missing.remedy}\n")
    return engines, versions


def on_project(
    chosen: list[PackFolder], folder: Path, source: str, name: str | None, wanted: tuple[str, ...], at: datetime
) -> Proof:
    """Packs on the tables of a project's source. `at` is UTC. Raises Unusable for what cannot be asked at all."""
    schemas = [(name or pack.schema_name).lower() for pack in chosen]
    if name is not None and not PLAIN.fullmatch(name.lower()):
        raise Unusable(f"--schema-name {printable(name)} is no name: letters a to z, digits and _")
    project = _opened(folder, source)
    live = LiveWarehouse(project, _warehouse(project, wanted))
    checked: list[tuple[PackFolder, CheckedPack]] = []
    fresh: list[Freshness] = []
    try:
        with progress(len(chosen)) as step:
            for pack, schema in zip(chosen, schemas, strict=True):
                step(pack.id)
                checked.append((pack, _on_schema(pack, live, schema, at, fresh)))
    finally:
        live.close()
    return Proof(tuple(checked), tuple(fresh))


def _opened(folder: Path, source: str) -> OpenProject:
    opened = open_project(project_at(folder), source)
    if isinstance(opened, Missing):
        raise Unusable(opened.sentence)
    return opened


def _warehouse(project: OpenProject, wanted: tuple[str, ...]) -> str:
    if len(wanted) > 1:
        raise Unusable("a source is one warehouse: give --warehouse once")
    warehouse = wanted[0] if wanted else KINDS.get(project.kind, project.kind)
    if warehouse not in get_args(Warehouse):
        raise Unusable(
            f"a source of type '{printable(project.kind)}' may be any warehouse: name it with --warehouse NAME"
        )
    return warehouse


def _on_schema(pack: PackFolder, live: LiveWarehouse, schema: str, at: datetime, fresh: list[Freshness]) -> CheckedPack:
    snapshot = live.snapshot(schema)
    if isinstance(snapshot, str):
        return unproven(pack, live.warehouse, snapshot)
    if not snapshot.tables:
        return unproven(pack, live.warehouse, f"the warehouse has no schema '{schema}', or none we may read")
    checked = check_live(pack, snapshot, live, schema)
    fresh += freshness(pack, snapshot, live, at, schema)
    return checked


def record(root: Path, proof: Proof, at: datetime) -> None:
    """Test each pack, and write its evidence beside it; what a test misses is printed. `at` is UTC."""
    with progress(len(proof.packs)) as step:
        for pack, checked in proof.packs:
            step(f"{pack.id}: tests")
            tests = tuple(run_all(pack))
            missed = [(pack.id, test) for test in tests if test.misses]
            sys.stderr.write(regressions_text(missed) if missed else "")
            path = root / "packs" / pack.id / "evidence.yaml"
            with writing(path):
                write_if_changed(path, evidence_of(pack, checked, tests, at))
            sys.stderr.write(f"packs/{pack.id}/evidence.yaml\n")
