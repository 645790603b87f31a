"""Sphinx as an adapter: the site's pages before reading, the `ops` domain, diagrams, navigation, speed.

Nothing outside this package knows Sphinx. Each module here has one `connect(app)` that says which events it answers.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generators.sphinxext import (
    calendars,
    chart,
    copying,
    diagram,
    domain,
    errors,
    feeds,
    ids,
    lost,
    moved,
    navigation,
    night,
    offline,
    pages,
    pictures,
    policy,
    removed,
    restrictions,
    sources,
    speed,
    tables,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Sphinx's entry point. Order matters once: the domain exists before the pages give it their targets."""
    os.environ["DO_NOT_TRACK"] = "1"  # noqa: TID251 - a build starts here: the tools that it starts report nothing
    linked = (feeds, calendars, errors, copying)
    contents = (diagram, pictures, chart, tables, lost, *linked, night, offline)
    for part in (domain, ids, pages, sources, restrictions, *contents, navigation, policy, moved, removed, speed):
        part.connect(app)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
