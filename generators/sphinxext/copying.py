"""Texts that people send as they stand: the script that copies them, on the pages that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from generators.sphinxext.night import inside

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCRIPT = "copy.js"
MARK = "ops-copied"
"""The class of the container around such a text."""


def equip(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The script where there is something to copy."""
    del pagename, templatename, context
    if doctree is not None and any(MARK in found["classes"] for found in doctree.findall(nodes.container)):
        app.add_js_file(SCRIPT, loading_method="defer")


def connect(app: Sphinx) -> None:
    """The script, which the public site has no use for."""
    app.connect("config-inited", inside(SCRIPT))
    app.connect("html-page-context", equip)
