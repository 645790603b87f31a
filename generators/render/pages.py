"""Pages around bodies that are rendered already: an entity's own page, all entities of a kind on one, and the foot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from generators.render.environment import render

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from generators.model import Ref
    from generators.render import Safe
    from generators.views.pages import Shelf
    from generators.views.provenance import Provenance


@dataclass(frozen=True, slots=True)
class KindSection:
    """An entity on its kind's page."""

    id: str
    former: tuple[str, ...]
    title: str
    path: str
    used_by: tuple[Ref, ...]
    body: Safe


@dataclass(frozen=True, slots=True)
class KindPage:
    """All entities of a kind on one page."""

    kind: str
    title: str
    about: str
    sections: tuple[KindSection, ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The frame of an entity's own page."""

    kind: str
    id: str
    former: tuple[str, ...]
    title: str
    used_by: tuple[Ref, ...]
    above: Safe
    """What is worked out from it and read first; empty for most."""
    body: Safe


@dataclass(frozen=True, slots=True)
class ChapterIndex:
    """A chapter's index with its board, which is empty where it has none."""

    title: str
    intro: str
    board: Safe
    shelves: tuple[Shelf, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export: its command, its files, and what decides on them."""

    command: str
    summary: str
    detail: str
    writes: str
    committed: bool
    dated: bool
    reads: tuple[str, ...]
    """Paths whose errors stop it; empty for one that reads no repository."""


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """All exports, in the order in which they are written."""

    rows: tuple[ExportRow, ...]


def page_with_foot(template: str, view: DataclassInstance, foot: Provenance) -> str:
    """The page that a template makes of its view, with what it is made from at its foot. Raises as `render`."""
    return f"{render(template, view)}\n{_foot(foot)}"


@lru_cache(maxsize=256)
def _foot(foot: Provenance) -> str:
    """Hundreds of pages have the same one."""
    return render("foot.md.jinja", foot)
