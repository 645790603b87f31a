"""`{ops:diagram}`: Graphviz DOT in, an inline SVG out that follows the page's colours and links into the page.

Drawn when the page is written, so that neither the search index nor the remembered page carries the drawing.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from generators.sphinxext.domain import OpsDomain
from generators.sphinxext.svg import Drawing, DrawingError, clean, draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)
INSTEAD = "ops-instead"
"""Class of the list that says what a diagram shows."""


class diagram(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """A diagram's DOT source (`dot`) and the entity it pictures (`kind`, `name`; empty when none)."""


def _entity(argument: str | None) -> tuple[str, str]:
    kind, _, name = (argument or "").partition(" ")
    if not kind or not name.strip():
        raise ValueError("expected a kind and an id")
    return kind, name.strip()


class DiagramDirective(SphinxDirective):
    """The body is DOT. `:of: KIND ID` names what is pictured: its title is the label, never free text."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"of": _entity}

    def run(self) -> list[Node]:
        """One node; the page is noted as having a diagram, and as showing that entity's title."""
        kind, name = self.options.get("of", ("", ""))
        node = diagram("", dot="\n".join(self.content), kind=kind, name=name)
        self.set_source_info(node)
        domain = OpsDomain.of(self.env)
        docname = self.env.current_document.docname
        domain.data["diagrams"].add(docname)
        if kind:
            domain.note_reference(docname, kind, name)
        return [node]


def _cached(dot: str, folder: Path) -> Drawing:
    """The cleaned drawing of a source, drawn once: dot takes some 50 ms, a file none."""
    file = folder / f"{sha256(dot.encode()).hexdigest()}.svg"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        own = file.with_suffix(f".{id(dot)}")
        own.write_bytes(draw(dot))
        own.replace(file)
    return clean(file.read_bytes())


def write_diagram(translator: HTML5Translator, node: diagram) -> None:
    """The drawing, or nothing where it cannot be drawn: the page's text says the same."""
    builder = translator.builder
    if which("dot"):
        try:
            drawing = _cached(node["dot"], Path(builder.env.doctreedir) / "diagrams")
        except DrawingError as fault:
            logger.warning("%s", fault, location=node, type="ops", subtype="diagram")
        else:
            target = OpsDomain.of(builder.env).find(node["kind"], node["name"])
            label = f"Diagram: {target[2]}" if target else "Diagram"
            translator.body.append(f'<div class="ops-diagram">{drawing.html(label)}</div>')
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: diagram) -> None:
    """Only HTML has diagrams."""
    del translator, node
    raise nodes.SkipNode


def choose(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The list of what a diagram shows stands in a page only where no diagram can be drawn."""
    del app, docname
    if which("dot"):
        for listed in list(doctree.findall(nodes.container)):
            if INSTEAD in listed["classes"]:
                listed.parent.remove(listed)


def say_what_is_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """One line for the whole build when pages have diagrams and nothing can draw them."""
    del app
    count = len(OpsDomain.of(env).data["diagrams"])
    if count and not which("dot"):
        logger.info("%d pages have a list instead of a diagram: install Graphviz (apt install graphviz)", count)


def connect(app: Sphinx) -> None:
    """The node, the directive in the domain, the message."""
    app.add_node(diagram, html=(write_diagram, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "diagram", DiagramDirective)
    app.connect("env-updated", say_what_is_missing)
    app.connect("doctree-resolved", choose)
