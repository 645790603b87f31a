from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.packs.proof.regressions import CHANGES, run
from tests.packs.small import lamps
from tests.runtimes import current

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "title: A case\nconnector: lamps\nwhy: It happened.\n"


def _misses(root: Path, text: str) -> list[str]:
    pack = lamps(root, regressions__case=("", HEAD + text))
    (ran,) = run(pack, current())
    return [miss.sentence for miss in ran.misses]


PASSES = {
    "an optional table goes": "changes: [{what: table-removed, table: storm}]\n"
    "expect: {verdict: unavailable, boards: {storms: unavailable}, missing: [storm], kpis: {lit: same}}\n",
    "a required column goes": "changes: [{what: column-removed, table: lamp, column: order}]\n"
    "expect: {verdict: broken, boards: {index: broken}, missing: [lamp.order]}\n",
    "a column is renamed": "changes: [{what: column-renamed, table: lamp, column: order, to: order_number}]\n"
    "expect: {verdict: broken, boards: {index: broken}, missing: [lamp.order]}\n",
    "a table nobody reads goes": "changes: [{what: table-removed, table: keeper}]\n"
    "expect: {verdict: ok, kpis: {lit: same}}\n",
    "a table is renamed": "changes: [{what: table-renamed, table: storm, to: gale}]\n"
    "expect: {verdict: unavailable, boards: {storms: unavailable}, missing: [storm]}\n",
    "numbers come as text": "changes: [{what: column-retyped, table: lamp, column: order, to: string}]\n"
    "expect: {verdict: ok, kpis: {lit: same}}\n",
    "times lose their zone": "changes: [{what: column-retyped, table: lamp, column: lit_at, to: naive}]\n"
    "expect: {verdict: broken, boards: {index: broken}}\n",
    "a table is empty": "changes: [{what: table-emptied, table: lamp}]\nexpect: {verdict: ok, kpis: {lit: 0}}\n",
    "a column is empty": "changes: [{what: column-emptied, table: lamp, column: colour}]\nexpect: {verdict: ok}\n",
    "rows come twice": "changes: [{what: rows-repeated, table: lamp, share: 0.5}]\n"
    "expect: {verdict: ok, kpis: {lit: 180}}\n",
    "a row comes": 'changes: [{what: rows-added, table: lamp, rows: [{id: new, lit_at: "2025-01-01T00:00:00Z"}]}]\n'
    "expect: {verdict: ok, kpis: {lit: 121}}\n",
    "a value is set": "changes: [{what: column-set, table: lamp, column: colour, to: blue, share: 0.3}]\n"
    "expect: {verdict: ok, kpis: {lit: same}}\n",
}


def test_every_kind_of_change_is_among_them() -> None:
    """None is tried on the packs of this repository alone."""
    assert {kind for kind in CHANGES if not any(f"what: {kind}," in text for text in PASSES.values())} == set()


@pytest.mark.parametrize("name", PASSES)
def test_a_change_has_the_outcome_it_has(tmp_path: Path, name: str) -> None:
    """Each kind of change does to the tables what its name says."""
    assert _misses(tmp_path, PASSES[name]) == []


FAILS = {
    "the wrong verdict": (
        "changes: [{what: column-removed, table: lamp, column: order}]\nexpect: {verdict: ok}\n",
        "expected ok, got broken",
    ),
    "a board that is not named": (
        "changes: [{what: table-removed, table: storm}]\nexpect: {verdict: unavailable}\n",
        "board 'storms': expected ok, got unavailable",
    ),
    "a name that is not reported": (
        "changes: [{what: table-emptied, table: lamp}]\nexpect: {verdict: ok, missing: [storm]}\n",
        "'storm' is not reported",
    ),
    "a KPI that moves": (
        "changes: [{what: table-emptied, table: lamp}]\nexpect: {verdict: ok, kpis: {lit: same}}\n",
        "expected same, was 120, is 0",
    ),
    "a KPI that stays": (
        "changes: [{what: table-emptied, table: storm}]\nexpect: {verdict: ok, kpis: {lit: changed}}\n",
        "expected changed",
    ),
    "a KPI of another value": (
        "changes: [{what: table-emptied, table: lamp}]\nexpect: {verdict: ok, kpis: {lit: 3}}\n",
        "expected 3, got 0",
    ),
    "a table that is not there": (
        "changes: [{what: table-removed, table: fog}]\nexpect: {verdict: ok}\n",
        "no table 'fog'",
    ),
    "a column that is not there": (
        "changes: [{what: column-removed, table: lamp, column: fog}]\nexpect: {verdict: ok}\n",
        "no column 'lamp.fog'",
    ),
    "a name that is missing": (
        "changes: [{what: table-renamed, table: lamp}]\nexpect: {verdict: ok}\n",
        "needs the new name",
    ),
    "a type that values cannot have": (
        "changes: [{what: column-retyped, table: lamp, column: colour, to: integer}]\nexpect: {verdict: ok}\n",
        "cannot be integer",
    ),
    "a KPI the pack does not have": (
        "changes: [{what: table-emptied, table: lamp}]\nexpect: {verdict: ok, kpis: {fog: 1}}\n",
        "no KPI 'fog'",
    ),
}


@pytest.mark.parametrize("name", FAILS)
def test_what_was_not_expected_is_told(tmp_path: Path, name: str) -> None:
    """A regression that passes whatever happens guards nothing."""
    text, words = FAILS[name]
    assert any(words in sentence for sentence in _misses(tmp_path, text))
