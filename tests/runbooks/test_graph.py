from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.model.runbook import Runbook
from generators.runbooks.graph import StepGraph, graph_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Edges = dict[str, list[str]]
Way = tuple[str, ...]
NAMES = "abcdef"
ENTRY = NAMES[0]


def graph(edges: Mapping[str, list[str]], ends: str = "", **minutes: int) -> StepGraph:
    """A graph from `a`; a step takes one minute unless said otherwise."""
    return StepGraph(
        entry=ENTRY,
        forward={name: tuple(following) for name, following in edges.items()},
        backward={name: tuple(n for n, following in edges.items() for f in following if f == name) for name in edges},
        minutes={name: minutes.get(name, 1) for name in edges},
        ends=frozenset(ends),
    )


def ways(edges: Mapping[str, list[str]], way: Way) -> Iterator[Way]:
    """Every way that goes on from here without visiting a step twice, and each of its beginnings."""
    yield way
    for after in edges[way[-1]]:
        if after not in way:
            yield from ways(edges, (*way, after))


def total(steps: StepGraph, way: Way) -> int:
    """Minutes of a way."""
    return sum(steps.minutes[step] for step in way)


@st.composite
def edges(draw: st.DrawFn, *, loops: bool = True) -> Edges:
    """Up to six steps, and any branches between them; without loops only to later ones. Branches come in any order."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    behind = {name: names if loops else names[index + 1 :] for index, name in enumerate(names)}
    return {name: draw(st.lists(st.sampled_from(behind[name]), max_size=4)) if behind[name] else [] for name in names}


@st.composite
def timed(draw: st.DrawFn, shape: st.SearchStrategy[Edges]) -> tuple[Edges, StepGraph]:
    """Branches, and the same as a graph in which steps take one to nine minutes and some are ends."""
    found = draw(shape)
    minutes = {name: draw(st.integers(1, 9)) for name in found}
    return found, graph(found, "".join(draw(st.sets(st.sampled_from(sorted(found))))), **minutes)


@given(timed(edges()))
def test_reachable_are_the_steps_of_all_ways_from_the_entry(case: tuple[Edges, StepGraph]) -> None:
    """A step is called an orphan exactly when no way leads to it."""
    found, steps = case
    assert steps.reachable() == {step for way in ways(found, (ENTRY,)) for step in way}


@given(timed(edges()))
def test_can_end_are_the_steps_with_some_way_to_an_end(case: tuple[Edges, StepGraph]) -> None:
    """A step is without outcome exactly when each way from it misses every end."""
    found, steps = case
    assert steps.can_end() == {name for name in found if any(way[-1] in steps.ends for way in ways(found, (name,)))}


@settings(max_examples=200)
@given(timed(edges()))
def test_longest_is_the_longest_of_all_ways(case: tuple[Edges, StepGraph]) -> None:
    """Time boxes add up to the worst way that visits no step twice, loops or not, in whatever order branches stand."""
    found, steps = case
    assert steps.longest()[0] == max(total(steps, way) for way in ways(found, (ENTRY,)))


@given(timed(edges()))
def test_longest_names_a_way_that_can_be_walked(case: tuple[Edges, StepGraph]) -> None:
    """What a finding prints is a way through the runbook that takes just as long, whatever loops there are."""
    found, steps = case
    minutes, way = steps.longest()
    assert way in set(ways(found, (ENTRY,)))
    assert minutes == total(steps, way)


def test_loop_without_a_way_out_is_reached_and_never_ends() -> None:
    """Walking in a circle is no outcome."""
    steps = graph({"a": ["b", "d"], "b": ["c"], "c": ["b"], "d": []}, ends="d")
    assert steps.reachable() == set("abcd")
    assert steps.can_end() == set("ad")


def test_step_that_leads_to_itself_counts_once() -> None:
    """Trying again does not make the longest way endless."""
    assert graph({"a": ["a", "b"], "b": []}, ends="b", a=5, b=2).longest() == (7, ("a", "b"))


def test_entry_that_does_not_exist_reaches_nothing() -> None:
    """The unknown entry is the finding; nothing else is guessed from it."""
    steps = StepGraph("z", {"a": ()}, {"a": ()}, {"a": 1}, frozenset("a"))
    assert (steps.reachable(), steps.longest()) == (frozenset(), (0, ()))
    assert steps.can_end() == {"a"}


def test_thousands_of_steps_in_a_row_are_walked_without_recursion() -> None:
    """A long file is slow at worst; it never stops the run."""
    names = [ENTRY, *map(str, range(3000))]
    steps = graph({name: [after] for name, after in zip(names, [*names[1:], ENTRY], strict=True)})
    assert steps.longest() == (len(names), tuple(names))
    assert len(steps.reachable()) == len(names)


END = {"id": "c", "end": {"outcome": "resolved", "say": "It burns."}}


def runbook(*steps: Mapping[str, Any]) -> Runbook:
    """A runbook of these steps."""
    frame = {"title": "Dark", "surface": "lamp", "owner": "keeper", "summary": "Light it.", "use_when": ["Night"]}
    rest = {"title": "Step", "do": "Look.", "minutes": 1}
    tree = {**frame, "entry": ENTRY, "steps": [{**rest, **step} for step in steps]}
    return Runbook.model_validate_json(json.dumps(tree), strict=True)


@pytest.mark.parametrize("target", ["nowhere", "b"])
def test_branches_become_edges_both_ways_and_those_to_nowhere_none(target: str) -> None:
    """A misspelt branch is one finding, and does not make the graph wrong elsewhere."""
    end = {"outcome": "resolved", "say": "It burns."}
    steps = graph_of(runbook({"id": "a", "next": [{"go": target}]}, {"id": "b", "end": end, "minutes": 7}))
    there = target == "b"
    assert steps.forward == {"a": ("b",) if there else (), "b": ()}
    assert steps.backward == {"a": (), "b": ("a",) if there else ()}
    assert steps.ends == frozenset("b")
    assert steps.minutes == {"a": 1, "b": 7}


def test_step_that_several_lead_to_has_an_edge_back_to_each() -> None:
    """Whether a way ends is asked backwards: every step that leads to an end must be met."""
    steps = graph_of(runbook({"id": "a", "next": [{"go": "b"}, {"go": "c"}]}, {"id": "b", "next": [{"go": "c"}]}, END))
    assert {name: set(before) for name, before in steps.backward.items()} == {"a": set(), "b": {"a"}, "c": {"a", "b"}}


def test_of_two_steps_with_one_id_the_first_counts() -> None:
    """Which of them is meant is the finding; the graph keeps to one."""
    assert graph_of(runbook({"id": "a", "minutes": 3}, {"id": "a", "minutes": 9})).minutes == {"a": 3}
