"""Findings that a team accepts while it moves in: until a day, and only as many as there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.changes import change, tree, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

AT = ("--at", "2026-11-21T12:00Z")
ROLES = "ops_model/organization/roles"
BASELINE = "ops_model/operating/baselines/first-month.yaml"


@pytest.fixture
def moving_in(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an error and two warnings in one file."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795262400")  # 2026-11-21
    keeper = tree(miniature / f"{ROLES}/keeper.yaml")
    for name in ("mate", "cook"):
        write(miniature / f"{ROLES}/{name}.yaml", keeper | {"title": name.title()})
    off = [{"first": "2026-12-01", "last": "2026-12-02"}]
    change(miniature / "ops_model/organization/people/keeper-seat-1.yaml", time_off=off)
    return miniature


def test_warnings_are_printed_and_fail_only_when_asked(dfops: Dfops, moving_in: Path) -> None:
    """Exit 0 with warnings alone; `--strict` is for CI."""
    change(moving_in / "ops_model/organization/people/keeper-seat-1.yaml", time_off=[])
    ran = dfops("check", *AT, "--root", moving_in)
    assert ran.code == 0
    assert "2 warnings" in ran.out
    assert dfops("check", "--strict", *AT, "--root", moving_in).code == 1


def test_a_baseline_of_everything_is_written_and_holds(dfops: Dfops, moving_in: Path) -> None:
    """After it nothing fails, strict or not; what is new fails again."""
    assert dfops("check", *AT, "--root", moving_in).code == 1
    ran = dfops("new", "baseline", "first-month", "--root", moving_in)
    assert (ran.code, "3 findings accepted until 2027-02-19" in ran.out) == (0, True)
    checked = dfops("check", "--strict", *AT, "--root", moving_in)
    assert checked.code == 0
    assert "3 accepted until 2027-02-19 by the baseline first-month" in checked.out
    held = json.loads(dfops("check", "--format", "json", *AT, "--root", moving_in).out)["accepted"]
    assert {(one["code"], one["baseline"]) for one in held} == {
        ("OPS202", "first-month"),
        ("OPS202", "moving-in"),  # what the repository accepts already
        ("OPS408", "first-month"),
    }
    write(moving_in / f"{ROLES}/smith.yaml", tree(moving_in / f"{ROLES}/cook.yaml") | {"title": "Smith"})
    again = dfops("check", "--strict", *AT, "--root", moving_in)
    assert (again.code, "1 warning" in again.out, "smith" in again.out) == (1, True, True)


def test_a_day_that_has_passed_and_a_finding_that_is_gone_fail(dfops: Dfops, moving_in: Path) -> None:
    """On the last day it holds; on the next one everything is reported, and so is the baseline."""
    dfops("new", "baseline", "first-month", "--root", moving_in)
    change(moving_in / BASELINE, until="2026-11-21")
    assert dfops("check", "--strict", *AT, "--root", moving_in).code == 0
    after = dfops("check", "--at", "2026-11-22T00:00Z", "--root", moving_in)
    assert after.code == 1
    assert "OPS230" in after.out
    assert "OPS408" in after.out
    (moving_in / f"{ROLES}/cook.yaml").unlink()
    gone = dfops("check", *AT, "--root", moving_in)
    assert (gone.code, "OPS231" in gone.out) == (1, True)
    assert f"{ROLES}/cook.yaml has 0 findings of OPS202, not 1" in gone.out


def test_a_file_that_cannot_be_read_is_never_accepted(dfops: Dfops, moving_in: Path) -> None:
    """It is named when the baseline is written, and stays an error."""
    (moving_in / f"{ROLES}/cook.yaml").write_text("title: [", encoding="utf-8")
    ran = dfops("new", "baseline", "first-month", "--root", moving_in)
    assert f"cannot be accepted: OPS003 {ROLES}/cook.yaml:1" in ran.out
    assert dfops("check", *AT, "--root", moving_in).code == 1


def test_nothing_to_accept_writes_nothing(dfops: Dfops, miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795262400")
    ran = dfops("new", "baseline", "first-month", "--root", miniature)
    assert ran.code == 2
    assert "nothing to accept" in ran.sentence
    assert not (miniature / BASELINE).exists()
