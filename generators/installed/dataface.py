"""The installed Dataface: its version, its command, its diagnostic codes.

The only module that imports `dataface`, and only inside the functions that need it: the codes take about half a second
to import, the command about one more. Nothing raises; what cannot be looked up is a `Missing`.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata, util
from typing import TYPE_CHECKING, Any, TypeVar

from generators.bounds import STEP, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from typer._click.core import Command

T = TypeVar("T")

# Where the text of a code has a stop before its first sentence ends, Dataface gives that code a summary of its own.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be looked up: its name, why, and what would mend it."""

    name: str
    reason: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.name} could not be looked up: {self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or warning that Dataface can report: `ERR-…` or `WARN-…`, and one sentence on when it does."""

    code: str
    summary: str


ABSENT = Missing("dataface", "it is not installed", "install the extra named 'packs'")


def version() -> str | Missing:
    """The installed version, read from its metadata without importing it."""
    try:
        return metadata.version("dataface")
    except metadata.PackageNotFoundError:
        return ABSENT


def diagnostic_codes() -> tuple[Diagnostic, ...] | Missing:
    """Every diagnostic code of the installed version, sorted by code."""
    return _imported(_codes)


def command() -> Command | Missing:
    """The root of `dft`, hidden commands included."""
    return _imported(_root)


def idle_groups() -> Mapping[tuple[str, ...], str]:
    """Groups of `dft` that parse without a subcommand and then exit 1, by the words that lead to them, and why."""
    if util.find_spec("dataface_super_schema"):
        return {}
    return {("inspect",): "profiling tables needs a package that is not public"}


QUERY = "the query"
"""What a template is called that cannot be rendered."""
LONGEST = 1 << 20
"""Characters of a query's SQL once its template is rendered."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """SQL with placeholders of its dialect, and what they stand for, in order."""

    sql: str
    params: list[object]


def rendered(template: str, variables: Mapping[str, object], dialect: str) -> Rendered | Missing:
    """A face's SQL as Dataface sends it: variables become parameters, `filter()` a predicate.

    A template that Dataface refuses is a `Missing` whose reason says why.
    """
    return _imported(lambda: _rendered(template, variables, dialect))


def _rendered(template: str, variables: Mapping[str, object], dialect: str) -> Rendered | Missing:
    from dataface.core.compile.errors import JinjaError  # noqa: PLC0415 - a second, paid by those who ask
    from dataface.core.compile.parameterized import render_parameterized  # noqa: PLC0415 - as above

    try:
        with bounded():
            query = render_parameterized(template, dict(variables), profile_type=dialect)
    except JinjaError as error:
        return Missing(QUERY, _one_line(str(error)), "correct its template")
    except MemoryError:
        return Missing(QUERY, f"its template needs more than {STEP} MiB of memory", "write a shorter template")
    if len(query.sql) > LONGEST:
        return Missing(QUERY, f"its template makes more than {LONGEST} characters", "write a shorter template")
    return Rendered(query.sql, list(query.params))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a warehouse said through Dataface: rows by column, or its words and Dataface's code for them."""

    rows: tuple[Mapping[str, object], ...] = ()
    error: str = ""
    code: str = ""


LIVE = 500
"""MiB for one answer of somebody's warehouse, with what its driver needs when it is first used."""


class OpenProject:
    """Somebody's Dataface project: its warehouse is asked, never written to."""

    def __init__(self, session: Any, source: str, kind: str) -> None:
        """An open session, the source's name in dataface.yml, and its type there."""
        self._session, self._source, self.kind = session, source, kind

    def ask(self, sql: str, variables: Mapping[str, object]) -> Reply:
        """One query in the source's own dialect, with its Jinja. Raises nothing."""
        from dataface.core.compile.models.query.normalized import SqlQuery  # noqa: PLC0415 - as above

        try:
            query = SqlQuery(sql=sql, source=self._source)
            with bounded(LIVE):
                result = self._session.adapter_registry.execute(query, variables=dict(variables))
        except MemoryError:
            return Reply(error=f"the answer needs more than {LIVE} MiB of memory")
        except Exception as error:  # noqa: BLE001 - drivers raise whatever they like
            return Reply(
                error=_one_line(str(error)) or type(error).__name__, code=str(getattr(error, "code", "") or "")
            )
        if result.error:
            code = getattr(result.error_code, "code", "") if result.error_code else ""
            return Reply(error=_one_line(result.error), code=code)
        return Reply(tuple(result.data))

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


def open_project(folder: Path, source: str) -> OpenProject | Missing:
    """The project in a folder, read-only, ready to ask one of its sources. Raises nothing."""
    return _imported(lambda: _open_project(folder, source))


def _open_project(folder: Path, source: str) -> OpenProject | Missing:
    from dataface.agent_api.project_session import ProjectSession  # noqa: PLC0415 - seconds, paid by those who ask

    try:
        session = ProjectSession.open(folder, read_only=True)
        sources = dict(session.sources.sources or {})
    except Exception as error:  # noqa: BLE001 - a file that somebody wrote, and a parser that raises whatever it likes
        reason = _one_line(str(error)) or type(error).__name__
        return Missing(f"{folder}/dataface.yml", reason.rstrip("."), "mend that file")
    if source not in sources:
        names = ", ".join(sorted(sources)) or "none"
        return Missing(f"source '{source}'", f"the project's dataface.yml has {names}", "name one with --source")
    return OpenProject(session, source, str(sources[source].get("type", "")))


def drawn(folder: Path, faces: Sequence[str]) -> Mapping[str, str | Missing] | Missing:
    """Faces of the project in a folder as SVG, by their paths below it. One that cannot be drawn whole is a Missing."""
    return _imported(lambda: _drawn(folder, faces))


def _drawn(folder: Path, faces: Sequence[str]) -> Mapping[str, str | Missing]:
    from dataface.agent_api.cache import open_cache  # noqa: PLC0415 - as above
    from dataface.agent_api.project_session import ProjectSession  # noqa: PLC0415 - as above

    # A face asks for each of its queries several times while it is laid out: kept in memory, it costs half.
    with closing(open_cache(None)) as cache, ProjectSession.open(folder, cache=cache, read_only=True) as session:
        return {face: _picture(session, face) for face in faces}


def _picture(session: Any, face: str) -> str | Missing:
    try:
        result = session.render_dashboard(session.project.path(face).read_face(), format="svg")
    except Exception as error:  # noqa: BLE001 - one face that fails must not take the others along
        return Missing(face, _one_line(str(error)) or type(error).__name__, "mend the face")
    faults = [*result.validation_errors, *result.chart_errors, *([result.face_error] if result.face_error else [])]
    if faults or not isinstance(result.data, str):
        message = str(getattr(faults[0], "message", faults[0])) if faults else "Dataface drew nothing"
        return Missing(face, _one_line(message), "mend the face")
    return result.data


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _codes() -> tuple[Diagnostic, ...]:
    # The package registers its codes while it is imported; its `registry` module alone holds none.
    from dataface.core.diagnostics import REGISTRY  # noqa: PLC0415 -- half a second, paid by those who ask

    return tuple(Diagnostic(code.code, code.summary or _first_sentence(code.doc)) for code in REGISTRY.all())


def _root() -> Command:
    from dataface.cli.main import app  # noqa: PLC0415 -- over a second, paid by those who ask
    from typer.main import get_command  # noqa: PLC0415 -- typer is loaded by then

    return get_command(app)


def _imported(look_up: Callable[[], T]) -> T | Missing:
    log = logging.getLogger()
    level, handlers = log.level, list(log.handlers)
    try:
        with warnings.catch_warnings():  # what it warns about itself is not for our users to mend
            warnings.simplefilter("ignore")
            return look_up()
    except ModuleNotFoundError as error:
        if error.name == "dataface":
            return ABSENT
        return _broken(error)
    except Exception as error:  # noqa: BLE001 -- a foreign package may fail in any way while it is imported
        return _broken(error)
    finally:  # the module of the command configures logging when it is imported; that is for its own process
        log.setLevel(level)
        log.handlers[:] = handlers


def _broken(error: Exception) -> Missing:
    first = (str(error).splitlines() or [""])[0]
    return Missing(
        "dataface", f"importing it fails with {type(error).__name__}: {first}", "reinstall the extra named 'packs'"
    )


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]
