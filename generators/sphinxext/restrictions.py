"""The second wall around text on a page: what settings leave open is closed here, whatever conf.py says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util import logging

from generators.source.handwritten import closed_front_matter, generated_files, may_lie_there

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

Copied = tuple[set[str], str]

logger = logging.getLogger(__name__)


def close_directives(app: Sphinx) -> None:
    """`raw`, `include`, `literalinclude` and `csv-table :file:` refuse. docutils.conf would be read with every page."""
    app.env.settings.update(raw_enabled=False, file_insertion_enabled=False)


RUNNING = ("**/*_t", "**/*.jinja", "**/*.htm*", "**/*.xht*", "**/*.xml", "**/*.svg")
"""Static files that Sphinx runs as templates, and those in which a browser runs scripts."""


def close_files(app: Sphinx, config: Config) -> None:
    """Nothing but pages says anything: no catalogues of translations, which put markup into pages, and no templates."""
    del app
    config.locale_dirs = []
    config.exclude_patterns = [*config.exclude_patterns, *RUNNING]


def close_front_matter(app: Sphinx, docname: str, source: list[str]) -> None:
    """Settings in the very text that MyST is about to read, however it was decoded: the text is then shown as it is."""
    del app
    if closed_front_matter(source[0]):
        text = "front matter says more than orphan, no-search and tocdepth"
        logger.warning(text, location=docname, type="ops", subtype="front-matter")
        source[0] = f"\n{source[0]}"


def keep_inside(app: Sphinx, env: BuildEnvironment) -> None:
    """Images and downloads are pictures, or what a build wrote, from inside the source folder.

    Others are not copied: the public site's folder is its border.
    """
    root, top = Path(app.srcdir).resolve(), Path(app.confdir).resolve()
    generated = generated_files(top)
    # Two tables of one shape: file below the source folder -> (pages that name it, file in the output).
    for table in (cast("dict[str, Copied]", env.images), cast("dict[str, Copied]", env.dlfiles)):
        for name in list(table):
            file = (root / name).resolve()
            inside = file.is_relative_to(root)
            path = file.relative_to(top).as_posix() if inside and file.is_relative_to(top) else ""
            if inside and may_lie_there(path, file, generated.get(path, frozenset())):
                continue
            why = "is of a kind that is not shown" if inside else "is outside the source folder"
            for docname in sorted(table.pop(name)[0]):
                logger.warning("%r %s and was not copied", name, why, location=docname, type="ops", subtype="outside")


SCHEMES = frozenset({"", "https", "mailto"})


def keep_to_schemes(app: Sphinx, doctree: nodes.document) -> None:
    """Links and images lead to https, mailto or this site, whichever directive made them; others lose their target."""
    del app
    links: list[nodes.Element] = [*doctree.findall(nodes.reference), *doctree.findall(nodes.image)]
    for node in links:
        field = "uri" if isinstance(node, nodes.image) else "refuri"
        scheme = urlsplit(node.get(field, "").strip()).scheme.lower()
        outside = isinstance(node, nodes.image) and scheme
        if scheme in SCHEMES and not outside:
            continue
        logger.warning("no link to %r here", node[field][:60], location=node, type="ops", subtype="outside")
        node[field] = "#"


def connect(app: Sphinx) -> None:
    """Close before reading, look after reading."""
    app.connect("config-inited", close_files)
    app.connect("builder-inited", close_directives)
    app.connect("source-read", close_front_matter, priority=900)
    app.connect("doctree-read", keep_to_schemes, priority=900)
    app.connect("env-updated", keep_inside)
