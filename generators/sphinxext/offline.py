"""All runbooks in one file that needs no network: made of the written pages, with everything they load inside.

`{ops:offline}` links to it and says how large it is.
"""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from pathlib import Path, PurePosixPath
from posixpath import join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from docutils import nodes
from lxml import html
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxRole

from generators.output import write_if_changed
from generators.sphinxext.night import BUNDLE, DUTY, INDEX, SCRIPT, SHIFTS, runbook_pages
from generators.sphinxext.policy import meta, policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx

NAME = "runbooks/offline.html"
_SIZE = re.compile(r'(<span class="ops-size">)[^<]*(</span>)')
_MARK = '<meta name="ops-made-of" content="{}">'


class OfflineRole(SphinxRole):
    """A link to the file, from the page beside it, and a place for its size."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """A plain reference: the file is written after all pages."""
        link = nodes.reference("", self.text, internal=True, refuri=PurePosixPath(NAME).name)
        return [link, nodes.inline("", " ", classes=["ops-size"])], []


def write_bundle(app: Sphinx, exception: Exception | None) -> None:
    """Make the file anew when a page, a style sheet, a script or the schedule changed; say its size on the index."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    out, file = Path(app.outdir), Path(app.outdir) / NAME
    pages = {name: Path(app.builder.get_output_path(name)).read_bytes() for name in runbook_pages(app.builder)}
    if not pages:
        file.unlink(missing_ok=True)
        return
    parts = _parts(out, next(iter(pages.values())))
    mark = _MARK.format(sha256(repr((sorted(pages.items()), parts)).encode()).hexdigest())
    if not file.is_file() or mark.encode() not in file.read_bytes()[:1000]:
        write_if_changed(file, bundle(pages, parts, mark))
    index = Path(app.builder.get_output_path(INDEX))
    if index.is_file():
        size = f"({file.stat().st_size / 1e6:.1f} MB)"
        write_if_changed(index, _SIZE.sub(rf"\g<1> {size}\g<2>", index.read_text(encoding="utf-8")))


def _parts(out: Path, page: bytes) -> tuple[str, str]:
    """Style and scripts: what the first page loads, as one text each."""
    head = html.fromstring(page)
    sheets = [out / "runbooks" / urlsplit(str(link)).path for link in head.xpath("//link[@rel='stylesheet']/@href")]
    styles = [_text(sheet) for sheet in sheets] + [str(style.text or "") for style in head.xpath("//head/style")]
    own = [out / "_static" / name for name in (DUTY, SCRIPT, BUNDLE)]
    scripts = [*sorted((out / SHIFTS).glob("*.js")), *own]
    return "\n".join(styles), "\n".join(_text(script) for script in scripts)


def _text(file: Path) -> str:
    """A file that is put between tags: nothing in it may end them. Comments that name other files go."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", text).replace("</", r"<\/")


def bundle(pages: Mapping[str, bytes], parts: tuple[str, str], mark: str) -> str:
    """The file. `pages` are written runbook pages by document."""
    articles = {name: article(name, page, pages) for name, page in pages.items()}
    style, script = parts
    titles = {name: escape(str(made.xpath("string(.//h1)"))) for name, made in articles.items()}
    entries = "\n".join(f'<li><a href="#{_prefix(name)}">{title}</a></li>' for name, title in titles.items())
    bodies = "\n".join(html.tostring(made, encoding="unicode") for made in articles.values())
    return f"""<!doctype html>
<html lang="en"><head>{meta(policy([script], [style], own=""))}
<meta charset="utf-8">
{mark}
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>All runbooks</title>
<style>{style}</style></head>
<body class="ops-bundle" data-theme="auto">
<nav><details open><summary><h1>All runbooks</h1></summary>
<ul>
{entries}
</ul></details></nav>
<main>
{bodies}
</main>
<script>{script}</script>
</body></html>
"""


def _prefix(docname: str) -> str:
    return PurePosixPath(docname).name


def article(docname: str, page: bytes, others: Mapping[str, bytes]) -> html.HtmlElement:
    """The text of a page: ids begin with its name, links lead to the other articles or nowhere."""
    (made,) = html.fromstring(page).xpath("//article")
    for gone in made.xpath(".//a[contains(@class, 'headerlink')] | .//script[@src]"):
        gone.drop_tree()
    own = _prefix(docname)
    for element in made.xpath(".//*[@id]"):
        element.set("id", f"{own}--{element.get('id')}")
    made.attrib.clear()
    made.set("id", own)
    for link in made.xpath(".//a[@href]"):
        target = _target(docname, link.get("href"), others)
        if target:
            link.set("href", target)
        else:
            _unlinked(link)
    return made


def _target(docname: str, address: str, others: Mapping[str, bytes]) -> str:
    """Where a link leads within the file; empty where it leads out of it."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    path = normpath(join(PurePosixPath(docname).parent, unquote(parts.path))) if parts.path else f"{docname}.html"
    name = path.removesuffix(".html")
    if name not in others:
        return ""
    return f"#{_prefix(name)}--{parts.fragment}" if parts.fragment else f"#{_prefix(name)}"


def _unlinked(link: html.HtmlElement) -> None:
    """Plain text in its place; inside of a drawing the shapes stay a group."""
    for name in set(link.attrib):
        del link.attrib[name]
    link.tag = "g" if any(True for _ in link.iterancestors("svg")) else "span"


def connect(app: Sphinx) -> None:
    """After the schedule has been written."""
    app.add_role_to_domain("ops", "offline", OfflineRole())
    app.connect("build-finished", write_bundle, priority=600)
