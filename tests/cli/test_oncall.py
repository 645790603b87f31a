from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

ROTATION = "ops_model/oncall/rotations/lamp-watch.yaml"
OVERRIDE = """overrides:
  - person: keeper-seat-2
    start: 2026-12-14T09:00:00Z
    end: 2026-12-15T09:00:00Z
    reason: Stands in
"""


def committed(root: Path) -> Path:
    """The repository under git, with one commit."""
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)  # noqa: S603, S607 - fixed words
    return root


def test_who_until_when_and_who_is_next(dfops: Dfops, miniature: Path) -> None:
    """Local time with its zone, and UTC."""
    done = dfops("oncall", "--at", "2026-11-24T03:10Z", "--root", miniature)
    assert done.code == 0
    assert "Lamp watch (lamp-watch), Europe/London" in done.out
    assert "now   Keeper seat 2 (keeper-seat-2)" in done.out
    assert "next  Keeper seat 1 (keeper-seat-1)" in done.out
    assert done.out.count("Mon 2026-11-30 09:00 GMT = Mon 09:00Z") == 2


def test_one_rotation_by_name(dfops: Dfops, miniature: Path) -> None:
    """The first word is a rotation unless it is a subcommand; an unknown one gets the nearest name."""
    assert dfops("oncall", "lamp-watch", "--root", miniature).code == 0
    wrong = dfops("oncall", "lamp-wach", "--root", miniature)
    assert (wrong.code, wrong.err) == (2, "dfops: there is no rotation 'lamp-wach'; did you mean 'lamp-watch'?\n")


def test_weeks_list_every_shift_with_hours_and_loads(dfops: Dfops, miniature: Path) -> None:
    """The weeks in which the clock changes have 167 and 169 hours."""
    done = dfops("oncall", "--at", "2027-03-22T09:00Z", "--weeks", "33", "--root", miniature)
    assert {"167", "168", "169"} <= set(done.out.split())
    assert "Covered at every minute" in done.out
    assert "Keeper seat 1" in done.out.splitlines()[-2]


def test_json_has_a_version_and_instants(dfops: Dfops, miniature: Path) -> None:
    """For programs: UTC with Z, and null where there is none."""
    done = dfops("oncall", "--at", "2026-11-24T03:10Z", "--weeks", "2", "--format", "json", "--root", miniature)
    told = json.loads(done.out)
    (rotation,) = told["rotations"]
    assert (told["schema_version"], told["at"]) == (1, "2026-11-24T03:10:00Z")
    assert rotation["now"][0]["to"] == "2026-11-30T09:00:00Z"
    assert rotation["next"]["from"] == "2026-11-30T09:00:00Z"
    assert {load["person"] for load in told["loads"]} == {"keeper-seat-1", "keeper-seat-2"}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("tomorrow", "is no moment"),
        ("0001-01-01T00:00:00+14:00", "is no moment"),
        ("9999-12-31T23:59:59-14:00", "is no moment"),
        ("1969-07-20", "is too far away"),
        ("2500-01-01", "is too far away"),
    ],
)
def test_clocks_far_away_get_one_sentence(dfops: Dfops, miniature: Path, at: str, said: str) -> None:
    """Exit 2, no traceback."""
    done = dfops("oncall", "--at", at, "--root", miniature)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_far_but_possible_clocks_answer(dfops: Dfops, miniature: Path) -> None:
    """Long before the rotation began nobody answers; long after it somebody does."""
    assert "nobody" in dfops("oncall", "--at", "1972-01-01", "--root", miniature).out
    assert "Keeper seat" in dfops("oncall", "--at", "2197-12-31", "--root", miniature).out


def test_empty_state_says_how_to_begin(dfops: Dfops, miniature: Path) -> None:
    """No rotation at all."""
    for path in (miniature / "ops_model/oncall/rotations").iterdir():
        path.unlink()
    done = dfops("oncall", "--root", miniature)
    assert (done.code, done.out) == (0, "There is no rotation yet: dfops new rotation ID\n")


def test_a_malformed_rotation_is_no_gap(dfops: Dfops, miniature: Path) -> None:
    """Nobody is told a schedule from which a file was left out."""
    path = miniature / ROTATION
    path.write_text(path.read_text(encoding="utf-8").replace("zone: Europe/London", "zone: CET"), encoding="utf-8")
    done = dfops("oncall", "--root", miniature)
    assert done.code == 2
    assert f"{ROTATION}:3:7" in done.err


def test_diff_names_what_moves(dfops: Dfops, miniature: Path) -> None:
    """Whose hours go to whom, coverage and loads; nothing moves against itself."""
    root = committed(miniature)
    same = dfops("oncall", "diff", "--base", "HEAD", "--root", root)
    assert (same.code, same.out.startswith("Nobody's shifts move")) == (0, True)
    path = root / ROTATION
    path.write_text(path.read_text(encoding="utf-8") + OVERRIDE, encoding="utf-8")
    done = dfops(
        "oncall", "diff", "--base", "HEAD", "--at", "2026-11-21T12:00Z", "--format", "markdown", "--root", root
    )
    assert done.code == 0
    assert "| keeper-seat-1 | keeper-seat-2 | 24 | 1 |" in done.out
    assert "| Mon 2026-12-14 09:00 GMT | Tue 2026-12-15 09:00 GMT | 24 | keeper-seat-1 | keeper-seat-2 |" in done.out
    told = json.loads(dfops("oncall", "diff", "--base", "HEAD", "--format", "json", "--root", root).out)
    assert [(one["was"], one["becomes"]) for one in told["moved"]] == [(["keeper-seat-1"], ["keeper-seat-2"])]


def test_diff_fails_when_hours_are_left_to_nobody(dfops: Dfops, miniature: Path) -> None:
    """A rotation that begins later than it did opens a gap: exit 1."""
    root = committed(miniature)
    path = root / ROTATION
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("starts: 2026-11-02", "starts: 2026-12-07"), encoding="utf-8")
    assert dfops("oncall", "diff", "--base", "HEAD", "--at", "2026-11-21T12:00Z", "--root", root).code == 1


@pytest.mark.parametrize("base", ["nosuch", "--output=x", "HEAD:ops_model", ""])
def test_diff_against_nothing_gets_one_sentence(dfops: Dfops, miniature: Path, base: str) -> None:
    """No commit of that name: exit 2."""
    done = dfops("oncall", "diff", "--base", base, "--root", committed(miniature))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("dfops: git: ")


def test_diff_outside_git_gets_one_sentence(dfops: Dfops, miniature: Path) -> None:
    """The schedule as it was is in git."""
    done = dfops("oncall", "diff", "--base", "HEAD", "--root", miniature)
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_names_in_a_review_comment_stay_text(dfops: Dfops, miniature: Path) -> None:
    """A title is no link, no mention and no cell of its own."""
    person = miniature / "ops_model/organization/people/keeper-seat-1.yaml"
    text = person.read_text(encoding="utf-8")
    person.write_text(text.replace("title: Keeper seat 1", 'title: "A | [x](y) @all <b>"'), encoding="utf-8")
    done = dfops("oncall", "diff", "--base", "HEAD", "--format", "markdown", "--root", committed(miniature))
    assert r"| A \| \[x\](y) \@all \<b\> |" in done.out


def test_a_link_at_the_base_is_not_followed_and_no_attribute_hides_a_file(dfops: Dfops, miniature: Path) -> None:
    """Blobs are what counts: `export-ignore` leaves nothing out, and a link to anywhere is no file."""
    (miniature / "ops_model/oncall/rotations/evil.yaml").symlink_to("/etc/passwd")
    (miniature / "ops_model/evil").symlink_to("../../../../etc")
    (miniature / ".gitattributes").write_text("ops_model/oncall/rotations/* export-ignore\n", encoding="utf-8")
    root = committed(miniature)
    (miniature / "ops_model/oncall/rotations/evil.yaml").unlink()
    (miniature / "ops_model/evil").unlink()
    done = dfops("oncall", "diff", "--base", "HEAD", "--root", root)
    assert (done.code, done.err, done.out.startswith("Nobody's shifts move")) == (0, "", True)


@pytest.mark.parametrize("epoch", ["253402300799", "-1", "abc", "9999999999"])
def test_a_held_clock_that_is_none_is_said(
    dfops: Dfops, miniature: Path, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    """SOURCE_DATE_EPOCH has the bounds of --at, and is never silently now."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert dfops("oncall", "--root", miniature).sentence.startswith("SOURCE_DATE_EPOCH is ")
