"""What is measured: event contracts, objectives, and the alerts that lead to a step of a runbook."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.declared import Declared  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import EventRef, ObjectiveRef, RunbookRef, SeverityRef, StepRef, SurfaceRef  # noqa: TC001
from generators.model.text import Line, Name, Prose, Share, Sql  # noqa: TC001
from generators.telemetry.contract import Form  # noqa: TC001 - pydantic reads it


class Attribute(Part):
    """A field of an event."""

    name: Name
    form: Form
    required: bool
    meaning: Line
    values: tuple[Line, ...] = ()
    """The closed list of values, where there is one."""
    values_of: Literal["pack", "connector", "runtime", "warehouse"] | None = None
    """The closed list is that of the model: ids of what is published."""


class Producer(Part):
    """A command that records events of a contract."""

    command: Line
    """The command as it is typed."""
    when: Line
    """On what occasion."""


class Event(Entity):
    """What a record of one occurrence must carry, and must never carry."""

    kind: ClassVar[str] = "event"
    plural: ClassVar[str] = "events"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/events/{id}.yaml")
    lead: ClassVar[str] = "meaning"

    surface: SurfaceRef
    version: Annotated[int, Field(ge=1, le=999)]
    """Of the contract: one more whenever a reader of older events would misread a new one."""
    recorded_by: Literal["users", "team"]
    """Users' machines, after consent, or jobs of the team."""
    meaning: Prose
    attributes: Annotated[tuple[Attribute, ...], Field(min_length=1)]
    never: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What must not be recorded."""
    producers: tuple[Producer, ...] = ()
    """What records it. Where nothing does, alerts and objectives over it are declared and not live."""


class Match(Part):
    """A field of an event and the values that match."""

    field: Name
    values: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Any of these; of a boolean `"true"` or `"false"`."""


class Objective(Entity):
    """The share of events that must be good over a window."""

    kind: ClassVar[str] = "objective"
    plural: ClassVar[str] = "objectives"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/objectives/{id}.yaml")
    lead: ClassVar[str] = "meaning"

    surface: SurfaceRef
    event: EventRef
    meaning: Line
    """Which events count and which of them are good, in a sentence."""
    counted: Annotated[tuple[Match, ...], Field(min_length=1)]
    """An event counts when every field matches."""
    good: Annotated[tuple[Match, ...], Field(min_length=1)]
    """An event that counts is good when every field matches."""
    target: Share
    """A decimal as text, so that nothing rounds it: `"0.995"`."""
    basis: Literal["proposed", "measured"]
    """Whether the target was only proposed, or set after it had been measured."""
    declared: Declared
    """Who set the target, and when."""
    window_days: Annotated[int, Field(ge=1, le=90)]
    minimum_events: Annotated[int, Field(ge=1)]
    """Below this count in a window nothing fires."""


class ExampleValue(Part):
    """A field of an event of an example."""

    field: Name
    value: Line
    """As text; of a boolean `"true"` or `"false"`."""


class ExampleEvents(Part):
    """Events of an example that are alike: each field that is not given has the first value of its list."""

    event: EventRef
    minutes_ago: Annotated[tuple[Annotated[int, Field(ge=0, le=60 * 24 * 90)], ...], Field(min_length=1)]
    """One event each."""
    installations: tuple[Annotated[int, Field(ge=1, le=99)], ...] = ()
    """Which installation reported each of them, by number; all from the first one where none is given."""
    data: tuple[ExampleValue, ...] = ()


class Example(Part):
    """Events that make an alert fire, or do not: each is run as a test."""

    title: Line
    fires: bool
    events: tuple[ExampleEvents, ...] = ()


class Alert(Entity):
    """What pages somebody: an objective or a condition, and the runbook step that answers this very alert."""

    model_config = new_with("condition")

    kind: ClassVar[str] = "alert"
    plural: ClassVar[str] = "alerts"
    chapter: ClassVar[str] = "telemetry"
    folder: ClassVar[Folder] = Folder("ops_model/telemetry/alerts/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    severity: SeverityRef
    objective: ObjectiveRef | None = None
    burn: Literal["page", "ticket"] | None = None
    """How fast the error budget must burn: within hours, or within days. With an objective."""
    condition: Line | None = None
    """What is true when it fires, where no objective says it."""
    query: Sql | None = None
    """The condition over `events` up to `CURRENT_TIMESTAMP`, in DuckDB's SQL: a row for each thing it holds for."""
    examples: tuple[Example, ...] = ()
    """For the query: at least one that fires and one that does not."""
    runbook: RunbookRef
    step: StepRef

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.objective is None) == (self.condition is None):
            raise PydanticCustomError("one_of", "needs exactly one of objective and condition")
        if (self.objective is None) != (self.burn is None):
            raise PydanticCustomError("burn", "needs burn with an objective, and only there")
        if self.query is not None and self.condition is None:
            raise PydanticCustomError("query", "has a query without the condition that it stands for")
        if self.query is not None and {example.fires for example in self.examples} != {True, False}:
            raise PydanticCustomError("examples", "needs an example that fires and one that does not")
        return self
