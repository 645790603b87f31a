"""What recurs: classes of defects, the register, the tranches that burn it down, and incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, get_args

from pydantic import Field

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.pack import Warehouse  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import (  # noqa: TC001
    CadenceRef,
    ConnectorRef,
    DefectClassRef,
    DefectRef,
    RoleRef,
    RunbookRef,
    SeverityRef,
    SurfaceRef,
)
from generators.model.text import Command, Day, Instant, Line, Prose, RepoPath, Url  # noqa: TC001
from generators.model.upstream import Upstream, report_text

if TYPE_CHECKING:
    from datetime import date

DefectState = Literal["open", "accepted", "in-progress", "fixed", "fixed-upstream", "wont-fix"]
DEFECT_STATES: tuple[str, ...] = get_args(DefectState)


class DefectClass(Entity):
    """A family of defects with one cause, and what keeps it from coming back."""

    kind: ClassVar[str] = "defect-class"
    plural: ClassVar[str] = "defect-classes"
    chapter: ClassVar[str] = "stability"
    folder: ClassVar[Folder] = Folder("ops_model/stability/defect_classes/{id}.yaml")
    lead: ClassVar[str] = "meaning"

    surfaces: Annotated[tuple[SurfaceRef, ...], Field(min_length=1)]
    meaning: Prose
    caught_by: Line
    """The check that finds it before a user does."""
    runbook: RunbookRef


class Report(Part):
    """Where a defect is described in public, in the field's own words."""

    what: Line
    url: Url | None = None


class Validation(Part):
    """What keeps a fix fixed: a test or check in this repository that passes."""

    what: Line
    path: RepoPath | None = None
    command: Command | None = None


class Defect(Entity):
    """A known fault: how often, for whom, what a fix must show, and what keeps it fixed."""

    kind: ClassVar[str] = "defect"
    plural: ClassVar[str] = "defects"
    chapter: ClassVar[str] = "stability"
    folder: ClassVar[Folder] = Folder("ops_model/stability/defects/{id}.yaml")
    lead: ClassVar[str] = "seen"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    defect_class: DefectClassRef
    severity: SeverityRef
    state: DefectState
    owner: RoleRef
    connector: ConnectorRef | None = None
    warehouses: tuple[Warehouse, ...] = ()
    """Empty: not tied to one warehouse, or not known."""
    seen: Prose
    """What the user sees."""
    cause: Prose | None = None
    workaround: Prose | None = None
    first_seen: Day | None = None
    occurrences: tuple[Day, ...] = ()
    """Days on which it was met here. Empty: taken from public reports, never met here."""
    affected_installs: Annotated[int, Field(ge=1)] | None = None
    """Absent: not measured; the ranking then counts one."""
    acceptance: Line
    """What must be true for it to count as fixed."""
    validation: Validation | None = None
    fixed_on: Day | None = None
    """When the fix was there. Absent for a defect fixed upstream: the trial that saw it fixed says when."""
    reports: tuple[Report, ...] = ()
    upstream: Upstream | None = None
    """For a defect of software that this repository uses and does not maintain."""

    @property
    def fixed_day(self) -> date | None:
        """When it was fixed, or seen fixed here; None where it is not fixed, or nothing says when."""
        if self.state not in {"fixed", "fixed-upstream"} or self.fixed_on:
            return self.fixed_on
        last = self.upstream.trials[-1] if self.upstream and self.upstream.trials else None
        return last.day if last and last.result in {"fixed", "removed"} else None

    @property
    def report_text(self) -> str:
        """The report to the maintainers, ready to be sent; empty where there is none to send."""
        return report_text(self.title, self.upstream) if self.upstream else ""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """Open ones first."""
        return (DEFECT_STATES.index(self.state),)


class Tranche(Entity):
    """One burn-down pass: the defects it takes, and the period it runs."""

    kind: ClassVar[str] = "tranche"
    plural: ClassVar[str] = "tranches"
    chapter: ClassVar[str] = "stability"
    folder: ClassVar[Folder] = Folder("ops_model/stability/tranches/{id}.yaml")
    lead: ClassVar[str] = "goal"
    stands_alone: ClassVar[bool] = True

    owner: RoleRef
    cadence: CadenceRef
    starts: Day
    ends: Day
    goal: Line
    defects: Annotated[tuple[DefectRef, ...], Field(min_length=1)]


class TimelineEntry(Part):
    """What happened at an instant."""

    model_config = new_with(at="2026-01-05T09:00:00Z")

    at: Instant
    what: Line
    mark: Literal["paged", "acknowledged", "mitigated", "resolved"] | None = None
    """What the promises of the service level count: from the page, or else from the first entry."""


class IncidentFollowUp(Part):
    """What is done so that it does not come back the same way."""

    what: Line
    owner: RoleRef
    due: Day
    defect: DefectRef | None = None


class Incident(Entity):
    """What went wrong, for whom, what was done when, and what follows."""

    kind: ClassVar[str] = "incident"
    plural: ClassVar[str] = "incidents"
    chapter: ClassVar[str] = "stability"
    folder: ClassVar[Folder] = Folder("ops_model/stability/incidents/{id}.yaml")
    lead: ClassVar[str] = "impact"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    severity: SeverityRef
    connector: ConnectorRef | None = None
    impact: Prose
    timeline: Annotated[tuple[TimelineEntry, ...], Field(min_length=1)]
    ended: Instant | None = None
    """When the harm was over; absent: it is not yet, and the connector's status says so."""
    follow_ups: tuple[IncidentFollowUp, ...]
