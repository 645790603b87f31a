"""Data for the night's script, what runbook pages load, the schedule beside them, and the bundle of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from lxml import html

from generators.sphinxext.offline import article
from generators.sphinxext.stylesheet import shortened, used_classes
from tests.sphinxext.conftest import REPOSITORY, only, runbooks

if TYPE_CHECKING:
    from tests.sphinxext.conftest import Repository

SCRIPTS = ("night.js", "messages.js", "bundle.js")
DATA = '\n~~~{ops:night}\n{"runbook": "roll-back", "surface": "lamp", "parameters": [], "steps": []}\n~~~\n'
BUNDLE = "runbooks/offline.html"


def fill(repository: Repository, data: str = DATA) -> None:
    """A runbook page with data, the index that links to the bundle, a schedule, and the real scripts."""
    for name in SCRIPTS:
        text = (REPOSITORY / "docs/_static" / name).read_text(encoding="utf-8")
        (repository.root / "docs/_static" / name).write_text(text, encoding="utf-8")
    site = runbooks()
    site.pages["runbooks/roll-back.md"] += data
    site.pages["runbooks/index.md"] = "# Runbooks\n\n{ops:offline}`In one file`\n"
    site.pages["index.md"] = site.pages["index.md"].replace("runbooks/roll-back", "runbooks/roll-back\nrunbooks/index")
    site.shifts = {"lamp": "opsShifts.lamp = 1;\n"}
    repository.site["internal"] = site
    repository.site["public"].pages["index.md"] = "# Start\n"


def test_runbook_page_loads_what_it_needs(repository: Repository) -> None:
    """Its data, the schedule of its surface under the same address in every build, the script; little else."""
    fill(repository)
    assert repository.build().ok
    soup = BeautifulSoup(repository.html("runbooks/roll-back"), "lxml")
    assert only(soup, "article script.ops-night").text.startswith('{"runbook":"roll-back"')
    assert only(soup, "article script[src]")["src"] == "../_static/shifts/lamp.js"
    loaded = {
        str(tag.get("src") or tag.get("href")).split("?")[0].rsplit("/", 1)[-1] for tag in soup.select("script, link")
    }
    assert {"night.js", "runbook.css", "ops.css"} <= loaded
    assert not {"furo.css", "pages.css", "pygments.css", "sphinx-design.min.css", "doctools.js", "messages.js"} & loaded
    assert not soup.select("article a.headerlink")
    guide = BeautifulSoup(repository.html("guide"), "lxml")
    assert not guide.select("script[src*='night.js']")
    assert all(guide.select(f"link[href*='{name}']") for name in ("pygments.css", "furo.css", "pages.css"))


def test_short_sheet_loses_only_rules_that_no_page_uses() -> None:
    """A selector goes alone, a rule with its last; exclusions and at-rules stay; so do properties asked for."""
    css = (
        "@charset 'x';body{--note:url('a;b');--search:url(s);--x:1;--y:var(--x);c:var(--y)}.note,p{a:b}.sig .x{a:b}"
        ".script{a:b}dl:not(.note) dd{a:b}@media print{.foot{a:b}.word{a:var(--z)}}/*# sourceMappingURL=x */"
    )
    used = used_classes(['<p class="word x">', "<b class='other'>"], ["x.classList.add('script')", "// note"])
    assert used == {"word", "x", "other", "script"}
    assert shortened(css, used, ["<i style='d:var(--search)'>"]) == (
        '@charset "x";body{--search:url(s);--x:1;--y:var(--x);c:var(--y);}p{a:b;}.script{a:b;}'
        "dl:not(.note) dd{a:b;}@media print{.word{a:var(--z);}}"
    )


@pytest.mark.parametrize(("body", "said"), [("{", "no JSON"), ("[1]", "expected an object")])
def test_what_is_no_object_is_a_warning(repository: Repository, body: str, said: str) -> None:
    """At its place; the page is written without it."""
    fill(repository, f"\n~~~{{ops:night}}\n{body}\n~~~\n")
    result = repository.build()
    assert not result.ok
    assert any(said in line and "roll-back.md" in line for line in result.warnings)


def test_data_cannot_end_its_element(repository: Repository) -> None:
    """Whatever a default says: no tag, no comment, no entity."""
    fill(repository, '\n~~~{ops:night}\n{"gaps": ["</script><!--<b>&lt;"], "surface": "../x"}\n~~~\n')
    assert repository.build().ok
    soup = BeautifulSoup(repository.html("runbooks/roll-back"), "html.parser")
    assert not soup.select("article b")
    assert "</script><!--<b>&lt;" in only(soup, "article script.ops-night").text.encode().decode("unicode_escape")
    assert not soup.select("article script[src]")


def test_public_site_has_neither_scripts_nor_schedule(repository: Repository) -> None:
    """They would tell nothing, and are not for there."""
    fill(repository)
    assert repository.build("public").ok
    there = {path.name for path in repository.out("public").rglob("*.js")}
    assert not there & {*SCRIPTS, "lamp.js"}


def test_schedule_of_a_surface_that_is_gone_goes(repository: Repository) -> None:
    """And a page that did not change is not written again because time passes."""
    fill(repository)
    assert repository.build().ok
    before = repository.written()
    repository.site["internal"].shifts = {"tower": "opsShifts.tower = 1;\n"}
    assert repository.build().ok
    assert [path.name for path in (repository.out() / "_static/shifts").iterdir()] == ["tower.js"]
    again = {name for name, time in repository.written().items() if before[name] != time}
    assert again == {"runbooks/offline", "search"}  # Sphinx writes its search page with every build


def test_bundle_is_made_again_only_when_something_in_it_changed(repository: Repository) -> None:
    """Another page changes nothing; a runbook does, and the index says the size."""
    fill(repository)
    assert repository.build().ok
    first = repository.written()
    assert "MB)" in only(BeautifulSoup(repository.html("runbooks/index"), "lxml"), ".ops-size").text
    repository.site["internal"].pages["guide.md"] += "\nMore.\n"
    assert repository.build().ok
    assert repository.written()["runbooks/offline"] == first["runbooks/offline"]
    repository.site["internal"].pages["runbooks/roll-back.md"] += "\nA last word.\n"
    assert repository.build().ok
    assert "A last word." in (repository.out() / BUNDLE).read_text(encoding="utf-8")


def test_bundle_goes_with_the_last_runbook(repository: Repository) -> None:
    """Nobody is left with a copy of what was withdrawn."""
    fill(repository)
    assert repository.build().ok
    site = repository.site["internal"]
    del site.pages["runbooks/roll-back.md"]
    site.targets.clear()
    site.pages["guide.md"] = "# Guide\n"
    site.pages["index.md"] = site.pages["index.md"].replace("runbooks/roll-back\n", "")
    assert repository.build().ok
    assert not (repository.out() / BUNDLE).exists()


def test_links_of_a_page_in_the_bundle() -> None:
    """Within the page, to another runbook and to its step: in the file. Anything else: plain text."""
    page = b"""<html><body><article role="main" id="furo"><h1 id="x">X<a class="headerlink" href="#x">P</a></h1>
    <a id="s" href="#x">own</a><a href="other.html">other</a><a href="other.html#step">step</a>
    <a href="../runbooks/x.html#x">self</a><a href="index.html">index</a><a href="../support/messages.html#m">m</a>
    <a href="https://example.org/other.html">out</a><a href="%2e%2e/other.html">up</a>
    <svg><a href="#x"><text>in</text></a><a href="gone.html"><text>gone</text></a></svg></article></body></html>"""
    made = article("runbooks/x", page, {"runbooks/x": b"", "runbooks/other": b""})
    assert [link.get("href") for link in made.iter("a")] == [
        "#x--x", "#other", "#other--step", "#x--x", "#x--x",
    ]  # fmt: skip
    assert [tag.get("id") for tag in made.xpath("//*[@id]")] == ["x", "x--x", "x--s"]
    assert made.get("role") is None
    text = html.tostring(made, encoding="unicode")
    assert "<span>m</span>" in text
    assert "<g><text>gone</text></g>" in text
