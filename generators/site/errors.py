"""The page "I see an error" of the internal site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.render import render
from generators.views.errors import error_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.status.packs import PackStatus

PAGE = "support/i-see-an-error"
"""The document; the chapter's first page links to it."""


def error_pages(catalog: Catalog, packs: Mapping[str, PackStatus], at: datetime) -> dict[str, str]:
    """Path below the source folder to MyST text."""
    return {f"{PAGE}.md": render("see-an-error.md.jinja", error_page(catalog, packs, at))}
