"""What is measured: event contracts, objectives, and the alerts that lead to a step of a runbook."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.refs import EventRef, ObjectiveRef, RunbookRef, SeverityRef, StepRef, SurfaceRef  # noqa: TC001
from generators.model.text import Line, Name, Prose, Share  # noqa: TC001


class Attribute(Part):
    """A field of an event."""

    name: Name
    form: Literal["string", "integer", "number", "boolean", "timestamp"]
    required: bool
    meaning: Line
    values: tuple[Line, ...] = ()
    """The closed list of values, where there is one."""


class Event(Entity):
    """What a record of one occurrence must carry, and must never carry."""

    kind: ClassVar[str] = "event"
    plural: ClassVar[str] = "events"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/events/{id}.yaml")
    lead: ClassVar[str] = "meaning"

    surface: SurfaceRef
    meaning: Prose
    attributes: Annotated[tuple[Attribute, ...], Field(min_length=1)]
    never: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What must not be recorded."""


class Objective(Entity):
    """The share of events that must be good over a window."""

    kind: ClassVar[str] = "objective"
    plural: ClassVar[str] = "objectives"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/objectives/{id}.yaml")

    surface: SurfaceRef
    event: EventRef
    good: Line
    """Which events count as good."""
    target: Share
    """A decimal as text, so that nothing rounds it: `"0.995"`."""
    window_days: Annotated[int, Field(ge=1, le=90)]
    minimum_events: Annotated[int, Field(ge=1)]
    """Below this count in a window nothing fires."""


class Alert(Entity):
    """What wakes somebody: an objective or a condition, and the runbook step that answers this very alert."""

    model_config = new_with("condition")

    kind: ClassVar[str] = "alert"
    plural: ClassVar[str] = "alerts"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/alerts/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    severity: SeverityRef
    objective: ObjectiveRef | None = None
    condition: Line | None = None
    """What is true when it fires, where no objective says it."""
    runbook: RunbookRef
    step: StepRef

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.objective is None) == (self.condition is None):
            raise PydanticCustomError("one_of", "needs exactly one of objective and condition")
        return self
