"""A DuckDB file as one more source of a user's project."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.cli.places import within
from generators.output import write_if_changed
from generators.output.paths import content
from generators.published.sources import SOURCES, Unextendable, extended, lines
from generators.report.text import printable
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generators.published.manifest import RuntimeNeeded

ELSEWHERE = "name another project with --project DIR, or only a file with --out FILE"


@dataclass(frozen=True, slots=True)
class Registered:
    """A project's file as it will be: with the source."""

    project: Path
    file: Path
    source: str
    text: str

    def write(self) -> None:
        """Write it where it changed; a file that is there keeps its mode. Raises OSError."""
        mode = stat.S_IMODE(self.file.stat().st_mode) if self.file.exists() else None
        write_if_changed(self.file, self.text, mode=mode)


def registered(project: Path, runtimes: Sequence[RuntimeNeeded], source: str, database: Path) -> Registered:
    """The project's file with a DuckDB file as one more source; nothing is written yet.

    Raises Unusable; where a user can add the source by hand, its lines are printed.
    """
    if not project.is_dir():
        raise Unusable(f"{project} is no folder; {ELSEWHERE}")
    runtime = next((one for one in runtimes if (project / one.project_files[0]).exists()), runtimes[0])
    file = project / runtime.project_files[0]
    fields = {"type": "duckdb", "path": _path(project, database)}
    try:
        data = content(file) or b""
        _require_apart(project, runtime, data)
        return Registered(project, file, source, extended(file.name, data, source, fields))
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {os.strerror(error.errno or 0)}; {ELSEWHERE}") from error
    except Unextendable as error:
        sys.stdout.write(printable_lines(source, fields))
        raise Unusable(f"{file} stays as it is, because {error}: add these lines to it, then run this again") from error


def printable_lines(source: str, fields: Mapping[str, str]) -> str:
    """The source as a user adds it to the project's file."""
    return "".join(f"{printable(line)}\n" for line in lines(source, fields).splitlines())


def _require_apart(project: Path, runtime: RuntimeNeeded, data: bytes) -> None:
    """Raises Unusable for a dbt project without sources: a first one takes its boards off the profile of dbt."""
    if not any((project / other).is_file() for other in runtime.project_files[1:]):
        return
    document = read(runtime.project_files[0], data).document if data.strip() else None
    if document is None or not document.tree.get(SOURCES):
        raise Unusable(
            f"{project} is a dbt project: its boards read from its profile, which a first source turns off; {ELSEWHERE}"
        )


def _path(project: Path, database: Path) -> str:
    """The file as the project names it: relative to the project where it lies in it."""
    if within(database, project):
        return database.resolve().relative_to(project.resolve()).as_posix()
    return str(database.resolve())
