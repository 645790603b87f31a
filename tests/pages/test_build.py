"""Both sites of the miniature as Sphinx writes them."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.changes import change
from tests.pages.filling import Spot, fill
from tests.pages.sites import Sites, built, files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ONE_OFTEN = (pytest.param("internal", marks=pytest.mark.long), "public")
"""The internal site is large, and CI builds the real one with warnings as errors."""


@pytest.mark.parametrize("audience", ONE_OFTEN)
def test_other_folder_other_time_same_bytes(sites: Sites, furnished: Path, tmp_path: Path, audience: str) -> None:
    """No warning, and equal inputs and SOURCE_DATE_EPOCH give equal files to the byte, wherever and whenever (F10)."""
    elsewhere = tmp_path / "some where" / "quite else"
    shutil.copytree(furnished, elsewhere)
    for path in elsewhere.rglob("*"):
        os.utime(path, (10**9, 10**9))
    one = sites.of(audience)
    out, again = built(elsewhere, audience)
    first, second = files(one.out), files(out)
    assert one.warnings == again.warnings == ()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert [name for name in first if str(one.root).encode() in first[name]] == []


@pytest.mark.long
def test_build_after_a_change_gives_the_bytes_of_a_first_one(sites: Sites, furnished: Path, tmp_path: Path) -> None:
    """What Sphinx remembers is not seen in the site: the next build of one that is finished, and one from nothing."""
    finished = sites.copy("internal", tmp_path / "finished")
    for root in (finished, furnished):
        change(root / "ops_model/organization/people/keeper-seat-2.yaml", title="Keeper Grace")
    out, again = built(finished, "internal")
    other, anew = built(furnished, "internal")
    assert 0 < again.read < 20 < anew.read
    assert files(out) == files(other)


# ── hostile words, as HTML ──────────────────────────────────────────────────────────────────────────────────────────
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} [a](javascript:b) `&lt;`"


def skeleton(page: Tag) -> list[str]:
    """Every element with the names of its attributes. Code and drawings have pieces that follow the text."""
    for part in page.select(".highlight pre, code.literal, .ops-diagram svg"):
        part.clear()
    return [f"{tag.name} {' '.join(sorted(tag.attrs))}" for tag in page.find_all(name=True)]


def soups(out: Path) -> dict[str, BeautifulSoup]:
    """The pages of a site, parsed."""
    return {path: BeautifulSoup(data, "lxml") for path, data in files(out).items() if path.endswith(".html")}


def numbered(text: str) -> Callable[[Spot, Any], Any]:
    """The text in every free field; titles keep the order of the lists, engines their groups."""
    count = iter(range(10_000))

    def say(spot: Spot, value: Any, /) -> Any:
        number = next(count)
        if spot.form == "title" or spot.route[0] == "engines":
            return f"{number:04d} {text}"
        return text if spot.is_free else value

    return say


@pytest.mark.long
@pytest.mark.parametrize("audience", ONE_OFTEN)
def test_hostile_words_are_words_in_the_browser(furnished: Path, audience: str) -> None:
    """Not one element or attribute comes of them: in bodies, titles, navigation, links, the search index (F3, F4)."""
    fill(furnished, numbered("Neutral words"))
    out, _ = built(furnished, audience)
    neutral = {path: skeleton(page) for path, page in soups(out).items()}
    fill(furnished, numbered(HOSTILE))
    out, _ = built(furnished, audience)
    pages = soups(out)
    assert pages.keys() == neutral.keys()
    assert sum(HOSTILE in page.text for page in pages.values()) > 6
    for page in pages.values():
        for tag in page.find_all(name=True):
            assert not [name for name in tag.attrs if name.startswith("on") or name == "srcdoc"]
            assert not str(tag.get("href", "")).lower().startswith(("javascript", "data", "vbscript"))
    assert [path for path, page in pages.items() if skeleton(page) != neutral[path]] == []
    index = (out / "searchindex.js").read_text(encoding="utf-8")
    assert json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["titles"]


def test_no_page_names_the_machine_or_a_repository_path(sites: Sites) -> None:
    """The public site says nothing of where and from what it was made."""
    site = sites.of("public")
    for name, data in files(site.out).items():
        for word in (b"ops_model", b"runbooks/", b"keeper", str(site.root).encode()):
            assert word not in data, name


def test_fault_in_the_model_fails_the_build(furnished: Path) -> None:
    """A bare `sphinx-build -W` refuses what `dfops check` refuses."""
    change(furnished / "ops_model/support/routes/no-light.yaml", owner="lost")
    _, result = built(furnished, "public")
    assert not result.ok
    assert [line for line in result.warnings if "ops_model/support/routes/no-light.yaml" in line and "OPS201" in line]
