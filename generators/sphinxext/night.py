"""`{ops:night}`: data for the script that fills in, counts down and names who is next; and the schedule it asks.

A page opened at night on a telephone carries nothing that it does not need: on runbook pages the style sheets and
scripts of other pages are left out. The schedule is a file of its own, so that pages do not change as time passes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxDirective

from generators.output import write_if_changed
from generators.sphinxext.domain import OpsDomain
from generators.sphinxext.pages import AUDIENCES, audience
from generators.sphinxext.stylesheet import FULL, SHORT, shortened, used_classes
from generators.views.night import inert

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

DUTY, SCRIPT, MESSAGES, BUNDLE = "duty.js", "night.js", "messages.js", "bundle.js"
SCRIPTS = {"runbook": (DUTY, SCRIPT), "message": (DUTY, SCRIPT, MESSAGES), "duty": (DUTY,)}
"""By what the data of a page is about, the scripts that it loads."""
KIND, INDEX = "runbook", "runbooks/index"
THEME_SCRIPT, OWN_SHEET = "scripts/furo.js", "ops.css"
"""What runbook pages load besides, below the folder of static files."""
SHIFTS = "_static/shifts"
"""Folder of the output with one script a surface."""
NEEDLESS = {
    *("furo.css", "pygments.css", "sphinx-design.min.css", "furo-extensions.css", "pages.css"),
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js", "design-tabs.js"),
}
"""What runbook pages do without: their commands have no colours, their one fold is styled in ops.css.
Of the theme's sheet they have a shorter copy."""
_MARKS = re.compile(
    r'<span class="(?:xref ops ops-[a-z-]+|pre)">(?P<words>[^<]*)</span>|<a class="headerlink"[^>]*>[^<]*</a>'
    r'|(?<=<a) class="reference internal"|(?<=<ul) class="simple"|(?<=<code class=")docutils (?=literal )'
    r'|(?P<name>(?<=<div class=")ops-[a-z -]+) docutils container(?=">)'
)
"""What marks a reference's kind, a literal's words, a block: no style of a runbook page asks for it, and one page has
hundreds. Its steps have links of their own."""
_SURFACE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class night(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """Data for a script (`data`), what it is about (`about`), and the surface whose schedule it asks (`surface`)."""


class NightDirective(SphinxDirective):
    """The body is JSON: an object."""

    has_content = True

    def run(self) -> list[Node]:
        """One node without text: nothing of it is searched or listed."""
        try:
            data = json.loads("\n".join(self.content))
        except ValueError as fault:
            raise self.error(f"no JSON: {fault}") from fault
        if not isinstance(data, dict):
            raise self.error("expected an object")
        surface = str(data.get("surface", ""))
        about = "runbook" if "runbook" in data else "message" if "gaps" in data else "duty"
        node = night("", data=inert(data), about=about, surface=surface if _SURFACE.fullmatch(surface) else "")
        self.set_source_info(node)
        return [node]


def write_night(translator: HTML5Translator, node: night) -> None:
    """Data that no browser runs, and the address of the schedule, as it is in every build."""
    translator.body.append(f'<script type="application/json" class="ops-night">{node["data"]}</script>\n')
    if node["surface"]:
        up = "../" * translator.builder.current_docname.count("/")
        translator.body.append(f'<script defer src="{up}{SHIFTS}/{node["surface"]}.js"></script>\n')
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: night) -> None:
    """Only HTML has scripts."""
    del translator, node
    raise nodes.SkipNode


def equip(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The scripts where there is data for them; on runbook pages nothing else that is not needed."""
    del templatename
    scripted = list(doctree.findall(night)) if doctree is not None else []
    if not scripted:
        return
    about = {node["about"] for node in scripted}
    for name in SCRIPTS[min(about, key=list(SCRIPTS).index)]:
        app.add_js_file(name, loading_method="defer")
    if "runbook" not in about:
        return
    context["body"] = _MARKS.sub(r"\g<words>\g<name>", context["body"])
    up = "../" * pagename.count("/")
    # Not through Sphinx, which wants the check sum of a file that is made of the pages it is linked from.
    sheet = f'<link rel="stylesheet" type="text/css" href="{up}_static/{SHORT}">'
    context["metatags"] = context.get("metatags", "") + sheet
    for files in ("css_files", "script_files"):
        context[files] = [file for file in context[files] if _name(file) not in NEEDLESS]


def _name(file: object) -> str:
    return PurePosixPath(str(getattr(file, "filename", file) or "")).name


def inside(*scripts: str) -> Callable[[Sphinx, Config], None]:
    """What keeps scripts inside: the public site has no use for them, so they are not copied there."""

    def keep(app: Sphinx, config: Config) -> None:
        if audience(Path(app.srcdir).resolve(), Path(app.confdir).resolve()) != AUDIENCES["docs"]:
            config.exclude_patterns = [*config.exclude_patterns, *(f"**/{name}" for name in scripts)]

    return keep


def write_shifts(app: Sphinx, exception: Exception | None) -> None:
    """One script a surface, where it changed; those of surfaces that are gone go."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    folder, scripts = Path(app.outdir) / SHIFTS, OpsDomain.of(app.env).shifts
    for surface, text in scripts.items():
        write_if_changed(folder / f"{surface}.js", text)
    for file in folder.glob("*.js"):
        if file.stem not in scripts:
            file.unlink()


def runbook_pages(builder: StandaloneHTMLBuilder) -> list[str]:
    """The documents of runbooks that were written, in the order of their index."""
    env, domain = builder.env, OpsDomain.of(builder.env)
    documents = {docname for (kind, _), (docname, _, _) in domain.targets.items() if kind == KIND}
    order = {name: place for place, name in enumerate(env.toctree_includes.get(INDEX, ()))}
    written = [name for name in documents if name in env.all_docs and Path(builder.get_output_path(name)).is_file()]
    return sorted(written, key=lambda name: (order.get(name, len(order)), name))


def write_short_sheet(app: Sphinx, exception: Exception | None) -> None:
    """The theme's sheet for the runbook pages as they were written, in their static files."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    static = Path(app.outdir) / "_static"
    names = runbook_pages(app.builder)
    if not names or not (static / FULL).is_file():
        return
    pages = [Path(app.builder.get_output_path(name)).read_text(encoding="utf-8") for name in names]
    scripts = [_text(static / name) for name in (DUTY, SCRIPT, BUNDLE, THEME_SCRIPT)]
    asking = (_text(static / OWN_SHEET), *pages, *scripts)
    write_if_changed(static / SHORT, shortened(_text(static / FULL), used_classes(pages, scripts), asking))


def _text(file: Path) -> str:
    """A written file; empty where there is none."""
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def connect(app: Sphinx) -> None:
    """After every other listener has said which files a page has."""
    app.add_node(night, html=(write_night, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "night", NightDirective)
    app.connect("config-inited", inside(DUTY, SCRIPT, MESSAGES, BUNDLE))
    app.connect("html-page-context", equip, priority=900)
    app.connect("build-finished", write_shifts)
    app.connect("build-finished", write_short_sheet)
