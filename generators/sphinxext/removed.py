"""Sphinx leaves the output of a removed page behind; on a public site that is a page nobody took back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def remove_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Delete the written page of every document that is gone."""
    del env, added, changed
    if isinstance(app.builder, StandaloneHTMLBuilder):
        for docname in sorted(removed):
            Path(app.builder.get_output_path(docname)).unlink(missing_ok=True)
    return []


def connect(app: Sphinx) -> None:
    """When Sphinx has compared the folder with its memory."""
    app.connect("env-get-outdated", remove_pages)
