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
    RegressionRef,
    RoleRef,
    RunbookRef,
    SeverityRef,
    SurfaceRef,
    TrancheRef,
)
from generators.model.text import Command, Day, Instant, Line, Prose, PytestNode, RepoPath, Url  # noqa: TC001
from generators.model.upstream import Upstream, report_text

if TYPE_CHECKING:
    from datetime import date, datetime

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
    """What keeps a fix fixed: a test of this repository or a regression of a pack that passes."""

    what: Line
    test: PytestNode | None = None
    """Whether it passed is read from the results of the tests."""
    regression: RegressionRef | None = None
    """Whether it passed is read from the evidence of its pack."""
    path: RepoPath | None = None
    command: Command | None = None
    """What runs it."""


class Acceptance(Part):
    """A defect that is left as it is, until a day: who decided that, why, and what it means for users."""

    by: RoleRef
    why: Line
    until: Day
    """The last day on which it is accepted; then it is decided again."""
    users: Line
    """What it means for users, in their words: public pages show it."""


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
    accepted: Acceptance | None = None
    """For a defect whose state is `accepted`, and only then."""
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


class DefectStanding(Part):
    """A defect at a moment: its state, and its score in the ranking."""

    defect: DefectRef
    state: Line
    score: Annotated[float, Field(ge=0)]


class Tranche(Entity):
    """One burn-down pass: the defects it takes, the period it runs, and how they stood before and after it."""

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
    before: tuple[DefectStanding, ...] = ()
    """As `dfops stability plan` wrote it."""
    closed: Day | None = None
    after: tuple[DefectStanding, ...] = ()
    """As `dfops stability close` wrote it."""
    carried_to: TrancheRef | None = None
    """The tranche that takes what was left open."""

    @property
    def rows(self) -> tuple[tuple[DefectRef, DefectStanding | None, DefectStanding | None], ...]:
        """Each defect with how it stood before and after; None where that was not recorded."""
        before, after = ({one.defect: one for one in standings} for standings in (self.before, self.after))
        return tuple((name, before.get(name), after.get(name)) for name in self.defects)

    @property
    def list_rank(self) -> tuple[int, ...]:
        """The latest first."""
        return (-self.starts.toordinal(),)


Mark = Literal["paged", "acknowledged", "mitigated", "resolved"]
MARKS: tuple[Mark, ...] = get_args(Mark)
"""In the order in which they are reached."""


class TimelineEntry(Part):
    """What happened at an instant."""

    model_config = new_with(at="2026-01-05T09:00:00Z")

    at: Instant
    what: Line
    mark: Mark | None = None
    """What service levels promise a time for, reached at this moment."""


class IncidentFollowUp(Part):
    """What is done so that it does not come back the same way."""

    what: Line
    owner: RoleRef
    due: Day
    done: Day | None = None
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

    def reached(self, mark: Mark) -> datetime | None:
        """When something was reached first, where the timeline says so."""
        return min((entry.at for entry in self.timeline if entry.mark == mark), default=None)
