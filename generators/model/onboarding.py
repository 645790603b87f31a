"""How somebody new becomes able: tracks of tasks, each ending in something that can be seen."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from generators.model.base import Entity, Folder, Part
from generators.model.refs import RoleRef, RunbookRef, SurfaceRef  # noqa: TC001
from generators.model.text import Command, Line, Minutes, Prose, Slug, Title  # noqa: TC001


class Task(Part):
    """One thing to do, and how one tells that it worked."""

    id: Slug
    title: Title
    do: Prose
    command: Command | None = None
    done_when: Line
    minutes: Annotated[Minutes, Field(ge=1)]
    runbook: RunbookRef | None = None


class Track(Entity):
    """The way into one seat, in the order it is walked."""

    kind: ClassVar[str] = "track"
    plural: ClassVar[str] = "tracks"
    chapter: ClassVar[str] = "onboarding"
    folder: ClassVar[Folder] = Folder("ops_model/onboarding/{id}.yaml")
    lead: ClassVar[str] = "leaves_with"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    audience: Line
    leaves_with: Line
    owner: RoleRef
    surfaces: Annotated[tuple[SurfaceRef, ...], Field(min_length=1)]
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
