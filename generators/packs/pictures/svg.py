"""A board as a runtime draws it, down to what a picture on a page needs: shapes, text, clips and plain style.

What differs from run to run goes (ids, times), as does what runs or leads elsewhere (scripts, handlers, links, fonts
that are fetched). Equal boards on equal rows then give equal bytes, and a picture that somebody opens by its own
address does nothing.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from generators.svg import Allowed, UnreadableDrawingError, copied, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = """
svg g defs style rect path text tspan line polygon polyline circle ellipse clipPath linearGradient radialGradient stop
pattern
"""
_ATTRIBUTES = """
class clip-path clip-rule cx cy d display dominant-baseline dx dy fill fill-opacity fill-rule font-family font-size
font-style font-weight gradientTransform gradientUnits height letter-spacing lengthAdjust offset opacity
patternTransform patternUnits points preserveAspectRatio r rotate rx ry shape-rendering stop-color stop-opacity
stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
stroke-width style text-anchor text-decoration textLength transform version viewBox visibility width x x1 x2 y y1 y2
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
TIMESTAMP = "render-timestamp"
"""What runtimes call the line that says when it drew."""
MARK = "Synthetic data"
BAND = 32
"""Height in px of the strip above the board that says that its rows are made up."""

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_OWN = re.compile(r"url\(\s*['\"]?#(?P<id>[^'\")\s]+)['\"]?\s*\)")
_FETCHES = re.compile(r"url\(|@import|expression|javascript:", re.IGNORECASE)


def settled(svg: str) -> str:
    """The picture, marked as synthetic. Raises UnreadableDrawingError."""
    root = parsed(svg.encode())
    ids = _references(root)
    allowed = Allowed(ELEMENTS, partial(_attribute, ids), _style, lambda found: found.get("data-role") == TIMESTAMP)
    made = copied(root, allowed)
    if made is None or made.tag != "svg":
        raise UnreadableDrawingError("its root is no svg element")
    _mark(made)
    return ET.tostring(made, encoding="unicode") + "\n"


def _references(root: ET.Element) -> dict[str, str]:
    """New ids for those that something in the drawing refers to, in the order in which they stand."""
    wanted = set()
    for element in root.iter():
        for value in element.attrib.values():
            wanted |= {reference["id"] for reference in _OWN.finditer(value)}
    held = [element.get("id", "") for element in root.iter()]
    return {identity: f"i{number}" for number, identity in enumerate(i for i in held if i in wanted)}


def _attribute(ids: Mapping[str, str], element: str, name: str, value: str) -> tuple[str, str] | None:
    """Ids by their new names; what is drawn stays unless it is fetched from elsewhere."""
    del element
    if name == "id":
        return ("id", ids[value]) if value in ids else None
    own = _OWN.sub(lambda found: f"url(#{ids.get(found['id'], '')})", value)
    fetched = _FETCHES.search(_OWN.sub("", own))
    return (name, own) if name in ATTRIBUTES and not fetched else None


def _style(text: str) -> str:
    rules = " ".join(_FONT_FACE.sub("", text).split())
    return "" if _FETCHES.search(rules) else rules


def _mark(root: ET.Element) -> None:
    """A strip above the board, outside of everything that it draws."""
    try:
        left, top, width, height = (float(part) for part in root.get("viewBox", "").split())
    except ValueError as fault:
        raise UnreadableDrawingError("it has no viewBox") from fault
    root.attrib = {
        "xmlns": NAMESPACE,
        "viewBox": f"{left:g} {top - BAND:g} {width:g} {height + BAND:g}",
        "width": f"{width:g}",
        "height": f"{height + BAND:g}",
    }
    band = ET.Element("g", {"font-family": "system-ui, sans-serif", "font-size": "14", "font-weight": "600"})
    shape = {"x": f"{left:g}", "y": f"{top - BAND:g}", "width": f"{width:g}", "height": str(BAND), "fill": "#3d3d45"}
    ET.SubElement(band, "rect", shape)
    place = {"x": f"{left + 36:g}", "y": f"{top - BAND / 2:g}", "dominant-baseline": "central", "fill": "#ffffff"}
    ET.SubElement(band, "text", place).text = MARK
    root.append(band)
