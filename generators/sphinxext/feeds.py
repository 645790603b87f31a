"""The feeds of the public site: written beside its pages, linked from the overview, found by feed readers.

The overview also gets the box that filters its table; without JavaScript it is the table that it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import ReferenceRole

from generators.output import write_if_changed
from generators.sphinxext.domain import OpsDomain
from generators.sphinxext.pages import AUDIENCES, PUBLIC, audience

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx

OVERVIEW = "connectors/index"
SCRIPT = "filter.js"
ATOM = '<link rel="alternate" type="application/atom+xml" title="Status" href="../status.atom">'


class FeedRole(ReferenceRole):
    """A link to a feed by its file name, from a page one folder below the public site's first."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """A plain reference: the file is written after all pages."""
        if self.target not in OpsDomain.of(self.env).feeds:
            return [nodes.Text(self.title)], []
        docname = self.env.current_document.docname.removeprefix(f"{PUBLIC}/")
        address = "../" * docname.count("/") + self.target
        return [nodes.reference("", self.title, internal=True, refuri=address)], []


def write_feeds(app: Sphinx, exception: Exception | None) -> None:
    """Write what changed, where the public pages begin."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    inner = audience(Path(app.srcdir).resolve(), Path(app.confdir).resolve()) == AUDIENCES["docs"]
    for name, text in OpsDomain.of(app.env).feeds.items():
        write_if_changed(Path(app.outdir) / (PUBLIC if inner else "") / name, text)


def equip_overview(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """The script and the feed's address, on the overview only."""
    del templatename
    if doctree is not None and pagename.removeprefix(f"{PUBLIC}/") == OVERVIEW:
        app.add_js_file(SCRIPT, loading_method="defer")
        context["metatags"] = context.get("metatags", "") + ATOM


def connect(app: Sphinx) -> None:
    """The role, the files, the overview."""
    app.add_role_to_domain("ops", "feed", FeedRole())
    app.connect("html-page-context", equip_overview)
    app.connect("build-finished", write_feeds)
