"""What a version of a runtime would change for readers, beside another: written by the watch, never by hand."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from generators.model.base import Entity, Folder, Part
from generators.model.pack import HexDigest  # noqa: TC001
from generators.model.refs import RuntimeRef  # noqa: TC001
from generators.model.runtime import Version  # noqa: TC001
from generators.model.text import Line, RuleCode, Slug  # noqa: TC001

Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Change = Literal["invalid", "other-rows", "not-drawn", "warnings", "no-longer"]
"""`no-longer`: what was wrong with the version before is right with the later one."""


class ComparedVersion(Part):
    """One of the two versions."""

    runtime: RuntimeRef
    """The runtime of the model that it is a version of."""
    version: Version


class ReportedCommand(Part):
    """Something that the command accepts in one of the versions only, or otherwise than before."""

    command: Line
    """As it is typed, with the program of the version that has it."""
    what: Literal["removed", "added", "changed"]
    name: Line | None = None
    """The option or argument; nothing where the command itself is meant."""
    detail: Line | None = None


class ReportedCodes(Part):
    """Diagnostic codes that only one of the versions has, or that have another level or domain."""

    gone: tuple[Line, ...] = ()
    new: tuple[Line, ...] = ()
    new_for_users: tuple[Line, ...] = ()
    """Of the new ones those of a domain that the codes of symptoms belong to."""
    moved: tuple[Line, ...] = ()


class ReportedPlace(Part):
    """A line that would be wrong with the version: what `dfops check` would say of it."""

    path: Line
    line: Number
    column: Number
    rule: RuleCode
    message: Line
    hint: Line | None = None


class ReportedBoard(Part):
    """A board that the version shows otherwise, on synthetic rows."""

    pack: Slug
    board: Slug
    path: Line
    line: Number
    column: Number
    what: Annotated[tuple[Change, ...], Field(min_length=1)]
    reason: Line


class RuntimeReport(Entity):
    """What a version of a runtime changes for readers, beside another: commands, codes, boards, and lines of ours."""

    kind: ClassVar[str] = "runtime-report"
    plural: ClassVar[str] = "runtime-reports"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/runtimes/reports/{id}.yaml")
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    asked_at: AwareDatetime
    """When it was found, and when the registry had the newest versions below."""
    before: ComparedVersion
    after: ComparedVersion
    newest_release: Version | None = None
    newest_pre_release: Version | None = None
    """Newer than the newest release, where there is one."""
    installed: Line | None = None
    """With which other packages."""
    not_installed: Line | None = None
    """Why it could not be installed: then nothing below was found."""
    engines: tuple[Line, ...] = ()
    """The versions of the engine that answered queries inside each, that of the version before first."""
    commands: tuple[ReportedCommand, ...] = ()
    codes: ReportedCodes = ReportedCodes()
    places: tuple[ReportedPlace, ...] = ()
    """Lines of the model and of pages that would be wrong."""
    packs: dict[Slug, Count] = Field(default_factory=dict)
    """The packs that were drawn with both versions, with the number of their boards; empty where that was not asked."""
    boards: tuple[ReportedBoard, ...] = ()
    """Boards that changed; the others are the same."""
    seal: HexDigest | None = None
    """SHA-256 over everything else: a fact that is changed by hand no longer fits."""

    @property
    def is_begun(self) -> bool:
        """Whether nothing was found yet: what is written by hand before the watch has run."""
        return self.seal is None and not (self.commands or self.places or self.packs or self.boards)

    @property
    def breaks(self) -> bool:
        """Whether something that readers have today would be wrong."""
        return bool(self.places or any(board.what != ("no-longer",) for board in self.boards))

    @property
    def changes_for_readers(self) -> bool:
        """Whether a page, a runbook, a symptom or a board has to change."""
        return bool(self.places or self.boards or self.codes.new_for_users)

    @property
    def list_rank(self) -> tuple[int, ...]:
        """The newest first."""
        return (-int(self.asked_at.timestamp()),)
