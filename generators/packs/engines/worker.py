"""Engines in an environment of their own: a process that is asked over a line of JSON, and killed when it keeps silent.

Killed, it is started again for the next question, and given the same rows: one endless query costs no other its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.packs.engines.engine import Answer, Engine, Fault, Proof, Unreachable
from generators.processes import Worker
from generators.workers import WORKERS, wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Tables

OPEN_SECONDS = 180
LOAD_SECONDS = 300
NOT_LOADED = "the rows could not be loaded: "
GRACE_SECONDS = 1
"""A worker is given so much longer than the query's own limit before it is killed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sets one worker apart: its warehouse and dialect, its script, and how to install it."""

    warehouse: str
    dialect: str
    proof: Proof
    script: str
    remedy: str


class WorkerEngine(Engine):
    """A warehouse in another process, started when it is first needed and again after it was killed."""

    version = ""

    def __init__(self, kind: Kind, python: str, zone: str) -> None:
        """Starts nothing yet."""
        self.warehouse, self.dialect, self.proof = kind.warehouse, kind.dialect, kind.proof
        self._kind, self._python, self._zone = kind, python, zone
        self._worker: Worker | None = None
        self._loads: dict[str, dict[str, object]] = {}
        """Schema to the question that made it, to be asked again."""

    def start(self) -> Fault | Unreachable | None:
        """Make sure that the process runs and holds what was loaded."""
        if self._worker is not None and self._worker.process.poll() is None:
            return None
        self.stop()
        unreachable = self._open()
        if unreachable is not None:
            return unreachable
        answers = (self._ask(question, LOAD_SECONDS, NOT_LOADED) for question in self._loads.values())
        return next((answer for answer in answers if isinstance(answer, Fault)), None)

    def _open(self) -> Unreachable | None:
        kind = self._kind
        try:
            self._worker = Worker(self._python, WORKERS / kind.script)
        except OSError:
            return Unreachable(kind.warehouse, "its Python is not there", kind.remedy)
        answer = self._worker.ask({"do": "open", "zone": self._zone}, OPEN_SECONDS)
        if answer is not None and "version" in answer:
            self.version = answer["version"]
            return None
        self.stop()
        if answer is None:
            return Unreachable(kind.warehouse, "it does not start", kind.remedy)
        if "missing" in answer:
            return Unreachable(kind.warehouse, f"{answer['missing']} is not installed there", kind.remedy)
        return Unreachable(kind.warehouse, answer["unproven"], kind.remedy)

    def _ask(self, question: Mapping[str, object], seconds: float, lead: str = "") -> dict[str, Any] | Fault:
        assert self._worker  # noqa: S101 - every caller has started it
        answer = self._worker.ask(question, seconds + GRACE_SECONDS)
        if answer is None:
            why = f"no answer within {seconds:g} seconds" if self._worker.was_late else "it ended without an answer"
            return Fault("unproven", f"{lead}{why}")
        if "refused" in answer and not lead:
            return Fault("refused", answer["refused"])
        reason = answer.get("unproven") or answer.get("refused")
        return Fault("unproven", f"{lead}{reason}") if reason else answer

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables."""
        question: dict[str, object] = {
            "do": "load",
            "schema": schema,
            "tables": {name: dict(table.columns) for name, table in tables.items()},
            "rows": {
                name: wire.encode_rows([row[column] for column in tables[name].columns] for row in table)
                for name, table in (rows or {}).items()
                if name in tables
            },
        }
        self._loads.pop(schema, None)
        fault = _fault(self.start())
        if fault is not None:
            return fault
        answer = self._ask(question, LOAD_SECONDS, NOT_LOADED)
        if isinstance(answer, Fault):
            return answer
        self._loads[schema] = question
        return None

    def run(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        """Ask one query; a process that was killed is first started again, which is not the query's time."""
        fault = _fault(self.start())
        if fault is not None:
            return fault
        question = {"do": "run", "sql": sql, "params": [wire.encode(value) for value in params], "seconds": seconds}
        answer = self._ask(question, seconds)
        if isinstance(answer, Fault):
            return answer
        rows = tuple(tuple(row) for row in wire.decode_rows(answer["rows"]))
        return Answer(tuple(column.lower() for column in answer["columns"]), rows)

    def stop(self) -> None:
        """End the process; what was loaded is still known."""
        if self._worker is not None:
            self._worker.stop()
        self._worker = None

    def close(self) -> None:
        """End the process for good."""
        self.stop()
        self._loads.clear()


def _fault(failed: Fault | Unreachable | None) -> Fault | None:
    return Fault("unproven", failed.reason) if isinstance(failed, Unreachable) else failed


def open_worker(kind: Kind, python: str | None, zone: str) -> WorkerEngine | Unreachable:
    """An engine that has answered once, from the environment whose interpreter is `python`."""
    if not python:
        return Unreachable(kind.warehouse, "no Python with it was named", kind.remedy)
    engine = WorkerEngine(kind, python, zone)
    failed = engine.start()
    return failed if isinstance(failed, Unreachable) else engine
