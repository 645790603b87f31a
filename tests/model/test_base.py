from __future__ import annotations

import inspect
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from generators.model import KINDS, refs
from generators.model.base import Entity, Part, Ref
from generators.model.launch import Criterion, Evidence, Gate
from generators.model.oncall import Override, Target
from generators.model.operating import Freeze
from generators.model.organization import TimeOff
from generators.model.support import Hours, ServiceLevel
from generators.model.telemetry import Alert
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from collections.abc import Iterator

REFS = tuple(
    value for value in vars(refs).values() if isinstance(value, type) and issubclass(value, Ref) and value is not Ref
)
NAMES = [kind.kind for kind in KINDS]


def example(kind: type[Entity]) -> dict[str, Any]:
    """The first entity of a kind in the miniature, as JSON holds it."""
    pattern = kind.folder.pattern.replace("{group}", "*").replace("{id}", "*")
    tree = yaml.safe_load(min(MINIATURE.glob(pattern)).read_text(encoding="utf-8"))
    return dict(json.loads(json.dumps(tree, default=lambda day: day.isoformat().replace("+00:00", "Z"))))


def read(model: type[BaseModel], tree: object) -> BaseModel:
    """As the catalog reads it: strict JSON."""
    return model.model_validate_json(json.dumps(tree), strict=True)


def faults(model: type[BaseModel], tree: object) -> set[str]:
    """The kinds of faults found."""
    with pytest.raises(ValidationError) as caught:
        read(model, tree)
    return {problem["type"] for problem in caught.value.errors()}


def parts(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and every part below it."""
    yield model
    for field in model.model_fields.values():
        waiting = [field.annotation]
        while waiting:
            form = waiting.pop()
            waiting.extend(get_args(form))
            if isinstance(form, type) and issubclass(form, BaseModel):
                yield from parts(form)


PARTS = tuple(dict.fromkeys(part for kind in KINDS for part in parts(kind)))


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_misspelt_field_is_refused(kind: type[Entity]) -> None:
    """An optional field with a typing error would otherwise be ignored in silence."""
    assert faults(kind, {**example(kind), "titel": "x"}) == {"extra_forbidden"}


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_entity_cannot_be_changed(kind: type[Entity]) -> None:
    """What was checked is what is printed: nobody changes it on the way."""
    with pytest.raises(ValidationError, match="frozen"):
        read(kind, example(kind)).title = "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_required_field_is_missed(kind: type[Entity]) -> None:
    """An empty file is told all that it lacks at once."""
    with pytest.raises(ValidationError) as caught:
        read(kind, {})
    missing = {problem["loc"] for problem in caught.value.errors() if problem["type"] == "missing"}
    assert missing == {(name,) for name, field in kind.model_fields.items() if field.is_required()}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_part_is_strict_frozen_closed_and_silent(part: type[BaseModel]) -> None:
    """Every class of the model keeps the promises of Part; none loosens its configuration."""
    assert issubclass(part, Part)
    for promise in ("strict", "frozen", "hide_input_in_errors", "use_attribute_docstrings"):
        assert part.model_config.get(promise) is True, promise
    assert part.model_config.get("extra") == "forbid"
    assert part.model_config.get("allow_inf_nan") is False


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_part_says_what_it_is(part: type[BaseModel]) -> None:
    """The model reference, the schemas and the lists of kinds print the class's own words: one sentence at least."""
    own = inspect.getdoc(part) if "__doc__" in vars(part) else None
    assert own
    assert own.split("\n\n")[0].endswith(".")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_list_in_a_part_cannot_grow(part: type[BaseModel]) -> None:
    """Frozen goes all the way down: sequences are tuples, and no field is a dict or a set."""
    for name, field in part.model_fields.items():
        waiting = [field.annotation]
        while waiting:
            form = waiting.pop()
            assert form not in (list, dict, set), name
            waiting.extend(get_args(form))


LAX = [
    ("severity", "rank", "1"),
    ("severity", "rank", 1.0),
    ("severity", "rank", True),
    ("severity", "pages", "yes"),
    ("severity", "pages", 1),
    ("severity", "title", 7),
    ("severity", "title", None),
    ("severity", "examples", "No flame"),
    ("severity", "examples", {"0": "No flame"}),
    ("severity", "examples", []),
    ("cycle", "held", "2026-11-02T00:00:00Z"),
    ("cycle", "held", 20261102),
    ("cycle", "held", "02.11.2026"),
    ("cycle", "held", "2026-02-30"),
    ("cycle", "attended", "keeper-seat-1"),
    ("cycle", "attended", [7]),
    ("objective", "target", 0.995),
    ("objective", "target", "1.0"),
    ("objective", "target", "0.9999999"),
    ("surface", "owner", ["keeper"]),
    ("surface", "owner", "Keeper"),
    ("surface", "owner", "keeper/x"),
    ("defect", "affected_installs", 0),
    ("defect", "state", "Open"),
    ("scope-item", "tier", "critical"),
    ("sign-off", "digest", "sha256:" + "0" * 63),
    ("sign-off", "digest", "md5:" + "0" * 64),
    ("incident", "timeline", []),
    ("rehearsal", "walked", ["look"]),
    ("escalation-policy", "repeat", 10),
]


@pytest.mark.parametrize(("name", "field", "value"), LAX)
def test_value_is_never_converted(name: str, field: str, value: object) -> None:
    """A number is no text, a word no list, a float no count: what YAML made of a value must be what was meant."""
    kind = next(kind for kind in KINDS if kind.kind == name)
    with pytest.raises(ValidationError) as caught:
        read(kind, {**example(kind), field: value})
    assert {problem["loc"][0] for problem in caught.value.errors()} == {field}


def test_dates_and_instants_arrive_typed() -> None:
    """Strict JSON reads ISO dates as dates: the layers above never parse text."""
    kinds = {kind.kind: kind for kind in KINDS}
    assert type(read(kinds["cycle"], example(kinds["cycle"])).held) is date  # type: ignore[attr-defined]
    incident = read(kinds["incident"], example(kinds["incident"]))
    assert type(incident.timeline[0].at) is datetime  # type: ignore[attr-defined]
    assert incident.timeline[0].at.tzinfo is not None  # type: ignore[attr-defined]


def test_fault_never_repeats_the_value() -> None:
    """What was written may be a secret that slipped in; logs are public."""
    with pytest.raises(ValidationError) as caught:
        read(Hours, {"days": ["canary-day"], "start": "canary-time", "end": "canary", "zone": "canary"})
    assert "canary" not in str(caught.value)


# ── references ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("ref", REFS, ids=lambda ref: ref.__name__)
def test_reference_names_a_kind_that_exists(ref: type[Ref]) -> None:
    """A reference to a kind nobody defines could never resolve."""
    known = {kind.kind for kind in KINDS} | {part for kind in KINDS for part, _ in kind.parts}
    assert ref.kind in known
    assert ref.__doc__


def test_references_are_one_a_kind() -> None:
    """Two types for one kind would make two lists of backlinks."""
    assert len({ref.kind for ref in REFS}) == len(REFS)


@pytest.mark.parametrize("ref", REFS, ids=lambda ref: ref.__name__)
def test_reference_arrives_as_its_type(ref: type[Ref]) -> None:
    """What a field holds knows its kind, prints as a link, and is described in the schema."""
    identity = "a-b_c/d" if "/" in ref.pattern else "a-b_c"
    adapter = TypeAdapter(ref)
    found = adapter.validate_json(json.dumps(identity), strict=True)
    assert type(found) is ref
    assert found == identity
    assert found.__myst__() == f"{{ops:{ref.kind}}}`{identity}`"
    assert adapter.json_schema() == {"type": "string", "pattern": ref.pattern, "maxLength": 160, "x-kind": ref.kind}


MARKS = ("a`b", "a}`{raw}`", "a<b>", "../a", "a/../b", "a/b/c", "/a", "a/", "a\n", "a b")
NO_IDS = ("", "A", "ä", *MARKS, "a" * 161, 1, None)


@pytest.mark.parametrize("ref", REFS, ids=lambda ref: ref.__name__)
def test_reference_holds_nothing_that_needs_escaping(ref: type[Ref]) -> None:
    """Ids are printed as MyST without escaping and become paths: letters, digits, hyphens, underscores, no more."""
    for text in NO_IDS:
        with pytest.raises(ValidationError):
            TypeAdapter(ref).validate_json(json.dumps(text), strict=True)


# ── fields that contradict each other ───────────────────────────────────────────────────────────────────────────────
DAY = {"days": ["monday"], "start": "09:00", "end": "17:00", "zone": "UTC"}
SPANS = {"acknowledge": "1 hour", "mitigate": "1 hour", "resolve": "1 day"}
LEVEL = {"title": "x", "surface": "s", "severity": "v", **SPANS}
TURN = {"person": "p", "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z", "reason": "x"}
QUESTION = {"id": "c", "statement": "x", "command": "dfops check"}
ASKED = {"id": "c", "statement": "x", "condition": "no-findings", "rules": ["OPS202"]}
SHOWN = {"what": "x", "condition": "roles-filled"}
GATE = {"title": "x", "purpose": "x", "criteria": [QUESTION], "approvers": ["r"], "quorum": 1}
ALERT = {"title": "x", "surface": "s", "severity": "v", "runbook": "r", "step": "r/s", "condition": "x"}


@pytest.mark.parametrize(
    ("model", "tree", "change", "fault"),
    [
        (Hours, DAY, {"end": "09:00"}, "order"),
        (ServiceLevel, LEVEL, {"mitigate": "59 minutes"}, "order"),
        (ServiceLevel, LEVEL, {"resolve": "30 minutes"}, "order"),
        (Override, TURN, {"end": "2026-01-01T00:00:00Z"}, "order"),
        (Override, TURN, {"end": "2026-01-01T01:00:00"}, "zone"),
        (Override, TURN, {"end": "9999-01-01T01:00:00Z"}, "year"),
        (TimeOff, {"first": "2026-01-02", "last": "2026-01-02"}, {"last": "2026-01-01"}, "order"),
        (Freeze, {"first": "2026-01-02", "last": "2026-01-02", "reason": "x"}, {"last": "2026-01-01"}, "order"),
        (Evidence, {"what": "x", "path": "a"}, {"path": None}, "one_of"),
        (Target, {"role": "r"}, {"role": None}, "one_of"),
        (Target, {"role": "r"}, {"rotation": "o"}, "one_of"),
        (Criterion, QUESTION, {"command": None}, "one_of"),
        (Criterion, QUESTION, {"role": "r"}, "one_of"),
        (Criterion, QUESTION, {"rules": ["OPS202"]}, "parameter"),
        (Criterion, ASKED, {"independent": True}, "parameter"),
        (Criterion, ASKED, {"condition": "defects-below", "rules": []}, "parameter"),
        (Evidence, SHOWN, {"path": "docs/index.md"}, "one_of"),
        (Evidence, SHOWN, {"condition": "runbooks-rehearsed"}, "one_of"),
        (Gate, GATE, {"quorum": 2}, "quorum"),
        (Alert, ALERT, {"condition": None}, "one_of"),
        (Alert, ALERT, {"objective": "o"}, "one_of"),
    ],
)
def test_fields_contradict_each_other(
    model: type[BaseModel], tree: dict[str, object], change: dict[str, object], fault: str
) -> None:
    """Each value alone is fine; together they promise what cannot be, and that is said by its own code."""
    read(model, tree)
    assert faults(model, {**tree, **change}) == {fault}


# ── the list of kinds ───────────────────────────────────────────────────────────────────────────────────────────────
def test_kinds_do_not_collide() -> None:
    """Two kinds in one folder, or with one name, could not be told apart."""
    for what in ("kind", "folder"):
        assert len({getattr(kind, what) for kind in KINDS}) == len(KINDS)
    assert len({(kind.chapter, kind.plural) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_kind_names_fields_that_it_has(kind: type[Entity]) -> None:
    """What lists show of an entity, and which parts others may refer to, are fields; a folder has one id."""
    assert not kind.lead or kind.lead in kind.model_fields
    assert {field for _, field in kind.parts} <= set(kind.model_fields)
    assert kind.folder.pattern.count("{id}") == 1
    assert kind.folder.pattern.count("{group}") <= 1
    assert kind.__module__.rpartition(".")[2] in {
        *(kind.chapter, kind.chapter.removesuffix("s")),
        kind.kind.replace("-", "_"),  # one that fills a module of its own
    }
