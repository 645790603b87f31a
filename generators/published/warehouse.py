"""The columns of a user's own warehouse, asked through the runtime of their project as a program.

The runtime knows how to log in; nothing of that is read here. Of what it prints, rows of columns are used and a code of
an error; its sentences are dropped, because they may quote addresses and SQL.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from generators.output.paths import content
from generators.published.columns import NoList, columns_sql
from generators.published.names import spelled_as
from generators.published.tables import RAISING, unusable
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generators.published.projects import UserProject

SECONDS = 60.0
"""Time limit of one question."""
PAGE = 1_000
"""Rows of an answer: the runtime hands over no more as JSON."""
MOST_PAGES = 100
MOST_BYTES = 16 << 20
"""Of one answer."""
DBT_PROJECT = "dbt_project.yml"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+){1,8}")
_QUIET = {"DO_NOT_TRACK": "1"}
_COLUMNS = ("table_schema", "table_name", "column_name", "data_type")
Rows = list["dict[str, object]"]
"""Values by name, lower case, as JSON has them."""


@dataclass(frozen=True, slots=True)
class Where:
    """A schema that is asked for. Names are those that a user types."""

    source: str | None
    """As the project names it; None for the profile of a dbt project."""
    warehouse: str
    schema: str
    database: str | None = None
    tables: tuple[str, ...] = ()
    """The only tables that are asked for, in any case; all of the schema without one."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of ours, with an order in which its rows come."""

    sql: str
    names: tuple[str, ...]
    """The columns that it gives, lower case."""
    most_pages: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one schema, as its warehouse spells them. What may not be read, a warehouse does not list."""

    schema: str
    tables: Mapping[str, Mapping[str, str]]
    """Type, in the warehouse's word, by column by table."""

    @property
    def names(self) -> dict[str, frozenset[str]]:
        """Columns by table, lower case, as `fit` takes them."""
        found: dict[str, frozenset[str]] = {}
        for table, columns in self.tables.items():
            found[table.lower()] = found.get(table.lower(), frozenset()) | frozenset(map(str.lower, columns))
        return found


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Why a warehouse was not asked or did not answer: one sentence without a secret in it."""

    reason: str
    is_absent: bool = False
    """Whether the warehouse answered, and shows none of the tables that were asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query."""

    rows: Rows
    is_cut: bool
    """Whether there are more than were asked for, or there was no time left for them."""


class _Unanswered(Exception):  # noqa: N818 - what another program says, not a fault of this one
    is_absent = False


class _Absent(_Unanswered):
    is_absent = True


def columns_of(
    project: UserProject, where: Where, environment: Mapping[str, str], seconds: float = SECONDS
) -> Columns | NotChecked:
    """The columns of a schema of a project's source. Nothing raises.

    `environment` is that of the user: the runtime is looked for on its PATH, and finds its secrets in it.
    """
    names = [name for name in (where.schema, where.database) if name is not None]
    if sentence := next(filter(None, map(unusable, names)), None):
        return NotChecked(f"the name of the schema or database {sentence}")

    def ask(program: str) -> Columns:
        asked = _Asked(program, project, _source(project, where.source), environment, seconds)
        return _columns([row for page in _pages(asked, where) for row in page], where)

    return _asking(project, where.warehouse, environment, ask)


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a project that is asked several questions."""

    project: UserProject
    name: str | None
    """As the project names it; None for the profile of a dbt project."""
    warehouse: str
    environment: Mapping[str, str]
    """That of the user."""
    left: Callable[[], float]
    """The seconds that are left for all of them; each has a time limit of its own besides."""


def answer_of(source: Source, query: Query) -> Answer | NotChecked:
    """The first rows of a query of ours. Nothing raises."""

    def ask(program: str) -> Answer:
        rows: Rows = []
        for number in range(query.most_pages):
            seconds = min(source.left(), SECONDS)
            if number and seconds <= 0:
                return Answer(rows, is_cut=True)
            name = _source(source.project, source.name)
            asked = _Asked(program, source.project, name, source.environment, max(seconds, 1))
            page = asked.rows(_paged(query.sql, source.warehouse, number), query.names)
            rows += page
            if len(page) < PAGE:
                return Answer(rows, is_cut=False)
        return Answer(rows, is_cut=True)

    return _asking(source.project, source.warehouse, source.environment, ask)


T = TypeVar("T")


def _asking(
    project: UserProject, warehouse: str, environment: Mapping[str, str], ask: Callable[[str], T]
) -> T | NotChecked:
    """What is answered to the program of a project's runtime, or why it is not. Nothing raises."""
    program = project.runtime.program
    found = shutil.which(program, path=environment.get("PATH"))
    if found is None:
        return NotChecked(
            f"{program} is not on the PATH: install {project.runtime.title} with the driver of the source"
        )
    try:
        return ask(found)
    except NoList as error:
        return NotChecked(f"{warehouse} cannot be asked: {error}")
    except _Unanswered as error:
        return NotChecked(str(error), error.is_absent)
    except OSError as error:
        return NotChecked(f"{program} cannot be started: {error.strerror or type(error).__name__}")


def _source(project: UserProject, source: str | None) -> str:
    """The source as the runtime names it; a dbt project without sources is its profile. Raises _Unanswered."""
    if source is not None:
        return source
    data = content(project.folder / DBT_PROJECT)
    document = read(DBT_PROJECT, data).document if data else None
    profile = document.tree.get("profile") if document else None
    if not isinstance(profile, str):
        raise _Unanswered(f"{DBT_PROJECT} names no profile: name the source with --source NAME")
    return profile


def _pages(asked: _Asked, where: Where) -> Iterator[Rows]:
    """The rows of the list of columns, so many at a time. Raises NoList and _Unanswered."""
    sql = columns_sql(where.warehouse, where.schema, where.database, where.tables, views=True)
    for number in range(MOST_PAGES):
        page = asked.rows(_paged(sql, where.warehouse, number), _COLUMNS)
        yield page
        if len(page) < PAGE:
            return
    raise _Unanswered(f"the schema has more than {MOST_PAGES * PAGE} columns")


def _paged(sql: str, warehouse: str, number: int) -> str:
    """One page of a query that orders its rows."""
    limits = [f"LIMIT {PAGE}", f"OFFSET {number * PAGE}"]
    if warehouse == "trino":
        limits.reverse()
    return f"{sql}\n{' '.join(limits)}"


def _columns(found: Rows, where: Where) -> Columns:
    """The one schema that is meant. Raises _Absent where there is none, _Unanswered where there are several."""
    rows = [{name: str(row[name]) for name in _COLUMNS} for row in found]
    schemas = list(dict.fromkeys(row["table_schema"] for row in rows))
    wanted = where.schema.upper() if where.warehouse in RAISING and where.schema.islower() else where.schema
    spelled = spelled_as(wanted, schemas)
    if not spelled:
        what = "none of the tables" if where.tables else "no table"
        raise _Absent(f"the source shows {what} in a schema of that name: it is another one, or may not be read")
    if len(spelled) > 1:
        raise _Unanswered("several schemas have that name in other letter case: name one with --schema as spelled")
    tables: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["table_schema"] == spelled[0]:
            tables.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return Columns(spelled[0], tables)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A source of a project, asked by its runtime: a process for each question."""

    program: str
    project: UserProject
    source: str
    environment: Mapping[str, str]
    seconds: float

    def rows(self, sql: str, names: tuple[str, ...]) -> Rows:
        """The rows of one query, these columns of them. Raises _Unanswered and OSError."""
        name = self.project.runtime.program
        command = [self.program, "query", "--json", "--project-dir", str(self.project.folder), "--", self.source, sql]
        printed = _printed(command, self.project.folder, {**self.environment, **_QUIET}, self.seconds)
        if printed is None:
            raise _Unanswered(f"{name} did not answer within {self.seconds:g} seconds")
        code, data = printed
        try:
            answer = json.loads(data)
            if not answer["success"]:
                raise _Unanswered(self._refusal(str(answer.get("error_code"))))
            return [_row(row, names) for row in answer["data"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _Unanswered(self._refusal(f"exit code {code}")) from None

    def _refusal(self, code: str) -> str:
        said = code if _CODE.fullmatch(code) or code.startswith("exit code") else "no code"
        name = self.project.runtime.program
        return f"{name} cannot ask the source ({said}): `{name} query SOURCE 'SELECT 1'` in the project says why"


def _row(row: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    found = {str(name).lower(): value for name, value in row.items()}
    return {name: found[name] for name in names}


def _printed(
    command: list[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> tuple[int, bytes] | None:
    """Exit code and standard output of a program; None where it does not end in time: it is then ended, all of it."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - the runtime of the project, as its user starts it
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.seek(0)
        return code, said.read(MOST_BYTES)
