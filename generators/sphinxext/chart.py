"""`{ops:chart}`: numbers in, an inline SVG out that takes the page's colours. A table beside it repeats them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from generators.svg.charts import loads, svg

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class chart(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """A drawing (`drawn`): it is no text, so that nothing of it is searched."""


class ChartDirective(SphinxDirective):
    """The body is a chart as JSON."""

    has_content = True

    def run(self) -> list[Node]:
        """One node."""
        try:
            drawn = svg(loads("\n".join(self.content)))
        except ValueError as fault:
            raise self.error(str(fault)) from fault
        node = chart("", drawn=drawn)
        self.set_source_info(node)
        return [node]


def write_chart(translator: HTML5Translator, node: chart) -> None:
    """The drawing in a box that a phone swipes where it is too narrow."""
    translator.body.append(f'<div class="ops-chart">{node["drawn"]}</div>\n')
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: chart) -> None:
    """Only HTML has charts."""
    del translator, node
    raise nodes.SkipNode


def connect(app: Sphinx) -> None:
    """The node and the directive in the domain."""
    app.add_node(chart, html=(write_chart, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "chart", ChartDirective)
