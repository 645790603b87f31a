"""A fault of its kind turns each condition red, and each way a criterion is answered: planted one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog.entries import Entry, catalog_of
from generators.findings import Finding, Rule, Severity
from generators.launch.conditions import CONDITIONS
from generators.launch.readiness import readiness
from generators.launch.subject import digest_of
from generators.model.launch import Attestation, Criterion, Gate, Rehearsal, Run, ScopeItem, SignOff
from generators.model.organization import Person, Role
from generators.model.runbook import Runbook
from generators.model.stability import Defect
from generators.model.telemetry import Event
from generators.packs.reading.changelog import releases
from generators.runbooks.seals import sealed
from generators.runbooks.walk import digests_of
from generators.site import check
from generators.site.launching import launch_facts
from generators.source import read
from generators.source.writing import yaml_text
from generators.status.packs import pack_statuses
from generators.telemetry.summary import Summary
from tests.clock import AT
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.launch.facts import LaunchFacts
    from generators.model import Entity

    Plant = Callable[[LaunchFacts], LaunchFacts]

GATE = "first-night"
TODAY = AT.date()


# ── a world, and changes to it ──────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def world() -> LaunchFacts:
    """The miniature repository, read once."""
    checked = check(MINIATURE, AT)
    released = {name: releases(MINIATURE, name) for name in checked.packs}
    packs = pack_statuses(checked.catalog, checked.packs, released, AT, None)
    return launch_facts(MINIATURE, checked, packs, None, AT)


def having(facts: LaunchFacts, *entries: Entry[Any]) -> LaunchFacts:
    """With these entries, in the place of those of the same name."""
    keys = {entry.key for entry in entries}
    others = [entry for entry in facts.catalog.everything() if entry.key not in keys]
    return replace(facts, catalog=catalog_of([*others, *entries], {}))


def changed(kind: type[Entity], name: str, **fields: object) -> Plant:
    """Fields of an entity are others."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        entry = facts.catalog.find(kind, name)
        assert entry is not None
        return having(facts, replace(entry, entity=entry.entity.model_copy(update=fields)))

    return plant


def written(kind: type[Entity], name: str, **fields: object) -> Plant:
    """A record, sealed as its command does."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        said = {key: value.isoformat() if isinstance(value, date) else value for key, value in fields.items()}
        text = yaml_text(sealed(kind.kind, {"title": name, **said}))
        document = read(f"{name}.yaml", text.encode()).document
        assert document is not None
        return having(facts, Entry(kind.kind, name, kind.model_validate_json(json.dumps(document.tree)), document))

    return plant


def both(*plants: Plant) -> Plant:
    """One after the other."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        for one in plants:
            facts = one(facts)
        return facts

    return plant


def asking(**fields: object) -> Plant:
    """The one criterion of the gate asks this, and nothing else is asked."""
    criterion = Criterion.model_validate({"id": "asked", "statement": "Asked", **fields}, strict=False)
    return changed(Gate, GATE, criteria=(criterion,), scope=())


def holds(facts: LaunchFacts) -> bool:
    """Whether what the gate asks holds."""
    (state,) = readiness(facts).gates[GATE].criteria
    return state.answer.holds


# ── what is planted ─────────────────────────────────────────────────────────────────────────────────────────────────
def found(code: str, severity: Severity) -> Plant:
    """A rule finds something."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        place = next(iter(facts.catalog.entries_of(Gate))).at()
        rule = Rule(code, "planted", severity, "Planted.", "Planted.", "Planted.")
        return replace(facts, findings=(Finding(place, rule, "planted"),))

    return plant


def evidence(**fields: object) -> Plant:
    """Something else stands in the evidence of each pack."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        packs = {}
        for name, pack in facts.packs.items():
            assert pack.evidence is not None
            entity = pack.evidence.entity.model_copy(update=fields)
            packs[name] = replace(pack, evidence=replace(pack.evidence, entity=entity))
        return replace(facts, packs=packs)

    return plant


def a_board_is_broken(facts: LaunchFacts) -> LaunchFacts:
    """A board of a pack was found broken."""
    (pack,) = facts.packs.values()
    assert pack.evidence is not None
    boards = tuple(board.model_copy(update={"verdict": "broken"}) for board in pack.evidence.entity.boards)
    return evidence(boards=boards)(facts)


def packs_changed(facts: LaunchFacts) -> LaunchFacts:
    """Each pack is another one than was checked."""
    return replace(facts, packs={name: replace(pack, counts=False) for name, pack in facts.packs.items()})


def walked(held: date = TODAY, *, independent: bool = True) -> Plant:
    """The runbook of the miniature was walked from its entry to an end, as it stands."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        entry = facts.catalog.find(Runbook, "lamp-out")
        assert entry is not None
        steps = {step.id: step for step in entry.entity.steps}
        digests, name, way = digests_of(entry.entity), entry.entity.entry, []
        while True:
            step = steps[name]
            went = str(step.next[0].go) if step.next else None
            one = {"step": f"lamp-out/{name}", "digest": digests[name], "seconds": 1}
            way.append(one | ({"went": went} if went else {}))
            if went is None:
                break
            name = went
        fields: dict[str, object] = {
            "runbook": "lamp-out",
            "held": held,
            "people": ["keeper-seat-2"],
            "setting": "By day.",
        }
        said = {"independent": True} if independent else {}
        return written(Rehearsal, "walked", **fields, **said, walked=way, lessons=[])(facts)

    return plant


def step_changed(facts: LaunchFacts) -> LaunchFacts:
    """The first step of the runbook is another one."""
    entry = facts.catalog.find(Runbook, "lamp-out")
    assert entry is not None
    first, *others = entry.entity.steps
    return changed(Runbook, "lamp-out", steps=(first.model_copy(update={"do": "Look twice."}), *others))(facts)


def live(plant: Plant) -> Plant:
    """With events of the alert's kind being recorded: an alert without them cannot fire."""
    return both(changed(Event, "lamp-check", producers=("dfops telemetry record",)), plant)


PEOPLE = both(
    changed(Person, "keeper-seat-1", handle="ann", left=None), changed(Person, "keeper-seat-2", handle="ben", left=None)
)


def told(left: str = "0.5", events: int = 100, at: datetime = AT, *, synthetic: bool = False) -> Plant:
    """A summary of telemetry."""

    def plant(facts: LaunchFacts) -> LaunchFacts:
        state = {
            "objective": "lamp-lit", "title": "The lamp is lit", "target": "0.995", "basis": "proposed",
            "window_days": 30, "minimum": 20, "events": events, "good": events, "left": left, "burn": "0",
            "hours_left": None,
        }  # fmt: skip
        pack = {"newest": at, "objectives": [state], "trend": [], "codes": [], "versions": [], "signals": []}
        fields = {"at": at, "synthetic": synthetic, "connectors": {"oil_feed": pack}}
        return replace(facts, telemetry=Summary.model_validate(fields, strict=False))

    return plant


def ran(**fields: object) -> Plant:
    """A run of what is asked was recorded."""
    return written(Run, "a-run", ran="2026-11-20T12:00:00Z", seconds=1, **fields)


def signed(facts: LaunchFacts) -> LaunchFacts:
    """The other gate is open: nothing is asked there but what holds, and its approver has signed what it names."""
    (other,) = [gate.id for gate in facts.catalog.entries_of(Gate) if gate.id != GATE]
    criterion = Criterion.model_validate(
        {"id": "checked", "statement": "Checked", "condition": "no-findings"}, strict=False
    )
    facts = changed(Gate, other, criteria=(criterion,), scope=())(replace(facts, findings=()))
    subject = dict(readiness(facts).gates[other].subject)
    return written(
        SignOff, "signed", gate=other, person="keeper-seat-1", role="keeper", signed=TODAY,
        expires=TODAY + timedelta(days=30), digest=digest_of(subject), subject=subject,
    )(facts)  # fmt: skip


def same(facts: LaunchFacts) -> LaunchFacts:
    """As it is."""
    return facts


LAMP = "tests/test_lamp.py"
DIGEST = "sha256:" + "1" * 64
TESTED: dict[str, Any] = {"test": LAMP, "exit_code": 0, "passed": 4, "failed": 0, "skipped": 0, "digest": DIGEST}
COMMAND: dict[str, Any] = {"command": "dfops check", "exit_code": 0}


def as_it_is(facts: LaunchFacts) -> LaunchFacts:
    """The file of tests has the digest that was recorded."""
    return replace(facts, digest_of=lambda _: DIGEST)


ATTESTED: dict[str, Any] = {"gate": GATE, "criterion": "asked", "person": "keeper-seat-1", "role": "keeper"}
SEEN: dict[str, Any] = {"attested": TODAY, "holds": True, "seen": "A ship saw it."}
BOOK: dict[str, Any] = {"condition": "runbooks-rehearsed", "runbooks": ["lamp-out"]}
ALERTS: dict[str, Any] = {"condition": "alerts-rehearsed"}
MONTH = {"within_days": 30}
LONG_AGO = TODAY - timedelta(days=31)
PLANTED: tuple[tuple[str, dict[str, Any], Plant, Plant], ...] = (
    ("any error", {"condition": "no-findings"}, same, found("OPS201", Severity.ERROR)),
    ("any warning", {"condition": "no-findings"}, same, found("OPS202", Severity.WARNING)),
    ("a note of a named rule", {"condition": "no-findings", "rules": ["OPS205"]}, same, found("OPS205", Severity.NOTE)),
    ("a pack that changed", {"condition": "packs-proven"}, same, packs_changed),
    ("a broken board", {"condition": "packs-proven"}, same, a_board_is_broken),
    ("a warehouse left out", {"condition": "packs-proven"}, same, evidence(boards=())),
    ("old evidence", {"condition": "packs-proven", **MONTH}, same, evidence(checked_at=AT - timedelta(days=40))),
    ("a step that changed", BOOK, walked(), both(walked(), step_changed)),
    ("no walk to an end", BOOK, walked(), same),
    ("a walk by its author", {**BOOK, "independent": True}, walked(), walked(independent=False)),
    ("an old walk", {**BOOK, **MONTH}, walked(), walked(LONG_AGO)),
    ("an answer that changed", ALERTS, live(walked()), live(both(walked(), step_changed))),
    ("an answer by its author", {**ALERTS, "independent": True}, live(walked()), live(walked(independent=False))),
    ("an old answer", {**ALERTS, **MONTH}, live(walked()), live(walked(LONG_AGO))),
    ("a vacant role", {"condition": "roles-filled"}, PEOPLE, both(PEOPLE, changed(Role, "keeper", holders=()))),
    (
        "a seat that no person fills",
        {"condition": "roles-filled", "roles": ["spare-keeper"]},
        PEOPLE,
        both(PEOPLE, changed(Person, "keeper-seat-1", handle=None)),
    ),
    (
        "someone who left",
        {"condition": "roles-filled", "roles": ["spare-keeper"]},
        PEOPLE,
        both(PEOPLE, changed(Person, "keeper-seat-1", left=TODAY)),
    ),
    ("a spent budget", {"condition": "objectives-met"}, told(), told(left="-0.1")),
    ("too few events", {"condition": "objectives-met"}, told(), told(events=19)),
    ("made-up events", {"condition": "objectives-met"}, told(), told(synthetic=True)),
    ("old telemetry", {"condition": "objectives-met"}, told(), told(at=datetime(2026, 11, 1, tzinfo=UTC))),
    (
        "one more defect",
        {"condition": "defects-below", "severity": "sev3", "at_most": 1},
        same,
        changed(Defect, "glass-that-clouds", state="open"),
    ),
    (
        "a worse defect",
        {"condition": "defects-below", "severity": "sev1"},
        same,
        changed(Defect, "soot-on-the-east-pane", severity="sev1"),
    ),
    (
        "an item without evidence",
        {"condition": "scope-settled"},
        same,
        changed(ScopeItem, "light-every-night", evidence=()),
    ),
    ("a gate that is shut", {"condition": "gates-signed"}, signed, same),
    (
        "a gate that changed",
        {"condition": "gates-signed"},
        signed,
        both(signed, changed(Gate, "second-winter", purpose="May it go?")),
    ),
    ("a command that fails", {"command": "dfops check"}, ran(**COMMAND), ran(**COMMAND | {"exit_code": 1})),
    ("a command that never ran", {"command": "make test"}, ran(**COMMAND | {"command": "make test"}), same),
    (
        "an old run",
        {"command": "dfops check", **MONTH},
        ran(**COMMAND),
        both(ran(**COMMAND), lambda facts: replace(facts, at=AT + timedelta(days=40))),
    ),
    ("a test that fails", {"test": LAMP}, both(as_it_is, ran(**TESTED)), both(as_it_is, ran(**TESTED | {"failed": 1}))),
    ("no test that ran", {"test": LAMP}, both(as_it_is, ran(**TESTED)), both(as_it_is, ran(**TESTED | {"passed": 0}))),
    ("tests that changed", {"test": LAMP}, both(as_it_is, ran(**TESTED)), ran(**TESTED)),
    ("what does not hold", {"role": "keeper"}, written(Attestation, "seen", **ATTESTED, **SEEN),
     written(Attestation, "seen", **ATTESTED, **SEEN | {"holds": False})),
    ("a word by someone else", {"role": "spare-keeper"},
     written(Attestation, "seen", **ATTESTED | {"role": "spare-keeper"}, **SEEN),
     written(Attestation, "seen", **ATTESTED | {"role": "spare-keeper", "person": "keeper-seat-2"}, **SEEN)),
)  # fmt: skip
"""The fault, what the criterion asks, what makes it hold, and the same with the fault."""


@pytest.mark.parametrize(
    ("asked", "sound", "fault"), [case[1:] for case in PLANTED], ids=[name for name, *_ in PLANTED]
)
def test_a_fault_turns_the_criterion_red(world: LaunchFacts, asked: dict[str, Any], sound: Plant, fault: Plant) -> None:
    """Green where it holds: red is because of the fault."""
    question = asking(**asked)
    assert holds(question(sound(world)))
    assert not holds(question(fault(world)))


def test_each_condition_has_a_fault() -> None:
    """No condition is trusted untried."""
    tried = {asked.get("condition") for _, asked, *_ in PLANTED}
    assert tried - {None} == {*CONDITIONS, "scope-settled", "gates-signed"}
