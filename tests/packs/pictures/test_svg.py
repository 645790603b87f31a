"""A drawing keeps what it shows, and loses what runs, leads elsewhere, or differs from run to run."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from generators.packs.pictures.svg import ATTRIBUTES, ELEMENTS, settled
from generators.svg import UnreadableDrawingError

SVG = "{http://www.w3.org/2000/svg}"


def drawing(inside: str, identity: str = "25fc1c9e", when: str = "2026-11-21T05:25:14Z") -> str:
    """A board as Dataface writes it."""
    return (
        f'<svg id="dataface-svg-{identity}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1012 800" width="1012" '
        f'data-rendered-at="{when}" data-dft-page-title="Oil" aria-label="Oil" onload="alert(1)">{inside}</svg>'
    )


def parsed(inside: str) -> ET.Element:
    """What is left of a drawing."""
    return ET.fromstring(settled(drawing(inside)))  # noqa: S314 - our own


def test_shapes_text_and_style_stay() -> None:
    """What is drawn is drawn still, in its order, with its words."""
    inside = (
        "<style>.md-text { fill: #222; }</style><g transform='translate(1,2)'>"
        "<text x='1' class='md-text' style='font-weight: 500'>Oil <tspan dx='2'>left</tspan> now</text>"
        "<path d='M0 0' fill='#123456'/></g>"
    )
    made = parsed(inside)
    assert [child.tag.removeprefix(SVG) for child in made] == ["style", "g", "g"]
    assert made[0].text == ".md-text { fill: #222; }"
    (text, path) = made[1]
    assert "".join(text.itertext()) == "Oil left now"
    assert (text.get("class"), text.get("style"), path.get("fill")) == ("md-text", "font-weight: 500", "#123456")


def test_same_board_drawn_twice() -> None:
    """Ids, times and the counters of another drawing in the same process leave no trace: equal bytes."""

    def inside(first: int, said: str) -> str:
        return (
            f"<defs><clipPath id='clip{first}'><rect/></clipPath></defs>"
            f"<g clip-path='url(#clip{first})' id='g{first}'/>"
            f"<text data-role='render-timestamp'>Data as of {said}</text>"
        )

    one = settled(drawing(inside(1, "05:25 UTC")))
    other = settled(drawing(inside(31, "06:30 UTC"), "ffffffff", "2027-01-01T00:00:00Z"))
    assert one == other
    assert 'clip-path="url(#i0)"' in one
    assert "Data as of" not in one


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<script><![CDATA[alert(1)]]></script>",
        "<g onclick='updateVariable(1)'/>",
        "<a href='javascript:alert(1)'><text>x</text></a>",
        "<a xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='https://x.example/'><text>x</text></a>",
        "<image href='https://x.example/a.png'/>",
        "<use href='#a'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><img src='x'/></body></foreignObject>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<style>@import url(https://x.example/a.css);</style>",
        "<style>@font-face { font-family: A; src: url('/static/a.woff2'); }</style>",
        "<rect fill='url(https://x.example/a.svg#a)'/>",
        "<rect style='background: url(https://x.example/)'/>",
        "<iframe/>",
    ],
)
def test_what_runs_or_leads_elsewhere_goes(inside: str) -> None:
    """Only known elements with known attributes are left, none of which asks for anything."""
    text = settled(drawing(inside))
    for element in ET.fromstring(text).iter():  # noqa: S314 - our own
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES | {"id"}
    assert not re.search(r"script|href|onclick|url\((?!#)|x\.example|woff|alert", text)


def test_link_keeps_its_words() -> None:
    """A link in a table or in a text is its words; the drawing stays whole around it."""
    text = parsed(
        "<a href='?currency=USD'><text>USD</text></a><text>made with <a href='https://x.example'>us</a></text>"
    )
    assert ["".join(element.itertext()) for element in text.iter(f"{SVG}text")] == [
        "USD",
        "made with us",
        "Synthetic data",
    ]


def test_drawing_says_that_its_rows_are_made_up() -> None:
    """Above the board and not over it, so that nothing is covered and nobody can crop it by accident."""
    made = parsed("<rect/>")
    assert made.get("viewBox") == "0 -32 1012 832"
    assert (made.get("width"), made.get("height")) == ("1012", "832")
    band = made[-1]
    assert "".join(band.itertext()) == "Synthetic data"
    assert [(band[0].get(name)) for name in ("y", "height", "width")] == ["-32", "32", "1012"]


@pytest.mark.parametrize(
    "text",
    ["", "no", "<svg", "<html/>", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<!DOCTYPE svg><svg viewBox='0 0 1 1'/>",
     "<!DOCTYPE a [<!ENTITY b 'c'>]><svg viewBox='0 0 1 1'>&b;</svg>", "<svg viewBox='0 0 x 1'/>"],
)  # fmt: skip
def test_what_is_no_picture(text: str) -> None:
    """One sentence and no picture, whatever came out of the drawing."""
    with pytest.raises(UnreadableDrawingError):
        settled(text)
