"""The second wall around text on a page: what settings leave open is closed here, whatever conf.py says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


def close_directives(app: Sphinx) -> None:
    """`raw`, `include`, `literalinclude` and `csv-table :file:` refuse. docutils.conf would be read with every page."""
    app.env.settings.update(raw_enabled=False, file_insertion_enabled=False)


def _copied(env: BuildEnvironment) -> Iterator[tuple[str, set[str]]]:
    for name, (docnames, _) in [*env.images.items(), *env.dlfiles.items()]:
        yield name, docnames


def keep_inside(app: Sphinx, env: BuildEnvironment) -> None:
    """Images and downloads from outside the source folder are not copied: the public site's folder is its border."""
    root = Path(app.srcdir).resolve()
    for name, docnames in sorted(_copied(env)):
        if not (root / name).resolve().is_relative_to(root):
            env.images.pop(name, None)
            env.dlfiles.pop(name, None)
            for docname in sorted(docnames):
                logger.warning(
                    "%r is outside the source folder and was not copied", name,
                    location=docname, type="ops", subtype="outside",
                )  # fmt: skip


def connect(app: Sphinx) -> None:
    """Close before reading, look after reading."""
    app.connect("builder-inited", close_directives)
    app.connect("env-updated", keep_inside)
