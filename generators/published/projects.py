"""A user's project, as far as an install must know it: which runtime reads it, and which sources it names.

Files that may hold passwords are read for names and types alone; nothing of them is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.output.paths import content
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generators.published.manifest import RuntimeNeeded

SAME = {"postgresql": "postgres"}
"""Types of sources that are warehouses by another name."""


class NoProject(Exception):  # noqa: N818 - what a folder holds, not a fault of the program
    """A folder that is no project, or whose file cannot be read: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class UserProject:
    """A project, the runtime that reads it, and its sources: type by name."""

    folder: Path
    runtime: RuntimeNeeded
    mark: str
    """The file that makes the folder a project."""
    sources: Mapping[str, str] = field(default_factory=dict)
    is_dbt: bool = False
    """Whether it is a dbt project too."""

    @property
    def declares(self) -> bool:
        """Whether it names its sources itself; else the profile of its dbt project is the one source."""
        return bool(self.sources) or not self.is_dbt


def project_in(folder: Path, runtimes: Sequence[RuntimeNeeded]) -> UserProject:
    """The project in a folder, of the first of the runtimes whose mark lies there. Raises NoProject."""
    try:
        for runtime in runtimes:
            mark = next((mark for mark in runtime.project_files if (folder / mark).is_file()), None)
            if mark is not None:
                is_dbt = any((folder / other).is_file() for other in runtime.project_files[1:])
                return UserProject(folder.resolve(), runtime, mark, _sources(folder, runtime), is_dbt)
    except OSError as error:
        raise NoProject(f"{folder} cannot be read: {error.strerror}") from error
    names = " or ".join(dict.fromkeys(mark for runtime in runtimes for mark in runtime.project_files))
    init = next((f"run `{runtime.program} init` there" for runtime in runtimes), "make one")
    raise NoProject(f"{folder} has no {names}; {init}, or name the project with --project DIR")


def _sources(folder: Path, runtime: RuntimeNeeded) -> dict[str, str]:
    file = folder / runtime.project_files[0]
    data = content(file)
    if not data or not data.strip():
        return {}
    document = read(file.name, data).document
    if document is None:
        raise NoProject(f"{file} cannot be read as YAML: `{runtime.program} validate` says where")
    sources = document.tree.get("sources")
    if not isinstance(sources, dict):
        return {}
    return {str(name): _kind(source) for name, source in sources.items()}


def _kind(source: object) -> str:
    kind = str(source.get("type", "")) if isinstance(source, dict) else ""
    return SAME.get(kind, kind)
