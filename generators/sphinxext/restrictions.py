"""The second wall around text on a page: what settings leave open is closed here, whatever conf.py says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

Copied = tuple[set[str], str]

logger = logging.getLogger(__name__)


def close_directives(app: Sphinx) -> None:
    """`raw`, `include`, `literalinclude` and `csv-table :file:` refuse. docutils.conf would be read with every page."""
    app.env.settings.update(raw_enabled=False, file_insertion_enabled=False)


def keep_inside(app: Sphinx, env: BuildEnvironment) -> None:
    """Images and downloads from outside the source folder are not copied: the public site's folder is its border."""
    root = Path(app.srcdir).resolve()
    # Two tables of one shape: file below the source folder -> (pages that name it, file in the output).
    for table in (cast("dict[str, Copied]", env.images), cast("dict[str, Copied]", env.dlfiles)):
        for name in [name for name in table if not (root / name).resolve().is_relative_to(root)]:
            for docname in sorted(table.pop(name)[0]):
                text = "%r is outside the source folder and was not copied"
                logger.warning(text, name, location=docname, type="ops", subtype="outside")


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
    app.connect("builder-inited", close_directives)
    app.connect("doctree-read", keep_to_schemes, priority=900)
    app.connect("env-updated", keep_inside)
