"""Pages that had another name: at the old address a small page leads on, so that links of old alerts keep working.

With JavaScript the step and the values in the link are kept. Without, the page opens at its beginning.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from posixpath import relpath
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder

from generators.output import write_if_changed
from generators.sphinxext.domain import OpsDomain
from generators.sphinxext.policy import meta, policy

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCRIPT = "moved.js"
_MARK = '<meta name="ops-moved" content="yes">'
_LARGEST = 4_000
"""Bytes. Nothing larger is a page of this module."""


def moved_page(old: str, new: str, title: str) -> str:
    """The page at the address of document `old` that leads to document `new`."""
    folder = old.rpartition("/")[0] or "."
    address = escape(relpath(f"{new}.html", folder))
    script = escape(relpath(f"_static/{SCRIPT}", folder))
    words = escape(title)
    return f"""<!doctype html>
<html lang="en"><head>{meta(policy([], []))}
<meta charset="utf-8">
{_MARK}
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
<title>Moved: {words}</title></head>
<body><main><h1>This page has moved</h1>
<p>Its new address: <a data-moved href="{address}">{words}</a></p></main>
<script src="{script}"></script>
</body></html>
"""


def write_moved(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages of this build, and remove those that no entity asks for any more."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    env, out = app.env, Path(app.outdir)
    kept = set()
    for old, new in OpsDomain.of(env).moved.items():
        if old in env.all_docs or new not in env.all_docs:
            continue
        file = Path(app.builder.get_output_path(old))
        kept.add(file)
        write_if_changed(file, moved_page(old, new, env.titles[new].astext()))
    for file in out.rglob("*.html"):
        if file not in kept and file.stat().st_size < _LARGEST and _MARK in file.read_text(encoding="utf-8"):
            file.unlink()


def connect(app: Sphinx) -> None:
    """After all pages have been written."""
    app.connect("build-finished", write_moved)
