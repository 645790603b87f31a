"""The public pages, below the public site's source folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.operating import Connector
from generators.model.support import Symptom
from generators.render import render
from generators.views import public

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog


def public_pages(catalog: Catalog, diagnostics: Mapping[str, str]) -> dict[str, str]:
    """Path below the public source folder to MyST text; `diagnostics` is code to summary."""
    tables = public.connector_tables(catalog)
    pages = {
        "help/index.md": render("public/help-index.md.jinja", public.help_index(catalog, diagnostics)),
        "promises.md": render("public/promises.md.jinja", public.promise_page(catalog)),
        "unsupported.md": render("public/unsupported.md.jinja", public.unsupported_page(catalog)),
        "releases.md": render("public/releases.md.jinja", public.release_page(catalog)),
        "connectors/index.md": render("public/connector-index.md.jinja", public.connector_index(catalog, tables)),
    }
    for symptom in catalog.entries_of(Symptom):
        page = public.symptom_page(catalog, symptom, diagnostics)
        pages[f"help/{symptom.id}.md"] = render("public/symptom.md.jinja", page)
    for connector in catalog.entries_of(Connector):
        view = public.connector_page(catalog, connector, tables)
        pages[f"connectors/{connector.id}.md"] = render("public/connector.md.jinja", view)
    return pages
