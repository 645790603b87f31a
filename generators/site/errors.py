"""The page "I see an error" of the internal site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.support import Diagnostic, Route, ServiceLevel, Symptom
from generators.render.pages import page_with_foot
from generators.views.errors import error_page
from generators.views.proofs import foot_of_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.status.packs import PackStatus

PAGE = "support/i-see-an-error"
"""The document; the chapter's first page links to it."""


def error_pages(catalog: Catalog, packs: Mapping[str, PackStatus], at: datetime) -> dict[str, str]:
    """Path below the source folder to MyST text."""
    kinds = (Symptom, Route, ServiceLevel, Diagnostic)
    foot = foot_of_list([entry for kind in kinds for entry in catalog.entries_of(kind)], {}, PAGE)
    return {f"{PAGE}.md": page_with_foot("see-an-error.md.jinja", error_page(catalog, packs, at), foot)}
