"""What must be true before the public launch: scope, deferrals, unsupported cases, risks, gates and who signed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.forms import COMMIT
from generators.model.pack import HexDigest, Warehouse  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import (  # noqa: TC001
    ConnectorRef,
    DeferralRef,
    GateRef,
    PackRef,
    PersonRef,
    RiskRef,
    RoleRef,
    RunbookRef,
    ScopeItemRef,
    SeverityRef,
    SignOffRef,
    SurfaceRef,
)
from generators.model.text import (  # noqa: TC001
    Command,
    Day,
    Digest,
    Instant,
    Line,
    Name,
    Prose,
    RepoPath,
    RuleCode,
    Slug,
    StepName,
    Url,
)

Level = Literal["low", "medium", "high"]
Tier = Literal["launch-critical", "launch-adjacent", "post-launch"]
TIERS: tuple[str, ...] = get_args(Tier)


Condition = Literal[
    "no-findings",
    "packs-proven",
    "runbooks-rehearsed",
    "alerts-rehearsed",
    "roles-filled",
    "objectives-met",
    "defects-below",
    "scope-settled",
    "gates-signed",
]
"""What is computed from the repository: `generators.launch.conditions` says how."""
PARAMETERS: dict[str, frozenset[str]] = {
    "no-findings": frozenset({"rules"}),
    "packs-proven": frozenset({"packs", "within_days"}),
    "runbooks-rehearsed": frozenset({"runbooks", "within_days", "independent"}),
    "alerts-rehearsed": frozenset({"within_days", "independent"}),
    "roles-filled": frozenset({"roles"}),
    "objectives-met": frozenset(),
    "defects-below": frozenset({"severity", "at_most"}),
    "scope-settled": frozenset(),
    "gates-signed": frozenset(),
}
"""By condition: the fields that say what it is asked about."""
RECORDED_PARAMETERS = frozenset({"within_days"})
ALL_PARAMETERS = frozenset().union(*PARAMETERS.values())


class Proof(Part):
    """What shows that something holds: a condition that is computed, or a command or test whose runs are recorded."""

    condition: Condition | None = None
    command: Command | None = None
    """Its last run is recorded by `dfops launch record --run`."""
    test: RepoPath | None = None
    """A file of tests. Its last run is recorded, with the digest of the file."""
    rules: tuple[RuleCode, ...] = ()
    """no-findings: the rules that are asked. Empty: no error and no warning of any rule."""
    packs: tuple[PackRef, ...] = ()
    """packs-proven: empty means every public pack."""
    runbooks: tuple[RunbookRef, ...] = ()
    roles: tuple[RoleRef, ...] = ()
    """roles-filled: empty means every role."""
    severity: SeverityRef | None = None
    """defects-below: the mildest severity that counts; worse ones count as well."""
    at_most: Annotated[int, Field(ge=0)] = 0
    """defects-below: how many open defects are accepted."""
    independent: bool = False
    """Whether only rehearsals by people count who did not write the runbook."""
    within_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """How old the proof may be. Absent: no limit."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The names of the fields that say what proves it."""
        return tuple(name for name in ("condition", "command", "test") if getattr(self, name) is not None)

    def misplaced(self, also: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Parameters that are set and that what proves it does not take; `also` takes more."""
        taken = PARAMETERS[self.condition] if self.condition else RECORDED_PARAMETERS if self.ways else frozenset()
        return tuple(sorted(ALL_PARAMETERS & self.model_fields_set - taken - also))


def _one_way(proof: Proof, ways: tuple[str, ...], allowed: str, also: frozenset[str] = frozenset()) -> None:
    """Raises what a validator raises for a proof that names none or several ways, or parameters that nothing asks."""
    if len(ways) != 1:
        raise PydanticCustomError("one_of", "needs exactly one of {allowed}", {"allowed": allowed})
    if proof.misplaced(also):
        names = ", ".join(proof.misplaced(also))
        raise PydanticCustomError("parameter", "{way} does not take {names}", {"way": ways[0], "names": names})
    if proof.condition == "runbooks-rehearsed" and not proof.runbooks:
        raise PydanticCustomError("one_of", "runbooks-rehearsed needs runbooks")
    if proof.condition == "defects-below" and proof.severity is None:
        raise PydanticCustomError("one_of", "defects-below needs a severity")


class Evidence(Proof):
    """What shows that an item is done. A path or an address is a reference for readers, and proves nothing."""

    model_config = new_with("condition", condition="no-findings")

    what: Line
    accepts: tuple[Annotated[int, Field(ge=1, le=99)], ...] = ()
    """The lines under `accept` that it shows, counted from 1. Empty: all of them."""
    path: RepoPath | None = None
    url: Url | None = None

    @property
    def is_reference(self) -> bool:
        """Whether it only says where to read on."""
        return not self.ways

    @model_validator(mode="after")
    def _one(self) -> Self:
        ways = (*self.ways, *(name for name in ("path", "url") if getattr(self, name) is not None))
        _one_way(self, ways, "condition, command, test, path, url")
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
    owner: RoleRef
    why: Prose
    """What a user meets when it is missing."""
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    """How one tells that it is done: it is when each line is shown by evidence that holds."""
    evidence: tuple[Evidence, ...] = ()
    deferral: DeferralRef | None = None
    """Present: it is left for later."""
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
    kill_switch: RunbookRef | None = None
    """What stops the harm at once, for a risk that hits hard."""
    rollback: RunbookRef | None = None
    """What returns to the state before, for a risk that hits hard."""
    no_way_back: Line | None = None
    """Why there is neither, where there is neither."""

    @property
    def hits_hard(self) -> bool:
        """Whether it needs a way to stop it and a way back."""
        return self.impact == "high"


By = Literal["computed", "recorded", "attested"]


class Criterion(Proof):
    """One condition of a gate: computed, shown by a recorded run, or, where neither can be, attested by a role."""

    model_config = new_with("role")

    id: Slug
    statement: Line
    role: RoleRef | None = None
    """Who attests it."""

    @property
    def by(self) -> By:
        """How it is answered."""
        return "attested" if self.role else "computed" if self.condition else "recorded"

    @model_validator(mode="after")
    def _one(self) -> Self:
        ways = (*self.ways, *(("role",) if self.role else ()))
        _one_way(self, ways, "condition, command, test, role", RECORDED_PARAMETERS if self.role else frozenset())
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
    """An approver's approval, bound to a digest of exactly what the gate names."""

    model_config = new_with(signed="2026-01-05", expires="2027-02-05")

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
    """The first day on which it no longer counts."""
    digest: Digest
    """Of `subject`."""
    subject: dict[Line, Line] = Field(default_factory=dict)
    """What was signed: path to value. It says later what changed."""
    signature: Prose | None = None
    """An SSH signature (`ssh-keygen -Y sign`) of the record. Absent: recorded, not signed."""
    supersedes: SignOffRef | None = None
    """An earlier sign-off by the same person for the same gate. Records are never deleted."""
    seal: HexDigest | None = None
    """SHA-256 over everything else: a fact that is changed by hand no longer fits."""


class Attestation(Entity):
    """What somebody saw that cannot be computed, said for a criterion of a gate."""

    model_config = new_with(attested="2026-01-05")

    kind: ClassVar[str] = "attestation"
    plural: ClassVar[str] = "attestations"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/attestations/{id}.yaml")
    lead: ClassVar[str] = "seen"
    stands_alone: ClassVar[bool] = True

    gate: GateRef
    criterion: Slug
    person: PersonRef
    role: RoleRef
    attested: Day
    holds: bool
    """What was found: the criterion holds, or does not."""
    seen: Prose
    """What was looked at, where, and what was seen."""
    seal: HexDigest | None = None
    """SHA-256 over everything else: a fact that is changed by hand no longer fits."""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """The newest first."""
        return (-self.attested.toordinal(),)


LONGEST_WAIVER = 90
"""Days that a waiver lasts at most."""


class Waiver(Entity):
    """A criterion that is knowingly not met, until a day."""

    model_config = new_with(granted="2026-11-02", expires="2027-01-31")

    kind: ClassVar[str] = "waiver"
    plural: ClassVar[str] = "waivers"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/waivers/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    gate: GateRef
    criterion: Slug
    person: PersonRef
    approver: RoleRef
    reason: Prose
    limits: Line
    """What the waiver covers, and what it does not."""
    granted: Day
    expires: Day
    """The first day on which it no longer counts."""


class Run(Entity):
    """The last recorded run of a command or of a file of tests that a gate or a scope item names."""

    model_config = new_with("command", ran="2026-01-05T12:00:00Z")

    kind: ClassVar[str] = "run"
    plural: ClassVar[str] = "runs"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/runs/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    command: Command | None = None
    test: RepoPath | None = None
    ran: Instant
    exit_code: Annotated[int, Field(ge=0, le=255)]
    seconds: Annotated[int, Field(ge=0)]
    passed: Annotated[int, Field(ge=0)] | None = None
    """Tests; absent for a command."""
    failed: Annotated[int, Field(ge=0)] | None = None
    skipped: Annotated[int, Field(ge=0)] | None = None
    digest: Digest | None = None
    """Of the file of tests as it ran."""
    commit: Annotated[str, Field(pattern=COMMIT, examples=["0" * 40])] | None = None
    """What it ran on; absent where files differed from every commit."""
    seal: HexDigest | None = None
    """SHA-256 over everything else: a fact that is changed by hand no longer fits."""

    @property
    def succeeded(self) -> bool:
        """Whether it shows what it was run for: it ended well, and a file of tests had tests that ran."""
        return self.exit_code == 0 and not self.failed and (self.test is None or bool(self.passed))

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.command is None) == (self.test is None):
            raise PydanticCustomError("one_of", "needs exactly one of command, test")
        return self


class GateCount(Part):
    """How far a gate was."""

    holds: Annotated[int, Field(ge=0)]
    criteria: Annotated[int, Field(ge=0)]
    settled: Annotated[int, Field(ge=0)]
    items: Annotated[int, Field(ge=0)]
    signed: Annotated[int, Field(ge=0)]
    quorum: Annotated[int, Field(ge=1)]


class LaunchRecord(Entity):
    """How far the launch was on a day, as computed then: the points of the burn-up. Its id is the day."""

    model_config = new_with(day="2026-01-05")

    kind: ClassVar[str] = "launch-record"
    plural: ClassVar[str] = "launch-records"
    chapter: ClassVar[str] = "launch"
    folder: ClassVar[Folder] = Folder("ops_model/launch/records/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    day: Day
    gates: dict[Slug, GateCount]
    """By gate; without references, so that a record stays true when a gate goes."""
    seal: HexDigest | None = None
    """SHA-256 over everything else: a fact that is changed by hand no longer fits."""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """The newest first."""
        return (-self.day.toordinal(),)


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
    when: Line | None = None
    """The condition that was answered, as it stood in the step; absent where the way has none, and in older records,
    which do not say it."""
    note: Line | None = None

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if self.when and not self.went:
            raise PydanticCustomError("one_of", "a condition was answered, and no step came next")
        return self


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
    independent: bool = False
    """Whether nobody of `people` had written the runbook. Unsaid: somebody had, or nobody knows."""
    walked: Annotated[tuple[Walked, ...], Field(min_length=1)]
    """In the order of the walk."""
    lessons: tuple[Lesson, ...]
    seal: HexDigest | None = None
    """SHA-256 over everything else but the lessons, which are worked on later."""
