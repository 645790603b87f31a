"""Whether recorded approvals count: of what is there now, in time, by somebody who may, once a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.launch.subject import digest_of, moved
from generators.model.launch import SignOff
from generators.model.organization import Person, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generators.catalog import Entry
    from generators.launch.facts import LaunchFacts
    from generators.launch.subject import Moved
    from generators.model.launch import Gate

State = Literal[
    "valid",
    "recorded",
    "stale",
    "expired",
    "not-entitled",
    "ahead",
    "self-approval",
    "bad-signature",
    "tampered",
    "superseded",
]
COUNTS = frozenset({"valid", "recorded"})
"""States in which a sign-off counts towards the quorum."""
WORDS: Mapping[State, str] = {
    "valid": "signed",
    "recorded": "recorded, not signed",
    "stale": "stale: what was signed has changed",
    "expired": "expired",
    "not-entitled": "not entitled to approve",
    "ahead": "dated in the future",
    "self-approval": "counts once: the same person signed already",
    "bad-signature": "the SSH signature does not fit",
    "tampered": "the record was changed by hand",
    "superseded": "superseded by a later record",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """A sign-off and whether it counts."""

    entry: Entry[SignOff]
    state: State
    moved: tuple[Moved, ...] = ()
    """Stale: the paths that changed since, old and new."""

    @property
    def words(self) -> str:
        """The state, as a clause."""
        return WORDS[self.state]


def signatures(facts: LaunchFacts) -> Callable[[Entry[Gate], Mapping[str, str]], tuple[Signature, ...]]:
    """What judges the records of a gate against its subject as it is now. Newest first."""
    of_gate: dict[str, list[Entry[SignOff]]] = defaultdict(list)
    replaced = set()
    for entry in facts.catalog.entries_of(SignOff):
        of_gate[entry.entity.gate].append(entry)
        if entry.entity.supersedes:
            replaced.add(str(entry.entity.supersedes))

    def judged(gate: Entry[Gate], subject: Mapping[str, str]) -> tuple[Signature, ...]:
        entries = sorted(of_gate[gate.id], key=lambda one: (one.entity.signed, one.id), reverse=True)
        people: set[str] = set()
        states = []
        for entry in entries:
            state = "superseded" if entry.id in replaced else _state(facts, gate, entry, subject)
            if state in COUNTS and entry.entity.person in people:
                state = "self-approval"
            if state in COUNTS:
                people.add(entry.entity.person)
            changes = moved(entry.entity.subject, subject) if state == "stale" else ()
            states.append(Signature(entry, state, changes))
        return tuple(states)

    return judged


def _state(facts: LaunchFacts, gate: Entry[Gate], entry: Entry[SignOff], subject: Mapping[str, str]) -> State:
    """The first that applies: what is wrong with the record comes before what became of it."""
    signed = entry.entity
    tests: tuple[tuple[State, Callable[[], bool]], ...] = (
        ("tampered", lambda: signed.digest != digest_of(signed.subject) or not facts.is_whole(entry)),
        ("ahead", lambda: signed.signed > facts.today),
        ("not-entitled", lambda: not _may_sign(facts, gate, signed)),
        ("bad-signature", lambda: bool(signed.signature) and facts.verified(signed) is False),
        ("expired", lambda: signed.expires <= facts.today),
        ("stale", lambda: signed.digest != digest_of(subject)),
        ("recorded", lambda: not signed.signature),
    )
    return next((state for state, applies in tests if applies()), "valid")


def _may_sign(facts: LaunchFacts, gate: Entry[Gate], signed: SignOff) -> bool:
    """Whether the role approves the gate and the person holds it, today as on the day."""
    role = facts.catalog.find(Role, signed.role)
    person = facts.catalog.find(Person, signed.person)
    if role is None or person is None or signed.role not in gate.entity.approvers:
        return False
    return signed.person in role.entity.holders and (person.entity.left is None or facts.today < person.entity.left)
