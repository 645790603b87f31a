"""`{ops:picture}`: a picture beside the page, as wide as the column, in a box of its own that phones swipe.

Its size is known before it is loaded, so that nothing jumps; a tap opens it by itself.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

_SIZE = re.compile(r"(?P<width>[0-9]{1,5})x(?P<height>[0-9]{1,5})")


class picture(nodes.image):  # noqa: N801 - docutils names node classes as elements
    """An image with `alt`, `width` and `height`; Sphinx copies its file as it does for every image."""


def _size(argument: str | None) -> tuple[str, str]:
    size = _SIZE.fullmatch((argument or "").strip())
    if size is None:
        raise ValueError("expected a size such as 800x600")
    return size["width"], size["height"]


class PictureDirective(SphinxDirective):
    """The argument is the picture's file, relative to the page; the body says what it shows."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"size": _size}

    def run(self) -> list[Node]:
        """One image."""
        words = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, words)
        # The link is written here: Sphinx would put one more around it, which ends before the picture begins.
        alt = " ".join(words.astext().split())
        node = picture("", uri=self.arguments[0], alt=alt, classes=["no-scaled-link"])
        if "size" in self.options:
            node["width"], node["height"] = self.options["size"]
        self.set_source_info(node)
        return [node]


def write_picture(translator: HTML5Translator, node: picture) -> None:
    """The image in a link to itself."""
    builder = translator.builder
    name = builder.images.get(node["uri"])
    if name is not None:
        address = escape(posixpath.join(builder.imgpath, name))
        size = "".join(f' {side}="{node[side]}"' for side in ("width", "height") if side in node)
        image = f'<img src="{address}" alt="{escape(node["alt"])}" loading="lazy"{size}>'
        translator.body.append(f'<div class="ops-picture"><a href="{address}">{image}</a></div>\n')
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: picture) -> None:
    """Only HTML has pictures."""
    del translator, node
    raise nodes.SkipNode


def connect(app: Sphinx) -> None:
    """The node and the directive in the domain."""
    app.add_node(picture, html=(write_picture, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "picture", PictureDirective)
