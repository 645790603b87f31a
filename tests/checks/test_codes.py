"""Codes that lead nowhere: what the examples of the rules do not show."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from generators.checks.codes import RULES
from generators.site import check
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

SUPPORT = "ops_model/support"
RUNTIMES = "ops_model/operating/runtimes"
CODES = {rule.code for rule in RULES}


def found(root: Path, at: datetime = AT) -> list[tuple[str, str]]:
    """Code and message of each finding about codes."""
    return [(one.rule.code, one.message) for one in check(root, at).findings if one.rule.code in CODES]


@pytest.fixture
def older(miniature: Path) -> Path:
    """The miniature with an older runtime in support until the end of the year, which alone reports a code."""
    current = miniature / RUNTIMES / "dbt-charts.yaml"
    aged = miniature / RUNTIMES / "lantern.yaml"
    aged.write_bytes(current.read_bytes())
    version = {"version": "0.4.0", "since": "2026-11-01", "until": "2026-12-31", "why": "Before"}
    words = {"distribution": "lantern", "program": "lantern", "status": "older", "title": "Lantern"}
    change(aged, versions=[version], changes=[], **words)
    codes = [{"code": code, "level": "error"} for code in ("ERR-INTERNAL", "ERR-NO-DEFAULT-SOURCE")]
    said = {"distribution": "lantern", "version": "0.4.0", "commands": {"": {}}, "codes": codes}
    (miniature / RUNTIMES / "snapshots/lantern-0.4.0.json").write_text(json.dumps(said), encoding="utf-8")
    return miniature


def test_code_of_an_older_runtime_leads_somewhere_while_it_is_supported(older: Path) -> None:
    """Once its last day is over, nobody asks any more."""
    change(older / SUPPORT / "symptoms/no-light.yaml", diagnostics=[])
    message = "no symptom and no code group lists 'ERR-NO-DEFAULT-SOURCE'"
    assert ("OPS505", message) in found(older)
    assert ("OPS505", message) not in found(older, AT + timedelta(days=60))


def test_code_that_only_the_older_runtime_reports_says_what_is_true_today(older: Path) -> None:
    """Without it, a reader of its page would look for a code that the current runtime never shows."""
    assert found(older) == []
    change(older / SUPPORT / "diagnostics/err-no-default-source.yaml", today=None)
    message = "dbt Charts 0.10.0 does not report it, and `today` is missing"
    assert found(older) == [("OPS519", message)]


def test_code_that_vanished_with_a_runtime_may_stay_listed(older: Path) -> None:
    """Its page still leads on when no supported runtime reports it; without `today` the listing is stale."""
    later = AT + timedelta(days=60)
    assert found(older, later) == []
    change(older / SUPPORT / "diagnostics/err-no-default-source.yaml", today=None)
    assert found(older, later) == [("OPS504", "no supported runtime reports 'ERR-NO-DEFAULT-SOURCE'")]


def test_code_of_a_pre_release_is_not_listed_yet(miniature: Path) -> None:
    """What is coming is no code that somebody meets."""
    snapshot = miniature / RUNTIMES / "snapshots/dbt-charts-0.10.1.dev3.json"
    said = json.loads(snapshot.read_text(encoding="utf-8"))
    said["codes"].append({"code": "ERR-COMING", "level": "error"})
    snapshot.write_text(json.dumps(said), encoding="utf-8")
    change(
        miniature / SUPPORT / "code_groups/bridges.yaml",
        codes=["ERR-LINK-SCHEME-UNSAFE", "ERR-LINKS-NESTED", "ERR-COMING"],
    )
    assert found(miniature) == [("OPS504", "no supported runtime reports 'ERR-COMING'")]


def test_code_twice_in_one_group(miniature: Path) -> None:
    """The second one is superfluous."""
    codes = ["ERR-LINK-SCHEME-UNSAFE", "ERR-LINKS-NESTED", "ERR-LINKS-NESTED"]
    change(miniature / SUPPORT / "code_groups/bridges.yaml", codes=codes)
    assert found(miniature) == [("OPS516", "code group 'bridges' lists 'ERR-LINKS-NESTED' already")]


def test_code_that_a_symptom_lists_is_not_in_a_group(miniature: Path) -> None:
    """Both cannot be true."""
    codes = ["ERR-INTERNAL", "ERR-LINK-SCHEME-UNSAFE", "ERR-LINKS-NESTED"]
    change(miniature / SUPPORT / "code_groups/bridges.yaml", codes=codes)
    assert found(miniature) == [("OPS516", "symptom 'no-light' lists 'ERR-INTERNAL' already")]


def test_file_is_named_after_its_code(miniature: Path) -> None:
    """Else the address of the page could not be guessed, nor the file found."""
    folder = miniature / SUPPORT / "diagnostics"
    (folder / "err-internal.yaml").rename(folder / "internal.yaml")
    assert found(miniature) == [("OPS518", "the file is named 'internal', not 'err-internal'")]


def test_what_cannot_be_read_is_not_called_missing(miniature: Path) -> None:
    """A broken file may hold what the other questions look for."""
    (miniature / SUPPORT / "diagnostics/err-internal.yaml").write_text("title: [", encoding="utf-8")
    assert found(miniature) == []
    (miniature / SUPPORT / "code_groups/bridges.yaml").write_text("title: [", encoding="utf-8")
    assert found(miniature) == []
    (miniature / RUNTIMES / "snapshots/dbt-charts-0.10.0.json").write_text("{", encoding="utf-8")
    assert found(miniature) == []


def test_snapshot_that_cannot_be_read_makes_no_code_unknown(older: Path) -> None:
    """What the older runtime lacks, the one that could not be read may report."""
    (older / RUNTIMES / "snapshots/dbt-charts-0.10.0.json").write_text("{", encoding="utf-8")
    assert found(older) == []
