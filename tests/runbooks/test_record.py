from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.model.launch import Rehearsal
from generators.model.text import SAMPLE
from generators.runbooks.record import name_of, rehearsal_of, text_of
from generators.source import read
from tests.runbooks.material import IDENTITY, RUNBOOK, Terminal, walked

if TYPE_CHECKING:
    from generators.runbooks import Walk

TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=("Cc", "Cf")), min_size=1, max_size=300
)


def read_back(walk: Walk) -> Rehearsal:
    """The record through the repository's own strict reader."""
    reading = read("ops_model/launch/rehearsals/x.yaml", text_of(rehearsal_of(walk)).encode())
    assert reading.findings == ()
    assert reading.document
    return Rehearsal.model_validate_json(json.dumps(reading.document.tree))


def test_record_says_what_was_walked() -> None:
    """The day, the people, the values, each step with its digest and seconds, and the lessons."""
    record = rehearsal_of(walked("east", "n steep", "1", "f dark", "", "", "1"))
    assert record.title == "The lamp is out, walked on 2026-11-21"
    assert [(one.name, one.value) for one in record.given] == [("lamp", "east")]
    assert [(one.step, one.went, one.when, one.note) for one in record.walked] == [
        ("lamp-out/look", "light", "Oil", "steep"),
        ("lamp-out/light", None, None, None),
    ]
    assert [(one.what, one.step, one.fixed) for one in record.lessons] == [("dark", "lamp-out/light", None)]


def test_walk_that_goes_on_has_no_record() -> None:
    """Half a walk is a journal."""
    with pytest.raises(ValueError, match="not over"):
        rehearsal_of(walked("east"))


@given(
    TEXT, TEXT, st.sampled_from(["no", "12", "2026-11-21", "1e3", "~", "null", "12:30", "- x", "a: b", "# c", "'", '"'])
)
def test_record_reads_back_as_it_was_meant(note: str, finding: str, odd: str) -> None:
    """Whatever people enter, the strict reader finds no fault and the same words."""
    terminal = Terminal()
    for line in (odd, "east", f"n {note}", f"n {odd}", f"f {finding}", "", "", "s kind=" + odd, "x done"):
        terminal.enter(line)
    walk = terminal.walk
    assert walk.over
    assert read_back(walk).model_copy(update={"seal": None}) == rehearsal_of(walk)
    assert SAMPLE not in walk.setting


def test_notes_that_do_not_fit_are_shortened() -> None:
    """The record takes 500 characters a step; the journal has them all."""
    walk = walked("east", "n " + "a" * 400, "n " + "b" * 400, "x done")
    note = rehearsal_of(walk).walked[0].note or ""
    assert len(note) == 500
    assert note.endswith("…")


def test_long_names_still_make_an_id() -> None:
    """At most 80 characters, and a number behind the second of a day."""
    walk = walked("east", "x done")
    assert name_of(walk) == f"2026-11-21-{IDENTITY}"
    assert name_of(walk, 2) == f"2026-11-21-{IDENTITY}-2"
    runbook = RUNBOOK.model_copy(update={"title": "x" * 140})
    long = type(walk)("a-" * 39 + "ab", runbook, walk.begun, walk.people, walk.digests, walk.here, over="ended")
    assert len(name_of(long, 12)) <= 80
