"""What the adapters of runtimes have in common: the questions that are put to a runtime, whichever it is.

An adapter runs in the environment of its runtime and knows that version's modules; it answers a question with plain
data. `generators.runtime.port` asks.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from abc import ABC, abstractmethod
from contextlib import closing
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from bounds import bounded
from command_tree import tree
from wire import converse, decode, encode, encode_rows, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 1 << 20
"""Characters of a query's SQL once its template is rendered."""
STEP = 200
"""MiB that one template may take beyond what the process holds."""
ROOM, ROOM_PER_CORE = 4000, 100
"""MiB that drawing may set aside: the program that draws charts asks for 2,000 and uses a sixth of it."""
LIVE = 500
"""MiB for one answer of somebody's warehouse, with what its driver needs when it is first used."""
ELSEWHERE = frozenset({"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.fork"})
"""What Python says before it does one of these."""


class Adapter(ABC):
    """One runtime, spoken to by the questions of the port: `answer` takes one and gives plain data.

    What every runtime keeps at the same place below its package is asked here; what differs is left to each adapter.
    """

    distribution: str
    program: str
    package: str
    """What Python imports."""
    private: str
    """The package that its group `inspect` needs, which is not public."""
    quiet: ClassVar[Mapping[str, str]] = {}
    """Variables that keep it from saying what nobody asked."""

    def __init__(self) -> None:
        self._walled = False
        self._session: Any = None
        self._source = ""

    # ── what differs from runtime to runtime ────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def renderer(self) -> Any:
        """The module that renders templates."""

    @abstractmethod
    def drawn(self, session: Any, path: str, form: str) -> Any:
        """A board as `form`."""

    @abstractmethod
    def failure(self, result: Any) -> Any:
        """Why a whole board failed, if it did."""

    # ── what each has at the same place ─────────────────────────────────────────────────────────────────────────────
    def module(self, name: str) -> Any:
        """A module below its package. The first one takes half a second, some take several."""
        return import_module(f"{self.package}.{name}")

    def registry(self) -> Iterable[Any]:
        """Its diagnostic codes: the package registers them while it is imported."""
        codes: Iterable[Any] = self.module("core.diagnostics").REGISTRY.all()
        return codes

    def app(self) -> Any:
        """Its Typer application, with its hidden commands."""
        return self.module("cli.main").app

    def rendered(self, template: str, variables: dict[str, Any], dialect: str) -> Any:
        """A query with `sql` and `params`: variables are parameters, `filter()` a predicate. Raises `refusal`."""
        return self.renderer().render_parameterized(template, variables, profile_type=dialect)

    def refusal(self) -> type[Exception]:
        """What rendering a template raises for what its author wrote: all errors of its compiler."""
        error: type[Exception] = self.module("core.compile.errors").JinjaError
        return error

    def opened(self, folder: str, cache: Any = None) -> Any:
        """A session of the project in a folder, read-only."""
        return self.module("agent_api").ProjectSession.open(folder, cache=cache, read_only=True)

    def no_cache(self) -> Any:
        """A cache of query results in memory: its own default can be a file that all projects of a user share."""
        return self.module("agent_api.cache").open_cache(None)

    def query(self, sql: str, source: str) -> Any:
        """A query of the project's own kind: SQL for one source."""
        return self.module("core.compile.models.query.normalized").SqlQuery(sql=sql, source=source)

    # ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────
    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """What is asked under `do`, with what is asked about beside it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: dict[str, Any] = getattr(self, f"on_{question.pop('do')}")(**question)
            return found

    def on_version(self) -> dict[str, Any]:
        """Of the distribution and of what decides rows and pictures beside it. Raises ImportError without it."""
        try:
            version = metadata.version(self.distribution)
        except metadata.PackageNotFoundError as error:
            raise ImportError(self.distribution, name=self.distribution) from error
        return {"version": version, "engine": metadata.version("duckdb")}

    def on_codes(self) -> dict[str, Any]:
        """Code, level, domain, summary, doc and fix of each diagnostic."""
        return {"codes": [_code(code) for code in self.registry()]}

    def on_commands(self) -> dict[str, Any]:
        """The command tree of the program."""
        import typer  # noqa: PLC0415 - a third of a second, for this question alone

        commands = tree(typer.main.get_command(self.app()), self.program)
        if "inspect" in commands["commands"] and not _is_installed(self.private):
            commands["commands"]["inspect"]["fails_alone"] = "profiling tables needs a package that is not public"
        return {"commands": commands}

    def on_render(self, dialect: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
        """SQL and parameters of each template with its variables, or why there are none."""
        return {"rendered": [self._rendered(one["sql"], one["variables"], dialect) for one in statements]}

    def _rendered(self, template: str, variables: Mapping[str, Any], dialect: str) -> dict[str, Any]:
        given = {name: decode(value) for name, value in variables.items()}
        try:
            with bounded(STEP):
                query = self.rendered(template, given, dialect)
        except self.refusal() as error:
            return {"refused": " ".join(str(error).split())[:300], "fix": "correct its template"}
        except MemoryError:
            return {"refused": f"its template needs more than {STEP} MiB of memory", "fix": "write a shorter template"}
        if len(query.sql) > LONGEST:
            return {"refused": f"its template makes more than {LONGEST} characters", "fix": "write a shorter template"}
        return {"sql": query.sql, "params": [encode(value) for value in query.params]}

    def on_validate(self, folder: str) -> dict[str, Any]:
        """Every finding of every board of a project, warnings as well, and how many boards there are."""
        with self.opened(folder) as session:
            results = session.validate_paths(None)
        results = results if isinstance(results, list) else [results]
        found = [
            _diagnostic(each, str(result.path)) for result in results for each in (*result.errors, *result.warnings)
        ]
        return {"boards": len(results), "found": found}

    def on_draw(self, folder: str, boards: list[str], forms: list[str]) -> dict[str, Any]:
        """Boards of a project: the rows of each query (`data`), a picture (`svg`), and what went wrong."""
        self._wall()
        with (
            bounded(ROOM + ROOM_PER_CORE * (os.cpu_count() or 1)),
            closing(self.no_cache()) as cache,  # a board asks for each of its queries several times
            self.opened(folder, cache) as session,
        ):
            return {"boards": {board: self._board(session, board, forms) for board in boards}}

    def _board(self, session: Any, board: str, forms: list[str]) -> dict[str, Any]:
        drawn: dict[str, Any] = {"errors": [], "warnings": []}
        for form in forms:
            try:
                result = self.drawn(session, board, form)
            except Exception as error:  # noqa: BLE001 - one board that fails must not take the others along
                drawn["errors"].append({"code": "", "message": one_line(error)})
                continue
            drawn["errors"] += [_diagnostic(each, board) for each in self._failures(result)]
            drawn["warnings"] += [_diagnostic(each, board) for each in result.warnings]
            if form == "svg" and isinstance(result.data, str):
                drawn["svg"] = result.data
            if form == "data" and isinstance(result.data, dict):
                drawn["rows"] = {name: _rows(query) for name, query in result.data.get("queries", {}).items()}
        return drawn

    def _failures(self, result: Any) -> list[Any]:
        failure = self.failure(result)
        return [*result.validation_errors, *result.chart_errors, *([failure] if failure else [])]

    def on_open(self, folder: str, source: str) -> dict[str, Any]:
        """Somebody's project, to ask one of its sources: what kind of warehouse it is, or why it cannot be opened."""
        try:
            self._session = self.opened(folder)
            sources = dict(self._session.sources.sources or {})
        except Exception as error:  # noqa: BLE001 - a file that somebody wrote, and a parser that raises whatever it likes
            return {"refused": one_line(error).rstrip(".")}
        if source not in sources:
            return {"unknown": sorted(sources)}
        self._source = source
        return {"kind": str(sources[source].get("type", ""))}

    def on_ask(self, sql: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """One query of the open project in its source's own dialect, with its Jinja."""
        given = {name: decode(value) for name, value in variables.items()}
        try:
            with bounded(LIVE):
                result = self._session.adapter_registry.execute(self.query(sql, self._source), variables=given)
        except MemoryError:
            return {"error": f"the answer needs more than {LIVE} MiB of memory", "code": ""}
        except Exception as error:  # noqa: BLE001 - drivers raise whatever they like
            return {"error": one_line(error), "code": _code_of(error)}
        if result.error:
            return {"error": _words_of(result.error), "code": _code_of(result)}
        columns = list(result.columns or (result.data[0] if result.data else ()))
        return {"columns": columns, "rows": encode_rows([row[column] for column in columns] for row in result.data)}

    def _wall(self) -> None:
        """From now on nothing asks an address or starts a program, whatever a board says."""
        if not self._walled:
            sys.addaudithook(_stay_here)
        self._walled = True


def _stay_here(event: str, _arguments: object) -> None:
    if event in ELSEWHERE:
        raise PermissionError("a board of a pack is drawn without network and without other programs")


def _code(code: Any) -> dict[str, str]:
    facts = {
        "code": code.code,
        "level": "warning" if code.code.startswith("WARN-") else "error",
        "domain": getattr(code.domain, "value", str(code.domain or "")),
        "summary": code.summary or "",
        "doc": " ".join((code.doc or "").split()),
        "fix": code.fix_template or "",
    }
    return {key: value for key, value in facts.items() if value}


def _words_of(error: Any) -> str:
    """What a failed query says, with the warehouse's own words where the runtime keeps them apart."""
    said = " ".join(str(error).split())
    detail = " ".join(str(getattr(error, "detail", "") or "").split())
    return (said if detail in said else f"{said} {detail}")[:300]


def _code_of(failed: Any) -> str:
    """The code of a failed result, of its error, or of an exception: each version keeps it in another place."""
    for holder in (getattr(failed, "error_code", None), getattr(failed, "error", None), failed):
        code = getattr(holder, "code", None)
        if code:
            return str(getattr(code, "code", code))
    return ""


def _diagnostic(found: Any, path: str) -> dict[str, Any]:
    """A diagnostic, or a sentence that stands in its place."""
    place = getattr(found, "range", None)
    return {
        "code": str(getattr(found, "code", "") or ""),
        "message": " ".join(str(getattr(found, "message", found)).split())[:300],
        "path": path,
        "line": int(getattr(place, "start_line", 0) or 0),
        "at": str(getattr(found, "path", "") or ""),
    }


def _rows(query: Any) -> dict[str, Any]:
    rows = query.get("rows") or []
    columns = list(rows[0]) if rows else []
    return {"columns": columns, "rows": encode_rows([row.get(column) for column in columns] for row in rows)}


def _is_installed(package: str) -> bool:
    from importlib import util  # noqa: PLC0415 - with the question that needs it

    return util.find_spec(package) is not None


def serve(adapter: Adapter) -> None:
    """Answer the port until it ends. Nothing that runs here reports anything about us."""
    os.environ["DO_NOT_TRACK"] = "1"  # noqa: TID251 - a process of its own
    os.environ.update(adapter.quiet)  # noqa: TID251 - as above
    logging.disable(logging.CRITICAL)
    sys.path[:] = [path for path in sys.path if Path(path) != Path(__file__).parent]
    converse(adapter.answer)
