"""What broke dashboards in public: every case is a regression of a pack, an unsupported case, or does not touch it."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog import Catalog, load
from generators.model import KINDS
from generators.model.launch import UnsupportedCase
from generators.model.stability import Defect
from generators.source import Repository
from tests.packs.kpis.board import ROOT, packs

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

Case = dict[str, Any]
KEYS = {
    "schema_changes": r"\S+/\S+@\d+(\.\d+)+:[a-z_]+:.+",
    "defects": r"\S+/\S+(#\d+|@\d+(\.\d+)+)",
    "own": r"[a-z0-9-]+",
}
"""What a key looks like, by source: package, version and place; repository and thread, or the version whose changelog
tells of it; the regression's own id."""
THREAD = re.compile(r"https://github\.com/([^/]+/[^/]+)/(?:issues|pull)/(\d+)")
EVERY = pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)


@cache
def _catalog() -> Catalog:
    return load(Repository(ROOT), KINDS)[0]


def _cases(pack: PackFolder) -> list[Case]:
    path = ROOT / "tests" / "packs" / "coverage" / f"{pack.id}.json"
    found: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return found


@EVERY
def test_a_case_says_what_became_of_it(pack: PackFolder) -> None:
    """Each has a source, a key of its form, an outcome and a reason; none is listed twice."""
    cases = _cases(pack)
    for case in cases:
        assert re.fullmatch(KEYS[case["source"]], case["key"]), case
        assert case["becomes"] in {"regression", "unsupported", "untouched"}, case
        assert case["reason"].strip(), case
        assert (case["becomes"] == "untouched") == (not case.get("id")), case
    doubled = [key for key, count in Counter((case["source"], case["key"]) for case in cases).items() if count > 1]
    assert doubled == []


@EVERY
def test_what_a_case_became_exists(pack: PackFolder) -> None:
    """A regression is a file of this pack; an unsupported case is told to users, on this pack's page."""
    regressions = {entry.id for entry in pack.regressions}
    for case in _cases(pack):
        if case["becomes"] == "regression":
            assert case["id"] in regressions, case
        if case["becomes"] == "unsupported":
            assert _catalog().find(UnsupportedCase, case["id"]) is not None, case
            assert case["id"] in pack.pack.entity.unsupported, case


@EVERY
def test_no_regression_is_left_off(pack: PackFolder) -> None:
    """A regression that was seen in public is found among the cases; one of our own need not be."""
    listed = {case.get("id") for case in _cases(pack)}
    assert [entry.id for entry in pack.regressions if entry.entity.seen_in and entry.id not in listed] == []


@EVERY
def test_every_public_thread_of_the_register_is_decided(pack: PackFolder) -> None:
    """A thread that the register of defects reports for this connector is among the pack's cases."""
    keys = {case["key"].lower() for case in _cases(pack) if case["source"] == "defects"}
    reports = [
        report
        for entry in _catalog().entries_of(Defect)
        if entry.entity.connector == pack.pack.entity.connector
        for report in entry.entity.reports
    ]
    threads = [match for report in reports if report.url and (match := THREAD.match(report.url))]
    assert [match[0] for match in threads if f"{match[1]}#{match[2]}".lower() not in keys] == []


@EVERY
def test_a_pack_is_tried_where_users_leave_something_out(pack: PackFolder) -> None:
    """Each optional table goes once, a required column goes, an empty main table comes, and a column comes as text."""
    changes = [change for entry in pack.regressions for change in entry.entity.changes]
    gone = {change.table for change in changes if change.what in {"table-removed", "table-renamed"}}
    optional = {name for name, table in pack.schema.entity.tables.items() if table.optional}
    assert optional - gone == set()
    assert any(change.what in {"column-removed", "column-renamed"} for change in changes)
    assert any(change.what == "table-emptied" for change in changes)
    assert any(change.what == "column-retyped" and change.to == "string" for change in changes)
