"""Who there is: people on seats, roles that own, teams, and the surfaces that are operated."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part
from generators.model.refs import PersonRef, PolicyRef, RoleRef, RotationRef, SurfaceRef, TrainRef  # noqa: TC001
from generators.model.text import Command, Day, Handle, Line, LocalTime, Prose, Slug, SshKey, Zone  # noqa: TC001

MIDNIGHT = "00:00"


class Contact(Part):
    """A way to reach a seat. Internal: never on a public page."""

    channel: Literal["chat", "email", "pager", "phone"]
    address: Line


class TimeOff(Part):
    """Days away, both included, in the person's zone; with `start` or `end`, only a part of the first or last day."""

    first: Day
    last: Day
    start: LocalTime | None = None
    """When the absence begins on the first day. Absent: at midnight."""
    end: LocalTime | None = None
    """When the absence ends on the last day. Absent: with the day."""
    note: Line | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("order", "last is before first")
        if self.last == self.first and self.end and self.end <= (self.start or MIDNIGHT):
            raise PydanticCustomError("order", "end is not after start")
        return self


class Person(Entity):
    """A seat that a team fills: neutral until an adopting team replaces it. The only place with names."""

    kind: ClassVar[str] = "person"
    plural: ClassVar[str] = "people"
    chapter: ClassVar[str] = "organization"
    folder: ClassVar[Folder] = Folder("ops_model/organization/people/{id}.yaml")

    zone: Zone
    handle: Handle | None = None
    """The name on the forge, without @. Internal."""
    contacts: tuple[Contact, ...] = ()
    """In the order in which to try them."""
    ssh_keys: tuple[SshKey, ...] = ()
    """Public keys that sign-offs by this person are signed with. With any, a sign-off without a signature counts for
    nothing. Internal."""
    time_off: tuple[TimeOff, ...] = ()
    left: Day | None = None
    """The first day on which this person is no longer there."""


class Role(Entity):
    """What owns things. A role without a holder is vacant, shown as vacant, and blocks the ownership gate."""

    kind: ClassVar[str] = "role"
    plural: ClassVar[str] = "roles"
    chapter: ClassVar[str] = "organization"
    folder: ClassVar[Folder] = Folder("ops_model/organization/roles/{id}.yaml")
    lead: ClassVar[str] = "purpose"
    own_page: ClassVar[bool] = True

    purpose: Prose
    responsibilities: tuple[Line, ...]
    holders: tuple[PersonRef, ...] = ()
    handle: Handle | None = None
    """Who is asked on the forge instead of the holders, such as a team: `org/team`. Internal."""
    takes_unrouted_alerts: bool = False
    """Whether alerts that no route fits go to this role: they have no surface or severity that is known."""


class Team(Entity):
    """People who share a queue: the roles it holds and the surfaces it answers for."""

    kind: ClassVar[str] = "team"
    plural: ClassVar[str] = "teams"
    chapter: ClassVar[str] = "organization"
    folder: ClassVar[Folder] = Folder("ops_model/organization/teams/{id}.yaml")
    lead: ClassVar[str] = "purpose"
    stands_alone: ClassVar[bool] = True

    purpose: Prose
    roles: tuple[RoleRef, ...]
    members: tuple[PersonRef, ...]
    surfaces: tuple[SurfaceRef, ...]


class Touchpoint(Part):
    """A path, command, page, document or test that people really use on a surface."""

    form: Literal["path", "command", "page", "document", "test"]
    value: Command
    what: Line
    visibility: Literal["public", "private"] = "public"
    """`private`: exists, but only for those with access to a private package or repository."""


class Surface(Entity):
    """What is operated, with the touchpoints that are really there."""

    kind: ClassVar[str] = "surface"
    plural: ClassVar[str] = "surfaces"
    chapter: ClassVar[str] = "organization"
    folder: ClassVar[Folder] = Folder("ops_model/organization/surfaces/{id}.yaml")
    lead: ClassVar[str] = "summary"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    summary: Prose
    owner: RoleRef
    rotation: RotationRef
    escalation: PolicyRef
    release_train: TrainRef
    runbook_folder: Slug
    """Folder below `runbooks/` that holds this surface's runbooks."""
    touchpoints: tuple[Touchpoint, ...]
