"""The pages of the launch: go only where every gate is open, reasons that say who acts, days and no ages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from generators.launch.readiness import Readiness
from generators.launch.reasons import SUMS
from generators.launch.records import launch_record, sign_off, text_of
from generators.model.launch import GateCount, LaunchRecord
from generators.render import render
from generators.render.printed import print_dossier
from generators.views.burn_up import burn_up
from generators.views.dossier import dossier
from generators.views.launch import gate_now, launch_board
from generators.views.layout import targets
from tests.launch.lamps import GATE, LAUNCH, SIGNED, lamps, signed_lamps
from tests.launch.leaves import changes

if TYPE_CHECKING:
    from tests.launch.worlds import World

AGES = re.compile(r"\b(?:[0-9]+|one|a) (?:hours?|days?|weeks?|months?|years?) (?:old|ago)\b|\b(?:today|yesterday)\b")
SECOND = f"{LAUNCH}/gates/second-winter.yaml"
GO, NO_GO = "**Go** on", "**No&#45;go** on"


def board(world: World) -> str:
    """The text of the chapter's board."""
    return render("boards/launch.md.jinja", launch_board(world.catalog, world.ready, world.at))


def paper(world: World) -> str:
    """The dossier as a file."""
    return print_dossier(dossier(world.catalog, world.ready, world.at), targets(world.catalog))


def says_go(world: World) -> bool:
    """What the board and the dossier say, which is the same."""
    text, printed = board(world), paper(world)
    assert (GO in text) != (NO_GO in text)
    assert ('class="decision yes">Go on' in printed) == (GO in text)
    return GO in text


@cache
def open_world() -> World:
    """One gate, which one keeper has opened."""
    world = lamps().without(SECOND).changed(GATE, quorum=1)
    record = sign_off(world.ready.gates["first-night"], "keeper-seat-1", "keeper", (world.facts.today, 90), None)
    made = world.with_text(SIGNED, text_of(record))
    assert made is not None
    return made


def test_it_is_go_where_every_gate_is_open() -> None:
    """With a gate that is shut it is not, and the reasons say why."""
    world = open_world()
    assert says_go(world)
    assert world.ready.reasons == ()
    shut = signed_lamps()
    assert not says_go(shut)
    assert [list(one.gates) for one in shut.ready.reasons] != []


def test_no_change_of_a_fact_makes_it_go_where_a_gate_is_shut() -> None:
    """Each value of the gate's file, of its item and of its records, changed by itself: the line follows the gates."""
    world, said = open_world(), set()
    files = (GATE, f"{LAUNCH}/scope/light-every-night.yaml", f"{LAUNCH}/runs/dfops-check.yaml")
    for path in files:
        for route, changed in changes(world, path):
            gates = changed.ready.gates.values()
            is_open = bool(gates) and all(gate.is_open for gate in gates)
            assert says_go(changed) == is_open, f"{path}: {route}"
            assert bool(changed.ready.reasons) != is_open, f"{path}: {route}"
            said.add(is_open)
    assert said == {False, True}


def test_without_gates_nothing_goes() -> None:
    """Nobody said what must be true; a gate that cannot be read is one more that is not known to be open."""
    world = open_world()
    none = world.without(GATE)
    assert not says_go(none)
    assert "No gate is defined" in none.ready.reasons[0].reason.what
    known = world.ready
    unread = Readiness(known.gates, known.items, (SECOND,))
    assert (known.is_go, unread.is_go) == (True, False)
    assert f"{SECOND} cannot be read" in unread.reasons[0].reason.what


def test_reasons_are_few_and_none_is_a_sum_of_others() -> None:
    """Scope items are one reason, signatures another; what several gates ask for names them all."""
    world = signed_lamps()
    criterion = {"id": "others", "statement": "Every other gate is open", "condition": "gates-signed"}
    shared = {"id": "same", "statement": "The tests pass", "command": "make test"}
    for path in (GATE, SECOND):
        world = world.changed(path, criteria=[criterion, shared], scope=["second-colour", "light-every-night"])
    world = world.without(f"{LAUNCH}/runs/dfops-check.yaml")
    reasons = world.ready.reasons
    texts = [one.reason.what for one in reasons]
    assert "Every other gate" not in " ".join(texts)
    assert {gate.condition for gate in world.ready.gates["first-night"].entry.entity.criteria} & SUMS
    (same,) = [one for one in reasons if one.reason.what.startswith("The tests pass")]
    assert list(map(str, same.gates)) == ["first-night", "second-winter"]
    assert len(texts) == len(set(texts))
    assert [one.reason.weight for one in reasons] == sorted(one.reason.weight for one in reasons)
    assert all(len(text) <= 160 for text in texts)
    assert not any(text.endswith(".") for text in texts)


@pytest.mark.parametrize("days", [0, 1, 400])
def test_pages_say_days_and_no_ages(days: int) -> None:
    """A page that is read tomorrow is as true as today: what is said of evidence is its day."""
    world = signed_lamps().on(signed_lamps().at + timedelta(days=days))
    entry = world.ready.gates["first-night"].entry
    now = render("live/gate.md.jinja", gate_now(world.ready, entry, world.at))
    for text in (board(world), now, paper(world)):
        assert AGES.findall(text) == []
    day = f"{world.at.day} {world.at:%B %Y}"
    assert f"on {day}" in now


def test_an_overdue_deferral_is_loud() -> None:
    """Until its day the item is settled; the day after it shuts the gate, and page and dossier say so."""
    world = signed_lamps()
    review = date(2027, 3, 1)
    path = f"{LAUNCH}/deferrals/second-colour-later.yaml"
    world = world.changed(path, follow_up={"what": "Look", "owner": "keeper", "review": review.isoformat()})
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert "overdue" not in board(world.on(noon))
    late = world.on(noon + timedelta(days=1))
    assert "**overdue since 1 March 2027**" in board(late)
    assert "overdue since 1 March 2027" in paper(late)
    assert not late.ready.items["second-colour"].is_settled


def test_the_dossier_says_what_moved_since_the_last_signature() -> None:
    """Old and new, for each fact."""
    world = signed_lamps()
    assert "Nothing changed since the last signature" in paper(world)
    moved = world.changed(GATE, purpose="May the <lamp> be sold?")
    text = paper(moved)
    assert "<code>purpose</code>: May the lamp be announced? → May the &lt;lamp&gt; be sold?" in text


def record(day: date, holds: int, criteria: int) -> LaunchRecord:
    """A record of one gate."""
    count = GateCount(holds=holds, criteria=criteria, settled=0, items=1, signed=0, quorum=1)
    return LaunchRecord(title="x", day=day, gates={"a": count})


def test_the_burn_up_has_a_slot_for_each_day() -> None:
    """A day without a record repeats the one before; the table has the newest first; the words have both ends."""
    first, last = date(2026, 11, 28), date(2026, 12, 1)
    made = burn_up([record(last, 3, 5), record(first, 1, 4)])
    chart = made.figures[0].chart
    assert chart.labels == ("28 Nov", "29 Nov", "30 Nov", "1 Dec")
    assert [line.values for line in chart.lines] == [(1, 1, 1, 3), (4, 4, 4, 5)]
    assert [point.day for point in made.points] == [last, first]
    assert chart.description == "From 1 of 4 on 28 November 2026 to 3 of 5 on 1 December 2026; 2 records."
    assert burn_up([record(first, 1, 4)]).figures[0].chart.lines[0].values == (1,)
    assert burn_up([]).figures == ()


def test_a_record_counts_what_holds_and_not_what_is_waived() -> None:
    """The chart would rise by paper."""
    world = signed_lamps()
    counted = launch_record(world.ready, world.at.date()).gates
    for name, gate in world.ready.gates.items():
        holds = [one.answer.holds for one in gate.criteria]
        assert (counted[name].holds, counted[name].criteria) == (sum(holds), len(holds))
    assert any(one.waiver and not one.answer.holds for gate in world.ready.gates.values() for one in gate.criteria)
