from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from generators.catalog import Catalog, load
from generators.findings.naming import Unanswerable, named
from generators.model import KINDS
from generators.model.support import Route, ServiceLevel, Symptom
from generators.source import LIMITS, Repository
from generators.support.deadlines import days_off
from generators.support.routing import Question, answer
from tests.changes import change, tree, write
from tests.clock import AT
from tests.conftest import TESTS

if TYPE_CHECKING:
    from pathlib import Path

SUPPORT = "ops_model/support"
LEVELS = f"{SUPPORT}/service_levels"


def catalog_of(root: Path) -> Catalog:
    """What a root says."""
    return load(Repository(root, LIMITS), KINDS)[0]


@pytest.fixture
def two(miniature: Path) -> Path:
    """The miniature with a second surface and more symptoms."""
    shutil.copytree(TESTS / "cases/ground", miniature, dirs_exist_ok=True)
    return miniature


@pytest.fixture(scope="module")
def ours() -> Catalog:
    """What this repository says."""
    return catalog_of(TESTS.parent)


def test_every_symptom_and_every_code_of_the_repository_is_answered(ours: Catalog) -> None:
    """No route leads nowhere: each (surface, symptom) and each (surface, code) gives a promise, an owner, a runbook."""
    catalog = ours
    asked = 0
    for route in catalog.entries_of(Route):
        symptom = catalog.find(Symptom, route.entity.symptom)
        assert symptom is not None
        codes = [Question(str(route.entity.surface), code=code) for code in symptom.entity.diagnostics]
        for question in (Question(str(route.entity.surface), symptom.id), *codes):
            found = answer(catalog, question, AT)
            assert found.route == route
            assert [due.what for due in found.dues] == ["acknowledge", "mitigate", "resolve"]
            moments = [due.at for due in found.dues]
            assert all(moments)
            assert moments == sorted(moments, key=str)
            assert found.owner.id == route.entity.owner
            assert found.runbook.id == route.entity.runbook
            assert found.on_call.shifts
            asked += 1
    assert asked > 105


def test_promise_for_the_symptom_goes_before_the_general_one(miniature: Path) -> None:
    """A special service level is what holds, and its hours are what count."""
    write(
        miniature / LEVELS / "no-light.yaml",
        tree(miniature / LEVELS / "lamp-sev1.yaml") | {"symptom": "no-light", "acknowledge": "5 minutes"},
    )
    found = answer(catalog_of(miniature), Question("lamp", "no-light"), AT)
    assert found.level is not None
    assert found.level.id == "no-light"
    assert found.dues[0].at == datetime(2026, 11, 21, 12, 5, tzinfo=UTC)


def test_holidays_of_the_level_are_its_own(two: Path) -> None:
    """The calendar that the hours name stands still, another one does not."""
    hours = tree(two / LEVELS / "lamp-sev3.yaml")["hours"]
    eve = datetime(2026, 12, 31, 16, tzinfo=UTC)
    found = answer(catalog_of(two), Question("lamp", "faint-signal"), eve)
    assert found.dues[0].at == datetime(2027, 1, 4, 12, tzinfo=UTC)  # Friday the 1st is a holiday, then the weekend
    change(two / LEVELS / "lamp-sev3.yaml", hours={name: hours[name] for name in hours if name != "holidays"})
    found = answer(catalog_of(two), Question("lamp", "faint-signal"), eve)
    assert found.dues[0].at == datetime(2027, 1, 1, 12, tzinfo=UTC)


def test_code_leads_to_its_symptom(two: Path) -> None:
    """In the spelling in which it was typed."""
    found = answer(catalog_of(two), Question("lamp", code=" warn-parse-error "), AT)
    assert found.symptom.id == "strange-signal"
    assert found.question.code == "WARN-PARSE-ERROR"
    assert answer(catalog_of(two), Question("lamp", code="ERR-LINKSNESTED"), AT).question.code == "ERR-LINKS-NESTED"


def test_surface_may_be_left_out_where_only_one_shows_the_symptom(two: Path) -> None:
    """Less to type at night."""
    assert answer(catalog_of(two), Question(symptom="no-light"), AT).surface.id == "lamp"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Question("lamp"), "exactly one of the two"),
        (Question("lamp", "no-light", "ERR-INTERNAL"), "exactly one of the two"),
        (Question("lmp", "no-light"), "no surface 'lmp'; did you mean 'lamp'"),
        (Question("lamp", "no-ligth"), "no symptom 'no-ligth'; did you mean 'no-light'"),
        (Question("lamp", code="ERR-INTERNL"), "no diagnostic code 'ERR-INTERNL'; did you mean 'ERR-INTERNAL'"),
        (Question("lamp", "no-light", connector="oil_fed"), "no connector 'oil_fed'; did you mean 'oil_feed'"),
        (Question("lamp", "no-light", warehouse="bigqery"), "no warehouse 'bigqery'; did you mean 'bigquery'"),
        (Question("lamp", "xyzzy"), "there are: faint-signal, no-light, strange-signal"),
        (Question("horn", "no-light"), "'no-light' does not occur on 'horn', but on lamp"),
        (Question("horn", code="ERR-INTERNAL"), "ERR-INTERNAL shows 'no-light', which does not occur on 'horn'"),
    ],
)
def test_what_is_not_known_is_said_with_the_nearest_name(two: Path, question: Question, sentence: str) -> None:
    """One sentence, and what to do."""
    with pytest.raises(Unanswerable) as said:
        answer(catalog_of(two), question, AT)
    assert sentence in str(said.value)


@pytest.mark.parametrize("given", ["Google Ads", "google-ads", "GOOGLE_ADS", "googleads"])
def test_names_are_understood_as_people_write_them(given: str) -> None:
    """Nobody looks for an underscore at night."""
    assert named("connector", given, {"google_ads": "Google Ads", "github": "GitHub"}) == "google_ads"


def test_file_that_cannot_be_read_is_named(miniature: Path) -> None:
    """A malformed runbook is no reason to guess one."""
    (miniature / "runbooks/lamp/lamp-out.yaml").write_text("title: 1\n", encoding="utf-8")
    with pytest.raises(Unanswerable, match="needs the runbook 'lamp-out', which cannot be read"):
        answer(catalog_of(miniature), Question("lamp", "no-light"), AT)


def test_deadline_beyond_the_calendar_of_holidays_says_so(two: Path) -> None:
    """The calendar ends with 2027: a deadline after it may lie on a holiday, one before it does not."""
    question, year_end = Question("lamp", "faint-signal"), datetime(2027, 12, 30, 12, tzinfo=UTC)
    known = [due.holidays_until for due in answer(catalog_of(two), question, year_end).dues]
    assert known == [None, date(2027, 12, 31), date(2027, 12, 31)]
    assert {due.holidays_until for due in answer(catalog_of(two), question, AT).dues} == {None}


def test_business_time_of_the_repository_stands_still_on_christmas_day(ours: Catalog) -> None:
    """Every service level with hours: the calendar of whoever answers for its surface."""
    levels = [entry.entity for entry in ours.entries_of(ServiceLevel) if entry.entity.hours]
    assert levels
    assert all(date(2026, 12, 25) in days_off(ours, level.hours) for level in levels)


def test_nothing_promised_is_no_deadline(miniature: Path) -> None:
    """A finding of `dfops check`, and still an answer."""
    (miniature / LEVELS / "lamp-sev1.yaml").unlink()
    found = answer(catalog_of(miniature), Question("lamp", "no-light"), AT)
    assert found.level is None
    assert found.dues == ()
    assert next(iter(catalog_of(miniature).entries_of(ServiceLevel))).id == "lamp-sev3"


def test_known_defects_and_limits_are_those_of_what_was_named() -> None:
    """What is settled or of another connector is not shown; what names the warehouse is."""
    catalog = catalog_of(TESTS.parent)
    plain = answer(catalog, Question("connector-packs", "pack-shows-errors"), AT)
    assert plain.defects == ()
    assert plain.unsupported == ()
    found = answer(catalog, Question("connector-packs", "pack-shows-errors", connector="jira"), AT)
    assert found.defects
    assert {entry.entity.connector for entry in found.defects} == {"jira"}
    assert {entry.entity.state for entry in found.defects} <= {"open", "accepted", "in-progress"}
    assert "jira-story-points" in {entry.id for entry in found.unsupported}
    elsewhere = answer(
        catalog, Question("connector-packs", "pack-shows-errors", connector="jira", warehouse="bigquery"), AT
    )
    assert {tuple(entry.entity.warehouses) for entry in elsewhere.defects} <= {(), ("bigquery",)}
