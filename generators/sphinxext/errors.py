"""The page "I see an error": its script, and the business time that the script works deadlines out with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from generators.sphinxext.night import inside

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

PAGE = "support/i-see-an-error"
OWN = "errors.js"
SCRIPTS = ("filter.js", OWN)


class clock(nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """Numbers for the script of the page; shows nothing."""


class ClockDirective(SphinxDirective):
    """The body is JSON."""

    has_content = True

    def run(self) -> list[Node]:
        """One node, whose text was read and written again: nothing but JSON gets through."""
        try:
            numbers = json.loads("\n".join(self.content))
        except ValueError as fault:
            raise self.error(f"no JSON: {fault}") from fault
        node = clock("", numbers=json.dumps(numbers, separators=(",", ":")).replace("<", "\\u003c"))
        self.set_source_info(node)
        return [node]


def write_clock(translator: HTML5Translator, node: clock) -> None:
    """A block of data, which browsers do not run."""
    translator.body.append(f'<script type="application/json" class="ops-clock">{node["numbers"]}</script>\n')
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: clock) -> None:
    """Only HTML has scripts."""
    del translator, node
    raise nodes.SkipNode


def equip(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """The scripts, on this page only."""
    del templatename, context
    if doctree is not None and pagename == PAGE:
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")


def connect(app: Sphinx) -> None:
    """The node, the directive in the domain, the scripts."""
    app.add_node(clock, html=(write_clock, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "clock", ClockDirective)
    app.connect("config-inited", inside(OWN))
    app.connect("html-page-context", equip)
