from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.changes import change
from tests.conftest import TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.command import Dfops

AT = "2026-11-20T16:30Z"


@pytest.fixture
def two(miniature: Path) -> Path:
    """The miniature with a second surface and more symptoms."""
    shutil.copytree(TESTS / "cases/ground", miniature, dirs_exist_ok=True)
    return miniature


@pytest.fixture
def in_lord_howe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine at half an hour past everybody else's."""
    monkeypatch.setenv("TZ", "Australia/Lord_Howe")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_answer_for_support(dfops: Dfops, two: Path) -> None:
    """Severity, deadlines in both zones, owner, runbook with what is known, and the words for the user."""
    ran = dfops(
        *("route", "--root", two, "--surface", "lamp", "--symptom", "faint-signal", "--connector", "Oil feed"),
        *("--warehouse", "DuckDB", "--at", AT, "--zone", "America/Los_Angeles"),
    )
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:7] == [
        "SEV3  The lamp smokes",
        "The signal is faint · The lamp · oil_feed · DuckDB",
        "",
        "Acknowledge by  Mon 23 Nov 04:30 PST, Mon 23 Nov 12:30 UTC  (4 hours)",
        "Relief by       Tue 24 Nov 08:30 PST, Tue 24 Nov 16:30 UTC  (2 days)",
        "Resolve by      Fri 27 Nov 08:30 PST, Fri 27 Nov 16:30 UTC  (5 days)",
        (
            "The clock runs  monday to friday, 09:00 to 17:00 Europe/London, except holidays (Holidays at the coast); "
            "report of Fri 20 Nov 08:30 PST, Fri 20 Nov 16:30 UTC"
        ),
    ]
    assert "Owner           Keeper (keeper): " in ran.out
    assert "runbooks/lamp-out.html?connector=oil_feed&warehouse=duckdb#step-lamp-out-look" in ran.out
    assert "Tell the user\n  We clean the glass.\n" in ran.out
    assert "Ask for\n  - Which night\n" in ran.out
    assert "Pack            oil_feed is" in ran.out


def test_answer_for_programs(dfops: Dfops, two: Path) -> None:
    """The same as JSON, with a version of its shape."""
    ran = dfops(
        *("route", "--root", two, "--error", "warn-parse-error", "--at", AT, "--format", "json"),
        *("--site", "https://ops.example.org/"),
    )
    told = json.loads(ran.out)
    assert ran.code == 0
    assert told["schema_version"] == 1
    assert told["symptom"]["id"] == "strange-signal"
    assert told["code"] == "WARN-PARSE-ERROR"
    assert told["promise"]["acknowledge"] == {"within": "4 hours", "by": "2026-11-23T12:30:00Z"}
    assert told["runbook"]["link"] == "https://ops.example.org/runbooks/lamp-out.html#step-lamp-out-look"
    assert told["status"] is None


def test_answer_to_a_code_says_what_it_means_and_who_reports_it(dfops: Dfops, two: Path) -> None:
    """Of a code that vanished also what to look for today, and what the user can do alone."""
    ran = dfops("route", "--root", two, "--error", "err-no-default-source", "--at", AT)
    assert ran.code == 0, ran.err
    assert "It means        A lamp had no oil of its own.\n" in ran.out
    assert "Reported by     dbt Charts 0.9.1; not by dbt Charts 0.10.0\n" in ran.out
    assert "Today           The missing barrel is reported as a missing file.\n" in ran.out
    assert "They can do first\n  - Name the barrel.\n" in ran.out
    told = json.loads(dfops("route", "--root", two, "--error", "ERR-NO-DEFAULT-SOURCE", "--format", "json").out)
    assert told["diagnostic"] == {
        "code": "ERR-NO-DEFAULT-SOURCE",
        "meaning": "A lamp had no oil of its own.",
        "not_by_packs": None,
        "reported_by": ["dbt Charts 0.9.1"],
        "since": None,
        "until": "dbt Charts 0.9.1",
        "coming": None,
        "today": "The missing barrel is reported as a missing file.",
        "successors": ["ERR-FILE-NOT-FOUND"],
        "do_first": [{"what": "Name the barrel.", "command": None}],
    }


def test_code_that_packs_do_not_cause_has_a_route_as_well(dfops: Dfops, two: Path) -> None:
    """With the reason, and the symptom it is treated as."""
    ran = dfops("route", "--root", two, "--error", "ERR-LINKS-NESTED", "--at", AT)
    assert ran.code == 0, ran.err
    assert "I see no light · The lamp · ERR-LINKS-NESTED\n" in ran.out
    assert "Not by packs    No tower of ours has a bridge.\n" in ran.out


def test_code_of_a_version_that_is_not_supported_is_named(dfops: Dfops, two: Path) -> None:
    """The nearest name would be a wrong one: the code exists."""
    change(two / "ops_model/support/code_groups/bridges.yaml", codes=["ERR-LINKS-NESTED"])
    ran = dfops("route", "--root", two, "--error", "ERR-LINK-SCHEME-UNSAFE")
    assert ran.code == 2
    assert "no version that packs are proven on reports ERR-LINK-SCHEME-UNSAFE; it is known from dbt" in ran.sentence


@pytest.mark.usefixtures("in_lord_howe")
def test_local_time_is_this_machines(dfops: Dfops, two: Path) -> None:
    """Without --zone the reader's own clock is shown, beside UTC."""
    ran = dfops("route", "--root", two, "--symptom", "no-light", "--surface", "lamp", "--at", AT)
    assert "Acknowledge by  Sat 21 Nov 03:45 +11, Fri 20 Nov 16:45 UTC  (15 minutes)" in ran.out


def test_time_is_said_once_where_both_are_utc(dfops: Dfops, two: Path) -> None:
    """Nothing twice for a reader in UTC."""
    ran = dfops("route", "--root", two, "--symptom", "no-light", "--at", AT, "--zone", "utc")
    assert "Acknowledge by  Fri 20 Nov 16:45 UTC  (15 minutes)" in ran.out


def test_nothing_asked_lists_what_may_be(dfops: Dfops, two: Path) -> None:
    """Whoever does not know the names gets them."""
    ran = dfops("route", "--root", two)
    assert ran.code == 0
    assert "lamp  The lamp\n" in ran.out
    assert "  no-light                     I see no light\n" in ran.out
    told = json.loads(dfops("route", "--root", two, "--surface", "lamp", "--format", "json").out)
    assert [row["id"] for row in told["surfaces"][0]["symptoms"]] == ["no-light", "faint-signal", "strange-signal"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--symptom", "no-light", "--error", "ERR-INTERNAL"), "two answers to one question"),
        (("--connector", "oil_feed"), "say what the user sees"),
        (("--surface", "lmp"), "there is no surface 'lmp'; did you mean 'lamp'?"),
        (("--symptom", "no-ligt"), "there is no symptom 'no-ligt'; did you mean 'no-light'?"),
        (("--error", "ERR-INTERNL"), "did you mean 'ERR-INTERNAL'?"),
        (("--symptom", "no-light", "--zone", "Europe/Londn"), "--zone: there is no time zone 'Europe/Londn'"),
        (("--symptom", "no-light", "--at", "noon"), "is no moment"),
        (("--symptom", "\x1b[31mx"), "there is no symptom"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    dfops: Dfops, two: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    """Exit 2, nothing on standard output, the nearest name."""
    ran = dfops("route", "--root", two, *arguments)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert "\x1b" not in ran.err


def test_owner_without_holder_is_said_to_be_vacant(dfops: Dfops, two: Path) -> None:
    """A vacancy is shown, not hidden."""
    change(two / "ops_model/organization/roles/keeper.yaml", holders=None)
    assert ": vacant\n" in dfops("route", "--root", two, "--symptom", "no-light", "--at", AT).out
