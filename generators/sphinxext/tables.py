"""Tables that are wider than a phone: the box that the theme puts around each is reached and scrolled by keyboard."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

WRAPPER = "table-wrapper"
"""The theme's class for the box."""


class scroller(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """A box around one table; `label` says which to a screen reader."""


class Scrollers(SphinxPostTransform):
    """Each box of the theme becomes one that keyboards reach, named after the table's section."""

    formats = ("html",)
    default_priority = 510  # the theme makes its boxes at 500

    def run(self, **kwargs: Any) -> None:
        """Replace the boxes."""
        del kwargs
        for box in [node for node in self.document.findall(nodes.container) if WRAPPER in node["classes"]]:
            made = scroller("", *box.children, classes=box["classes"], ids=box["ids"], label=_label(box))
            box.replace_self(made)


def _label(box: nodes.Node) -> str:
    """`Table: ` and the title of the section around."""
    around = box.parent
    while around is not None and not isinstance(around, nodes.section):
        around = around.parent
    title = around.next_node(nodes.title) if around is not None else None
    return f"Table: {title.astext()}" if title is not None else "Table"


def write_start(translator: HTML5Translator, node: scroller) -> None:
    """A group and no region: a page has many, and a region would be one more landmark."""
    classes = " ".join([*node["classes"], "docutils", "container"])
    label = escape(" ".join(node["label"].split()))
    translator.body.append(f'<div class="{classes}" role="group" tabindex="0" aria-label="{label}">')


def write_end(translator: HTML5Translator, node: scroller) -> None:
    """The end of the box."""
    del node
    translator.body.append("</div>\n")


def connect(app: Sphinx) -> None:
    """The node and what makes it; other formats have no boxes."""
    app.add_node(scroller, html=(write_start, write_end))
    app.add_post_transform(Scrollers)
