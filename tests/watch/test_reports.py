from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.catalog import load
from generators.checks.codes import UNKNOWN_CODE
from generators.findings import Finding, Place
from generators.model import KINDS
from generators.model.runtime_report import RuntimeReport
from generators.packs.proof.shown import ShownBoard
from generators.packs.reading.seal import SEAL, seal_of
from generators.report.watch import watch_json, watch_text
from generators.runtime.known import known_runtimes
from generators.runtime.registry import Releases
from generators.runtime.snapshots import Code, Snapshot
from generators.source import Repository, read
from generators.watch.reports import Asked, Found, report_of, report_of_none
from tests.conftest import MINIATURE

CATALOG = load(Repository(MINIATURE), KINDS)[0]
(KNOWN,) = known_runtimes(CATALOG, MINIATURE)
ASKED = Asked(
    KNOWN,
    replace(KNOWN, release=KNOWN.release.model_copy(update={"version": "0.10.1.dev3"})),
    datetime(2026, 11, 20, 6, tzinfo=UTC),
    Releases("0.10.0", "0.10.1.dev3"),
)
RENDER = "WARN-PARSE-ERROR"
"""A code that a symptom of the miniature lists."""


def snapshot(commands: dict[str, object], *codes: Code) -> Snapshot:
    """A version that has these."""
    return Snapshot("lamp", "1", commands, {code.code: code for code in codes})


def found(text: str = "it is refused") -> Found:
    """Something of everything, with a text of somebody else wherever there may be one."""
    option = {"name": "out", "options": ["--out"]}
    before = snapshot(
        {"parameters": [option], "commands": {}}, Code(RENDER, "warning", "render"), Code("ERR-OLD", "error", "serve")
    )
    after = snapshot(
        {"parameters": [], "commands": {"new": {}}},
        Code(RENDER, "warning", "render"),
        Code("ERR-NEW", "error", "render"),
        Code("ERR-SERVED", "error", "serve"),
    )
    place = Place("docs/index.md", 3, 7)
    board = ShownBoard("index", "new", valid=False, rows="equal", drawn=True, warnings=0, reason=text)
    return Found(
        before,
        after,
        places=[Finding(place, UNKNOWN_CODE, text, text)],
        packs={"oil_feed": 2},
        boards=[("oil_feed", Place("packs/oil_feed/charts/index.yml", 4, 1), board, ("invalid",))],
        engines=("DuckDB 2.0.0", "DuckDB 2.0.1"),
        installed=text or "as it is",
    )


def test_what_is_in_a_report() -> None:
    """Both versions, what is newest, and everything that was found, each at its place."""
    report, _ = report_of(ASKED, found(), CATALOG)
    assert ASKED.id == "dbt-charts-0-10-0-to-0-10-1-dev3"
    assert (report.title, report.newest_release) == ("dbt Charts 0.10.0 to 0.10.1.dev3", "0.10.0")
    commands = [(each.command, each.what, each.name) for each in report.commands]
    assert commands == [("dct", "removed", "--out"), ("dct new", "added", None)]
    assert (report.codes.gone, report.codes.new) == (("ERR-OLD",), ("ERR-NEW", "ERR-SERVED"))
    assert report.codes.new_for_users == ("ERR-NEW",)
    assert [(each.path, each.line, each.column) for each in report.places] == [("docs/index.md", 3, 7)]
    assert report.changes_for_readers


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_whatever_was_found_can_be_read_again(text: str) -> None:
    """What others say becomes one line of bounded length: the file is accepted, says the same, and its seal fits."""
    for report, written in (report_of(ASKED, found(text), CATALOG), report_of_none(ASKED, text)):
        reading = read("x.yaml", written.encode())
        assert reading.findings == ()
        assert reading.document is not None
        assert reading.document.tree[SEAL] == seal_of(reading.document.tree) == report.seal


def test_text_says_first_what_breaks() -> None:
    """Then what changes, then what is new."""
    report, _ = report_of(ASKED, found(), CATALOG)
    assert watch_text([report], "").splitlines() == [
        "dbt Charts 0.10.0 to 0.10.1.dev3",
        "  installed it is refused",
        "",
        "Breaks for users",
        "  docs/index.md:3:7  it is refused; it is refused (OPS504)",
        "  packs/oil_feed/charts/index.yml:4:1  its strict validation finds something: it is refused",
        "",
        "Changes",
        "  dct --out: removed",
        "  codes that are gone: 1 ERR: ERR-OLD",
        "  packs drawn with both: 1, with 2 boards, of which 1 changes",
        "",
        "New",
        "  dct new: added",
        "  new codes that users of packs can meet: 1 ERR: ERR-NEW",
        "  other new codes: 1 ERR: ERR-SERVED",
    ]
    assert '"schema_version": 1' in watch_json([report], "")


def test_text_without_a_report() -> None:
    """Nothing to try, or nothing that could be: a sentence."""
    assert watch_text([], "0.10.0 is the newest") == "0.10.0 is the newest\n"
    report, _ = report_of_none(ASKED, "no wheel\x1b[31m is there")
    assert watch_text([report], "").splitlines()[1] == "  cannot be tried here: no wheel [31m is there"


@pytest.mark.parametrize(
    ("left", "changes"),
    [
        ({}, False),
        ({"commands": ({"command": "dct", "what": "removed", "name": "--x"},)}, False),
        ({"codes": {"gone": ("ERR-A",), "new": ("ERR-B",)}}, False),
        ({"codes": {"new": ("ERR-B",), "new_for_users": ("ERR-B",)}}, True),
        ({"places": ({"path": "a", "line": 1, "column": 1, "rule": "OPS310", "message": "m"},)}, True),
    ],
)
def test_what_readers_notice(left: dict[str, object], *, changes: bool) -> None:
    """An option that no page uses, or a code that none names, changes nothing for them."""
    report, _ = report_of_none(ASKED, "x")
    plain = report.model_dump(exclude={"not_installed"})
    assert RuntimeReport.model_validate({**plain, **left}).changes_for_readers is changes
