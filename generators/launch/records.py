"""Records that approvers leave: sign-offs, waivers and attestations as values, their names, and their text."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from generators.launch.signatures import newest_first
from generators.launch.ssh import signed_bytes
from generators.model.launch import Attestation, GateCount, LaunchRecord, SignOff, Waiver
from generators.model.refs import GateRef, PersonRef, RoleRef, SignOffRef
from generators.model.text import SLUG_LENGTH
from generators.runbooks.seals import sealed
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generators.catalog import Catalog, Entry
    from generators.launch.readiness import GateState, Readiness
    from generators.model.launch import Criterion, Gate

LONGEST_TITLE = 140
WIDTH = 100
DATED = ("signed", "expires", "attested", "granted", "day")
"""Fields that are written as days."""


def earlier_sign_off(catalog: Catalog, gate: str, person: str, today: date) -> Entry[SignOff] | None:
    """The newest sign-off of a gate by a person, which the next one takes the place of."""
    own = [entry for entry in catalog.entries_of(SignOff) if (entry.entity.gate, entry.entity.person) == (gate, person)]
    return next((entry for entry in newest_first(own) if entry.entity.signed <= today), None)


def sign_off(
    state: GateState,
    person: str,
    role: str,
    days: tuple[date, int],
    earlier: Entry[SignOff] | None,
) -> SignOff:
    """What a person signs now. `days`: the day, and how many days it lasts, ≥ 1."""
    today, lasts = days
    return SignOff(
        title=_title(f"{state.entry.entity.title}, signed by {person} on {today}"),
        gate=GateRef(state.entry.id),
        person=PersonRef(person),
        role=RoleRef(role),
        signed=today,
        expires=today + timedelta(days=lasts),
        digest=state.digest,
        subject=dict(state.subject),
        supersedes=SignOffRef(earlier.id) if earlier else None,
    )


def with_signature(record: SignOff, sign: Callable[[bytes], str]) -> SignOff:
    """The record with the signature that `sign` gives of its bytes."""
    return record.model_copy(update={"signature": sign(signed_bytes(record))})


def waiver_title(gate: Entry[Gate], criterion: Criterion, until: date) -> str:
    """What a waiver is called."""
    return _title(f"{gate.entity.title}: {criterion.id} waived until {until}")


def attestation_title(gate: Entry[Gate], criterion: Criterion, day: date) -> str:
    """What an attestation is called."""
    return _title(f"{gate.entity.title}: {criterion.id}, attested on {day}")


def _title(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1].rstrip() + "…"


def names_of(day: date, *parts: str) -> Iterator[str]:
    """Ids of a record: its parts, the day, and a number from the second one on; the parts are shortened to fit."""
    number = 1
    while True:
        suffix = f"-{day}" + (f"-{number}" if number > 1 else "")
        yield "-".join(parts)[: SLUG_LENGTH - len(suffix)].rstrip("-_") + suffix
        number += 1


def launch_record(ready: Readiness, day: date) -> LaunchRecord:
    """How far the launch is on the day on which it is asked."""
    gates = {name: _count(state) for name, state in ready.gates.items()}
    return LaunchRecord(title=f"The launch on {day}", day=day, gates=gates)


def _count(state: GateState) -> GateCount:
    """A criterion that is waived does not hold."""
    return GateCount(
        holds=sum(one.answer.holds for one in state.criteria),
        criteria=len(state.criteria),
        settled=sum(item.is_settled for item in state.items),
        items=len(state.items),
        signed=state.signed,
        quorum=state.entry.entity.quorum,
    )


def text_of(record: SignOff | Waiver | Attestation | LaunchRecord) -> str:
    """The YAML of a record, with its seal where its kind has one."""
    plain: dict[str, object] = record.model_dump(mode="json", exclude_defaults=True)
    fields = plain if isinstance(record, Waiver) else sealed(record.kind, plain)
    for name in DATED:
        if name in fields:
            fields[name] = getattr(record, name)
    return yaml_text(fields, width=WIDTH)
