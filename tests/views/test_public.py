from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generators.model.anchors import public_anchor
from generators.model.support import Request, Symptom
from generators.site import check
from generators.views import public
from generators.views.codes import CodeLink
from generators.views.published import Published
from generators.views.releases import release_page
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog

MODEL = "ops_model"
LEVEL = f"{MODEL}/support/service_levels/lamp-sev3.yaml"


def catalog(root: Path) -> Catalog:
    """The entities of a repository."""
    return check(root, AT).catalog


def symptom(root: Path) -> public.SymptomPage:
    """The page of the miniature's symptom."""
    found = catalog(root)
    (entry,) = found.entries_of(Symptom)
    return public.symptom_page(found, entry)


def test_symptom_tells_what_to_try_and_what_happens(miniature: Path) -> None:
    """A user reads the symptom, what to try, what to say, and how it is treated; codes come with their meaning."""
    change(miniature / f"{MODEL}/support/symptoms/no-light.yaml", diagnostics=["WARN-PARSE-ERROR", "ERR-INTERNAL"])
    page = symptom(miniature)
    assert (page.title, page.seen) == ("I see no light", "The horizon is dark.")
    assert (page.try_first, page.ask) == ((Request(what="Clean the glass"),), (Request(what="Which lamp"),))
    assert page.advice == (
        public.Advice(public_anchor("advice", "lamp"), "The lamp", "The lamp is dark", "We are on it."),
    )
    assert page.codes == (
        CodeLink("ERR-INTERNAL", "Something failed that has no code."),
        CodeLink("WARN-PARSE-ERROR", "The signal cannot be read."),
    )


def test_symptom_without_route_has_no_advice(miniature: Path) -> None:
    """A gap that a rule reports is no reason to show something else."""
    (miniature / f"{MODEL}/support/routes/no-light.yaml").unlink()
    assert symptom(miniature).advice == ()


def test_help_lists_each_code_with_a_page_once(miniature: Path) -> None:
    """A reader with a code in hand finds it in the order of the alphabet; a code without a page has no link."""
    codes = ["WARN-PARSE-ERROR", "ERR-INTERNAL", "ERR-UNHEARD-OF"]
    change(miniature / f"{MODEL}/support/symptoms/no-light.yaml", diagnostics=codes)
    index = public.help_index(catalog(miniature))
    assert [link.code for link in index.codes] == ["ERR-INTERNAL", "WARN-PARSE-ERROR"]
    assert index.documents == ("no-light", "codes/index")


def promises(root: Path) -> tuple[public.Promise, ...]:
    """The promises of the miniature's one surface."""
    (surface,) = public.promise_page(catalog(root)).surfaces
    return surface.promises


def test_promises_worst_first_and_the_general_one_before_the_special(miniature: Path) -> None:
    """The order in which a user looks: how bad, then whether an exception applies."""
    special = tree(miniature / LEVEL) | {"title": "Special", "symptom": "no-light"}
    write(miniature / LEVEL.replace("lamp-sev3", "a-special"), special)
    shown = [(promise.severity, promise.only_for) for promise in promises(miniature)]
    assert shown == [("The lamp is dark", ""), ("The lamp smokes", ""), ("The lamp smokes", "I see no light")]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["monday", "tuesday", "wednesday", "thursday", "friday"], "monday to friday"),
        (["monday", "wednesday", "friday"], "monday, wednesday, friday"),
        (["sunday", "monday", "tuesday"], "sunday to tuesday"),
        (["saturday", "sunday"], "saturday, sunday"),
        (["tuesday"], "tuesday"),
    ],
)
def test_clock_runs_on_the_days_that_are_named(miniature: Path, days: list[str], words: str) -> None:
    """A promise to users names no day on which nobody answers."""
    change(miniature / LEVEL, hours=tree(miniature / LEVEL)["hours"] | {"days": days})
    assert (
        promises(miniature)[1].hours
        == f"{words}, 09:00 to 17:00 Europe/London, except holidays (Holidays at the coast)"
    )
    assert promises(miniature)[0].hours == "round the clock"


def test_clock_that_runs_on_holidays_says_so(miniature: Path) -> None:
    """Users read whether a promise stands still on a holiday, and on whose."""
    hours = {name: value for name, value in tree(miniature / LEVEL)["hours"].items() if name != "holidays"}
    change(miniature / LEVEL, hours=hours)
    assert promises(miniature)[1].hours.endswith(" Europe/London, holidays count as business days")


def test_case_of_every_connector_is_on_the_list_of_cases_only(miniature: Path) -> None:
    """A case without connectors holds for all: it stands once, under its surface."""
    change(miniature / f"{MODEL}/launch/unsupported/fog.yaml", connectors=None, warehouses=["duckdb"])
    (surface,) = public.unsupported_page(catalog(miniature)).surfaces
    assert surface.title == "The lamp"
    assert [(case.title, case.connectors, case.warehouses) for case in surface.cases] == [("Fog", (), ("duckdb",))]


def test_case_of_an_older_release_says_so_and_stands_last(miniature: Path) -> None:
    """A user of a current release reads first what concerns them; nobody works around what is fixed."""
    fog = miniature / f"{MODEL}/launch/unsupported/fog.yaml"
    older = {"only_in": "Lamp 1", "now": "fixed in Lamp 2"}
    write(fog.with_stem("drizzle"), tree(fog) | {"title": "Drizzle", "older": older})
    (surface,) = public.unsupported_page(catalog(miniature)).surfaces
    assert [(case.title, case.only_in, case.now) for case in surface.cases] == [
        ("Fog", "", ""),
        ("Drizzle", "Lamp 1", "fixed in Lamp 2"),
    ]


def test_references_that_lead_nowhere_leave_gaps_and_raise_nothing(miniature: Path) -> None:
    """Every rule may be broken at once while somebody edits: pages are made all the same."""
    for name in ("support/severities", "support/symptoms", "organization/surfaces", "operating/cadences"):
        for path in (miniature / MODEL / name).iterdir():
            path.unlink()
    found = catalog(miniature)
    pages: list[Any] = [public.help_index(found), public.promise_page(found), public.unsupported_page(found)]
    pages += [release_page(found, Published(), AT)]
    assert pages[3].trains[0].when == ""
    assert pages[3].trains[0].surface == ""
