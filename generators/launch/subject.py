"""Exactly what a signature on a gate binds: criteria, verdicts and digests of content; never times or durations."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from generators.model.launch import Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generators.catalog import Entry
    from generators.launch.readiness import CriterionState, ItemState, Shows
    from generators.model.base import Part
    from generators.model.launch import Evidence, Gate, Waiver

LONGEST, LONGEST_PATH = 400, 120
"""Characters of a value and of a path; of a longer one the beginning and a digest stand there."""
NONE = "none"
_FIELDS = tuple(Proof.model_fields)
_QUESTION = attrgetter(*_FIELDS)
UNBOUND = frozenset({"no-findings", "objectives-met", "gates-signed", "scope-settled", "roles-filled"})
"""Conditions that the calendar alone may change: their verdicts are not bound; what they ask and rest on is."""


class Moved(NamedTuple):
    """A path whose value is another one now; None where it is on one side only."""

    path: str
    before: str | None
    after: str | None


def subject_of(
    gate: Entry[Gate],
    criteria: Sequence[CriterionState],
    items: Sequence[Mapping[str, str]],
    unknown: Sequence[str] = (),
) -> dict[str, str]:
    """Path to value, sorted by path. Layout, comments, the order of files, keys and list items do not count.

    `items` are the facts of each scope item, as `item_facts` gives them; `unknown` are names under `scope` of which
    there is no item.
    """
    pairs = dict(_gate(gate))
    for number, state in enumerate(criteria, start=1):
        name = f"criteria.{state.criterion.id}"
        name = f"{name}.{number}" if f"{name}.by" in pairs else name  # the same id twice is an error, and hides nothing
        pairs |= {f"{name}.{key}": value for key, value in _criterion(state)}
    pairs |= {f"scope.{name}.state": "unknown" for name in unknown}
    facts = _facts(pairs.items())
    for item in items:
        facts |= item
    return dict(sorted(facts.items()))


def item_facts(item: ItemState) -> dict[str, str]:
    """What a signature of a gate binds of a scope item that the gate names: path to value."""
    return _facts((f"scope.{item.entry.id}.{key}", value) for key, value in _item(item))


def _facts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_path(path): _value(value) for path, value in pairs}


def question_of(proof: Proof) -> tuple[object, ...]:
    """Everything that a proof asks; equal for equal questions, whoever asks them."""
    return _QUESTION(proof)


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
    if state.waivers:
        # In force or not: a waiver that ends shuts the gate, and changes nothing that was signed.
        yield "waivers", "; ".join(sorted(_waiver(one.entity) for one in state.waivers))


def _waiver(waiver: Waiver) -> str:
    """Everything that a waiver says but the day on which it was granted."""
    said = (waiver.reason, waiver.limits)
    return f"until {waiver.expires} by {waiver.person} as {waiver.approver}: {' | '.join(map(_plain, said))}"


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
        yield "deferral", f"{entity.deferral} {_digest(item.deferral.entity) if item.deferral else NONE}"
    for text in entity.accept:
        yield f"accept.{_short(_plain(text))}", text
    answered = {id(one.evidence): one for line in item.lines for one in line.shows}
    yield from _evidences(entity.accept, entity.evidence, answered)


def _evidences(
    accept: Sequence[str], evidence: Sequence[Evidence], answered: Mapping[int, Shows]
) -> Iterator[tuple[str, str]]:
    """By what each says, so that the order in which evidence is listed does not count."""
    named: dict[str, list[dict[str, str]]] = {}
    for one in evidence:
        name = _short(_plain(one.what))
        named.setdefault(name, []).append(dict(_evidence(one, accept, answered.get(id(one)))))
    for name, several in named.items():
        for number, pairs in enumerate(sorted(several, key=lambda pairs: sorted(pairs.items())), start=1):
            place = f"evidence.{name}" + (f".{number}" if len(several) > 1 else "")
            yield from ((f"{place}.{key}", value) for key, value in pairs.items())


def _evidence(evidence: Evidence, accept: Sequence[str], shows: Shows | None) -> Iterator[tuple[str, str]]:
    lines = {
        _short(_plain(accept[number - 1])) if number <= len(accept) else str(number) for number in evidence.accepts
    }
    yield "what", evidence.what
    yield "accepts", ", ".join(sorted(lines)) or "all"
    if evidence.is_reference:
        yield "reference", evidence.path or evidence.url or NONE
        return
    yield "asks", _asks(evidence)
    if shows is None or shows.answer is None:
        return
    if evidence.condition not in UNBOUND:
        yield "holds", "yes" if shows.stands else "no"
    yield from shows.answer.content.items()


def _asks(proof: Proof) -> str:
    return _asked(question_of(proof))


@lru_cache(maxsize=1024)
def _asked(question: tuple[object, ...]) -> str:
    """The question, with sets in order, as canonical JSON."""
    proof = Proof.model_construct(None, **dict(zip(_FIELDS, question, strict=True)))  # type: ignore[arg-type]
    asked = proof.model_dump(mode="json", exclude_defaults=True)
    ordered = {key: sorted(value) if isinstance(value, list) else value for key, value in asked.items()}
    return json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digest(part: Part) -> str:
    """SHA-256 over what a part says, however its texts are wrapped."""
    plain = part.model_dump(mode="json", exclude_defaults=True)
    canonical = json.dumps(_unwrapped(plain), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _unwrapped(value: object) -> object:
    if isinstance(value, dict):
        return {key: _unwrapped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unwrapped(inner) for inner in value]
    return _plain(value) if isinstance(value, str) else value


def _plain(text: str) -> str:
    """On one line, so that wrapping does not count."""
    return " ".join(text.split())


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _path(path: str) -> str:
    """Of a length that a key of YAML can have."""
    return path if len(path) <= LONGEST_PATH else f"{path[: LONGEST_PATH - 9]}~{_short(path)}"


def _value(text: str) -> str:
    """On one line, and of a length that a record can hold."""
    line = _plain(text) or NONE
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} sha256:{hashlib.sha256(line.encode()).hexdigest()}"
