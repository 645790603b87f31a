"""Exactly what a signature on a gate binds: criteria, verdicts and digests of content; never times or durations."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from generators.model.digest import digest
from generators.model.launch import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.catalog import Entry
    from generators.launch.readiness import CriterionState, ItemState, Shows
    from generators.model.launch import Gate

LONGEST = 400
"""Characters of a value; of a longer one the beginning and a digest stand there."""
NONE = "none"
UNBOUND = frozenset({"no-findings", "objectives-met", "gates-signed"})
"""Conditions that the calendar alone may change: their verdicts are not bound, what they ask is."""


class Moved(NamedTuple):
    """A path whose value is another one now; None where it is on one side only."""

    path: str
    before: str | None
    after: str | None


def subject_of(gate: Entry[Gate], criteria: Sequence[CriterionState], items: Sequence[ItemState]) -> dict[str, str]:
    """Path to value, sorted by path. Layout, comments, the order of files, keys and list items do not count."""
    pairs = dict(_gate(gate))
    for state in criteria:
        pairs |= {f"criteria.{state.criterion.id}.{key}": value for key, value in _criterion(state)}
    for item in items:
        pairs |= {f"scope.{item.entry.id}.{key}": value for key, value in _item(item)}
    return {path: _value(pairs[path]) for path in sorted(pairs)}


def digest_of(subject: Mapping[str, str]) -> str:
    """`sha256:` and 64 hex digits over the canonical JSON of a subject."""
    canonical = json.dumps(dict(subject), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Moved, ...]:
    """What differs between two subjects, by path."""
    paths = sorted({*before, *after})
    return tuple(
        Moved(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    )


def _gate(gate: Entry[Gate]) -> Iterator[tuple[str, str]]:
    yield "gate", gate.id
    yield "title", gate.entity.title
    yield "purpose", gate.entity.purpose
    yield "approvers", ", ".join(sorted(gate.entity.approvers))
    yield "quorum", str(gate.entity.quorum)


def _criterion(state: CriterionState) -> Iterator[tuple[str, str]]:
    criterion = state.criterion
    yield "statement", criterion.statement
    yield "by", criterion.role or criterion.by
    yield "asks", _asks(criterion)
    if criterion.condition not in UNBOUND:
        yield "holds", "yes" if state.answer.holds or state.answer.lapsed else "no"
    yield from state.answer.content.items()
    if state.waiver:
        yield "waiver", digest(state.waiver.entity)


def _item(item: ItemState) -> Iterator[tuple[str, str]]:
    entity = item.entry.entity
    yield "title", entity.title
    yield "surface", entity.surface
    yield "tier", entity.tier
    yield "owner", entity.owner
    yield "why", entity.why
    yield "state", item.bound_state
    yield "risks", ", ".join(sorted(entity.risks))
    if entity.deferral:
        yield "deferral", f"{entity.deferral} {digest(item.deferral.entity) if item.deferral else NONE}"
    shown: dict[int, Shows] = {}
    for number, line in enumerate(item.lines, start=1):
        yield f"accept.{number}", line.text
        shown |= {id(one.evidence): one for one in line.shows}
    # By what it says, so that the order in which evidence is listed does not count.
    for one in shown.values():
        yield from _evidence(one)


def _evidence(one: Shows) -> Iterator[tuple[str, str]]:
    evidence = one.evidence
    name = f"evidence.{hashlib.sha256(evidence.what.encode()).hexdigest()[:8]}"
    yield f"{name}.what", evidence.what
    yield f"{name}.accepts", ", ".join(map(str, sorted(evidence.accepts))) or "all"
    if one.answer is None:
        yield f"{name}.reference", evidence.path or evidence.url or NONE
        return
    yield f"{name}.asks", _asks(evidence)
    if evidence.condition not in UNBOUND:
        yield f"{name}.holds", "yes" if one.stands else "no"
    for key, value in one.answer.content.items():
        yield f"{name}.{key}", value


def _asks(proof: Proof) -> str:
    """The question, with sets in order, as canonical JSON."""
    asked = proof.model_dump(mode="json", exclude_defaults=True, include=set(Proof.model_fields))
    ordered = {key: sorted(value) if isinstance(value, list) else value for key, value in asked.items()}
    return json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _value(text: str) -> str:
    """On one line, and of a length that a record can hold."""
    line = " ".join(text.split()) or NONE
    if len(line) <= LONGEST and line == text:
        return line
    return f"{line[:LONGEST]} sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
