"""A runbook as a graph: steps that say what to do, what to expect, and where to go from there."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generators.model.base import Entity, Folder, Former, Part, new_with
from generators.model.refs import AlertRef, RoleRef, RunbookRef, SurfaceRef  # noqa: TC001
from generators.model.text import Command, Line, Minutes, Name, Prose, Slug, Title, Value  # noqa: TC001


class Parameter(Part):
    """Something that differs from case to case; `{name}` stands for it in commands and text."""

    name: Name
    meaning: Line
    example: Value


class Branch(Part):
    """Where to go next. With more than one way on, each says when it is taken."""

    when: Line | None = None
    go: Slug


class End(Part):
    """How a runbook is left: done, someone else paged, or given to another seat or runbook."""

    outcome: Literal["resolved", "escalated", "handed-off"]
    say: Line
    """What is true now, and what is told to whom."""
    to: RunbookRef | None = None
    """The runbook that goes on from here."""


class Step(Part):
    """One thing to do."""

    model_config = new_with("owner", "end")

    id: Slug
    former: Former = ()
    """Ids that this step had before: links to them lead here."""
    title: Title
    owner: RoleRef | None = None
    do: Prose
    command: Command | None = None
    """Paste-ready shell, one command a line."""
    expect: Prose | None = None
    """What is seen when it went well."""
    minutes: Annotated[Minutes, Field(ge=1)]
    """After this long without the expected result, the step has failed."""
    answers: tuple[AlertRef, ...] = ()
    """Alerts whose link leads to this step."""
    next: tuple[Branch, ...] = ()
    end: End | None = None


class Runbook(Entity):
    """What to do when something is wrong, so that a tired reader gets it right."""

    kind: ClassVar[str] = "runbook"
    plural: ClassVar[str] = "runbooks"
    chapter: ClassVar[str] = "runbooks"
    folder: ClassVar[Folder] = Folder("runbooks/{group}/{id}.yaml")
    lead: ClassVar[str] = "summary"
    own_page: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("step", "steps"),)

    surface: SurfaceRef
    owner: RoleRef
    summary: Prose
    use_when: Annotated[tuple[Line, ...], Field(min_length=1)]
    parameters: tuple[Parameter, ...] = ()
    entry: Slug
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    retired: Former = ()
    """Ids of steps that are gone. Links to them open the page at its beginning."""
