"""What users meet: severities, promises, symptoms, codes, routes and the messages that go out."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.refs import (  # noqa: TC001
    DiagnosticRef,
    HolidaysRef,
    RoleRef,
    RunbookRef,
    SeverityRef,
    SurfaceRef,
    SymptomRef,
)
from generators.model.text import (  # noqa: TC001
    Command,
    DiagnosticCode,
    Line,
    LocalTime,
    Minutes,
    Name,
    Prose,
    Span,
    Title,
    Weekday,
    Zone,
)

IncidentState = Literal["investigating", "identified", "mitigated", "monitoring", "resolved", "withdrawn"]
Audience = Literal["users", "support", "leads"]


class Severity(Entity):
    """How bad it is, in words that two people would apply alike."""

    kind: ClassVar[str] = "severity"
    plural: ClassVar[str] = "severities"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/severities/{id}.yaml")
    lead: ClassVar[str] = "meaning"

    rank: Annotated[int, Field(ge=1, le=4)]
    meaning: Prose
    examples: Annotated[tuple[Line, ...], Field(min_length=1)]
    weight: Annotated[int, Field(ge=1, le=8)]
    """Weight in the defect ranking."""
    pages: bool
    """Whether someone is paged for it."""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """Worst first."""
        return (self.rank,)


class Hours(Part):
    """When a promise's clock runs."""

    model_config = new_with(start="09:00", end="17:00")

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: LocalTime
    end: LocalTime
    zone: Zone
    holidays: HolidaysRef | None = None
    """Days on which the clock stands still."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError("order", "end is not after start")
        return self


class ServiceLevel(Entity):
    """What is promised for a severity on a surface. A day is as long as the hours below, or 24 hours."""

    kind: ClassVar[str] = "service-level"
    plural: ClassVar[str] = "service-levels"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/service_levels/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    severity: SeverityRef
    symptom: SymptomRef | None = None
    """Set when this promise is for one symptom only; it then goes before the general one."""
    acknowledge: Span
    mitigate: Span
    resolve: Span
    hours: Hours | None = None
    """Absent: round the clock."""
    note: Line | None = None
    differs: Line | None = None
    """Why it is not what other surfaces promise for the same severity."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.acknowledge.minutes <= self.mitigate.minutes <= self.resolve.minutes:
            raise PydanticCustomError("order", "acknowledge, mitigate and resolve must not get shorter")
        return self


class Request(Part):
    """Something to ask for or to try, with the command that shows it. Words in capitals stand for the user's own."""

    what: Line
    command: Command | None = None


class Symptom(Entity):
    """What a user sees, in the user's words, and the diagnostic codes that show it."""

    kind: ClassVar[str] = "symptom"
    plural: ClassVar[str] = "symptoms"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/symptoms/{id}.yaml")
    lead: ClassVar[str] = "seen"

    surfaces: Annotated[tuple[SurfaceRef, ...], Field(min_length=1)]
    seen: Prose
    """What is on the user's screen."""
    ask: tuple[Request, ...]
    """What support asks for, so that the runbook's first step can start."""
    try_first: tuple[Request, ...] = ()
    """What a user can do alone. Public."""
    diagnostics: tuple[DiagnosticCode, ...] = ()


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


class Route(Entity):
    """Where a symptom on a surface goes: exactly one route each."""

    kind: ClassVar[str] = "route"
    plural: ClassVar[str] = "routes"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/routes/{id}.yaml")
    lead: ClassVar[str] = "tell_user"
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    symptom: SymptomRef
    severity: SeverityRef
    raise_when: Line | None = None
    """When the next higher severity applies."""
    owner: RoleRef
    runbook: RunbookRef
    tell_user: Prose
    differs: Line | None = None
    """Why its severity is not that of the same symptom on other surfaces."""


class NextUpdate(Part):
    """When the next message is due."""

    model_config = new_with("minutes")

    minutes: Annotated[Minutes, Field(ge=1)] | None = None
    """Absent: this is the last message."""
    note: Line | None = None


class Placeholder(Part):
    """A gap in a message, and what fills it."""

    name: Name
    meaning: Line
    example: Line
    default: Line | None = None
    """What fills it when the alert's link carries every `{parameter}` that stands in here. A part in brackets is left
    out while a parameter in it is not known: `the {connector} pack[ on {warehouse}]`."""
    computed: Literal["next-update", "now"] | None = None
    """`next-update`: the time of the next message; `now`: the time at which the message is read."""


class Message(Entity):
    """What to say in a state of an incident to an audience; gaps are named and visible."""

    model_config = new_with(body="Change this: {change_me}.")

    kind: ClassVar[str] = "message"
    plural: ClassVar[str] = "messages"
    chapter: ClassVar[str] = "support"
    folder: ClassVar[Folder] = Folder("ops_model/support/messages/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    state: IncidentState
    audience: Audience
    subject: Title
    body: Prose
    placeholders: tuple[Placeholder, ...]
    next_update: NextUpdate

    @property
    def list_rank(self) -> tuple[int, ...]:
        """In the order of an incident, and users first."""
        return get_args(IncidentState).index(self.state), get_args(Audience).index(self.audience)
