"""What draws packs: a program of other people, in the versions that packs are proven on, and the words it uses."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.forms import UPSTREAM_VERSION
from generators.model.refs import DefectRef  # noqa: TC001
from generators.model.text import PASTED, Command, Day, DiagnosticCode, Line, Name, Prose, Slug, Url

Version = Annotated[str, Field(pattern=UPSTREAM_VERSION, max_length=40, examples=["0.1.0"])]
"""A version as the runtime's own registry spells it: `0.10.0`, `0.10.1.dev3`."""
Word = Annotated[Line, PASTED]
"""What stands in a path or a command."""


class RuntimeWords(Part):
    """What a runtime calls the things of a pack."""

    board: Line
    boards: Line
    folder: Word
    """Where a project keeps its boards."""
    suffix: Word
    """How the name of a board's file ends."""
    project_file: Word
    """What marks a folder as a project and names its sources."""
    module: Word | None = None
    """The package that Python imports."""
    engine: Word | None = None
    """The package of a private part that profiles tables."""
    engine_module: Word | None = None
    """What Python imports of it."""
    dbt_project: bool = False
    """Whether a dbt project is a project by itself, whose profile is the source."""

    @property
    def project_files(self) -> tuple[str, ...]:
        """The files that mark a project, the runtime's own first."""
        return (self.project_file, *(("dbt_project.yml",) if self.dbt_project else ()))


class RuntimeVersion(Part):
    """A version that packs are proven on, from a day on and, once it is known, to a day."""

    model_config = new_with(since="2096-01-01")

    version: Version
    since: Day
    until: Day | None = None
    """The last day on which packs are proven on it; nothing while none is planned."""
    why: Line


class Action(Part):
    """What people do with a runtime, in words of its command, or why it cannot be done with it.

    Pages say what is done, `@draw stripe/index`, and each runtime how: `{operand}`, `{operand=default}`, and
    what is left out, `[without {operand}]`. `{variables}` are values of the board, in the runtime's own spelling.
    """

    model_config = new_with("line")

    operands: tuple[Name, ...] = ()
    """What is written behind the action, in this order, or as `name=value`. Those of the current runtime count."""
    line: Command | None = None
    cannot: Line | None = None
    """Why the runtime has no command for it, and what to do instead."""
    needs: Line | None = None
    """What it takes besides a project: a server, an account. Tests parse such a line and do not run it."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.line is None) is (self.cannot is None):
            raise PydanticCustomError("action", "needs either a line, or cannot with the reason")
        return self


class VariableSpelling(Part):
    """How a command takes the value of a variable: `{name}` and `{value}`, or `{first}` and `{last}`."""

    value: Command
    range: Command
    """For a range of days, which is written `2025-01-01..2025-01-31`."""


class RuntimeChange(Part):
    """What changed for users from one version to another."""

    before: Line
    """Name and version, as people who still have it know it."""
    version: Version
    what: Annotated[tuple[Line, ...], Field(min_length=1)]


class FalseWarning(Part):
    """A warning that a runtime prints where nothing is wrong: a board that draws it is not held to have failed."""

    code: DiagnosticCode
    defect: DefectRef
    why: Line


class Runtime(Entity):
    """Software that draws the boards of a pack, the command people type for it, and how it is spoken to."""

    kind: ClassVar[str] = "runtime"
    plural: ClassVar[str] = "runtimes"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/runtimes/{id}.yaml")
    lead: ClassVar[str] = "summary"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    summary: Prose
    distribution: Slug
    """The name of the package that people install."""
    program: Slug
    """The command that people type."""
    status: Literal["older", "current"]
    """Packs are written for the current one; pages show its commands first."""
    adapter: Slug
    """Which of our adapters speaks to it."""
    grammar: Slug
    """Which grammar of boards it reads."""
    install: Command
    """How its own documentation installs it."""
    docs: Url
    words: RuntimeWords
    versions: Annotated[tuple[RuntimeVersion, ...], Field(min_length=1)]
    """The newest last."""
    variables: VariableSpelling
    actions: dict[Name, Action]
    """By name: what people do in runbooks and on help pages."""
    changes: tuple[RuntimeChange, ...] = ()
    false_warnings: tuple[FalseWarning, ...] = ()

    @property
    def newest(self) -> RuntimeVersion:
        """The newest version that packs are proven on."""
        return self.versions[-1]

    @property
    def list_rank(self) -> tuple[int, ...]:
        """The current one first."""
        return (int(self.status != "current"),)
