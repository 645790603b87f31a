"""DOT to SVG, and SVG down to shapes, text and links within the page. Knows nothing of Sphinx."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from generators.svg import Allowed, UnreadableDrawingError, copied, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree import ElementTree as ET

# Seconds for one diagram: a runbook of fifty steps takes a tenth of one.
TIME_LIMIT = 20

SHAPES = frozenset({"svg", "g", "a", "path", "polygon", "polyline", "ellipse", "circle", "text", "tspan"})
_WORDS = re.compile(r"[\w .,:;#()+-]*", re.ASCII)
_IN_PAGE = re.compile(r"#[\w.-]+", re.ASCII)
ATTRIBUTES = frozenset(
    [
        "class",
        "cx",
        "cy",
        "d",
        "fill",
        "fill-opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "points",
        "r",
        "rx",
        "ry",
        "stroke",
        "stroke-dasharray",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
        "text-decoration",
        "transform",
        "viewBox",
        "x",
        "y",
    ]
)
# What Graphviz draws in black on white takes the page's colours instead; chosen colours stay.
COLOURS = {
    "black": "currentColor",
    "#000000": "currentColor",
    "white": "none",
    "#ffffff": "none",
    "transparent": "none",
}
# What nearly every shape says is said once, on the drawing.
INHERITED = {
    "fill": "none",
    "stroke": "currentColor",
    "stroke-linejoin": "round",
    "font-family": "sans-serif",
    "font-size": "12.00",
    "text-anchor": "middle",
}
# Graphviz' own classes tell what a shape is part of; no style asks.
OWN_CLASSES = frozenset({"graph", "node", "edge", "cluster"})
_NUMBER = re.compile(r"-?\d+\.\d+")
_PLACES = {"d": 0, "points": 1, "x": 0, "y": 0}
"""Parts of a point cannot be seen, but for a small arrowhead."""


class DrawingError(Exception):
    """The source is not DOT, or took too long."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A cleaned drawing: its `viewBox`, its natural width in px, its shapes as markup, and whether any is a link."""

    box: str
    width: int
    inside: str
    links: bool

    def html(self, label: str) -> str:
        """One `svg` element. With links it is a group: the children of an image are hidden from screen readers."""
        role = "group" if self.links else "img"
        inherited = " ".join(f'{key}="{value}"' for key, value in INHERITED.items())
        size = f'width="{self.width}" viewBox="{escape(self.box)}"'
        return f'<svg role="{role}" aria-label="{escape(label)}" {size} {inherited}>{self.inside}</svg>'


def draw(dot: str) -> bytes:
    """SVG as Graphviz writes it; raises DrawingError with its first complaint."""
    try:
        done = subprocess.run(
            ["dot", "-Tsvg"],  # noqa: S607 - wherever the system installed it
            input=dot.encode(),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise DrawingError(f"the diagram took more than {TIME_LIMIT} s") from late
    except OSError as fault:
        raise DrawingError(f"dot cannot be started: {fault.strerror}") from fault
    if done.returncode:
        complaint = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise DrawingError(f"dot refuses the diagram: {complaint[0]}")
    return done.stdout


def clean(svg: bytes) -> Drawing:
    """Only known shapes with known attributes survive; links only within the page; ids go, as they recur on a page."""
    try:
        root = parsed(svg, with_doctype=True)
    except UnreadableDrawingError as fault:
        raise DrawingError(f"dot wrote no SVG: {fault}") from fault
    made = copied(root, ALLOWED)
    box = root.get("viewBox", "")
    numbers = [float(part) for part in box.split()] if re.fullmatch(r"[\d. +-]+", box) else []
    if made is None or made.tag != "svg" or len(numbers) != 4:  # noqa: PLR2004 - min-x, min-y, width, height
        raise DrawingError("dot wrote no SVG with a viewBox")
    inside = "".join(markup for child in made for markup in _markup(child, INHERITED))
    # One px for each of the drawing's points keeps the text at its size; the style sheet caps it at the column.
    return Drawing(box, round(numbers[2]), inside, "<a href=" in inside)


def _attribute(element: str, name: str, value: str) -> tuple[str, str] | None:
    """What a shape may say, as the page says it: links within the page, the page's colours, rounded numbers."""
    if name == "href":
        return (name, value) if element == "a" and _IN_PAGE.fullmatch(value) else None
    if name not in ATTRIBUTES or not _WORDS.fullmatch(value) or "url(" in value:
        return None
    if element == "polygon" and name == "points":
        value = _open(value)
    written = _in_page_words(name, value)
    return (name, written) if written else None


def _in_page_words(name: str, value: str) -> str:
    """A value as the page says it; empty for one that says nothing."""
    if name == "class":
        return " ".join(word for word in value.split() if word not in OWN_CLASSES)
    if name in {"fill", "stroke"}:
        return COLOURS.get(value, value)
    return _rounded(value, _PLACES[name]) if name in _PLACES else value


ALLOWED = Allowed(SHAPES, _attribute, links=True)


def _markup(element: ET.Element, inherited: Mapping[str, str]) -> Iterator[str]:
    """Markup of a shape and all in it, without what it inherits; a group that says nothing goes."""
    own = {key: value for key, value in element.attrib.items() if inherited.get(key) != value}
    if element.tag == "g":
        own |= _shared(element, inherited)
    below = {key: own.get(key, value) for key, value in inherited.items()}
    children = "".join(markup for child in element for markup in _markup(child, below))
    inside = escape(element.text or "", quote=False) + children
    if element.tag == "g" and not own:
        yield inside
        return
    start = f"<{element.tag}" + "".join(f' {key}="{escape(value)}"' for key, value in own.items())
    yield f"{start}>{inside}</{element.tag}>" if inside or element.tag in {"g", "a", "text"} else f"{start}/>"


def _shared(group: ET.Element, inherited: Mapping[str, str]) -> dict[str, str]:
    """The size of a group's texts where they agree: it is said once, on the group."""
    sizes = {text.get("font-size", "") for text in group.iter("text")}
    size = sizes.pop() if len(sizes) == 1 else ""
    return {"font-size": size} if size and inherited["font-size"] != size else {}


def _open(points: str) -> str:
    """A polygon's points without the last where it is the first again: a polygon closes by itself."""
    first, *others = points.split() or [""]
    return " ".join([first, *others[:-1]]) if others and others[-1] == first else points


def _rounded(numbers: str, places: int) -> str:
    """Numbers with so many places. A minus sign parts them as well as a comma does."""
    rounded = _NUMBER.sub(lambda number: f"{round(float(number[0]), places) or 0:g}", numbers)
    return rounded.replace(",-", "-")
