from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

AT = "2026-11-24T03:10:00Z"


def test_route_receiver_step_and_people(dfops: Dfops, miniature: Path) -> None:
    """Everything that a page would do, with nothing sent."""
    done = dfops("page", "--alert", "lamp-dark", "--at", AT, "--root", miniature)
    assert done.code == 0
    assert "receiver  lamp-escalation" in done.out
    assert "0 min  Tue 03:10Z" in done.out
    assert "Mon 2026-11-23 19:10 PST  lamp-watch, until Mon 2026-11-30 09:00 UTC" in done.out
    assert "again (1 of 1 times)" in done.out


def test_the_link_carries_what_the_alert_knows(dfops: Dfops, miniature: Path) -> None:
    """Labels, severity and the moment of the page, at the step that answers; absolute where the site is known."""
    words = ("page", "--alert", "lamp-dark", "--label", "lamp=east", "--at", AT, "--format", "json")
    told = json.loads(dfops(*words, "--site", "https://ops.example.org/", "--root", miniature).out)
    assert told["url"].startswith("https://ops.example.org/runbooks/lamp-out.html?lamp=east&severity=sev1&paged=")
    assert told["url"].endswith("#step-lamp-out-look")
    assert told["steps"][0]["people"][0]["through"] == "lamp-watch"


@pytest.mark.parametrize(
    "label", ["lamp", "=x", "lamp=", "lamp=$(reboot)", "lamp=-rf", "lamp=a b", "l p=x", "lamp=a;b"]
)
def test_labels_that_no_command_may_hold_are_refused(dfops: Dfops, miniature: Path, label: str) -> None:
    """They would be pasted into a shell."""
    done = dfops("page", "--alert", "lamp-dark", "--label", label, "--root", miniature)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")


def test_labels_that_nothing_uses_are_named(dfops: Dfops, miniature: Path) -> None:
    """The link holds them all the same; a note says that no command of the runbook does."""
    done = dfops("page", "--alert", "lamp-dark", "--label", "colour=red", "--root", miniature)
    assert done.err == "note: no command of lamp-out uses the label colour\n"


def test_unknown_alerts_get_the_nearest_name(dfops: Dfops, miniature: Path) -> None:
    """Exit 2."""
    done = dfops("page", "--alert", "lamp-dak", "--root", miniature)
    assert (done.code, done.err) == (2, "dfops: there is no alert 'lamp-dak'; did you mean 'lamp-dark'?\n")


def test_a_severity_that_wakes_nobody_goes_to_a_queue(dfops: Dfops, miniature: Path) -> None:
    """The owner works it off."""
    severity = miniature / "ops_model/support/severities/sev1.yaml"
    severity.write_text(severity.read_text(encoding="utf-8").replace("pages: true", "pages: false"), encoding="utf-8")
    done = dfops("page", "--alert", "lamp-dark", "--root", miniature)
    assert "receiver  lamp-queue: no one is paged" in done.out


@pytest.mark.parametrize("site", ["javascript:alert(1)", "https://a b", "https://x/\x1b[0m", "ops.example.org"])
def test_addresses_that_are_none_are_refused(dfops: Dfops, miniature: Path, site: str) -> None:
    """The link is opened by a tired person."""
    assert dfops("page", "--alert", "lamp-dark", "--site", site, "--root", miniature).code == 2
