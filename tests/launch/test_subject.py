"""What a signature binds: any fact that the gate names, and nothing of how or when it was written."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from generators.launch.records import sign_off, text_of
from generators.launch.subject import LONGEST, LONGEST_PATH, item_facts, moved, subject_of
from generators.model.organization import Role
from generators.model.runbook import Runbook
from generators.runbooks.seals import sealed
from tests.launch.lamps import GATE, LAUNCH, MODEL, OTHER, SIGNED, TEST, lamps, signed_lamps
from tests.launch.leaves import changes, rewritten
from tests.launch.worlds import World

REPOSITORY = Path(__file__).parents[2]
NAMED = (
    GATE,
    f"{LAUNCH}/scope/light-every-night.yaml",
    f"{LAUNCH}/scope/second-colour.yaml",
    f"{LAUNCH}/deferrals/second-colour-later.yaml",
    f"{LAUNCH}/waivers/oil.yaml",
    "runbooks/lamp/lamp-out.yaml",
)
"""Files of which the gate names everything."""
RECORDS = tuple(
    f"{LAUNCH}/{name}.yaml"
    for name in ("attestations/a-ship-saw-it", "runs/dfops-check", "runs/lamp-tests", "rehearsals/lamp-out-by-night")
)
HELD = (f"{MODEL}/organization/roles/keeper.yaml", f"{MODEL}/stability/defects/soot-on-the-east-pane.yaml")
"""Files of which the gate names a part: who holds the role, whether the defect is open."""
UNNAMED = {"waivers": {"title", "granted"}, "attestations": {"title"}, "runs": {"title"}, "rehearsals": {"title"}}
"""What is not bound: what a record is called, and when a waiver was granted."""


def subject(world: World) -> dict[str, str]:
    """What a signature of the gate binds."""
    return dict(world.ready.gates["first-night"].subject)


def counts(world: World) -> bool:
    """Whether the sign-off counts."""
    gate = world.ready.gates.get("first-night")
    return gate is not None and any(one.counts for one in gate.signatures)


def test_the_gate_holds_and_its_sign_off_counts() -> None:
    """Otherwise the tests below would show nothing: each kind of question is asked, and answered."""
    gate = signed_lamps().ready.gates["first-night"]
    assert (gate.unready, [one.state for one in gate.signatures]) == ((), ["recorded"])
    assert len(gate.subject) > 70


def test_any_fact_that_the_gate_names_makes_a_signature_stale() -> None:
    """Each value of each file is changed by itself. Together they move every path, so none is bound in vain."""
    world, before = signed_lamps(), subject(signed_lamps())
    paths: set[str] = set()
    for path in NAMED:
        free = UNNAMED.get(path.split("/")[2], set())
        for route, changed in changes(world, path):
            assert counts(changed) == (route[0] in free), f"{path}: {route}"
            gate = changed.ready.gates.get("first-night")
            paths |= {one.path for one in moved(before, gate.subject)} if gate else set()
    for path in RECORDS:
        for route, changed in changes(world, path):
            free = {*UNNAMED[path.split("/")[2]], "lessons"}
            assert counts(changed) == (route[0] in free), f"{path}: {route}"
            paths |= {one.path for one in moved(before, subject(changed))}
        for _, changed in changes(world, path, seal_anew=True):
            paths |= {one.path for one in moved(before, subject(changed))}
    for path in HELD:
        for _, changed in changes(world, path):
            paths |= {one.path for one in moved(before, subject(changed))}
    paths |= {one.path for one in moved(before, subject(World(world.entries, world.at, {TEST: OTHER})))}
    assert set(before) - paths == {"gate"}  # its id is the name of the file


@pytest.mark.parametrize("path", [*NAMED, *RECORDS, *HELD, SIGNED], ids=lambda path: path.rsplit("/", 1)[-1])
def test_another_way_of_writing_changes_nothing(path: str) -> None:
    """Keys and items in another order, other styles, other line breaks, comments: the sign-off counts as before."""
    world = signed_lamps()
    for how, text in rewritten(world, path):
        changed = world.with_text(path, text)
        assert changed is not None, how
        if path != "runbooks/lamp/lamp-out.yaml":
            assert changed.entries[path].document.tree == world.entries[path].document.tree or how.startswith(
                ("lists", "prose")
            )
        assert subject(changed) == subject(world), how
        assert counts(changed), how


def test_the_names_of_records_change_nothing() -> None:
    """A waiver, an attestation, a run or a rehearsal in a file of another name comes at another place in the order."""
    world = signed_lamps()
    for path in (*RECORDS, f"{LAUNCH}/waivers/oil.yaml"):
        for name in ("aaa", "zzz"):
            renamed = world.without(path).with_file(f"{path.rsplit('/', 1)[0]}/{name}.yaml", **world.tree(path))
            assert subject(renamed) == subject(world)


@pytest.mark.parametrize("days", [30, 50, 100, 400])
def test_time_shuts_a_gate_and_changes_nothing_that_was_signed(days: int) -> None:
    """Rehearsals, runs, attestations and waivers grow old: what was signed is still the same."""
    world = signed_lamps()
    later = world.on(world.at + timedelta(days=days))
    assert subject(later) == subject(world)
    assert not later.ready.gates["first-night"].is_ready
    assert counts(later) == (days < 90)


def test_whoever_looks_again_and_sees_the_same_changes_nothing() -> None:
    """A second attestation of another day opens a gate that age shut, without new signatures."""
    world = signed_lamps()
    fields = {key: value for key, value in world.tree(RECORDS[0]).items() if key != "seal"}
    again = sealed("attestation", {**fields, "attested": "2026-11-20"})
    assert subject(world.with_file(f"{LAUNCH}/attestations/again.yaml", **again)) == subject(world)


def test_evidence_that_says_the_same_is_bound_twice() -> None:
    """Two pieces of evidence with the same words do not hide each other."""
    path = f"{LAUNCH}/scope/light-every-night.yaml"
    world = lamps()
    evidence = [*world.tree(path)["evidence"], {"what": "The watch", "path": "ops_model/oncall"}]
    twice = world.changed(path, evidence=evidence)
    assert sum("ops_model/oncall" in value for value in subject(twice).values()) == 2
    other = world.changed(path, evidence=[*evidence[:-1], {"what": "The watch", "path": "ops_model/support"}])
    assert subject(other) != subject(twice)
    assert subject(world.changed(path, evidence=evidence[::-1])) == subject(twice)


def test_the_lines_that_evidence_shows_are_bound() -> None:
    """By what they say: another line is another claim, even where every line is shown all the same."""
    path = f"{LAUNCH}/scope/light-every-night.yaml"
    world = lamps()
    evidence = world.tree(path)["evidence"]
    before, after = (world.changed(path, evidence=[*evidence[:-1], evidence[-1] | {"accepts": [n]}]) for n in (2, 1))
    assert {one.path.rsplit(".", 1)[-1] for one in moved(subject(before), subject(after))} == {"accepts"}


def test_criteria_of_one_id_do_not_hide_each_other() -> None:
    """The second of two criteria with one id, which is an error, is bound as well."""
    world = lamps()
    criteria = [*world.tree(GATE)["criteria"], {"id": "seen", "statement": "Nobody saw it", "role": "keeper"}]
    assert {"A ship saw it", "Nobody saw it"} <= set(subject(world.changed(GATE, criteria=criteria)).values())


def test_an_item_that_cannot_be_read_shuts_the_gate() -> None:
    """A name under `scope` that leads nowhere is not left out in silence."""
    world = lamps()
    gate = world.changed(GATE, scope=["light-every-night", "second-color"]).ready.gates["first-night"]
    assert not gate.is_ready
    assert gate.reasons[0].what == "There is no scope item second-color that can be read"
    assert gate.subject["scope.second-color.state"] == "unknown"


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.rsplit("/", 1)[-1])
def test_a_record_that_was_changed_by_hand_proves_nothing(path: str) -> None:
    """Whatever it says: the gate is shut."""
    assert lamps().ready.gates["first-night"].is_ready
    assert not lamps().changed(path, title="Another", seal="0" * 64).ready.gates["first-night"].is_ready


def test_long_texts_are_bound_whole() -> None:
    """A value keeps its beginning and a digest of all of it; a path fits a key of YAML."""
    world = lamps()
    long = "word " * 300
    first, second = (world.changed(GATE, purpose=f"{long}{end}").ready.gates["first-night"] for end in ("a", "b"))
    assert first.subject["purpose"] != second.subject["purpose"]
    assert LONGEST < len(first.subject["purpose"]) <= 500
    criteria = [{"id": "a" * 80, "statement": "It is so", "condition": "roles-filled", "roles": ["keeper"]}]
    state = world.changed(GATE, criteria=criteria).ready.gates["first-night"]
    facts = subject_of(state.entry, state.criteria, [item_facts(item) for item in state.items])
    assert max(map(len, facts)) <= LONGEST_PATH


@pytest.mark.long
@pytest.mark.parametrize("gate", ["support-readiness", "rollback-proven"])
def test_any_fact_of_a_gate_of_this_repository_makes_a_signature_stale(gate: str) -> None:
    """Every second value of the gate, of its scope items, and of the deferrals and runbooks that they name."""
    world = World.of(REPOSITORY)
    state = world.ready.gates[gate]
    person = next(entry for entry in world.catalog.entries_of(Role) if entry.id == state.entry.entity.approvers[0])
    record = sign_off(state, person.entity.holders[0], person.id, (world.facts.today, 90), None)
    signed = world.with_text(f"{LAUNCH}/sign_offs/signed.yaml", text_of(record))
    assert signed is not None
    assert [one.state for one in signed.ready.gates[gate].signatures] == ["recorded"]
    named = [state.entry.path, *(item.entry.path for item in state.items)]
    named += [item.deferral.path for item in state.items if item.deferral]
    runbooks = {str(name) for one in state.entry.entity.criteria for name in one.runbooks}
    named += [entry.path for entry in world.catalog.entries_of(Runbook) if entry.id in runbooks]
    paths: set[str] = set()
    for path in named:
        for route, changed in islice(changes(signed, path), None, None, 2):
            after = changed.ready.gates[gate]
            assert after.digest != state.digest, f"{path}: {route}"
            assert not any(one.counts for one in after.signatures), f"{path}: {route}"
            paths |= {one.path for one in moved(state.subject, after.subject)}
    assert len(paths) >= 40
