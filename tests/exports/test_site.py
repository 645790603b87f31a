"""Feeds beside the pages: in the internal site, linked from where somebody looks for them; in the public one never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from generators.exports.calendars import calendars
from tests.changes import change, tree
from tests.clock import EPOCH
from tests.exports.rosters import AT, catalog_at
from tests.pages.sites import Sites, built, files

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FOLDER = "oncall/calendars/"
LAMP = "ops_model/oncall/rotations/lamp-watch.yaml"


def links(page: Path) -> set[str]:
    """The feeds that a page links to, each of which is there."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    found = {str(link["href"]) for link in soup.select("article a[href$='.ics']")}
    for link in found:
        assert (page.parent / link).is_file(), link
    return found


def test_feeds_are_written_and_linked(sites: Sites) -> None:
    """The bytes are those of the export, line ends included; the chapter lists all, a rotation its own."""
    site = sites.of("internal")
    feeds, out = calendars(catalog_at(site.root), AT), site.out
    assert {name.removeprefix(FOLDER): data for name, data in files(out).items() if name.endswith(".ics")} == {
        name: text.encode() for name, text in feeds.items()
    }
    assert links(out / "oncall/index.html") == {f"../{FOLDER}{name}" for name in feeds}
    assert links(out / "oncall/rotations/lamp-watch.html") == {f"../../{FOLDER}rotations/lamp-watch.ics"}


def test_public_site_has_no_calendar(sites: Sites) -> None:
    """Neither on its own nor as the part of the internal site that is public."""
    out, inner = sites.of("public").out, sites.of("internal").out
    for name, data in [*files(out).items(), *((n, d) for n, d in files(inner).items() if n.startswith("public/"))]:
        assert not name.endswith(".ics")
        assert b".ics" not in data or name.endswith(".js"), name


def test_feed_of_somebody_who_is_gone(sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second build takes the file away and the link with it; other feeds stay as they are."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    root = sites.copy("internal", tmp_path / "repository")
    out = root / "out/internal"
    assert (out / FOLDER / "people/keeper-seat-2.ics").is_file()
    before = (out / FOLDER / "cadences.ics").read_bytes()
    said = tree(root / LAMP)
    said["layers"][0]["participants"] = ["keeper-seat-1"]
    change(root / LAMP, **said)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EPOCH) + 3600))
    built(root, "internal")
    assert (out / FOLDER / "cadences.ics").read_bytes() == before, "an event without a change has new stamps"
    assert not (out / FOLDER / "people/keeper-seat-2.ics").exists()
    assert not [link for link in links(out / "oncall/index.html") if "keeper-seat-2" in link]


def test_new_name_of_somebody_is_on_the_chapter_page(
    sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their own file is all that changed; the page that links to their feed is written again, few others are read."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    root = sites.copy("internal", tmp_path / "repository")
    change(root / "ops_model/organization/people/keeper-seat-2.yaml", title="Keeper Grace")
    out, result = built(root, "internal")
    assert 0 < result.read < 10
    page = BeautifulSoup((out / "oncall/index.html").read_text(encoding="utf-8"), "html.parser")
    (link,) = page.select("article a[href$='keeper-seat-2.ics']")
    assert link.text == "On call: Keeper Grace"
