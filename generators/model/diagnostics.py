"""Diagnostic codes of the runtimes: what each means to someone who meets it, and which of them packs do not cause."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from generators.model.base import Entity, Folder, new_with
from generators.model.refs import DiagnosticRef, SymptomRef  # noqa: TC001
from generators.model.support import Request  # noqa: TC001
from generators.model.text import DiagnosticCode, Prose  # noqa: TC001


class Diagnostic(Entity):
    """What a diagnostic code means to a user of packs, and what to do first. The id is the code in lower case."""

    model_config = new_with(title="ERR-CHANGE-ME")

    kind: ClassVar[str] = "diagnostic"
    plural: ClassVar[str] = "diagnostics"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/diagnostics/{id}.yaml")
    lead: ClassVar[str] = "meaning"
    stands_alone: ClassVar[bool] = True

    title: DiagnosticCode
    """The code, as messages carry it."""
    meaning: Prose
    """When it is reported, in one plain sentence."""
    do_first: Annotated[tuple[Request, ...], Field(min_length=1)]
    """What a user can do alone. Public."""
    often: bool = False
    """Whether someone who installs a pack is likely to meet it: quickstarts list it."""
    today: Prose | None = None
    """What to look for instead, once the current runtime no longer reports it."""
    successors: tuple[DiagnosticRef, ...] = ()
    """Codes that are reported in its place."""


class CodeGroup(Entity):
    """Diagnostic codes that packs do not cause, why not, and where a report about one goes all the same."""

    kind: ClassVar[str] = "code-group"
    plural: ClassVar[str] = "code-groups"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/code_groups/{id}.yaml")
    lead: ClassVar[str] = "reason"
    stands_alone: ClassVar[bool] = True

    reason: Prose
    """Why no pack causes these codes. Public."""
    symptom: SymptomRef
    """What a report about one of them is treated as."""
    codes: Annotated[tuple[DiagnosticCode, ...], Field(min_length=1)]
