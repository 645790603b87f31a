"""How the work recurs: decisions, cadences, held cycles, release trains, and which connector is next."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.declared import Declared  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.recurrence_words import day_in_words, in_words
from generators.model.refs import (  # noqa: TC001
    CadenceRef,
    PersonRef,
    RoleRef,
    RotationRef,
    RunbookRef,
    SurfaceRef,
)
from generators.model.text import (
    PASTED,
    Command,
    Day,
    Line,
    LocalTime,
    Minutes,
    Prose,
    Recurrence,
    RepoPath,
    RuleCode,
    Slug,
    Title,
    Url,
    Zone,
)

Area = Literal[
    "maintenance",
    "triage",
    "prioritisation",
    "review-standards",
    "incidents",
    "release",
    "documentation",
    "improvement",
]
Score = Annotated[int, Field(ge=1, le=5)]
Audience = Literal["public", "internal"]
"""Who may know of something: everybody, or the team alone."""


class HandOff(Part):
    """Who receives the outcome, and what exactly is handed over."""

    to: RoleRef
    what: Line


class Record(Part):
    """Where the outcome is written down: a path in this repository, or a named place."""

    what: Line
    path: RepoPath | None = None


class Decision(Entity):
    """A decision that comes back. What is left open here is reported, not glossed over."""

    model_config = new_with("owner", "trigger", "hand_off", "recorded")

    kind: ClassVar[str] = "decision"
    plural: ClassVar[str] = "decisions"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/decisions/{id}.yaml")
    lead: ClassVar[str] = "rule"
    stands_alone: ClassVar[bool] = True

    area: Area
    surfaces: Annotated[tuple[SurfaceRef, ...], Field(min_length=1)]
    owner: RoleRef | None = None
    asked: tuple[RoleRef, ...] = ()
    cadence: CadenceRef | None = None
    trigger: Line | None = None
    """What starts it when it does not come by the calendar."""
    rule: Prose
    """How it is decided: the criteria, in the order they are applied."""
    hand_off: HandOff | None = None
    recorded: Record | None = None
    runbook: RunbookRef | None = None

    @property
    def list_rank(self) -> tuple[int, ...]:
        """By area, in the order in which the areas are listed."""
        return (get_args(Area).index(self.area),)


class NewTime(Part):
    """When an occurrence is held instead, in the zone of its cadence."""

    day: Day
    time: LocalTime


class CadenceException(Part):
    """One occurrence that is cancelled, or moved to another time."""

    model_config = new_with("moved_to")

    day: Day
    """The local day on which the recurrence has it."""
    reason: Line
    moved_to: NewTime | None = None
    """The new time. Without it the occurrence is cancelled."""

    @property
    def in_words(self) -> str:
        """What happens to the occurrence, without the reason."""
        if self.moved_to is None:
            return f"{day_in_words(self.day)}: cancelled"
        return f"{day_in_words(self.day)}: moved to {day_in_words(self.moved_to.day)} at {self.moved_to.time}"


class Cadence(Entity):
    """A meeting or review that recurs by the calendar."""

    kind: ClassVar[str] = "cadence"
    plural: ClassVar[str] = "cadences"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/cadences/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    surfaces: Annotated[tuple[SurfaceRef, ...], Field(min_length=1)]
    owner: RoleRef
    recurrence: Recurrence
    starts: Day
    time: LocalTime
    zone: Zone
    minutes: Annotated[Minutes, Field(ge=5)]
    exceptions: tuple[CadenceException, ...] = ()
    """Occurrences that are cancelled or moved."""
    agenda: Annotated[tuple[Line, ...], Field(min_length=1)]
    inputs: tuple[Line, ...] = ()
    outputs: Annotated[tuple[Line, ...], Field(min_length=1)]
    runbook: RunbookRef | None = None
    hands_over: RotationRef | None = None
    """The rotation whose turn is handed over here: it meets at a handoff of one of its layers."""

    @property
    def recurs(self) -> str:
        """The recurrence in words."""
        return in_words(self.recurrence, self.starts)


class Change(Part):
    """What a held cycle changed in the model."""

    path: RepoPath
    what: Line


class Cycle(Entity):
    """One held occurrence of a cadence: what came out, and what it changed here."""

    model_config = new_with(held="2026-01-05")

    kind: ClassVar[str] = "cycle"
    plural: ClassVar[str] = "cycles"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/cycles/{id}.yaml")
    lead: ClassVar[str] = "outcome"
    stands_alone: ClassVar[bool] = True

    cadence: CadenceRef
    held: Day
    attended: tuple[PersonRef, ...]
    outcome: Prose
    changes: tuple[Change, ...]


class TrainGate(Part):
    """A question that must be answered yes before a release leaves."""

    id: Slug
    question: Line
    owner: RoleRef
    command: Command | None = None
    """The command whose exit code answers it, where one exists."""
    evidence: Line


class Freeze(Part):
    """Days on which nothing is released, both included."""

    model_config = new_with(last="2027-01-10")

    first: Day
    last: Day
    reason: Line

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("order", "last is before first")
        return self


class ReleaseTrain(Entity):
    """How a surface releases: when, through which gates, with what in the changelog, and how it goes back."""

    kind: ClassVar[str] = "release-train"
    plural: ClassVar[str] = "release-trains"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/release_trains/{id}.yaml")
    own_page: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("train-gate", "gates"),)

    surface: SurfaceRef
    owner: RoleRef
    cadence: CadenceRef
    versioning: Prose
    gates: Annotated[tuple[TrainGate, ...], Field(min_length=1)]
    changelog: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Rules that an entry keeps."""
    off_schedule: Prose
    """When a release may leave between two departures."""
    freezes: tuple[Freeze, ...] = ()
    rollback: RunbookRef


class Priority(Part):
    """Scores from 1 to 5. Demand, breadth and readiness speak for a connector, upkeep against it."""

    demand: Score
    breadth: Score
    """How much of the schema answers questions that most users have."""
    readiness: Score
    """How much is known: schema, fixtures, published defects."""
    upkeep: Score
    """How often the connector's schema moves."""
    basis: Line
    declared: Declared
    """Who judged the demand, which nothing counts, and when."""

    @property
    def score(self) -> int:
        """3 × demand + 2 × breadth + readiness − upkeep: from 1 to 29."""
        return 3 * self.demand + 2 * self.breadth + self.readiness - self.upkeep


class Connector(Entity):
    """What fills the tables of a pack: a Fivetran connector that a pack exists or is considered for, or our own."""

    kind: ClassVar[str] = "connector"
    plural: ClassVar[str] = "connectors"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/connectors/{id}.yaml")
    lead: ClassVar[str] = "summary"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True
    model_config = new_with("source", "priority")

    audience: Audience = "public"
    """`internal`: the team's own source. No user, catalog, feed or public page hears of it or of its pack."""
    summary: Prose
    schema_name: Annotated[Title, PASTED]
    """Default name of the schema that holds the tables."""
    tables: Annotated[int, Field(ge=1)]
    """Tables in the reference schema, which scores are made from."""
    tables_declared: Declared
    """Who counted them, and when."""
    source: Url | None = None
    """The reference; a public connector has one."""
    priority: Priority | None = None
    """Only of public connectors: the others are not in the order in which packs are built for users."""
    watch: tuple[Line, ...] = ()
    """What bites on this connector, in the user's terms."""

    @model_validator(mode="after")
    def _ranked(self) -> Self:
        if self.audience == "public" and (self.source is None or self.priority is None):
            raise PydanticCustomError("public", "needs source and priority, unless its audience is internal")
        if self.audience == "internal" and self.priority is not None:
            raise PydanticCustomError("internal", "has a priority, which only connectors of users have")
        return self

    @property
    def list_rank(self) -> tuple[int, ...]:
        """Highest score first."""
        return (-self.priority.score if self.priority else 0,)


class Accepted(Part):
    """Findings of one rule in one file."""

    code: RuleCode
    path: RepoPath
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many findings of the rule the file has. One more is reported; one less lets the entry fail."""


class Baseline(Entity):
    """Findings that a team accepts for now while it adopts the model, until a day. Each entry fails once it is gone."""

    kind: ClassVar[str] = "baseline"
    plural: ClassVar[str] = "baselines"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/baselines/{id}.yaml")
    lead: ClassVar[str] = "reason"
    stands_alone: ClassVar[bool] = True

    owner: RoleRef
    """Who resolves them."""
    reason: Prose
    until: Day
    """The last day on which they are accepted."""
    accepted: Annotated[tuple[Accepted, ...], Field(min_length=1)]
