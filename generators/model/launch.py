"""What must be true before the public launch: scope, deferrals, unsupported cases, risks, gates and who signed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.pack import Warehouse  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import (  # noqa: TC001
    ConnectorRef,
    DeferralRef,
    GateRef,
    PersonRef,
    RiskRef,
    RoleRef,
    RunbookRef,
    ScopeItemRef,
    SurfaceRef,
)
from generators.model.text import Command, Day, Digest, Line, Name, Prose, RepoPath, Slug, StepName, Url  # noqa: TC001

Level = Literal["low", "medium", "high"]
Tier = Literal["launch-critical", "launch-adjacent", "post-launch"]
TIERS: tuple[str, ...] = get_args(Tier)


class Evidence(Part):
    """What shows that an item is done: a path in this repository, a command that passes, or an address."""

    model_config = new_with("path")

    what: Line
    path: RepoPath | None = None
    command: Command | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.path is None and self.command is None and self.url is None:
            raise PydanticCustomError("one_of", "needs a path, a command or a url")
        return self


class ScopeItem(Entity):
    """One thing that a launch needs, could use, or can do without for now."""

    model_config = new_with(tier="post-launch")

    kind: ClassVar[str] = "scope-item"
    plural: ClassVar[str] = "scope"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/scope/{id}.yaml")
    lead: ClassVar[str] = "why"
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    tier: Tier
    state: Literal["open", "in-progress", "done", "deferred"]
    owner: RoleRef
    why: Prose
    """What a user meets when it is missing."""
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    """How one tells that it is done."""
    evidence: tuple[Evidence, ...] = ()
    deferral: DeferralRef | None = None
    risks: tuple[RiskRef, ...] = ()

    @property
    def list_rank(self) -> tuple[int, ...]:
        """Launch-critical first."""
        return (TIERS.index(self.tier),)


class FollowUp(Part):
    """What happens later, who sees to it, and by when it is looked at again."""

    what: Line
    owner: RoleRef
    review: Day


class Deferral(Entity):
    """Something consciously left for later, with the risk that this leaves."""

    kind: ClassVar[str] = "deferral"
    plural: ClassVar[str] = "deferrals"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/deferrals/{id}.yaml")
    lead: ClassVar[str] = "reason"

    surface: SurfaceRef
    reason: Prose
    risk: Prose
    """What can go wrong meanwhile, and for whom."""
    until_then: Line
    """What users and operators do in the meantime."""
    follow_up: FollowUp


class OlderOnly(Part):
    """A case that newer software does not have."""

    only_in: Line
    """The older release that has it, by the name users know."""
    now: Line
    """What became of it, completing "only in the older release; ..."."""


class UnsupportedCase(Entity):
    """What does not work, said before a user finds out. Public."""

    kind: ClassVar[str] = "unsupported-case"
    plural: ClassVar[str] = "unsupported"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/unsupported/{id}.yaml")
    lead: ClassVar[str] = "happens"
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    connectors: tuple[ConnectorRef, ...] = ()
    """Empty: whatever the connector."""
    warehouses: tuple[Warehouse, ...] = ()
    """Empty: whatever the warehouse."""
    happens: Prose
    """What the user sees."""
    instead: Prose
    """What to do instead."""
    older: OlderOnly | None = None
    """For a case that only an older release has: shown after the others."""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """Cases of older releases last."""
        return (int(self.older is not None),)


class Risk(Entity):
    """What can go wrong at the launch, how it is noticed, and the runbook that answers."""

    kind: ClassVar[str] = "risk"
    plural: ClassVar[str] = "risks"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/risks/{id}.yaml")
    lead: ClassVar[str] = "happens"
    stands_alone: ClassVar[bool] = True

    surface: SurfaceRef
    owner: RoleRef
    likelihood: Level
    impact: Level
    happens: Prose
    detection: Line
    prevention: Line
    runbook: RunbookRef


class Criterion(Part):
    """One condition of a gate: computed from the repository, or attested by a role."""

    model_config = new_with("role", by="attested")

    id: Slug
    statement: Line
    by: Literal["computed", "attested"]
    command: Command | None = None
    """What computes it."""
    role: RoleRef | None = None
    """Who attests it."""

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if self.by == "computed" and self.command is None:
            raise PydanticCustomError("one_of", "a computed criterion needs a command")
        if self.by == "attested" and self.role is None:
            raise PydanticCustomError("one_of", "an attested criterion needs a role")
        return self


class Gate(Entity):
    """A point that the launch does not pass until every criterion holds and enough approvers signed."""

    kind: ClassVar[str] = "gate"
    plural: ClassVar[str] = "gates"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/gates/{id}.yaml")
    lead: ClassVar[str] = "purpose"
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    purpose: Prose
    scope: tuple[ScopeItemRef, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    approvers: Annotated[tuple[RoleRef, ...], Field(min_length=1)]
    quorum: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.quorum > len(self.approvers):
            raise PydanticCustomError("quorum", "quorum is larger than the number of approvers")
        return self


class SignOff(Entity):
    """An approver's yes, bound to a digest of exactly what the gate names."""

    model_config = new_with(signed="2026-01-05")

    kind: ClassVar[str] = "sign-off"
    plural: ClassVar[str] = "sign-offs"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/sign_offs/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    gate: GateRef
    person: PersonRef
    role: RoleRef
    signed: Day
    expires: Day
    digest: Digest


class Waiver(Entity):
    """A criterion that is knowingly not met, until a day."""

    kind: ClassVar[str] = "waiver"
    plural: ClassVar[str] = "waivers"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/waivers/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    gate: GateRef
    criterion: Slug
    approver: RoleRef
    reason: Prose
    expires: Day


class Walked(Part):
    """One step as it was walked."""

    step: StepName
    """As it was called: a record stays true when the step is renamed or goes."""
    digest: Digest
    """Of the step as it stood (`model.digest`): when it is another one now, the walk says nothing about it."""
    seconds: Annotated[int, Field(ge=0)]
    """From the moment at which the step was shown to the answer."""
    went: Slug | None = None
    """The step that came next; absent at an end, or where the walk was given up."""
    note: Line | None = None


class Fix(Part):
    """What a lesson changed."""

    path: RepoPath
    what: Line


class Lesson(Part):
    """Something that a walk taught, and what is done about it."""

    model_config = new_with("due")

    what: Line
    step: StepName
    owner: RoleRef
    due: Day
    fixed: Fix | None = None
    """Absent: still to do."""


class Given(Part):
    """A parameter of the runbook, and the value that it had in the walk."""

    name: Name
    value: Line


class Rehearsal(Entity):
    """A runbook walked before it was needed: which steps as they stood, which ways, and what it taught."""

    model_config = new_with(held="2026-01-05")

    kind: ClassVar[str] = "rehearsal"
    plural: ClassVar[str] = "rehearsals"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/rehearsals/{id}.yaml")
    lead: ClassVar[str] = "setting"
    stands_alone: ClassVar[bool] = True

    runbook: RunbookRef
    held: Day
    people: Annotated[tuple[PersonRef, ...], Field(min_length=1)]
    setting: Prose
    """What was played, and on what: which fault, which tables, which parts were real."""
    given: tuple[Given, ...] = ()
    walked: Annotated[tuple[Walked, ...], Field(min_length=1)]
    """In the order of the walk."""
    lessons: tuple[Lesson, ...]
