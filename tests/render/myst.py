"""MyST as the site's extensions read it, down to a tree of element names and texts.

The site's second wall (no HTML, no raw, no files) is left open here: the escape has to hold alone.
"""

from __future__ import annotations

import io
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from myst_parser.parsers.docutils_ import Parser

Tree = tuple[str, tuple[Any, ...]]  # an element's name, its parts: texts and trees

_WARNING = 2

_SETTINGS = {
    "line_length_limit": 10_000_000,  # docutils alone has one; Sphinx reads lines of any length
    "myst_enable_extensions": {"colon_fence", "deflist", "fieldlist"},
    "myst_heading_anchors": 3,
    "myst_highlight_code_blocks": False,
    "myst_url_schemes": {"https": None, "mailto": None},
    "report_level": _WARNING,
}

# What these hold is compared as a whole: how many paragraphs there are depends on the text.
PROSE = (nodes.note, nodes.tip)
_ALLOWED_IN_PROSE = (nodes.Text, nodes.paragraph, nodes.bullet_list, nodes.list_item, *PROSE)


def parsed(text: str) -> nodes.document:
    """The document that MyST makes of `text`, before any transform."""
    settings = get_default_settings(Parser)
    for name, value in _SETTINGS.items():
        setattr(settings, name, value)
    settings.warning_stream = io.StringIO()
    document = new_document("page.md", settings)
    Parser().parse(text, document)
    return document


def tree(node: nodes.Element) -> Tree:
    """Element names, classes, addresses and texts; ids and names follow from titles and are left out."""
    if isinstance(node, PROSE):
        strange = [repr(inner) for inner in node.findall() if not isinstance(inner, _ALLOWED_IN_PROSE)]
        return (node.tagname, (*strange, "\n\n".join(part.astext() for part in node.findall(nodes.paragraph))))
    if isinstance(node, nodes.literal | nodes.literal_block):
        return (node.tagname, (node.astext().removesuffix("\n"),))
    name = " ".join([node.tagname, *node["classes"], node.get("refuri", "")]).rstrip()
    children: list[Any] = []
    for child in node.children:
        if isinstance(child, nodes.system_message) and child["level"] < _WARNING:
            continue  # two headings of the same text: a remark that is no part of the page
        if isinstance(child, nodes.Element):
            children.append(tree(child))
        elif children and isinstance(children[-1], str):
            children[-1] += child.astext()
        else:
            children.append(child.astext())
    return (name, tuple(children))


def texts_filled(part: Tree | str, token: str, shown: dict[str, str]) -> Tree | str:
    """A tree with `token` replaced: inside an element named in `shown` by what that says, elsewhere by its "" entry."""
    if isinstance(part, str):
        return part.replace(token, shown[""])
    name, parts = part
    inside = {**shown, "": shown.get(name, shown[""])}
    return (name, tuple(texts_filled(one, token, inside) for one in parts))
