"""Texts that people send or paste as they stand: the script that copies them, on the pages that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCRIPT = "copy.js"
MARK = "ops-copied"
"""The class of the container around such a text."""
QUICKSTARTS = "quickstarts"
"""The folder of the pages whose commands are copied, one after the other."""


def equip(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The script where there is something to copy."""
    del templatename, context
    if doctree is None:
        return
    folder, _, page = pagename.removeprefix("public/").rpartition("/")
    followed = folder == QUICKSTARTS and page != "index"
    if followed or any(MARK in found["classes"] for found in doctree.findall(nodes.container)):
        app.add_js_file(SCRIPT, loading_method="defer")


def connect(app: Sphinx) -> None:
    """The script, on the pages that need it."""
    app.connect("html-page-context", equip)
