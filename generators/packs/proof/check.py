"""One pack, checked: statically everywhere, executed where an engine answers, every result with how it was proven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generators.model.pack import PackTable
from generators.packs.engines.engine import Unreachable
from generators.packs.proof.charts import encoding_trouble
from generators.packs.proof.execution import Executed, Rows, difference, execute, same
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.packs.proof.results import Result, Trouble, faces_of, worst
from generators.packs.proof.statements import Statement, statements
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import Snapshot, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generators.model.pack import Proof, Verdict
    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Tables
    from generators.packs.proof.execution import Key
    from generators.packs.reading.folder import PackFolder

WAREHOUSES = ("duckdb", "postgres", "snowflake", "bigquery", "redshift", "databricks")
"""Where a pack is checked unless it or the caller names others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a check is asked to do. Engines open in a time zone, by warehouse; where there is none a proof is static."""

    warehouses: tuple[str, ...] = ()
    """Those of the pack when empty."""
    engines: Mapping[str, Callable[[str], Engine | Unreachable]] | None = None
    snapshot: Snapshot | None = None
    """Somebody's tables, instead of those that the pack relies on."""
    rows: Tables | None = None
    """Rows instead of the pack's own awkward ones."""


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """The results of one pack, the tables each face reads, and what executed, by warehouse."""

    results: tuple[Result, ...]
    reads: Mapping[str, tuple[str, ...]]
    engines: Mapping[str, str]
    answers: Mapping[Key, object]
    """What DuckDB answered on the rows."""

    def verdict(self, face: str) -> Verdict:
        """The worst of a face on all warehouses."""
        return worst(result.verdict for result in self.results if result.face == face)

    @property
    def faces(self) -> Mapping[tuple[str, str], Sequence[Result]]:
        """Results by face and warehouse."""
        return faces_of(self.results)


def check(pack: PackFolder, plan: Plan) -> CheckedPack:
    """Check a pack. Nothing raises for what the pack, its schema or a warehouse does wrong."""
    snapshot = plan.snapshot or snapshot_of(pack)
    asked = plan.warehouses or tuple(support.name for support in pack.pack.entity.warehouses)
    found = tuple(statements(pack, snapshot, asked))
    engines = {name: start for name, start in (plan.engines or {}).items() if name in asked}
    rows = _rows(pack, plan, snapshot)
    runs = {
        name: execute([s for s in found if s.warehouse == name], rows, engines[name])
        if isinstance(rows, Rows)
        else Unreachable(name, rows, "mend fixtures.yaml")
        for name in sorted(engines, key=lambda name: name != AUTHORED)
    }
    reference = runs.get(AUTHORED)
    results = tuple(_result(pack, statement, runs.get(statement.warehouse), reference) for statement in found)
    reads = {
        face.id: tuple(sorted({table for s in found if s.face is face for table in s.tables})) for face in pack.faces
    }
    versions = {name: run.version for name, run in runs.items() if isinstance(run, Executed)}
    return CheckedPack(results, reads, versions, reference.answers if isinstance(reference, Executed) else {})


def _rows(pack: PackFolder, plan: Plan, snapshot: Snapshot) -> Rows | str:
    """The tables to make; a sentence when the pack's fixtures cannot be made."""
    tables = pack.schema.entity.tables if plan.snapshot is None else _as_tables(snapshot)
    if plan.rows is not None:
        return Rows(pack.schema_name, tables, plan.rows, changed=True)
    if plan.snapshot is not None or pack.fixtures is None:
        return Rows(pack.schema_name, tables, None)
    try:
        return Rows(pack.schema_name, tables, generate(pack.schema.entity, pack.fixtures.entity, awkward=True))
    except FixtureError as error:
        return f"rows cannot be made: {error.text(pack.fixtures)}"


def _as_tables(snapshot: Snapshot) -> Mapping[str, PackTable]:
    """Somebody's tables as a pack writes them; columns of types that no pack knows are text."""
    return {
        name: PackTable.model_construct(
            columns=columns,  # type: ignore[arg-type]
            optional=False,
            key=(),
            optional_columns=(),
            note=None,
        )
        for name, columns in snapshot.tables.items()
        if columns
    }


def _result(
    pack: PackFolder, statement: Statement, run: Executed | Unreachable | None, reference: Executed | Unreachable | None
) -> Result:
    key = (statement.face.id, statement.query.name)
    trouble = statement.trouble or encoding_trouble(statement.face, statement.query, statement.outputs)
    proof: Proof = "static"
    if isinstance(run, Executed) and statement.sql:
        proof = "emulated" if run.proof == "emulated" else "executed"
        trouble = trouble or run.troubles.get(key) or _disagreement(statement, run, reference)
    elif isinstance(run, Unreachable) and trouble is None:
        trouble = Trouble("unproven", statement.face.place(statement.query), run.reason, hint=run.remedy)
    return result_of(pack, statement, proof, trouble)


def result_of(pack: PackFolder, statement: Statement, proof: Proof, trouble: Trouble | None) -> Result:
    """A statement's result: ok without trouble."""
    version, face, query = pack.pack.entity.version, statement.face.id, statement.query.name
    blank = Result(pack.id, version, face, query, statement.warehouse, proof, "ok")
    return blank if trouble is None else _failed(blank, trouble)


def _disagreement(statement: Statement, run: Executed, reference: Executed | Unreachable | None) -> Trouble | None:
    """Where an engine answers otherwise than DuckDB on the same rows."""
    if not isinstance(reference, Executed) or run is reference:
        return None
    key = (statement.face.id, statement.query.name)
    ours, theirs = reference.answers.get(key), run.answers.get(key)
    if ours is None or theirs is None or same(ours, theirs):
        return None
    sentence = f"gives other results than on {reference.warehouse}: {difference(theirs, ours)}"
    return Trouble("broken", statement.face.place(statement.query), sentence)


def _failed(blank: Result, trouble: Trouble) -> Result:
    place = trouble.place
    return replace(
        blank,
        verdict=trouble.verdict,
        missing=trouble.missing,
        path=place.path,
        line=place.line,
        column=place.column,
        hint=trouble.hint,
        code=trouble.code,
        message=trouble.message,
        excerpt=place.excerpt,
        width=place.width,
    )
