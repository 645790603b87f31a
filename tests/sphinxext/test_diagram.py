"""Diagrams: what of Graphviz's drawing reaches a page, and a page without Graphviz."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from generators.sphinxext import diagram
from generators.sphinxext.svg import DrawingError, clean, draw
from tests.parts import needs_dot
from tests.sphinxext.conftest import Repository, Site, Target, only

if TYPE_CHECKING:
    from pathlib import Path


PAGE = """# Page

```{ops:diagram}
:of: runbook roll-back

digraph { a [label="look <here> & there", URL="#step-a"]; a -> b }
```

```{ops:diagram}
digraph { a -> b }
```
"""


def site(page: str = PAGE) -> Site:
    """One page with diagrams of an entity."""
    return Site(pages={"index.md": page}, targets={("runbook", "roll-back"): Target("index", "", 'Roll "back"')})


def test_hostile_svg_keeps_shapes_and_loses_the_rest() -> None:
    """No script, no foreign content, no handlers, no links outside the page, no ids, no styles, no references."""
    drawing = clean(
        b"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://x/"><!-- c --><?xml-stylesheet href="x"?>
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" viewBox="0 0 9 9"
             onload="x()"><g id="node1" class="node end" onclick="x()"><title>t</title><script>x()</script>
        <foreignObject><b>x</b></foreignObject><style>x</style><image xlink:href="/etc/passwd"/><use href="#x"/>
        <a xlink:href="javascript:x()"><text>one</text></a><a xlink:href="https://x.example/"><text>two</text></a>
        <a xlink:href="#step-a" target="_top"><text style="x" font-size="14">&lt;b&gt;&quot;</text></a>
        <path d="M0,0" fill="url(#g)" stroke="black"/><polygon fill="white" points="1,1"/></g></svg>"""
    )
    soup = BeautifulSoup(drawing.html('a "label" <b>'), "html.parser")
    assert {tag.name for tag in soup.select("*")} == {"svg", "g", "a", "text", "path", "polygon"}
    assert [link.get("href") for link in soup.find_all("a")] == [None, None, "#step-a"]
    kept = {name for tag in soup.select("*") for name in tag.attrs}
    assert kept == {
        "role", "aria-label", "width", "viewbox", "class", "href", "font-size", "d", "stroke", "fill", "points",
        "font-family", "text-anchor", "stroke-linejoin",
    }  # fmt: skip
    assert [text.text for text in soup.find_all("text")] == ["one", "two", '<b>"']
    assert only(soup, "svg")["aria-label"] == 'a "label" <b>'
    assert only(soup, "g")["class"] == ["end"]
    # Black strokes and white areas take the page's colours, which the drawing says once for all of its shapes.
    assert (only(soup, "svg")["stroke"], only(soup, "svg")["fill"]) == ("currentColor", "none")
    assert not only(soup, "path").has_attr("stroke")
    assert not only(soup, "polygon").has_attr("fill")


def test_drawing_says_nothing_twice() -> None:
    """A size once for a group's texts, no group that says nothing, no point twice; what differs keeps its own."""
    svg = b"""<svg viewBox="0 0 9 9"><g class="graph" transform="translate(4 4)"><g class="node"><g>
        <polygon fill="none" stroke="black" points="9.25,-8 1,-8 1,-2 9.25,-8"/><text x="5.3" font-size="12.00">a</text>
        </g></g><g class="edge"><path d="M1.4,-2.6C3,4 5,6 7,8"/><text y="-0.4" font-size="10.00">b</text>
        <text font-size="10.00">c</text></g></g></svg>"""
    assert clean(svg).inside == (
        '<g transform="translate(4 4)"><polygon points="9.2-8 1-8 1-2"/><text x="5">a</text>'
        '<g font-size="10.00"><path d="M1-3C3,4 5,6 7,8"/><text y="0">b</text><text>c</text></g></g>'
    )


@pytest.mark.parametrize("data", [b"", b"<svg", b"<html/>", b"<svg viewBox='1 2 x 3'/>", b"<svg viewBox='1 2'/>"])
def test_anything_but_a_drawing_is_refused(data: bytes) -> None:
    """What is not SVG with a view box is an error with a reason, not a crash."""
    with pytest.raises(DrawingError):
        clean(data)


@needs_dot
def test_diagram_is_drawn_in_the_page(repository: Repository) -> None:
    """Labelled by the entity's title, escaped, linked into the page, in the page's colours, drawn once."""
    repository.site["internal"] = site()
    assert repository.build().warnings == ()
    soup = BeautifulSoup(repository.html("index"), "html.parser")
    first, second = soup.select(".ops-diagram > svg")
    assert (first["role"], first["aria-label"]) == ("group", 'Diagram: Roll "back"')
    assert (second["role"], second["aria-label"]) == ("img", "Diagram")
    assert only(first, "a[href='#step-a'] text").text == "look <here> & there"
    assert not soup.select(".ops-diagram [id], .ops-diagram title")
    assert "currentColor" in str(first)
    assert len(list((repository.root / "build").rglob("diagrams/*.svg"))) == 2
    assert "digraph" not in repository.html("index")


@needs_dot
def test_broken_source_is_a_warning_at_its_place(repository: Repository) -> None:
    """The page is written without the diagram, and the fault has file and line."""
    repository.site["internal"] = site("# Page\n\nText.\n\n```{ops:diagram}\ndigraph { a -> \n```\n\nAfter.\n")
    (line,) = repository.build().warnings
    assert "docs/index.md:5: WARNING: dot refuses the diagram" in line
    assert "After." in repository.html("index")


def test_page_without_graphviz_says_so_once_and_goes_on(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No warning, so the build counts; no drawing and no source in its place, but the list that says the same."""
    listed = "\n~~~{container} ops-instead\n1. Look at the lamp\n~~~\n"
    repository.site["internal"] = site(PAGE + listed)
    assert repository.build().ok
    assert "Look at the lamp" not in repository.html("index")
    repository.site["internal"] = site(PAGE + listed + "\nMore.\n")
    monkeypatch.setattr(diagram, "which", lambda _: None)
    said: list[str] = []
    monkeypatch.setattr(diagram.logger, "info", lambda text, *values: said.append(text % values))
    assert repository.build().ok
    assert said == ["1 pages have a list instead of a diagram: install Graphviz (apt install graphviz)"]
    html = repository.html("index")
    assert "<svg role" not in html
    assert "digraph" not in html
    assert "Look at the lamp" in html
    assert not caplog.records


def test_dot_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The time limit holds."""
    slow = tmp_path / "dot"
    slow.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("generators.sphinxext.svg.TIME_LIMIT", 0.2)
    with pytest.raises(DrawingError, match="took more than"):
        draw("digraph {}")


@needs_dot
def test_dot_is_asked_to_report_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A build of Sphinx sets DO_NOT_TRACK before it starts a tool, whoever started the build."""
    tool, log = tmp_path / "dot", tmp_path / "log"
    tool.write_text(f'#!/bin/sh\necho "${{DO_NOT_TRACK:-unset}}" >>{log}\nexec {shutil.which("dot")} "$@"\n', "utf-8")
    tool.chmod(0o755)
    monkeypatch.delenv("DO_NOT_TRACK")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    repository.site["internal"] = site()
    assert repository.build().ok
    assert set(log.read_text(encoding="utf-8").split()) == {"1"}
