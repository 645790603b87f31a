from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.model.launch import Rehearsal
from generators.model.runbook import Runbook
from generators.runbooks.walk import digests_of
from generators.source import LIMITS, Repository
from generators.views.rehearsals import last_rehearsed, rehearsal_coverage
from tests.changes import tree, write

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog

BY_DAY = "ops_model/launch/rehearsals/lamp-out-by-day.yaml"


def catalog_at(root: Path) -> Catalog:
    """What the repository holds."""
    return load(Repository(root, LIMITS), KINDS)[0]


def walk(root: Path, **fields: object) -> None:
    """One more rehearsal: from the first step to the end, as they stand."""
    runbook = catalog_at(root).find(Runbook, "lamp-out")
    assert runbook
    now = digests_of(runbook.entity)
    walked = [
        {"step": "lamp-out/look", "digest": now["look"], "seconds": 60, "went": "light"},
        {"step": "lamp-out/light", "digest": now["light"], "seconds": 60},
    ]
    record = tree(root / BY_DAY) | {"held": "2026-11-01", "walked": walked, "lessons": []} | fields
    write((root / BY_DAY).with_stem("lamp-out-by-night"), record)


def test_runbook_that_nobody_walked_comes_with_its_number_of_ways(miniature: Path) -> None:
    """What there is to do is seen at once."""
    (miniature / BY_DAY).unlink()
    page = rehearsal_coverage(catalog_at(miniature))
    assert [(str(ref), ways) for ref, ways in page.never] == [("lamp-out", 4)]
    assert (page.total, page.changed, page.walked) == (1, (), ())


def test_walked_runbook_says_when_and_by_whom(miniature: Path) -> None:
    """The latest rehearsal, and how much all of them cover."""
    walk(miniature)
    (row,) = rehearsal_coverage(catalog_at(miniature)).walked
    assert (str(row.last.held.rehearsal), row.last.held.day) == ("lamp-out-by-night", date(2026, 11, 1))
    assert (row.last.walked, row.last.total, row.last.changed) == (2, 4, ())
    assert [way.held is not None for way in row.ways] == [True, False, False, True]


def test_changed_runbook_names_the_steps_that_changed(miniature: Path) -> None:
    """It moves to the list of those that are walked again first."""
    walk(miniature)
    runbook = miniature / "runbooks/lamp/lamp-out.yaml"
    runbook.write_text(runbook.read_text(encoding="utf-8").replace("Strike a match.", "Strike two."), encoding="utf-8")
    page = rehearsal_coverage(catalog_at(miniature))
    (row,) = page.changed
    assert [str(step) for step in row.last.changed] == ["lamp-out/light"]
    assert [way.stale for way in row.ways] == [False, False, False, True]
    assert page.walked == ()


def test_lessons_are_open_until_something_was_fixed(miniature: Path) -> None:
    """The follow-ups, by day."""
    page = rehearsal_coverage(catalog_at(miniature))
    assert [lesson.what for lesson in page.open] == ["Nobody knew which lamp was meant"]
    assert [lesson.fixed for lesson in page.fixed] == ["Says to take matches along"]


def test_page_of_a_runbook_has_its_own_last_rehearsal(miniature: Path) -> None:
    """The same as on the page of all, or nothing."""
    walk(miniature)
    catalog = catalog_at(miniature)
    entry = catalog.find(Runbook, "lamp-out")
    assert entry
    (row,) = rehearsal_coverage(catalog).walked
    assert last_rehearsed(catalog, entry) == row.last
    for held in list(catalog.entries_of(Rehearsal)):
        (miniature / held.path).unlink()
    catalog = catalog_at(miniature)
    entry = catalog.find(Runbook, "lamp-out")
    assert entry
    assert last_rehearsed(catalog, entry) is None
