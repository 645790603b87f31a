"""What refers to each other is about the same surface, people and connector."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from generators.findings import Finding, Rule, Severity, nearest
from generators.launch.signatures import in_force, newest_attestations
from generators.model.launch import Waiver
from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.operating import Cadence
from generators.model.organization import Role, Surface, Team
from generators.model.pack import Pack, Regression
from generators.model.recurrence import parts_of
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.catalog.entries import Use
    from generators.checks.facts import Facts
    from generators.model import Entity
    from generators.model.oncall import Layer, Target

ELSEWHERE = Rule(
    "OPS221",
    "reference-to-another-surface",
    Severity.ERROR,
    "An entity refers to something that belongs to another surface.",
    "Whoever follows it reaches people, times or steps of something that is not broken.",
    "Refer to the one of the same surface, or correct the surface of either.",
)
OWNER_ELSEWHERE = Rule(
    "OPS222",
    "owner-from-another-surface",
    Severity.WARNING,
    "The owner is a role whose teams do not answer for the surface.",
    "The work falls to people who do not operate the surface, and those who do are not asked.",
    "Name a role of a team that answers for it, or add the surface to the team.",
)
HOLDER_ELSEWHERE = Rule(
    "OPS223",
    "holder-outside-the-team",
    Severity.WARNING,
    "A role is held by someone who is a member of no team that has the role.",
    "The team counts on a person who is not in it, and the page of the team does not show them.",
    "Name a member of the team under `holders`, or add the person under `members`.",
)
HANDS_OVER = Rule(
    "OPS214",
    "handover-at-another-time",
    Severity.ERROR,
    "A cadence for handing over an on-call turn does not meet when the rotation hands over.",
    "Whoever takes over is on call before they are told what is open, or long after.",
    "Give the cadence the weekday, time and zone of a handoff of the rotation, or correct the handoff.",
)
ESCALATES_ELSEWHERE = Rule(
    "OPS423",
    "escalation-to-another-surface",
    Severity.ERROR,
    "The escalation policy of a surface notifies people of another surface.",
    "People who do not know the surface are paged, and its own people are not.",
    "Let the policy notify the surface's rotation and roles, or give the surface its own policy.",
)
TURN_ELSEWHERE = Rule(
    "OPS424",
    "turn-for-another-surface",
    Severity.WARNING,
    "Someone takes turns for a surface that none of their teams answers for.",
    "They are paged for something that they do not operate.",
    "Name a member of a team that answers for the surface, or add the person to it.",
)
SIGNER = Rule(
    "OPS617",
    "signer-does-not-hold-the-role",
    Severity.ERROR,
    "A gate was signed by someone who does not hold the role that they signed for.",
    "A signature of somebody who may not sign is none.",
    "Name a holder of the role, or the role that the person holds.",
)
OFF_WAREHOUSE = Rule(
    "OPS708",
    "defect-on-unclaimed-warehouse",
    Severity.ERROR,
    "A defect names a warehouse on which the pack of its connector claims nothing.",
    "It counts against a promise that nobody made, and does not count where it happened.",
    "Name a warehouse of the pack, or add it to the pack.",
)
OTHER_CONNECTOR = Rule(
    "OPS842",
    "regression-of-another-connector",
    Severity.ERROR,
    "A regression keeps a defect fixed that belongs to another connector.",
    "The defect looks proven by a pack that never had it.",
    "Name a defect of the same connector, or one that belongs to none.",
)
RULES = (
    ELSEWHERE,
    OWNER_ELSEWHERE,
    HOLDER_ELSEWHERE,
    HANDS_OVER,
    ESCALATES_ELSEWHERE,
    TURN_ELSEWHERE,
    SIGNER,
    OFF_WAREHOUSE,
    OTHER_CONNECTOR,
)
JUDGED_ELSEWHERE = frozenset(
    {
        ("alert", "objective"),  # OPS904
        ("alert", "runbook"),  # OPS904
        ("alert", "step"),  # OPS902
        ("runbook", "alert"),  # OPS903
        ("surface", "rotation"),  # OPS405
        ("surface", "release-train"),  # OPS405
        ("route", "symptom"),  # OPS503
        ("scope-item", "deferral"),  # OPS603
        ("defect", "defect-class"),  # OPS702
        ("runbook", "runbook"),  # handed on to other people on purpose
        ("alert", "event"),  # events of an example may be of any kind
    }
)
"""Who refers to what, where another rule asks or surfaces may differ."""


def references_stay_on_the_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Two entities that both have surfaces, and of which one refers to the other, have one in common."""
    surfaces = _Surfaces()
    for key, uses in catalog.uses.items():
        target = catalog.entry(key) if key[0] != Surface.kind else None
        theirs = surfaces[target] if target is not None else frozenset()
        for use in uses if theirs else ():
            ours = surfaces[use.by]
            if ours and ours.isdisjoint(theirs) and (use.by.kind, key[0]) not in JUDGED_ELSEWHERE:
                yield Finding(use.place, ELSEWHERE, f"'{use.ref}' belongs to {_listed(theirs)}")


class _Surfaces(dict["Entry[Entity]", frozenset[str]]):
    """The surfaces that each entity is about, worked out once; none where it does not say."""

    def __missing__(self, entry: Entry[Entity]) -> frozenset[str]:
        """A surface is about itself."""
        if entry.kind == Surface.kind:
            found = frozenset({entry.id})
        else:
            several = getattr(entry.entity, "surfaces", None)
            found = frozenset(map(str, several or [one for one in [getattr(entry.entity, "surface", None)] if one]))
        self[entry] = found
        return found


def _listed(surfaces: frozenset[str]) -> str:
    return ("surface " if len(surfaces) == 1 else "surfaces ") + ", ".join(f"'{name}'" for name in sorted(surfaces))


class _Team(NamedTuple):
    """What a team answers for, and who is in it."""

    surfaces: frozenset[str]
    members: frozenset[str]


class _Teams:
    """Which roles and people answer for which surface, as teams say. What no team mentions is not judged."""

    def __init__(self, catalog: Catalog) -> None:
        self._with: dict[str, list[_Team]] = defaultdict(list)
        """By role. Nothing is united: many teams may have many roles."""
        self._on: dict[str, list[_Team]] = defaultdict(list)
        """By surface."""
        for entry in catalog.entries_of(Team):
            team = _Team(frozenset(entry.entity.surfaces), frozenset(entry.entity.members))
            for role in entry.entity.roles:
                self._with[role].append(team)
            for surface in team.surfaces:
                self._on[surface].append(team)

    def serves(self, role: str, surfaces: frozenset[str]) -> bool:
        """Whether a role answers for one of the surfaces, or no team has it, or none answers for a surface."""
        own = self._with.get(role)
        if not own or not surfaces or not any(surface in self._on for surface in surfaces):
            return True
        return any(team.surfaces & surfaces for team in own)

    def may_hold(self, person: str, role: str) -> bool:
        """Whether a person is a member of a team that has the role, or no team has it."""
        own = self._with.get(role)
        return not own or any(person in team.members for team in own)

    def may_turn(self, person: str, surface: str) -> bool:
        """Whether a person is a member of a team that answers for a surface, or none does."""
        own = [team for team in self._on.get(surface, ()) if team.members]
        return not own or any(person in team.members for team in own)


def owners_serve_the_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The owner of something on a surface is a role of a team that answers for the surface."""
    teams, surfaces = _Teams(catalog), _Surfaces()
    owned = [use for key, uses in catalog.uses.items() if key[0] == Role.kind for use in uses if _owns(use)]
    wrong = [use for use in owned if not teams.serves(use.ref, surfaces[use.by])]
    usual = _usual_owners(owned, teams, surfaces) if wrong else {}
    for use in wrong:
        likely = usual.get((use.by.kind, min(surfaces[use.by])), Counter()).most_common(1)
        message = f"no team with '{use.ref}' answers for {_listed(surfaces[use.by])}"
        yield Finding(use.place, OWNER_ELSEWHERE, message, f"did you mean '{likely[0][0]}'?" if likely else "")


def _usual_owners(owned: list[Use], teams: _Teams, surfaces: _Surfaces) -> Mapping[tuple[str, str], Counter[str]]:
    """How often each role owns something of a kind on a surface that it answers for."""
    usual: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for use in owned:
        for surface in surfaces[use.by]:
            if teams.serves(use.ref, frozenset({surface})):
                usual[use.by.kind, surface][str(use.ref)] += 1
    return usual


def _owns(use: Use) -> bool:
    return use.route[-1] == "owner"


def holders_are_of_the_team(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Whoever holds a role is a member of a team that has it."""
    teams = _Teams(catalog)
    for entry in catalog.entries_of(Role):
        for index, person in enumerate(entry.entity.holders):
            if not teams.may_hold(person, entry.id):
                message = f"'{person}' is a member of no team with '{entry.id}'"
                yield Finding(entry.at("holders", index), HOLDER_ELSEWHERE, message)


def turns_are_of_the_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Whoever takes turns in a rotation is a member of a team that answers for its surface."""
    teams = _Teams(catalog)
    for entry in catalog.entries_of(Rotation):
        for index, layer in enumerate(entry.entity.layers):
            for number, one in enumerate(layer.order):
                if not teams.may_turn(one.person, entry.entity.surface):
                    message = f"no team of '{one.person}' answers for '{entry.entity.surface}'"
                    yield Finding(entry.at("layers", index, "participants", number), TURN_ELSEWHERE, message)


def policies_notify_their_own(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The policy of a surface notifies the surface's rotations, and roles that answer for it."""
    teams = _Teams(catalog)
    for surface in catalog.entries_of(Surface):
        policy = catalog.find(EscalationPolicy, surface.entity.escalation)
        if policy is not None:
            yield from _notified(catalog, teams, surface, policy)


def _notified(
    catalog: Catalog, teams: _Teams, surface: Entry[Surface], policy: Entry[EscalationPolicy]
) -> Iterator[Finding]:
    """The surface's own line where it has another one's policy, then each that its policy should not notify."""
    targets = [
        (("steps", index, "notify", number), target, _is_of(catalog, teams, target, surface.id))
        for index, step in enumerate(policy.entity.steps)
        for number, target in enumerate(step.notify)
    ]
    rotations = [is_own for _, target, is_own in targets if target.rotation]
    if rotations and not any(rotations):
        message = f"'{policy.id}' notifies no rotation of '{surface.id}'"
        yield Finding(surface.at("escalation"), ESCALATES_ELSEWHERE, message)
    for route, target, is_own in targets:
        if not is_own:
            message = f"'{target.rotation or target.role}' does not answer for '{surface.id}', whose policy this is"
            yield Finding(policy.at(*route), ESCALATES_ELSEWHERE, message)


def _is_of(catalog: Catalog, teams: _Teams, target: Target, surface: str) -> bool:
    if target.rotation:
        rotation = catalog.find(Rotation, target.rotation)
        return rotation is None or rotation.entity.surface == surface
    return teams.serves(target.role or "", frozenset({surface}))


def handovers_meet_at_the_handoff(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A cadence that hands a rotation over meets at the weekday, time and zone of one of its handoffs."""
    for entry in catalog.entries_of(Cadence):
        rotation = catalog.find(Rotation, entry.entity.hands_over) if entry.entity.hands_over else None
        if rotation is None:
            continue
        handoffs = [_handoff(rotation.entity, layer) for layer in rotation.entity.layers]
        said = _met(entry.entity)
        if said not in handoffs:
            first = handoffs[0]
            field = next(
                name
                for name, mine, theirs in zip(("recurrence", "time", "zone"), said, first, strict=True)
                if mine != theirs
            )
            message = f"'{rotation.id}' hands over on {first[0] or 'other days'} at {first[1]} {first[2]}"
            yield Finding(entry.at(field), HANDS_OVER, message)


def _handoff(rotation: Rotation, layer: Layer) -> tuple[str, str, str]:
    """Weekday as calendars write it, time, zone. Without a weekday it is that of the first day."""
    weekday = layer.handoff.weekday or f"{layer.starts:%A}".lower()
    return weekday, layer.handoff.time, layer.zone or rotation.zone


def _met(cadence: Cadence) -> tuple[str, str, str]:
    names = {"MO": "monday", "TU": "tuesday", "WE": "wednesday", "TH": "thursday", "FR": "friday"}
    days: Mapping[str, str] = {**names, "SA": "saturday", "SU": "sunday"}
    day = parts_of(cadence.recurrence).get("BYDAY", "")
    return days.get(day, day or f"{cadence.starts:%A}".lower()), cadence.time, cadence.zone


def signers_hold_the_role(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Whoever signs for a role holds it. What was superseded, has expired or was attested anew is history."""
    for signed in in_force(catalog, facts.at.date()):
        yield from _not_held(catalog, signed, signed.entity.person, signed.entity.role)
    for said in newest_attestations(catalog).values():
        yield from _not_held(catalog, said, said.entity.person, said.entity.role)
    for waiver in catalog.entries_of(Waiver):
        yield from _not_held(catalog, waiver, waiver.entity.person, waiver.entity.approver)


def _not_held(catalog: Catalog, entry: Entry[Entity], person: str, name: str) -> Iterator[Finding]:
    role = catalog.find(Role, name)
    if role and person not in role.entity.holders:
        hint = nearest(person, map(str, role.entity.holders))
        yield Finding(entry.at("person"), SIGNER, f"'{person}' does not hold '{role.id}'", hint)


def defects_are_on_claimed_warehouses(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The warehouses of a defect of a connector are those that its pack claims."""
    claimed = {pack.entity.connector: [one.name for one in pack.entity.warehouses] for pack in catalog.entries_of(Pack)}
    for entry in catalog.entries_of(Defect):
        names = claimed.get(entry.entity.connector) if entry.entity.connector else None
        for index, warehouse in enumerate(entry.entity.warehouses if names else ()):
            if names and warehouse not in names:
                message = f"the pack of '{entry.entity.connector}' claims nothing on '{warehouse}'"
                yield Finding(entry.at("warehouses", index), OFF_WAREHOUSE, message, nearest(warehouse, names))


def regressions_are_of_their_defect(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The defect that a regression keeps fixed is one of its connector, or of none."""
    for entry in catalog.entries_of(Regression):
        defect = catalog.find(Defect, entry.entity.defect) if entry.entity.defect else None
        if defect and defect.entity.connector not in {None, entry.entity.connector}:
            yield Finding(entry.at("defect"), OTHER_CONNECTOR, f"'{defect.id}' belongs to '{defect.entity.connector}'")


CHECKS = (
    references_stay_on_the_surface,
    owners_serve_the_surface,
    holders_are_of_the_team,
    turns_are_of_the_surface,
    policies_notify_their_own,
    handovers_meet_at_the_handoff,
    signers_hold_the_role,
    defects_are_on_claimed_warehouses,
    regressions_are_of_their_defect,
)
