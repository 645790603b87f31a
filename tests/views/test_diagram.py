from __future__ import annotations

import json
import re
import subprocess
from xml.etree import ElementTree as ET

import pytest

from generators.model.refs import RoleRef, SurfaceRef
from generators.model.runbook import Branch, End, Runbook, Step
from generators.sphinxext.svg import clean
from generators.views.diagram import EDGE_WIDTH, NODE_WIDTH, dot, quoted
from tests.parts import needs_dot
from tests.timeouts import LONGEST

HOSTILE = [
    'a" , URL="https://x.example/" b',
    '"];evil [label="made',
    "\\",
    "a\\",
    'a\\"',
    '\\"];evil [label="made"',
    r"a\Nb\Gb\Eb\Hb\Tb\lb\rb",
    "<b>bold</b>",
    "<<b>bold</b>>",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp; &#60; &quot; &N;",
    "{a|b}|<port> c",
    "a // no comment /* nor this */ # nor this",
    "a\u2028b\u00a0c\u200bd",
    "// a",
    "漢字 עברית é ✓",
    "]]>--><!-- a",
    "a;b -> c",
    "${a} `a` $(a) {{ a }}",
    "x" * 140,
]


def step(name: str, title: str = "A step", *ways: Branch, end: bool = False) -> Step:
    """A step with what a diagram shows of it."""
    return Step(
        id=name, title=title, do="x", minutes=1, next=ways, end=End(outcome="resolved", say="x") if end else None
    )


def plain(one: Step) -> Step:
    """The same step, saying nothing special."""
    ways = tuple(Branch(when="Words" if way.when else None, go=way.go) for way in one.next)
    return step(one.id, "Words", *ways, end=one.end is not None)


def runbook(*steps: Step) -> Runbook:
    """A runbook of these steps."""
    return Runbook(
        title="x",
        surface=SurfaceRef("lamp"),
        owner=RoleRef("keeper"),
        summary="x",
        use_when=("x",),
        steps=steps,
        entry=steps[0].id,
    )


def drawn_by_graphviz(source: str, form: str) -> bytes:
    """What Graphviz makes of a source, without complaint."""
    done = subprocess.run(  # noqa: S603 - the forms are written here
        ["dot", f"-T{form}"],  # noqa: S607 - wherever the system installed it
        input=source.encode(),
        capture_output=True,
        check=True,
        timeout=LONGEST,
    )
    assert done.stderr == b""
    return done.stdout


SIZES = {"label", "bb", "pos", "lp", "width", "height", "lwidth", "lheight"}


def without_labels(source: str) -> object:
    """The graph as Graphviz reads it: nodes, edges and their attributes, but for the words and the room they take."""

    def emptied(part: dict[str, object]) -> dict[str, object]:
        return {key: "" if key in SIZES else value for key, value in part.items()}

    return json.loads(drawn_by_graphviz(source, "json0"), object_hook=emptied)


def shown(svg: bytes) -> str:
    """The words of a drawing, without the white space that lines are broken at."""
    root = ET.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", svg, count=1))  # noqa: S314 - Graphviz wrote it
    return "".join("".join(part.itertext()) for part in root.iter() if part.tag.endswith("}text"))


def squeezed(text: str) -> str:
    """Text without any white space."""
    return re.sub(r"\s", "", text)


@needs_dot
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_words_in_every_label(text: str) -> None:
    """Whatever a title or condition says, Graphviz draws just that: no node, edge, link or markup comes of it."""
    steps = (
        step("first", text, Branch(when=text, go="second"), Branch(go="third")),
        step("second", text, end=True),
        step("third", text, end=True),
    )
    source = dot("made", runbook(*steps))
    assert without_labels(source) == without_labels(dot("made", runbook(*(plain(one) for one in steps))))
    drawn = drawn_by_graphviz(source, "svg")
    assert squeezed(shown(drawn)).count(squeezed(text)) == 4
    addresses = set(re.findall(r'href="([^"]*)"', clean(drawn).inside))
    assert addresses == {f"#step-made-{name}" for name in ("first", "second", "third")}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_quoted_text_ends_where_it_began(text: str) -> None:
    """The string closes with its last character only, and each backslash inside belongs to a pair."""
    made = quoted(text, NODE_WIDTH)
    assert re.fullmatch(r'"(?:[^"\\]|\\[n"\\])*"', made)


def test_words_and_code_are_never_cut() -> None:
    """Lines break between words: an identifier, a path or a command in backticks is on one line, however long."""
    for width in (NODE_WIDTH, EDGE_WIDTH):
        lines = quoted("word " * 20, width).strip('"').split(r"\n")
        assert max(map(len, lines)) <= width
    code = "`dfops pack check stripe --warehouse postgres`"
    lines = (
        quoted(f"Run {code} and look for ERR-SQL-COLUMN-NOT-FOUND-IN-TABLE there", NODE_WIDTH).strip('"').split(r"\n")
    )
    assert any(code in line for line in lines)
    assert any("ERR-SQL-COLUMN-NOT-FOUND-IN-TABLE" in line for line in lines)


def test_blank_text_is_an_empty_label() -> None:
    """Nothing to say is no line at all, and still a string."""
    assert quoted("", 10) == '""'
    assert quoted(" \n ", 10) == '""'


def test_way_to_nowhere_is_left_out() -> None:
    """A step that does not exist is a finding elsewhere; here it must not become a node."""
    source = dot("made", runbook(step("first", "A", Branch(go="lost")), step("second", "B", end=True)))
    assert "lost" not in source
    assert '"second" [label="2. B ✓"' in source
    assert source.count("class=") == 1


@pytest.mark.parametrize("kind", ["graph", "node", "edge", "subgraph", "strict", "digraph", "1-2"])
def test_step_named_as_a_word_of_the_language(kind: str) -> None:
    """Names are quoted: a step may be called `node`."""
    source = dot("made", runbook(step(kind, "A", Branch(go="b")), step("b", "B", end=True)))
    assert f'  "{kind}" [label="1. A"' in source
    assert f'  "{kind}" -> "b";' in source
