"""Whether recorded approvals count: of what is there now, in time, by somebody who may, once a person."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from generators.launch.ssh import public_key_in
from generators.launch.subject import digest_of, moved
from generators.model.launch import Attestation, SignOff
from generators.model.organization import Person, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.catalog import Catalog, Entry
    from generators.launch.facts import LaunchFacts
    from generators.launch.subject import Moved
    from generators.model import Entity
    from generators.model.launch import Gate

State = Literal[
    "valid",
    "unchecked",
    "recorded",
    "unsigned",
    "stale",
    "expired",
    "not-entitled",
    "ahead",
    "self-approval",
    "bad-signature",
    "tampered",
    "superseded",
]
COUNTS = frozenset({"valid", "unchecked", "recorded"})
"""States in which a sign-off counts towards the quorum."""
WORDS: Mapping[State, str] = {
    "valid": "signed",
    "unchecked": "signed; the signature was not checked here, since ssh-keygen is not installed",
    "recorded": "recorded, not signed",
    "unsigned": "not signed, although the person has SSH keys",
    "stale": "stale: what was signed has changed",
    "expired": "expired",
    "not-entitled": "not entitled to approve",
    "ahead": "dated in the future",
    "self-approval": "self-approval: the same person or key signed already, and two people are required",
    "bad-signature": "bad signature: not of this record, or not by a key of this person",
    "tampered": "tampered: the record was changed by hand",
    "superseded": "superseded by a later record",
}
TWO_PEOPLE = 2


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

    @property
    def counts(self) -> bool:
        """Whether it counts towards the quorum."""
        return self.state in COUNTS


def in_order(entry: Entry[Entity], day: date) -> tuple[date, list[str | int]]:
    """What sorts records by their day; those of one day by the number at the end of their id."""
    parts = re.split(r"([0-9]+)", entry.id)
    return day, [int(part) if number % 2 else part for number, part in enumerate(parts)]


def _age(entry: Entry[SignOff]) -> tuple[date, list[str | int]]:
    return in_order(entry, entry.entity.signed)


def newest_first(entries: Iterable[Entry[SignOff]]) -> list[Entry[SignOff]]:
    """Sign-offs by their day, those of one day by their number."""
    return sorted(entries, key=_age, reverse=True)


def superseded(entries: Iterable[Entry[SignOff]], today: date) -> frozenset[str]:
    """Ids of the sign-offs that a later one of the same person and gate takes the place of.

    A record of a day that has not come replaces nothing, nor does one that is older than what it names: no circle of
    records makes all of them void.
    """
    known = {entry.id: entry for entry in entries}
    found = set()
    for entry in known.values():
        earlier = known.get(entry.entity.supersedes or "")
        if earlier and entry.entity.signed <= today and takes_place_of(entry, earlier):
            found.add(earlier.id)
    return frozenset(found)


def takes_place_of(later: Entry[SignOff], earlier: Entry[SignOff]) -> bool:
    """Whether a sign-off may supersede another: of the same person and gate, and earlier."""
    own = (later.entity.gate, later.entity.person) == (earlier.entity.gate, earlier.entity.person)
    return own and _age(earlier) < _age(later)


def in_force(catalog: Catalog, today: date) -> tuple[Entry[SignOff], ...]:
    """The sign-offs that neither are superseded nor have expired: what is asked of the others is history."""
    entries = tuple(catalog.entries_of(SignOff))
    replaced = superseded(entries, today)
    return tuple(entry for entry in entries if entry.id not in replaced and entry.entity.expires > today)


def newest_attestations(catalog: Catalog, until: date = date.max) -> dict[tuple[str, str], Entry[Attestation]]:
    """The newest attestation by gate and criterion, of those until a day; of one day, the last number in its id."""
    newest: dict[tuple[str, str], Entry[Attestation]] = {}
    for entry in sorted(catalog.entries_of(Attestation), key=lambda one: in_order(one, one.entity.attested)):
        if entry.entity.attested <= until:
            newest[entry.entity.gate, entry.entity.criterion] = entry
    return newest


def signatures(facts: LaunchFacts) -> Callable[[Entry[Gate], Mapping[str, str]], tuple[Signature, ...]]:
    """What judges the records of a gate against its subject as it is now. Newest first."""
    of_gate: dict[str, list[Entry[SignOff]]] = defaultdict(list)
    for entry in facts.catalog.entries_of(SignOff):
        of_gate[entry.entity.gate].append(entry)
    replaced = superseded(facts.catalog.entries_of(SignOff), facts.today)

    def judged(gate: Entry[Gate], subject: Mapping[str, str]) -> tuple[Signature, ...]:
        seen: set[str] = set()
        states = []
        now = Now(digest_of(subject), subject)
        for entry in newest_first(of_gate[gate.id]):
            state = _state(facts, gate, entry, now, is_replaced=entry.id in replaced)
            marks = {str(entry.entity.person), public_key_in(entry.entity.signature or "")} - {""}
            if state in COUNTS and marks & seen and gate.entity.quorum >= TWO_PEOPLE:
                state = "self-approval"
            if state in COUNTS:
                seen |= marks
            changes = moved(entry.entity.subject, subject) if state == "stale" else ()
            states.append(Signature(entry, state, changes))
        return tuple(states)

    return judged


class Now(NamedTuple):
    """What a gate names at the moment of asking."""

    digest: str
    subject: Mapping[str, str]

    def fits(self, signed: SignOff) -> bool:
        """Whether the subject of a record has the digest of the record; one that is as it is now is not hashed."""
        is_now = signed.digest == self.digest and signed.subject == self.subject
        return is_now or signed.digest == digest_of(signed.subject)


def _state(facts: LaunchFacts, gate: Entry[Gate], entry: Entry[SignOff], now: Now, *, is_replaced: bool) -> State:
    """The first that applies: what is wrong with the record comes before what became of it."""
    signed = entry.entity
    tests: tuple[tuple[State, Callable[[], bool]], ...] = (
        ("tampered", lambda: not now.fits(signed) or not facts.is_whole(entry)),
        ("superseded", lambda: is_replaced),
        ("ahead", lambda: signed.signed > facts.today),
        ("bad-signature", lambda: bool(signed.signature) and facts.verified(signed) is False),
        ("not-entitled", lambda: not may_sign(facts, gate, signed)),
        ("unsigned", lambda: not signed.signature and _has_keys(facts.catalog, signed.person)),
        ("expired", lambda: signed.expires <= facts.today),
        ("stale", lambda: signed.digest != now.digest),
        ("recorded", lambda: not signed.signature),
        ("unchecked", lambda: facts.verified(signed) is None),
    )
    return next((state for state, applies in tests if applies()), "valid")


def may_sign(facts: LaunchFacts, gate: Entry[Gate], signed: SignOff) -> bool:
    """Whether the role approves the gate, and the person holds it and has not left: at the moment of asking.

    Who held a role earlier is not recorded: whoever loses it, or leaves, no longer approves.
    """
    return signed.role in gate.entity.approvers and holds(facts.catalog, signed.person, signed.role, facts.today)


def holds(catalog: Catalog, person: str, role: str, day: date) -> bool:
    """Whether a person holds a role and had not left on a day. Nobody holds a vacant role."""
    held, who = catalog.find(Role, role), catalog.find(Person, person)
    if held is None or who is None or person not in held.entity.holders:
        return False
    return who.entity.left is None or day < who.entity.left


def _has_keys(catalog: Catalog, person: str) -> bool:
    who = catalog.find(Person, person)
    return who is not None and bool(who.entity.ssh_keys)
