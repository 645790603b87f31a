"""Reading costs less than the loader it replaces."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import yaml

from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Callable

RUNBOOK = "id: roll-back\ntitle: Roll back a pack\nowner: pack-maintainer\nentry: step-0\nsteps:\n" + "".join(
    f"  - id: step-{number}\n    title: 'Confirm the fault: {number}'\n    does: |\n      Look at the board.\n"
    f"      Compare it.\n    command: dft pack list\n    minutes: {number}\n    next:\n"
    f'      - when: "it is older"\n        go: step-{number + 1}\n      - {{when: otherwise, end: resolved}}\n'
    for number in range(10)
)


def fastest(work: Callable[[], object]) -> float:
    """Seconds of processor time of the fastest of many runs."""
    times = []
    for _ in range(40):
        before = time.process_time()
        for _ in range(5):
            work()
        times.append(time.process_time() - before)
    return min(times)


@pytest.mark.bench
def test_an_ordinary_file_costs_at_most_three_quarters_of_yaml_load() -> None:
    """Processor time, in one run, for the same file."""
    data = RUNBOOK.encode()
    ours = fastest(lambda: read("f.yaml", data))
    theirs = fastest(lambda: yaml.load(data, Loader=yaml.CSafeLoader))
    assert ours / theirs < 0.75


@pytest.mark.bench
def test_the_places_of_a_document_cost_less_than_its_tree() -> None:
    """Memory kept for one document, its text included, against that of the plain tree."""
    data = RUNBOOK.encode()
    read("f.yaml", data)
    tracemalloc.start()
    documents = [read("f.yaml", bytes(bytearray(data))).document for _ in range(50)]
    ours = tracemalloc.get_traced_memory()[0]
    trees = [yaml.load(data, Loader=yaml.CSafeLoader) for _ in range(50)]
    theirs = tracemalloc.get_traced_memory()[0] - ours
    tracemalloc.stop()
    assert len(documents) == len(trees)
    assert ours < 2 * theirs
