"""The port to a runtime: everything that is asked of the software that draws packs, whichever it is and what version.

A runtime lives in an environment of its own and is asked over a pipe, so that several versions are proven side by side
and nothing that one of them needs is needed by us. Nothing raises for what a runtime, its absence or a pack's author
does: what cannot be had is a `Missing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from generators.processes import Worker
from generators.workers import WORKERS, wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

START_SECONDS = 60
"""For a first answer: importing a runtime takes seconds, minutes on a busy machine."""
ANSWER_SECONDS = 120
DRAW_SECONDS = 300
"""For one board: a dashboard that never ends must not keep the site from being built."""
_SCRIPT = "_worker.py"
_BASE = "from adapter import"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be had: its name, why, and the remedy."""

    name: str
    reason: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.name}: {self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a runtime lives: its name with its version, the interpreter, our adapter, and how it is made."""

    name: str
    python: Path
    adapter: str
    """The adapter's name, as the model has it."""
    remedy: str

    @property
    def script(self) -> Path:
        """The adapter, run by the interpreter."""
        return WORKERS / f"{self.adapter.replace('-', '_')}{_SCRIPT}"


@cache
def adapters() -> frozenset[str]:
    """The names of all adapters, as the model has them: the workers that build on the adapters' base."""
    scripts = (path for path in WORKERS.glob(f"*{_SCRIPT}") if _BASE in path.read_text(encoding="utf-8"))
    return frozenset(path.name.removesuffix(_SCRIPT).replace("_", "-") for path in scripts)


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a runtime, and of the engine that answers queries inside it."""

    runtime: str
    engine: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """SQL with placeholders of its dialect, and what they stand for, in order."""

    sql: str
    params: list[object]


@dataclass(frozen=True, slots=True)
class Refused:
    """A template that the runtime does not render: why, and what to do."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query returned: columns in the order they came; rows as tuples."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a warehouse said through the runtime: rows, or its words and the runtime's code for them."""

    rows: Rows = field(default=Rows((), ()))
    error: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """A diagnostic of the runtime: its code, its words on one line, the file, the line (0 where unknown), and where."""

    code: str
    message: str
    path: str = ""
    line: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """A board on rows: its picture as SVG, the rows of its queries by name, and what the runtime reported."""

    svg: str
    rows: Mapping[str, Rows]
    errors: tuple[Reported, ...]
    warnings: tuple[Reported, ...]


class RuntimePort:
    """One version of a runtime. Started by the first question, ended by `close`, which may be called at any time."""

    def __init__(self, environment: Environment) -> None:
        """Starts nothing yet."""
        self.environment = environment
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        """Starts nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    @property
    def is_running(self) -> bool:
        """Whether its process lives; what was opened in one that ended is gone."""
        return self._worker is not None

    @property
    def name(self) -> str:
        """What it is called, with its version."""
        return self.environment.name

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._worker is not None:
            self._worker.stop()
        self._worker = None

    # ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────
    def version(self) -> Version | Missing:
        """Read from the metadata of its packages: the fastest question, asked to see whether it is there."""
        answer = self._ask("version", START_SECONDS)
        return answer if isinstance(answer, Missing) else Version(answer["version"], answer["engine"])

    def codes(self) -> tuple[Mapping[str, str], ...] | Missing:
        """Its diagnostic codes: `code`, `level`, `domain`, and where it has them `summary`, `doc` and `fix`."""
        answer = self._ask("codes", START_SECONDS)
        return answer if isinstance(answer, Missing) else tuple(answer["codes"])

    def commands(self) -> Mapping[str, Any] | Missing:
        """Its command tree, as `generators.workers.command_tree` describes one."""
        answer = self._ask("commands", START_SECONDS)
        return answer if isinstance(answer, Missing) else answer["commands"]

    def rendered(
        self, statements: Sequence[tuple[str, Mapping[str, object]]], dialect: str
    ) -> tuple[Rendered | Refused, ...] | Missing:
        """Each template with its variables as the runtime sends it: variables as parameters, `filter()` a predicate."""
        asked = [{"sql": sql, "variables": _encoded(variables)} for sql, variables in statements]
        answer = self._ask("render", ANSWER_SECONDS, dialect=dialect, statements=asked)
        return answer if isinstance(answer, Missing) else tuple(map(_rendered, answer["rendered"]))

    def validate(self, project: Path) -> tuple[Reported, ...] | Missing:
        """Every finding of every board of a project, warnings as well; empty when a strict validation is clean."""
        answer = self._ask("validate", ANSWER_SECONDS, folder=str(project))
        return answer if isinstance(answer, Missing) else tuple(Reported(**found) for found in answer["found"])

    def draw(self, project: Path, boards: Sequence[str], forms: Sequence[str]) -> Mapping[str, DrawnBoard] | Missing:
        """Boards of a project by their paths below it, as `forms`: rows (`data`), a picture (`svg`), or both."""
        seconds = START_SECONDS + DRAW_SECONDS * len(boards)
        answer = self._ask("draw", seconds, folder=str(project), boards=list(boards), forms=list(forms))
        if isinstance(answer, Missing):
            return answer
        return {board: _drawn(drawn) for board, drawn in answer["boards"].items()}

    def open(self, project: Path, source: str) -> str | Missing:
        """Open somebody's project to ask one of its sources; the kind of warehouse that it is."""
        answer = self._ask("open", ANSWER_SECONDS, folder=str(project), source=source)
        if isinstance(answer, Missing):
            return answer
        if "unknown" in answer:
            names = ", ".join(answer["unknown"]) or "none"
            return Missing(f"source '{source}'", f"the project has {names}", "name one with --source")
        if "refused" in answer:
            return Missing(str(project), answer["refused"], "correct its project file")
        return str(answer["kind"])

    def ask(self, sql: str, variables: Mapping[str, object], seconds: float = ANSWER_SECONDS) -> Reply:
        """One query of the opened project, in its source's own dialect, with its Jinja."""
        answer = self._ask("ask", seconds, sql=sql, variables=_encoded(variables))
        if isinstance(answer, Missing):
            return Reply(error=answer.reason)
        if "error" in answer:
            return Reply(error=answer["error"], code=answer["code"])
        return Reply(_rows(answer))

    # ── the pipe ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _ask(self, what: str, seconds: float, **about: object) -> dict[str, Any] | Missing:
        worker = self._started()
        if isinstance(worker, Missing):
            return worker
        answer = worker.ask({"do": what, **about}, seconds)
        if answer is None:
            self._worker = None
            late = f"no answer within {seconds:g} seconds" if worker.was_late else "it ended without an answer"
            return Missing(self.name, late, self.environment.remedy)
        if "missing" in answer:
            return Missing(self.name, f"{answer['missing']} is not installed there", self.environment.remedy)
        if "unproven" in answer:
            return Missing(self.name, answer["unproven"], self.environment.remedy)
        return answer

    def _started(self) -> Worker | Missing:
        """The process, which lives until it is closed or fails to answer."""
        if self._worker is None:
            try:
                self._worker = Worker(str(self.environment.python), self.environment.script)
            except OSError:
                return Missing(self.name, "it is not installed", self.environment.remedy)
        return self._worker


def _encoded(variables: Mapping[str, object]) -> dict[str, object]:
    return {name: wire.encode(value) for name, value in variables.items()}


def _rendered(answer: Mapping[str, Any]) -> Rendered | Refused:
    if "refused" in answer:
        return Refused(answer["refused"], answer["fix"])
    return Rendered(answer["sql"], [wire.decode(value) for value in answer["params"]])


def _drawn(answer: Mapping[str, Any]) -> DrawnBoard:
    return DrawnBoard(
        answer.get("svg", ""),
        {name: _rows(query) for name, query in answer.get("rows", {}).items()},
        tuple(Reported(**found) for found in answer["errors"]),
        tuple(Reported(**found) for found in answer["warnings"]),
    )


def _rows(answer: Mapping[str, Any]) -> Rows:
    return Rows(tuple(answer["columns"]), tuple(tuple(row) for row in wire.decode_rows(answer["rows"])))
