from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.model.runtime import Runtime
from generators.packs.reading.seal import seal_of
from generators.runtime.reports import newest_known
from generators.source import Repository
from generators.views.runtimes import runtime_now
from tests.changes import change, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog, Entry

FILE = "ops_model/operating/runtimes/dbt-charts.yaml"
REPORTS = "ops_model/operating/runtimes/reports"


def report(root: Path, name: str, day: datetime, release: str | None = None) -> None:
    """One that found this release to be the newest, or did not learn which is."""
    fields = {
        "title": name,
        "asked_at": f"{day:%Y-%m-%dT%H:%M:%SZ}",
        "before": {"runtime": "dbt-charts", "version": "0.10.0"},
        "after": {"runtime": "dbt-charts", "version": "0.11.0"},
        "not_installed": "No wheel",
    } | ({"newest_release": release} if release else {})
    write(root / REPORTS / f"{name}.yaml", fields | {"seal": seal_of(fields)})


def runtime_at(root: Path) -> tuple[Catalog, Entry[Runtime]]:
    """The miniature's."""
    catalog, findings = load(Repository(root), KINDS)
    assert findings == ()
    (entry,) = catalog.entries_of(Runtime)
    return catalog, entry


def test_release_that_is_not_proven(miniature: Path) -> None:
    """Its age counts from the first report that found it to be the newest, whatever the last one learned."""
    report(miniature, "first", AT - timedelta(days=9), "0.11.0")
    report(miniature, "second", AT - timedelta(days=2), "0.11.0")
    report(miniature, "third", AT - timedelta(hours=1))
    page = runtime_now(*runtime_at(miniature), AT)
    assert (page.release, page.is_proven, page.days) == ("0.10.0", True, 1)  # the miniature's own report is newer
    for kept in (miniature / REPORTS).glob("dbt-charts-*.yaml"):
        kept.unlink()
    page = runtime_now(*runtime_at(miniature), AT)
    assert (page.release, page.is_proven, page.days) == ("0.11.0", False, 9)
    assert (page.first_seen, page.asked) == ("Thursday, 12 November 2026", "Thursday, 19 November 2026")


def test_version_that_is_newer_than_an_old_report(miniature: Path) -> None:
    """Who has moved on since is not reminded of a release that is older."""
    change(
        miniature / FILE,
        versions=[{"version": name, "since": "2026-01-01", "why": "x"} for name in ("0.9.1", "0.12.0")],
    )
    report(miniature, "only", AT, "0.11.0")
    newest = newest_known(*runtime_at(miniature))
    assert newest is not None
    assert newest.is_proven


def test_nothing_is_known(miniature: Path) -> None:
    """Neither a page nor a check asks a network instead."""
    for kept in (miniature / REPORTS).glob("*.yaml"):
        kept.unlink()
    report(miniature, "only", AT)
    page = runtime_now(*runtime_at(miniature), AT)
    assert (page.release, page.asked) == ("", "")
