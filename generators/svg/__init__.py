"""Drawings of other programs, down to what a page may hold: one walk, and an allow-list for each kind of drawing.

Charts of our own numbers are drawn in `charts`.

What is not allowed goes with all that is in it. No document type is read, so nothing is expanded or fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXTS = frozenset({"text", "tspan"})
"""Elements whose characters are shown."""
_DECLARATION = re.compile(rb"<!DOCTYPE[^>\[]*>")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class UnreadableDrawingError(ValueError):
    """Something that is no drawing of a kind that is read: one sentence."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one kind of drawing may hold."""

    elements: frozenset[str]
    attribute: Callable[[str, str, str], tuple[str, str] | None]
    """Element, attribute and value, without namespaces, to the attribute and value that stand there; None drops it."""
    style: Callable[[str], str] = lambda _: ""
    """The rules of a style sheet to those that stay; an empty one goes."""
    dropped: Callable[[Mapping[str, str]], bool] = lambda _: False
    """Whether an element goes for what its attributes say."""
    links: bool = False
    """Whether `a` stays; a plain group or span stands for it elsewhere."""


def parsed(svg: bytes, *, with_doctype: bool = False) -> ET.Element:
    """The root of a drawing. Raises UnreadableDrawingError for what is no XML or declares a type.

    `with_doctype`: its type names a file elsewhere, declares nothing, and is taken out unread.
    """
    text = _DECLARATION.sub(b"", svg, count=1) if with_doctype else svg
    if _DECLARED.search(text):
        raise UnreadableDrawingError("it declares a document type")
    try:
        return ET.fromstring(text)  # noqa: S314 - without a document type nothing is expanded or fetched
    except ET.ParseError as fault:
        raise UnreadableDrawingError(f"it is no XML: {fault}") from fault


def copied(element: ET.Element, allowed: Allowed, within: str = "") -> ET.Element | None:
    """A copy of an element with what is allowed in it; None for one that has no place. `within`: the element around."""
    name = element.tag.rpartition("}")[2]
    if name == "a" and not allowed.links:
        name = "tspan" if within in TEXTS else "g"
    if name not in allowed.elements or allowed.dropped(element.attrib):
        return None
    made = ET.Element(name, _attributes(element, name, allowed))
    if name == "style":
        made.text = allowed.style(element.text or "")
        return made if made.text else None
    is_text = name in TEXTS
    made.text = element.text if is_text else None
    for child in element:
        copy = copied(child, allowed, name)
        if copy is not None:
            copy.tail = child.tail if is_text else None
            made.append(copy)
    return made


def _attributes(element: ET.Element, name: str, allowed: Allowed) -> dict[str, str]:
    found = {}
    for attribute, value in element.attrib.items():
        kept = allowed.attribute(name, attribute.rpartition("}")[2], value)
        if kept is not None:
            found[kept[0]] = kept[1]
    return found
