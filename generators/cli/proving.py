"""What `dfops pack check` does once it knows what is asked: on engines here, or on somebody's own warehouse.

The only module of the command line that needs sqlglot to be imported: commands import it when they run.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, get_args

from generators.cli.engines import engines_here, progress
from generators.cli.lookup import export_of, project_at
from generators.cli.options import Unusable, writing
from generators.installed import Missing
from generators.installed.dataface import OpenProject, open_project
from generators.model.pack import Warehouse
from generators.output import write_if_changed
from generators.packs.proof.check import CheckedPack, Plan
from generators.packs.proof.evidence import evidence_of
from generators.packs.proof.live import Freshness, LiveWarehouse, check_live, freshness, unproven
from generators.packs.proof.memory import CACHE, Memory, proven, reachable
from generators.packs.proof.results import SCHEMA_VERSION
from generators.report import printable
from generators.report.packs import freshness_text, pack_text
from generators.scaffold.pack import PLAIN

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Literal

    from generators.packs.reading.folder import PackFolder

FAULTS = frozenset({"broken", "unproven"})
"""Verdicts that a command fails for; what is unavailable may be."""
KINDS = {"postgresql": "postgres"}
"""Types of sources that are warehouses by another name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of each pack, in the order asked, and how old the tables of a live warehouse are."""

    packs: tuple[tuple[PackFolder, CheckedPack], ...]
    fresh: tuple[Freshness, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether something is broken or could not be proven."""
        return any(result.verdict in FAULTS for _, checked in self.packs for result in checked.results)


def on_engines(
    chosen: list[PackFolder], schema: Path | None, name: str | None, wanted: tuple[str, ...], root: Path | None
) -> Found:
    """Packs on what executes here: on their own tables, or on those of an export at `schema`.

    Checks are remembered below `root`; None asks everything again.
    """
    memory = Memory(root / CACHE if root else None)
    engines = engines_here(wanted)
    versions, absent = reachable(engines)
    for missing in absent:
        sys.stderr.write(f"not proven by execution: {missing.warehouse}: {missing.reason}; {missing.remedy}\n")
    checked = []
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            warehouse = wanted[0] if len(wanted) == 1 else ""
            tables = pack.schema.entity.tables
            snapshot = export_of(schema, pack.schema_name, tables, name, warehouse) if schema else None
            checked.append((pack, proven(pack, Plan(wanted, engines, snapshot), versions, memory)))
    return Found(tuple(checked))


def on_project(
    chosen: list[PackFolder], folder: Path, source: str, name: str | None, wanted: tuple[str, ...], at: datetime
) -> Found:
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
    return Found(tuple(checked), tuple(fresh))


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


def record(root: Path, found: Found, at: datetime) -> None:
    """Write each pack's evidence beside it. `at` is UTC."""
    for pack, checked in found.packs:
        path = root / "packs" / pack.id / "evidence.yaml"
        with writing(path):
            write_if_changed(path, evidence_of(pack, checked, at))
        sys.stderr.write(f"packs/{pack.id}/evidence.yaml\n")


def shown(found: Found, form: Literal["text", "json"]) -> str:
    """What was found, for people or for programs."""
    if form == "json":
        told = {
            "schema_version": SCHEMA_VERSION,
            "results": [result.as_json() for _, checked in found.packs for result in checked.results],
            "freshness": [asdict(row) for row in found.fresh],
        }
        return json.dumps(told, indent=2, default=str) + "\n"
    text = "".join(
        pack_text(pack.id, pack.pack.entity.version, checked)
        + freshness_text([row for row in found.fresh if row.pack == pack.id])
        for pack, checked in found.packs
    )
    return text or "No pack here; `dfops new pack CONNECTOR --schema FILE` begins one.\n"
