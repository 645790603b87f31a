"""A page of its own in HTML, for paper: every value is escaped, and nothing is loaded or run."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from generators.render.text import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model import Ref
    from generators.views.dossier import Dossier
    from generators.views.layout import Target

TEMPLATES = Path(__file__).parent / "templates"


def print_dossier(view: Dossier, targets: Mapping[tuple[str, str], Target], site: str = "") -> str:
    """The dossier as one HTML file. References are links into the site at the address `site`, where it is given."""

    def title(ref: Ref) -> str:
        target = targets.get((ref.kind, str(ref)))
        return target.title if target else str(ref)

    def linked(ref: Ref) -> Markup:
        target = targets.get((ref.kind, str(ref)))
        if target is None or not site:
            return Markup('<span class="id" data-id="{}">{}</span>').format(ref, title(ref))
        anchor = f"#{target.anchor}" if target.anchor else ""
        address = f"{site.rstrip('/')}/{target.docname}.html{anchor}"
        return Markup('<a class="id" data-id="{}" href="{}">{}</a>').format(ref, address, title(ref))

    return _environment().get_template("dossier.html.jinja").render(page=view, linked=linked, title=title)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["day"] = day
    return made
