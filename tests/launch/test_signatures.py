"""Each state of a sign-off, produced by what leads to it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from generators.launch import ssh
from generators.launch.records import earlier_sign_off, sign_off, text_of, with_signature
from generators.launch.signatures import COUNTS, WORDS, Signature, in_force
from generators.launch.subject import digest_of
from generators.model.launch import SignOff
from generators.processes import run_once
from generators.runbooks.seals import sealed
from tests.launch.keys import needs_ssh_keygen, new_key
from tests.launch.lamps import GATE, LAUNCH, MODEL, SIGNED, lamps, signed_lamps
from tests.launch.leaves import changes, leaves

if TYPE_CHECKING:
    from pathlib import Path

    from tests.launch.worlds import World

FIRST, SECOND = "keeper-seat-1", "keeper-seat-2"
PEOPLE, ROLES = f"{MODEL}/organization/people", f"{MODEL}/organization/roles"


def signatures(world: World) -> dict[str, Signature]:
    """The sign-offs of the gate by id."""
    return {one.entry.id: one for one in world.ready.gates["first-night"].signatures}


def states(world: World) -> dict[str, str]:
    """Their states."""
    return {name: one.state for name, one in signatures(world).items()}


def state(world: World) -> str:
    """Of the only one."""
    (only,) = states(world).values()
    return only


def signed(world: World, name: str, person: str = FIRST, role: str = "keeper", **fields: Any) -> World:
    """The world with one more sign-off of the gate as it is, as the command makes it; `fields` say otherwise."""
    gate, today = world.ready.gates["first-night"], world.facts.today
    earlier = earlier_sign_off(world.catalog, gate.entry.id, person, today)
    key = fields.pop("key", None)
    record = sign_off(gate, person, role, (today, 90), earlier).model_copy(update=fields)
    if key is not None:
        record = with_signature(record, partial(ssh.sign, key=key))
    made = world.with_text(f"{LAUNCH}/sign_offs/{name}.yaml", text_of(record))
    assert made is not None
    return made


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """Private keys of both keepers."""
    return {FIRST: tmp_path / "first", SECOND: tmp_path / "second"}


@pytest.fixture
def keyed(keys: dict[str, Path]) -> World:
    """Nobody has signed, and both keepers have keys."""
    world = lamps()
    for person, path in keys.items():
        world = world.changed(f"{PEOPLE}/{person}.yaml", ssh_keys=[new_key(path)])
    return world


def test_two_people_open_the_gate() -> None:
    """One signature of two leaves it shut, for that reason alone."""
    one = signed_lamps()
    assert [reason.what for reason in one.ready.gates["first-night"].reasons] == ["1 of 2 signatures count"]
    two = signed(one, "second", SECOND)
    assert (two.ready.gates["first-night"].is_open, states(two)) == (
        True,
        {"first-night-signed": "recorded", "second": "recorded"},
    )


@needs_ssh_keygen
def test_an_ssh_signature_is_valid_for_its_person_and_record(keyed: World, keys: dict[str, Path]) -> None:
    """By the key of the person it counts; by the key of another, of another record, or as garbage it does not."""
    good = signed(keyed, "good", key=keys[FIRST])
    assert state(good) == "valid"
    assert state(signed(keyed, "other", key=keys[SECOND])) == "bad-signature"
    path = f"{LAUNCH}/sign_offs/good.yaml"
    signature = good.tree(path)["signature"]
    assert state(signed(keyed, "longer", expires=date(2027, 3, 1), signature=signature)) == "bad-signature"
    garbage = (
        "garbage",
        f"{ssh.BEGINS}\n\xe4\n{ssh.ENDS}",
        f"{ssh.BEGINS}\nAAAA\n{ssh.ENDS}",
        signature.replace("U1NIU0lH", "U1NIU0lI"),
        signature[:-60],
    )
    for text in (*garbage, f"{ssh.BEGINS}\n{'A' * 5000}\n{ssh.ENDS}"):
        assert state(signed(keyed, "garbage", signature=text)) == "bad-signature"
    assert state(signed(keyed, "none")) == "unsigned"


@needs_ssh_keygen
def test_a_signature_where_it_cannot_be_checked(
    keyed: World, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without ssh-keygen it is not called valid; it counts as one that is recorded does."""
    good = signed(keyed, "good", key=keys[FIRST])
    ssh.is_by.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    assert (state(good), signatures(good)["good"].words) == ("unchecked", WORDS["unchecked"])
    assert "not checked here" in WORDS["unchecked"]
    with pytest.raises(ssh.CannotSignError, match="is not installed; install openssh-client"):
        ssh.sign(b"", keys[FIRST])
    ssh.is_by.cache_clear()


@needs_ssh_keygen
def test_one_key_is_one_person(keyed: World, keys: dict[str, Path]) -> None:
    """Whoever put their key under two names has signed once."""
    public = keyed.tree(f"{PEOPLE}/{FIRST}.yaml")["ssh_keys"]
    world = keyed.changed(f"{PEOPLE}/{SECOND}.yaml", ssh_keys=public)
    world = signed(signed(world, "first", key=keys[FIRST]), "second", SECOND, key=keys[FIRST])
    assert sorted(states(world).values()) == ["self-approval", "valid"]
    other = signed(signed(keyed, "first", key=keys[FIRST]), "second", SECOND, key=keys[SECOND])
    assert set(states(other).values()) == {"valid"}


@needs_ssh_keygen
def test_one_question_is_asked_once(keyed: World, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A build asks for the state of a gate on several pages; ssh-keygen runs once for each record."""
    good = signed(keyed, "good", key=keys[FIRST])
    ssh.is_by.cache_clear()
    assert state(good) == "valid"
    monkeypatch.setenv("PATH", "/nowhere")
    assert state(good.changed(GATE)) == "valid"


@needs_ssh_keygen
@pytest.mark.parametrize("words", [[], ["-n", "another"]], ids=["ours", "another namespace"])
def test_a_signature_for_something_else_is_none(keyed: World, keys: dict[str, Path], words: list[str]) -> None:
    """What a key signed for a commit or a letter does not approve a gate."""
    record = sign_off(keyed.ready.gates["first-night"], FIRST, "keeper", (keyed.facts.today, 90), None)
    command = ("ssh-keygen", "-Y", "sign", "-q", "-n", ssh.NAMESPACE, *words, "-f", str(keys[FIRST]))
    done = run_once(command, ssh.signed_bytes(record), 10)
    assert done is not None
    text = text_of(record.model_copy(update={"signature": done.out.decode().strip()}))
    world = keyed.with_text(SIGNED, text)
    assert world is not None
    assert state(world) == ("bad-signature" if words else "valid")


def test_every_field_that_is_changed_by_hand_is_tampering() -> None:
    """Each value of the record but its title, by itself, and every third fact; the whole record without its seal."""
    world = signed_lamps()
    routes = [route for route in leaves(world.tree(SIGNED)) if route[0] != "subject"]
    routes += [route for route in leaves(world.tree(SIGNED)) if route[0] == "subject"][::3]
    for route, changed in changes(world, SIGNED, routes=routes):
        if "first-night-signed" in states(changed):  # else it is of another gate now
            assert state(changed) == ("recorded" if route == ("title",) else "tampered"), route
    assert state(world.changed(SIGNED, seal=None)) == "tampered"


def test_a_subject_that_does_not_fit_its_digest_is_tampering() -> None:
    """Whoever can make a seal still cannot change what was signed without changing the digest."""
    subject = {**lamps().ready.gates["first-night"].subject, "purpose": "Another"}
    assert state(signed(lamps(), "one", subject=subject)) == "tampered"


def test_stale_says_which_paths_changed() -> None:
    """Old and new, and a path that came or went."""
    world = signed_lamps().changed(GATE, purpose="May the lamp be sold?", scope=["light-every-night"])
    assert state(world) == "stale"
    moved = {one.path: (one.before, one.after) for one in signatures(world)["first-night-signed"].moved}
    assert moved["purpose"] == ("May the lamp be announced?", "May the lamp be sold?")
    assert moved["scope.second-colour.title"] == ("A second colour", None)
    assert {path.split(".")[0] for path in moved} == {"purpose", "scope", "criteria"}


def test_expiry_is_the_first_day_on_which_it_does_not_count() -> None:
    """The day before it counts, whatever the hour."""
    world = signed_lamps()
    assert state(world.on(world.at + timedelta(days=89, hours=11))) == "recorded"
    assert state(world.on(world.at + timedelta(days=90, hours=-11))) == "expired"


def test_a_record_of_a_day_to_come_is_ahead() -> None:
    """Also where an earlier moment is asked about; and it takes the place of nothing."""
    world = signed_lamps()
    assert state(world.on(world.at - timedelta(days=1))) == "ahead"
    tomorrow = signed(world, "tomorrow", signed=date(2026, 11, 22))
    assert states(tomorrow) == {"first-night-signed": "recorded", "tomorrow": "ahead"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"{PEOPLE}/{FIRST}.yaml", {"left": "2026-11-21"}),
        (f"{ROLES}/keeper.yaml", {"holders": [SECOND]}),
        (f"{ROLES}/keeper.yaml", {"holders": []}),
        (SIGNED, {}),
    ],
    ids=["left since", "another holder", "vacant", "still there"],
)
def test_whoever_may_not_approve_any_more_does_not_count(path: str, fields: dict[str, Any]) -> None:
    """Who leaves or loses the role is named, whatever else became stale by it."""
    assert state(signed_lamps().changed(path, **fields)) == ("not-entitled" if fields else "recorded")


def test_whoever_leaves_later_is_entitled_until_then() -> None:
    """A last day that is still to come takes nothing away; who left before signing never could."""
    world = lamps().changed(f"{PEOPLE}/{FIRST}.yaml", left="2026-12-01")
    world = signed(world, "one")
    assert state(world) == "recorded"
    assert state(world.on(world.at + timedelta(days=10))) == "not-entitled"
    assert state(signed(lamps(), "nobody", "somebody-else")) == "not-entitled"
    gone = lamps().changed(GATE, approvers=["spare-keeper"], quorum=1)
    assert state(signed(gone, "one")) == "not-entitled"


def test_one_person_in_two_roles_is_one_person() -> None:
    """As two branches leave it that are merged: neither names the other. Where one is enough, both are as they are."""
    world = signed(signed_lamps(), "again", FIRST, "spare-keeper", supersedes=None)
    assert sorted(states(world).values()) == ["recorded", "self-approval"]
    assert world.ready.gates["first-night"].signed == 1
    alone = signed(lamps().changed(GATE, quorum=1), "one")
    both = signed(alone, "two", FIRST, "spare-keeper", supersedes=None)
    assert sorted(states(both).values()) == ["recorded", "recorded"]
    assert both.ready.gates["first-night"].signed == 1


def test_the_last_record_of_a_person_takes_the_place_of_the_others() -> None:
    """A chain on one day, in the order of the numbers: the tenth comes after the second."""
    world = lamps()
    names = ["day-2026-11-21", *(f"day-2026-11-21-{number}" for number in range(2, 12))]
    for name in names:
        world = signed(world, name)
    assert states(world) == dict.fromkeys(names[:-1], "superseded") | {names[-1]: "recorded"}
    assert [entry.id for entry in in_force(world.catalog, world.facts.today)] == [names[-1], "second-winter-keeper"]


def test_a_circle_of_records_does_not_make_all_of_them_void() -> None:
    """A record takes the place of an earlier one alone; itself it never replaces."""
    world = signed(signed(lamps(), "b-1", supersedes="b-2"), "b-2", supersedes="b-1")
    assert states(world) == {"b-1": "superseded", "b-2": "recorded"}
    assert state(signed(lamps(), "one", supersedes="one")) == "recorded"


def test_nobody_supersedes_the_record_of_another() -> None:
    """Nor one of another gate."""
    world = signed(signed_lamps(), "second", SECOND, supersedes="first-night-signed")
    assert set(states(world).values()) == {"recorded"}


@pytest.mark.long
def test_ten_thousand_facts_are_compared_at_once() -> None:
    """A record by hand whose subject is huge is stale like any other."""
    subject = {f"fact-{number}": "x" for number in range(10_000)}
    fields = {key: value for key, value in signed_lamps().tree(SIGNED).items() if key != "seal"}
    record = sealed("sign-off", {**fields, "subject": subject, "digest": digest_of(subject)})
    world = lamps().with_file(SIGNED, **record)
    assert state(world) == "stale"
    assert len(signatures(world)["first-night-signed"].moved) > 10_000


def test_each_state_has_words_and_three_of_them_count() -> None:
    """A new one must be thought of."""
    assert {"valid", "unchecked", "recorded"} == COUNTS < set(WORDS)
    assert WORDS["recorded"] == "recorded, not signed"


def test_what_is_signed_is_everything_but_titles_and_seals() -> None:
    """Byte for byte, so that another program can make and verify a signature."""
    record = SignOff.model_validate_json(
        '{"title": "A", "gate": "g", "person": "p", "role": "r", "signed": "2026-11-21", "expires": "2026-12-21", '
        f'"digest": "sha256:{"0" * 64}", "subject": {{"b": "é", "a": "1"}}, "signature": "s", "seal": "{"0" * 64}"}}'
    )
    assert ssh.signed_bytes(record).decode() == (
        f'{{"digest":"sha256:{"0" * 64}","expires":"2026-12-21","gate":"g","person":"p","role":"r",'
        '"signed":"2026-11-21","subject":{"a":"1","b":"é"}}'
    )


# ── waivers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_waiver_counts_while_an_approver_stands_behind_it() -> None:
    """By a role that approves the gate, held by the person when it was granted, from its day until its end."""
    path = f"{LAUNCH}/waivers/oil.yaml"
    world = lamps()
    assert world.ready.gates["first-night"].is_ready
    shut = {
        "over": {"expires": "2026-11-21"},
        "to come": {"granted": "2026-11-22"},
        "not held": {"approver": "spare-keeper", "person": SECOND},
        "unknown": {"person": "nobody"},
    }
    for how, fields in shut.items():
        assert not world.changed(path, **fields).ready.gates["first-night"].is_ready, how
    other = world.changed(GATE, approvers=["spare-keeper"], quorum=1)
    assert not other.ready.gates["first-night"].is_ready
    left = world.changed(f"{PEOPLE}/{FIRST}.yaml", left="2026-11-01")
    assert not left.ready.gates["first-night"].is_ready
