"""Who answers, when: rotations in layers, holidays, and escalation policies that never end on nobody."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.refs import HolidaysRef, PersonRef, PolicyRef, RoleRef, RotationRef, SurfaceRef  # noqa: TC001
from generators.model.text import Day, Instant, Line, LocalTime, Minutes, Slug, Weekday, Zone  # noqa: TC001


class Handoff(Part):
    """When the next participant takes over: a local weekday and wall time in the rotation's zone."""

    weekday: Weekday
    time: LocalTime
    on_holidays: Literal["report", "keep"] = "report"
    """`keep`: the team hands over on holidays knowingly, and none is reported."""


class Length(Part):
    """How long a turn lasts, in calendar days or weeks, never in seconds."""

    amount: Annotated[int, Field(ge=1, le=52)]
    unit: Literal["days", "weeks"]


class Restriction(Part):
    """A local interval in which a layer is on call; outside it the layer below answers."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: LocalTime
    end: LocalTime
    """A time at or before `start` means the next day."""


class Layer(Part):
    """People who take turns. A higher layer covers a lower one."""

    id: Slug
    participants: tuple[PersonRef, ...]
    shadows: tuple[PersonRef, ...] = ()
    """Seats that watch and learn: paged as well, never counted as cover."""
    level: Annotated[int, Field(ge=1, le=9)] | None = None
    """Layers of one level are on call together. Absent: the layer's place in the list, from 1."""
    starts: Day
    """The first turn begins with the first handoff on or after this day."""
    handoff: Handoff
    length: Length
    restrictions: tuple[Restriction, ...] = ()


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
    """Who is woken next while nobody has acknowledged."""

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
