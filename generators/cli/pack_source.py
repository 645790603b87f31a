"""The source of a user's project that a command asks or installs for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable
from generators.findings import nearest
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.published.projects import UserProject

SourceOption = Annotated[
    str | None, typer.Option("--source", help="The source's name in the project.", show_default="its only one")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help="The database (BigQuery: project) with it.", show_default="that of the source"),
]


def source_of(project: UserProject, name: str | None) -> str | None:
    """The source that was named, or the only one; None where the profile of a dbt project is the source."""
    if name is None:
        if len(project.sources) == 1:
            return next(iter(project.sources))
        if not project.declares:
            return None
        have = ", ".join(project.sources) or f"none, so add one to {project.runtime.project_files[0]}"
        raise Unusable(f"name the source with --source NAME; the project has: {have}")
    if name in project.sources:
        return name
    if not project.sources:
        raise Unusable(f"the project has no sources: add '{printable(name)}' to {project.runtime.project_files[0]}")
    hint = nearest(name, project.sources) or f"it has: {', '.join(project.sources)}"
    raise Unusable(f"the project has no source {printable(name)}; {hint}")
