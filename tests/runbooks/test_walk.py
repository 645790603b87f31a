from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.model.digest import digest
from generators.runbooks import Walk
from generators.runbooks import journal as told
from generators.runbooks.answers import Now, Refused, understood
from generators.runbooks.journal import line_of, read_journal
from generators.runbooks.record import rehearsal_of
from generators.runbooks.walk import digests_of, unwalkable
from tests.clock import AT
from tests.runbooks.material import IDENTITY, ROLES, RUNBOOK, Terminal, begun, changed, walked

LINES = st.one_of(
    st.sampled_from(["1", "2", "1", "2", "3", "", "b", "?", "east", "n windy", "f The barrel is heavy", "keeper"]),
    st.sampled_from(
        ["2027-01-01", "2026-01-01", "nobody", "s lamp=west", "s lamp=a b", "s kind=sperm (pure)", "x rain"]
    ),
    st.text(max_size=12).filter(lambda text: not set("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029") & set(text)),
).filter(lambda line: line.strip() != "q")


def test_first_question_is_what_is_played_then_parameters_then_the_step() -> None:
    """Nobody is asked for a value before a step uses it."""
    assert Terminal().walk.asks == "setting"
    assert walked().open_parameter == "lamp"
    assert walked("east").asks == "step"
    assert walked("east", "2").open_parameter == "kind"


def test_parameter_left_open_is_asked_for_again_at_the_next_step_that_uses_it() -> None:
    """A value may only be known once the step that finds it out is done."""
    walk = walked("", "2", "whale")
    assert walk.asks == "step"
    assert walked("", "2", "whale", "1").open_parameter == "lamp"


def test_ways_lead_on_until_an_end() -> None:
    """The steps come out in the order in which they were walked, a loop as often as it was taken."""
    walk = walked("east", "2", "whale", "1", "1", "1")
    assert walk.over == "ended"
    assert [(visit.step, visit.went) for visit in walk.walked] == [
        ("look", "fill"),
        ("fill", "look"),
        ("look", "light"),
        ("light", None),
    ]


def test_way_that_was_a_mistake_leaves_no_condition_behind() -> None:
    """Whoever goes back has answered nothing."""
    walk = walked("east", "2", "b")
    assert (walk.here.step, walk.here.went, walk.here.when) == ("look", None, None)
    assert walked("east", "2", "whale").visits[0].when == "No oil"


def test_time_of_a_step_is_the_sum_over_its_sittings() -> None:
    """A pause does not count, what was spent before it does."""
    terminal = Terminal()
    for line in ("calm", "east", "n one"):
        terminal.enter(line)
    before = terminal.walk.here.ms
    terminal.data += line_of(told.Paused(at=AT, ms=2500))
    terminal.enter("1")
    assert terminal.walk.visits[0].ms == before + 2500 + 1000


def test_back_takes_the_last_way_back_and_loses_no_note() -> None:
    """The journal keeps both; the record has the way that was meant, with the notes of the detour."""
    walk = walked("east", "n steep", "2", "", "n wrong door", "b", "1", "1")
    assert [visit.step for visit in walk.walked] == ["look", "light"]
    assert walk.walked[0].notes == ("steep", "wrong door")
    assert walk.over == "ended"


def test_finding_belongs_to_the_owner_of_its_step_and_is_due_in_two_weeks() -> None:
    """Enter takes both; a role and a day replace them."""
    (plain,) = walked("east", "f steep", "", "").findings
    assert (plain.step, plain.owner, plain.due) == ("look", "keeper", date(2026, 12, 5))
    (named,) = walked("east", "f steep", "owner-of-oil", "2027-01-31").findings
    assert (named.owner, named.due) == ("owner-of-oil", date(2027, 1, 31))
    (ownerless,) = walked("east", "1", "f dark").findings
    assert ownerless.owner == "keeper"


def test_finding_survives_an_interruption_before_its_owner_is_named() -> None:
    """What was found is written down at once; the open question comes first after a pause."""
    walk = walked("east", "f steep")
    assert walk.findings
    assert walk.asks == "owner"


def test_giving_up_records_the_step_it_stopped_at() -> None:
    """The last step has no way on, and says why."""
    walk = walked("east", "2", "x it rains")
    assert walk.over == "given-up"
    assert (walk.walked[-1].went, walk.walked[-1].notes) == (None, ("Given up: it rains",))


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        ((), "a b", "pasted into a shell"),
        ((), "$(reboot)", "pasted into a shell"),
        ((), "-rf", "pasted into a shell"),
        ((), "a;b", "pasted into a shell"),
        ((), "a\u202eb", "nobody sees, U\\+202E"),
        (("east",), "3", "no way 3"),
        (("east",), "yes", "1 to 2"),
        (("east",), "n", "followed by the note"),
        (("east",), "n " + "x" * 501, "500 fit"),
        (("east",), "f Change this step", "sample text"),
        (("east",), "b", "first step"),
        (("east",), "s lampe=west", "did you mean 'lamp'"),
        (("east",), "s lamp", "name=value"),
        (("east", "f steep"), "keper", "did you mean 'keeper'"),
        (("east", "f steep", ""), "2026-11-20", "in the past"),
        (("east", "f steep", ""), "soon", "is no day"),
        (("east",), "x", "followed by why"),
    ],
)
def test_line_that_is_no_answer_says_why(lines: tuple[str, ...], line: str, why: str) -> None:
    """Nothing is written down, and the question stays."""
    answer = understood(walked(*lines), line, Now(AT, 0), ROLES)
    assert isinstance(answer, Refused)
    assert re.search(why, answer.why)


def test_value_that_stands_in_no_command_may_be_any_words() -> None:
    """Only what is pasted into a shell is held to what a shell takes plainly."""
    assert walked("east", "2", "whale (old)").given["kind"] == "whale (old)"


def test_changed_step_is_told_and_keeps_the_digest_as_walked() -> None:
    """A walk that goes on after a change proves the old step, not the new one."""
    terminal = Terminal()
    for line in ("calm", "east", "1"):
        terminal.enter(line)
    other = changed(RUNBOOK, "look", do="Look twice at {lamp}.")
    walk = Walk.of(IDENTITY, other, terminal.answers)
    assert walk.changed == ("look",)
    assert walk.visits[0].digest == digest(RUNBOOK.steps[0])
    going_on = (*terminal.answers, told.Changed(at=AT, digests=digests_of(other)))
    assert Walk.of(IDENTITY, other, going_on).changed == ()


def test_step_that_is_gone_is_lost() -> None:
    """No record can name it."""
    terminal = Terminal()
    for line in ("calm", "east", "2"):
        terminal.enter(line)
    without = RUNBOOK.model_copy(update={"steps": tuple(step for step in RUNBOOK.steps if step.id != "fill")})
    assert Walk.of(IDENTITY, without, terminal.answers).lost == ("fill",)


def test_runbook_that_leads_nowhere_is_not_walked() -> None:
    """The walk would come to a step that is not there, or to none."""
    assert unwalkable(RUNBOOK) == ""
    assert "none of its steps" in unwalkable(RUNBOOK.model_copy(update={"entry": "loook"}))
    assert "neither ends nor goes on" in unwalkable(changed(RUNBOOK, "light", end=None))
    assert "leads to 'fill'" in unwalkable(
        RUNBOOK.model_copy(update={"steps": tuple(step for step in RUNBOOK.steps if step.id != "fill")})
    )


def test_journal_of_another_runbook_is_refused() -> None:
    """A file that was renamed by hand must not be taken for another walk."""
    with pytest.raises(ValueError, match="not of"):
        Walk.of("horn-silent", RUNBOOK, (begun(),))


@given(st.lists(LINES, max_size=25), st.data())
def test_walk_interrupted_anywhere_comes_to_the_same_record(lines: list[str], data: st.DataObject) -> None:
    """The bytes typed so far, cut anywhere: what was entered is kept, and the rest typed again gives the same end."""
    whole = Terminal()
    stream = ["Calm", "east", *lines, *["", "", "", "", "", "x done"]]
    for line in stream:
        whole.enter(line)
    typed = "".join(f"{line}\n" for line in stream).encode(errors="replace")
    cut = data.draw(st.integers(0, len(typed)))
    entered = typed[:cut].count(b"\n")
    first = Terminal()
    for line in stream[:entered]:
        first.enter(line)
    torn = line_of(told.Noted(at=AT, text="torn"))[: data.draw(st.integers(0, 20))]
    kept = read_journal(first.data + torn)
    again = Terminal((first.data + torn)[: kept.size])
    for line in stream[entered:]:
        again.enter(line)
    assert again.data == whole.data
    assert again.walk == whole.walk
    if whole.walk.over:
        assert rehearsal_of(again.walk) == rehearsal_of(whole.walk)


@given(st.lists(LINES, max_size=25))
def test_walk_is_always_a_path_of_its_runbook(lines: list[str]) -> None:
    """Whatever is typed, each step leads to the next one by a way that the runbook has."""
    walk = walked("east", *lines)
    steps = {step.id: step for step in RUNBOOK.steps}
    visits = (*walk.visits, walk.here)
    assert visits[0].step == RUNBOOK.entry
    for here, after in itertools.pairwise(visits):
        assert here.went == after.step
        assert after.step in {branch.go for branch in steps[here.step].next}
    assert all(len(lesson.what) <= 500 for lesson in walk.findings)


@pytest.mark.parametrize("change", [{"step": "nope"}, {"digest": "sha256:" + "0" * 64}])
def test_a_journal_that_leaves_a_step_as_it_never_stood_is_none(change: dict[str, str]) -> None:
    """What the record binds itself to is what was shown, whatever somebody writes into the file."""
    first = begun()
    step = RUNBOOK.entry
    told_so = {"at": AT, "ms": 1, "step": step, "digest": first.digests[step], "why": "x"} | change
    left = told.GaveUp.model_validate(told_so)
    with pytest.raises(ValueError, match="as it never stood"):
        Walk.of(first.runbook, RUNBOOK, (first, left))
