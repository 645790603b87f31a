"""`dfops launch` on the miniature: approvals are recorded, verified, and refused with a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
import yaml

from generators.cli.launch_state import require_readable
from generators.cli.options import Unusable
from generators.cli.vanished import vanished_records
from generators.model.launch import SignOff
from tests.changes import change, tree, write
from tests.cli.test_oncall import committed
from tests.clock import EPOCH
from tests.launch.keys import needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.command import Dfops, Ran

REPOSITORY = Path(__file__).parents[2]
FIRST, SECOND, OTHER = "keeper-seat-1", "keeper-seat-2", "mate-seat-1"
LAUNCH, PEOPLE = "ops_model/launch", "ops_model/organization/people"
SIGN_OFFS = f"{LAUNCH}/sign_offs"
NAME = f"first-night-{FIRST}-2026-11-21"


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that record something ask for the time; so here they all do."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


class Sign(Protocol):
    """Signs a gate, the first one unless another is named."""

    def __call__(self, person: str = ..., *options: object, gate: str = ...) -> Ran:
        """How the command went."""


@pytest.fixture
def sign(dfops: Dfops, miniature: Path) -> Sign:
    """In the miniature."""

    def run(person: str = FIRST, *options: object, gate: str = "first-night") -> Ran:
        return dfops("launch", "sign", gate, "--as", person, *options, "--root", miniature)

    return run


@pytest.fixture
def two(miniature: Path) -> Path:
    """A gate that two people open: a mate, who holds a role of their own, approves as well."""
    write(miniature / f"{PEOPLE}/{OTHER}.yaml", {"title": "Mate seat 1", "zone": "UTC"})
    role = {"title": "Mate", "purpose": "Looks again.", "responsibilities": ["Looks"], "holders": [OTHER, FIRST]}
    write(miniature / "ops_model/organization/roles/mate.yaml", role)
    gate = miniature / f"{LAUNCH}/gates/first-night.yaml"
    change(gate, approvers=["keeper", "mate"], quorum=2)
    return miniature


def verified(dfops: Dfops, root: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Exit code and state by id, of the first gate."""
    ran = dfops("launch", "verify", "first-night", *words, "--format", "json", "--root", root)
    (gate,) = json.loads(ran.out)["gates"]
    return ran.code, {one["id"]: one["state"] for one in gate["sign_offs"]}


def test_a_gate_is_signed_by_two_people_and_again_when_a_fact_moved(dfops: Dfops, two: Path, sign: Sign) -> None:
    """Each says what is signed; the quorum is said; a fact that moves makes both stale; the new record replaces one."""
    first = sign(FIRST, "--role", "keeper")
    assert first.code == 0
    assert "First night (first-night): no-go. May the lamp be announced?" in first.out
    assert "With it 1 of 2 people have signed: still no-go" in first.out
    assert f"Recorded, not signed: {SIGN_OFFS}/{NAME}.yaml" in first.out
    missing = dfops("launch", "verify", "first-night", "--root", two)
    assert (missing.code, "quorum missing: 1 of 2" in missing.out) == (1, True)
    second = sign(OTHER)
    assert "With it 2 of 2 people have signed: go" in second.out
    assert verified(dfops, two) == (0, {NAME: "recorded", f"first-night-{OTHER}-2026-11-21": "recorded"})
    assert dfops("check", "--root", two, "--strict").code == 0

    change(two / f"{LAUNCH}/gates/first-night.yaml", purpose="May the lamp be sold?")
    stale = dfops("launch", "verify", "first-night", "--root", two)
    assert stale.code == 1
    assert stale.out.count("purpose: May the lamp be announced? → May the lamp be sold?") == 2
    again = sign(FIRST, "--role", "keeper")
    assert f"1 fact changed since your sign-off of 2026-11-21 ({NAME})" in again.out
    record = tree(two / f"{SIGN_OFFS}/{NAME}-2.yaml")
    assert record["supersedes"] == NAME
    assert (two / f"{SIGN_OFFS}/{NAME}.yaml").is_file()
    assert verified(dfops, two)[1] | {f"{NAME}-2": "recorded", NAME: "superseded"} == verified(dfops, two)[1]
    assert dfops("check", "--root", two).code == 0


@pytest.mark.long
def test_one_person_cannot_be_two(two: Path, sign: Sign) -> None:
    """Who approved in one role is refused in another while the first counts, and must say for which role they act."""
    several = sign(FIRST)
    assert (several.code, several.sentence) == (
        2,
        f"{FIRST} holds several of the roles that approve first-night: name one with --role: keeper, mate",
    )
    assert sign(FIRST, "--role", "keeper").code == 0
    refused = sign(FIRST, "--role", "mate")
    assert refused.code == 1
    assert "2 people are required, so someone else must sign as mate." in refused.out
    assert len(list((two / SIGN_OFFS).glob("first-night*"))) == 1


def test_a_gate_that_does_not_hold_is_not_signed(miniature: Path, sign: Sign) -> None:
    """The reasons are said, and nothing is written; with --dry-run nothing is written where it holds either."""
    change(miniature / f"{LAUNCH}/runs/dfops-check.yaml", exit_code=1)
    ran = sign()
    assert ran.code == 1
    assert "does not hold. What weighs most:\n  1. The model has no findings: " in ran.out
    assert "changed after it was written" in ran.out
    shutil.copy(REPOSITORY / "tests/site" / f"{LAUNCH}/runs/dfops-check.yaml", miniature / f"{LAUNCH}/runs")
    dry = sign(FIRST, "--dry-run")
    assert (dry.code, dry.out.splitlines()[-1]) == (0, "Nothing was written.")
    assert list((miniature / SIGN_OFFS).glob("first-night*")) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody",), "there is no person 'nobody'; "),
        ((SECOND, "--role", "mate"), "mate is none of the roles that approve first-night: keeper"),
        ((OTHER,), f"{OTHER} holds none of the roles that approve first-night: keeper is held by {FIRST}, {SECOND}"),
        ((OTHER, "--role", "keeper"), f"{OTHER} does not hold keeper, which is held by {FIRST}, {SECOND}"),
        (("gone",), "gone left on 2026-11-01: someone who is there must do it"),
        ((FIRST, "--ssh-key", "/nowhere/key"), "--ssh-key: there is no file /nowhere/key; name your private key"),
    ],
    ids=["unknown", "no approver", "no role", "not held", "departed", "no key"],
)
def test_whoever_may_not_sign_is_told_why(two: Path, sign: Sign, words: Sequence[str], sentence: str) -> None:
    """In a sentence, with exit code 2."""
    change(two / f"{LAUNCH}/gates/first-night.yaml", approvers=["keeper"], quorum=1)
    write(two / f"{PEOPLE}/gone.yaml", {"title": "Gone", "zone": "UTC", "left": "2026-11-01"})
    ran = sign(*words)
    assert (ran.code, ran.sentence[: len(sentence)]) == (2, sentence)


@pytest.mark.long
def test_a_vacant_role_and_a_gate_that_is_none(two: Path, sign: Sign) -> None:
    """Nobody signs for a role that nobody holds; a gate is named by its id or title."""
    change(two / "ops_model/organization/roles/mate.yaml", holders=[])
    change(two / f"{LAUNCH}/gates/first-night.yaml", approvers=["mate"], quorum=1)
    assert sign(FIRST).sentence == f"{FIRST} holds none of the roles that approve first-night: mate is vacant"
    assert sign(FIRST, gate="first-nigth").sentence == "there is no gate 'first-nigth'; did you mean 'first-night'?"


def test_a_gate_that_names_nothing_is_not_signed(miniature: Path, sign: Sign) -> None:
    """It cannot be read; and where any file cannot be read, nobody knows what they would approve elsewhere."""
    change(miniature / f"{LAUNCH}/gates/second-winter.yaml", criteria=[])
    for gate in ("first-night", "second-winter"):
        ran = sign(FIRST, gate=gate)
        assert (ran.code, "gates/second-winter.yaml" in ran.out) == (1, True)
        assert ran.out.splitlines()[-1] == "Fix these first: what cannot be read cannot be signed, waived or attested."


@needs_ssh_keygen
def test_keys(dfops: Dfops, miniature: Path, sign: Sign, tmp_path: Path) -> None:
    """A key of the person signs; one that is not theirs, RSA, damaged or none is refused before anything is written."""
    public = new_key(tmp_path / "mine")
    new_key(tmp_path / "other")
    new_key(tmp_path / "rsa", "rsa", bits="1024")
    new_key(tmp_path / "locked", passphrase="locked away")  # noqa: S106 - of a key that this test throws away
    (tmp_path / "junk").write_text("junk\n", encoding="utf-8")
    change(miniature / f"{PEOPLE}/{FIRST}.yaml", ssh_keys=[public])
    assert "use --ssh-key" in sign(FIRST).sentence
    said = {name: sign(FIRST, "--ssh-key", tmp_path / name) for name in ("other", "rsa", "junk", "locked")}
    assert {ran.code for ran in said.values()} == {2}
    assert "other is no key of keeper-seat-1: add 'ssh-ed25519 AAAA" in said["other"].err
    assert "rsa is an RSA key; make another: ssh-keygen -t ed25519" in said["rsa"].err
    assert all("ssh-keygen cannot sign with" in said[name].err for name in ("junk", "locked"))
    assert all(ran.err.count("\n") == 1 for ran in said.values())
    assert list((miniature / SIGN_OFFS).glob("first-night*")) == []

    done = sign(FIRST, "--ssh-key", tmp_path / "mine")
    assert (done.code, "Recorded, with your signature" in done.out) == (0, True)
    assert verified(dfops, miniature) == (0, {NAME: "valid"})
    assert dfops("check", "--root", miniature, "--strict").code == 0
    private = (tmp_path / "mine").read_text(encoding="utf-8").splitlines()[1]
    assert private not in done.out + done.err + (miniature / f"{SIGN_OFFS}/{NAME}.yaml").read_text(encoding="utf-8")


def test_an_rsa_key_is_no_key_of_a_person(dfops: Dfops, miniature: Path) -> None:
    """The finding says which keys there may be."""
    change(miniature / f"{PEOPLE}/{FIRST}.yaml", ssh_keys=["ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ" + "C" * 300])
    ran = dfops("check", "--root", miniature)
    assert (ran.code, "RSA keys are not taken" in ran.out) == (1, True)


def test_a_subject_that_no_record_can_hold_is_refused() -> None:
    """Ten thousand long lines are more than a file may have; the sentence says so, before anything is written."""
    with pytest.raises(Unusable, match=r"this cannot be recorded: .*; nothing was written"):
        require_readable(SignOff, json.dumps({"subject": {f"fact-{number}": "x" * 120 for number in range(10_000)}}))


@pytest.mark.long
def test_verify_as_of_another_moment(dfops: Dfops, miniature: Path, sign: Sign) -> None:
    """Before it was signed it was ahead; once it ended it has expired. What is no moment is refused."""
    assert sign().code == 0
    assert verified(dfops, miniature, "--at", "2026-11-20") == (1, {NAME: "ahead"})
    assert verified(dfops, miniature, "--at", "2027-02-19") == (1, {NAME: "expired"})
    assert verified(dfops, miniature, "--at", "2027-02-18") == (0, {NAME: "recorded"})
    wrong = dfops("launch", "verify", "--at", "soon", "--root", miniature)
    assert (wrong.code, wrong.sentence) == (2, "--at: 'soon' is no moment; write it like 2026-12-24T03:10Z")


# ── waivers and attestations ────────────────────────────────────────────────────────────────────────────────────────
def waive(dfops: Dfops, root: Path, *criterion: str, **options: str) -> Ran:
    """Waives the criterion of the second gate, unless said otherwise."""
    said = {"as": FIRST, "reason": "In spring.", "limits": "This winter", "until": "2026-12-31"} | options
    words = [word for name, value in said.items() for word in (f"--{name}", value)]
    return dfops("launch", "waive", *(criterion or ("second-winter", "oil-counted")), *words, "--root", root)


def test_a_waiver_opens_a_gate_until_its_day(dfops: Dfops, miniature: Path, sign: Sign) -> None:
    """Then the gate is shut again, and the check fails."""
    (miniature / f"{LAUNCH}/waivers/barrel-counted-later.yaml").unlink()
    assert sign(FIRST, gate="second-winter").code == 1
    done = waive(dfops, miniature)
    path = f"{LAUNCH}/waivers/second-winter-oil-counted-2026-11-21.yaml"
    assert (done.code, f"Recorded: {path}" in done.out) == (0, True)
    assert yaml.safe_load((miniature / path).read_text(encoding="utf-8"))["expires"].isoformat() == "2026-12-31"
    assert sign(FIRST, gate="second-winter").code == 0
    assert dfops("check", "--root", miniature, "--at", "2026-12-30").code == 0
    over = dfops("check", "--root", miniature, "--at", "2026-12-31")
    assert (over.code, "ended on 2026-12-31: 'second-winter' is shut again" in over.out) == (1, True)


@pytest.mark.long
def test_what_cannot_be_waived(dfops: Dfops, miniature: Path) -> None:
    """A criterion that holds, one that is none, a day that is none, over or too far away, and by whom it may not be."""
    holds = waive(dfops, miniature, "first-night", "seen")
    assert (holds.code, holds.out) == (1, "seen holds at first-night: there is nothing to waive\n")
    assert waive(dfops, miniature, "second-winter", "oil").sentence == (
        "second-winter has no criterion 'oil'; there are: oil-counted"
    )
    assert waive(dfops, miniature, until="spring").sentence == "--until: 'spring' is no day; write it like 2026-12-31"
    for day in ("2026-11-21", "2027-02-20"):
        assert waive(dfops, miniature, until=day).sentence == (
            f"--until: {day} is not within 90 days; name a day from 2026-11-22 to 2027-02-19"
        )
    assert "'limits' needs text on one line" in waive(dfops, miniature, limits="two\nlines").sentence
    assert waive(dfops, miniature, **{"as": "nobody"}).sentence.startswith("there is no person 'nobody'")
    assert len(list((miniature / f"{LAUNCH}/waivers").iterdir())) == 1


@pytest.mark.long
def test_an_attestation_is_recorded_and_the_newest_counts(dfops: Dfops, miniature: Path, sign: Sign) -> None:
    """What is found not to hold shuts the gate, whoever said before that it does."""
    words = ("launch", "attest", "first-night", "seen", "--as", SECOND, "--root", miniature, "--seen")
    found = dfops(*words, "The lamp was dark.", "--does-not-hold")
    assert (found.code, "A ship saw it: does not hold." in found.out) == (0, True)
    assert "keeper-seat-2 found on 2026-11-21 that it does not hold: The lamp was dark." in sign().out
    assert dfops(*words, "It shone at nine.").code == 0
    assert sign().code == 0
    assert dfops("check", "--root", miniature, "--strict").code == 0
    wrong = dfops("launch", "attest", "first-night", "checked", "--as", FIRST, "--seen", "x", "--root", miniature)
    assert wrong.sentence == "checked is recorded, not attested: its gate's page says what shows it"


# ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def git(root: Path, *words: str) -> None:
    """Runs git as somebody."""
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words]
    subprocess.run(command, cwd=root, check=True, capture_output=True)  # noqa: S603 - fixed words


@pytest.mark.long
def test_a_record_that_vanished_is_found(dfops: Dfops, miniature: Path, sign: Sign) -> None:
    """Deleted and not committed, deleted by a commit, dropped by a merge; and none while it is there."""
    committed(miniature)
    git(miniature, "tag", "first")
    sign()
    git(miniature, "add", "-A")
    git(miniature, "commit", "-qm", "signed")
    git(miniature, "tag", "signed")
    path = miniature / f"{SIGN_OFFS}/{NAME}.yaml"
    assert vanished_records(miniature) == ((), "")
    path.unlink()
    assert [one.commit for one in vanished_records(miniature).vanished] == [""]
    git(miniature, "commit", "-qam", "gone")
    (gone,) = vanished_records(miniature).vanished
    assert (gone.path, len(gone.commit)) == (f"{SIGN_OFFS}/{NAME}.yaml", 40)
    git(miniature, "checkout", "-q", "signed", "--", SIGN_OFFS)
    assert vanished_records(miniature).vanished == ()
    git(miniature, "checkout", "-qf", "-b", "side", "first")
    git(miniature, "merge", "-q", "-s", "ours", "-m", "dropped", "--no-ff", "signed")
    assert [one.path for one in vanished_records(miniature).vanished] == [f"{SIGN_OFFS}/{NAME}.yaml"]
    said = dfops("launch", "verify", "--root", miniature)
    assert (said.code, "has vanished: removed by commit" in said.out) == (1, True)


def test_a_record_that_only_a_branch_ever_had_is_found(miniature: Path) -> None:
    """It was merged after it had been deleted there: the history of the files as they are does not have it."""
    committed(miniature)
    git(miniature, "checkout", "-q", "-b", "there-and-back")
    (miniature / SIGN_OFFS / "other.yaml").write_text("title: Other\n", encoding="utf-8")
    git(miniature, "add", "-A")
    git(miniature, "commit", "-qm", "added on a branch")
    git(miniature, "rm", "-q", f"{SIGN_OFFS}/other.yaml")
    git(miniature, "commit", "-qm", "and deleted there")
    git(miniature, "checkout", "-q", "HEAD~2")
    git(miniature, "merge", "-q", "--no-ff", "-m", "merged", "there-and-back")
    assert [one.path for one in vanished_records(miniature).vanished] == [f"{SIGN_OFFS}/other.yaml"]


@pytest.mark.long
def test_a_shallow_clone_says_that_it_knows_little(miniature: Path, tmp_path: Path) -> None:
    """And a folder without git that it knows nothing; neither is an error."""
    assert "not known" in vanished_records(miniature).note
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{committed(miniature)}", "shallow")
    assert "not complete: this is a shallow clone" in vanished_records(tmp_path / "shallow").note


def test_no_record_of_this_repository_has_vanished() -> None:
    """Sign-offs are superseded, never deleted."""
    assert vanished_records(REPOSITORY).vanished == ()
