"""Releases: what was published, what comes next, and how users find the version that they have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from generators.published.catalog import newest_first
from generators.published.manifest import Archive, Index, Release
from generators.site import check
from generators.views.published import Published
from generators.views.releases import changes_of, release_page, versions_page
from tests.changes import change
from tests.clock import AT
from tests.published.samples import RUNTIME

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog

MODEL = "ops_model"
SITE = "https://lamps.example.org/"
ENTRY = """### Added

- A dashboard about `wicks`,
  in two lines.
- <b>Bold</b> & [a link](https://example.org)

### Fixed

- Costs of lit lamps.

Not in a list.
"""


def catalog(root: Path) -> Catalog:
    """The miniature's."""
    return check(root, AT).catalog


def release(pack: str, version: str, released: date = date(2026, 11, 21), changes: str = "") -> Release:
    """A release with one archive."""
    archive = Archive(
        runtime=RUNTIME.id, warehouse="duckdb", file="a.tar.gz", size=1, sha256="a" * 64, contents=version[-1] * 64
    )
    return Release(
        pack=pack,
        package=f"{pack}_boards",
        title=pack.title(),
        version=version,
        released=released,
        licence="Apache-2.0",
        runtimes=(RUNTIME,),
        inputs="b" * 64,
        boards=(),
        required=(),
        archives=(archive,),
        changes=changes,
    )


def published(*releases: Release, site_url: str = SITE) -> Published:
    """A catalog with these releases, below a site."""
    return Published(Index(releases=tuple(newest_first(releases))), site_url, "lamp-ops")


def test_release_train_says_when_it_leaves(miniature: Path) -> None:
    """From the cadence, without its owner, agenda or runbook."""
    (train,) = release_page(catalog(miniature), Published(), AT).trains
    assert (train.surface, train.title) == ("The lamp", "New wicks")
    assert train.when.endswith("17:00 Europe/London")
    assert train.exceptions == ()


def test_release_that_does_not_come_as_usual(miniature: Path) -> None:
    """Users read the day and the new time, not the reason."""
    exceptions = [
        {"day": "2026-12-21", "reason": "Away"},
        {"day": "2026-12-28", "reason": "Away", "moved_to": {"day": "2027-01-05", "time": "09:00"}},
    ]
    change(miniature / MODEL / "operating/cadences/evening-round.yaml", exceptions=exceptions)
    (train,) = release_page(catalog(miniature), Published(), AT).trains
    assert train.exceptions == (
        "21 December 2026: cancelled",
        "28 December 2026: moved to 5 January 2027 at 09:00",
    )


def test_next_releases_are_those_that_happen(miniature: Path) -> None:
    """A cancelled one, and those in a freeze, are not promised; a moved one is on its new day."""
    exceptions = [
        {"day": "2026-11-23", "reason": "Away"},
        {"day": "2026-11-30", "reason": "Away", "moved_to": {"day": "2026-12-02", "time": "09:00"}},
    ]
    change(miniature / MODEL / "operating/cadences/evening-round.yaml", exceptions=exceptions)
    freezes = [{"first": "2026-12-07", "last": "2026-12-20", "reason": "Fog"}]
    change(miniature / MODEL / "operating/release_trains/lamp-train.yaml", freezes=freezes)
    (train,) = release_page(catalog(miniature), Published(), AT).trains
    assert [one.day for one in train.next] == [date(2026, 12, 2), date(2026, 12, 21), date(2026, 12, 28)]
    assert train.frozen == ("7 December 2026 to 20 December 2026",)
    assert release_page(catalog(miniature), Published(), None).trains[0].next == ()


def test_release_on_a_holiday_is_marked(miniature: Path) -> None:
    """Of the rotation of its surface: users know that fewer people are there."""
    change(miniature / MODEL / "operating/cadences/evening-round.yaml", recurrence="FREQ=WEEKLY;BYDAY=FR")
    (train,) = release_page(catalog(miniature), Published(), datetime(2026, 12, 26, tzinfo=UTC)).trains
    assert [(one.day, one.holiday) for one in train.next[:2]] == [
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 1, 8), ""),
    ]


def test_release_that_is_moved_into_a_freeze(miniature: Path) -> None:
    """Its new day is promised nowhere; an exception that is over is not told any more."""
    exceptions = [
        {"day": "2026-11-09", "reason": "Away"},
        {"day": "2026-12-28", "reason": "Away", "moved_to": {"day": "2027-01-05", "time": "09:00"}},
    ]
    change(miniature / MODEL / "operating/cadences/evening-round.yaml", exceptions=exceptions)
    freezes = [{"first": "2027-01-02", "last": "2027-01-06", "reason": "Fog"}]
    change(miniature / MODEL / "operating/release_trains/lamp-train.yaml", freezes=freezes)
    (train,) = release_page(catalog(miniature), Published(), datetime(2026, 12, 22, tzinfo=UTC)).trains
    assert train.exceptions == ("28 December 2026: moved to 5 January 2027 at 09:00, in a freeze: nothing is released",)
    assert [one.day for one in train.next] == [date(2027, 1, 11), date(2027, 1, 18), date(2027, 1, 25)]


def test_published_versions_newest_first_in_words(miniature: Path) -> None:
    """As text: what stands in a changelog is no markup of ours. Without an address of the site nothing is there."""
    old, new = release("wick", "0.9.0", date(2026, 1, 2)), release("wick", "0.10.0", changes=ENTRY)
    page = release_page(catalog(miniature), published(old, new), AT)
    assert [version.version for version in page.published] == ["0.10.0", "0.9.0"]
    added, fixed = page.published[0].changes
    assert (added.title, added.lines) == (
        "Added",
        ("A dashboard about wicks, in two lines.", "<b>Bold</b> & a link"),
    )
    assert fixed.lines[0] == "Costs of lit lamps."
    assert release_page(catalog(miniature), published(old, site_url=""), AT).published == ()


def test_text_outside_a_list_is_left_with_its_section() -> None:
    """Nothing of an entry is lost, and an entry without a heading gives nothing."""
    assert changes_of("Only words") == ()
    assert changes_of(ENTRY)[1].lines == ("Costs of lit lamps.", "Not in a list.")


def test_digests_of_every_version() -> None:
    """Which is the newest of its pack is said; 0.10.0 is newer than 0.9.0."""
    page = versions_page(published(release("wick", "0.9.0"), release("wick", "0.10.0")), RUNTIME.id)
    assert page.catalog == f"{SITE}catalog"
    assert [(one.version, one.is_newest) for one in page.versions] == [("0.10.0", True), ("0.9.0", False)]
    assert page.versions[0].archives[0].contents == "0" * 64
    assert page.versions[0].archives[0].address == f"{SITE}catalog/packs/wick/0.10.0/a.tar.gz"
    assert versions_page(published(release("wick", "1.0.0"), site_url=""), RUNTIME.id).versions == ()
