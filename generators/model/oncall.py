"""Who answers, when: rotations in layers, holidays, and escalation policies that never end on nobody."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.refs import HolidaysRef, PersonRef, PolicyRef, RoleRef, RotationRef, SurfaceRef  # noqa: TC001
from generators.model.text import Day, Instant, Line, LocalTime, Minutes, Slug, Weekday, Zone  # noqa: TC001


class Handoff(Part):
    """When the next participant takes over: a local weekday and wall time in the layer's zone."""

    weekday: Weekday | None = None
    """Absent: the weekday of `starts` for turns in weeks, its day of the month for turns in months, any day on which
    the layer answers for turns in days."""
    time: LocalTime
    on_holidays: Literal["report", "keep"] = "report"
    """`keep`: the team hands over on holidays knowingly, and none is reported."""


class Length(Part):
    """How long a turn lasts, in days, weeks or months of a calendar, never in seconds.

    `days` counts the days on which the layer answers: in a layer restricted to weekdays, seven people who take turns
    of a day share the weekdays evenly. `business-days` counts Monday to Friday, less the rotation's holidays.
    """

    amount: Annotated[int, Field(ge=1, le=52)]
    unit: Literal["days", "business-days", "weeks", "months"]


class Restriction(Part):
    """A local interval in which a layer is on call; outside it the layer below answers."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: LocalTime
    end: LocalTime
    """A time at or before `start` means the next day."""


class UncoveredHours(Restriction):
    """Local hours in which a rotation has nobody on call by intent. They are no gap, and pages show them."""

    reason: Line


class Participant(Part):
    """Somebody who takes turns for a part of a layer's time only.

    The turns of the others stay where they are. An entry with `from` that follows one with `until`, without an
    overlap, takes over its turns; any other entry with `from` joins the order with the first turn from that day on.
    """

    model_config = ConfigDict(populate_by_name=True)

    person: PersonRef
    from_: Annotated[Day | None, Field(alias="from")] = None
    """Takes the turns that begin on or after this day."""
    until: Day | None = None
    """Takes no turn that begins on or after this day; nobody does, unless the next entry follows from it."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.from_ and self.until and self.until <= self.from_:
            raise PydanticCustomError("order", "until is not after from")
        return self


class Layer(Part):
    """People who take turns. A higher layer covers a lower one."""

    id: Slug
    participants: tuple[PersonRef | Participant, ...]
    """In the order of their turns: the id of a person, or a person with `from` and `until`."""
    shadows: tuple[PersonRef, ...] = ()
    """Seats that watch and learn: paged as well, never counted as cover."""
    level: Annotated[int, Field(ge=1, le=9)] | None = None
    """Layers of one level are on call together. Absent: the layer's place in the list, from 1."""
    zone: Zone | None = None
    """Whose clocks the handoff and the restrictions mean. Absent: the rotation's zone."""
    starts: Day
    """The first turn begins with the first handoff on or after this day."""
    ends: Day | None = None
    """The last turn ends with the first handoff on or after this day. Absent: the layer goes on."""
    handoff: Handoff
    length: Length
    restrictions: tuple[Restriction, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ends and self.ends <= self.starts:
            raise PydanticCustomError("order", "ends is not after starts")
        return self

    @property
    def order(self) -> tuple[Participant, ...]:
        """The participants in the order of their turns, each with the days that are planned."""
        return tuple(one if isinstance(one, Participant) else Participant(person=one) for one in self.participants)

    @property
    def people(self) -> tuple[PersonRef, ...]:
        """Everybody who takes turns at some time, each once, in order."""
        return tuple(dict.fromkeys(one.person for one in self.order))


class Override(Part):
    """One person answers between two instants, whatever the layers say."""

    model_config = new_with(end="2027-01-04T10:00:00Z")

    person: PersonRef
    layer: Slug | None = None
    """Set where the person takes over in this layer only, at the hours at which it answers. Absent: the rotation."""
    start: Instant
    end: Instant
    reason: Line

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError("order", "end is not after start")
        return self


class Rotation(Entity):
    """Who is on call for a surface."""

    kind: ClassVar[str] = "rotation"
    plural: ClassVar[str] = "rotations"
    chapter: ClassVar[str] = "oncall"
    folder: ClassVar[Folder] = Folder("ops_model/oncall/rotations/{id}.yaml")
    own_page: ClassVar[bool] = True

    surface: SurfaceRef
    zone: Zone
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    """Lowest first."""
    overrides: tuple[Override, ...] = ()
    uncovered_hours: tuple[UncoveredHours, ...] = ()
    """Hours, in the rotation's zone, in which nobody is meant to be on call."""
    holidays: HolidaysRef | None = None


class Holiday(Part):
    """A day on which the promise in business hours does not run."""

    day: Day
    name: Line


class HolidayCalendar(Entity):
    """Days off that a rotation or a service level respects."""

    kind: ClassVar[str] = "holiday-calendar"
    plural: ClassVar[str] = "holidays"
    chapter: ClassVar[str] = "oncall"
    folder: ClassVar[Folder] = Folder("ops_model/oncall/holidays/{id}.yaml")

    days: tuple[Holiday, ...]


class Target(Part):
    """Whom a step of a policy notifies: a rotation or a role."""

    model_config = new_with("role")

    rotation: RotationRef | None = None
    role: RoleRef | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.rotation is None) == (self.role is None):
            raise PydanticCustomError("one_of", "needs exactly one of rotation and role")
        return self


class EscalationStep(Part):
    """Who is notified how many minutes after the page (not after the step before)."""

    after_minutes: Minutes
    notify: Annotated[tuple[Target, ...], Field(min_length=1)]


class EscalationPolicy(Entity):
    """Who is paged next while nobody has acknowledged."""

    kind: ClassVar[str] = "escalation-policy"
    plural: ClassVar[str] = "escalation-policies"
    chapter: ClassVar[str] = "oncall"
    folder: ClassVar[Folder] = Folder("ops_model/oncall/escalation_policies/{id}.yaml")
    own_page: ClassVar[bool] = True

    steps: Annotated[tuple[EscalationStep, ...], Field(min_length=1)]
    repeat: Annotated[int, Field(ge=0, le=9)] = 0
    """How often the steps are gone through again while nobody has acknowledged."""
    then: PolicyRef | None = None
    """The policy that goes on after the last repeat."""
