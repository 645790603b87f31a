"""Where the public site and the catalog of packs are served, and how the program that installs packs is got."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from generators.model.base import Entity, Folder
from generators.model.forms import SITE_URL
from generators.model.text import Prose, Slug  # noqa: TC001 - pydantic reads annotations at run time

SiteUrl = Annotated[str, Field(pattern=SITE_URL, max_length=300, examples=["https://packs.example.org/"])]
"""An address that pages below it are added to: it ends with a slash."""


class Publication(Entity):
    """What users are told to copy: the address of the public site, and the distribution that installs packs.

    Without an address pages name no host, and say that nothing is published yet.
    """

    kind: ClassVar[str] = "publication"
    plural: ClassVar[str] = "publications"
    chapter: ClassVar[str] = "operating"
    folder: ClassVar[Folder] = Folder("ops_model/operating/publications/{id}.yaml")
    lead: ClassVar[str] = "summary"
    stands_alone: ClassVar[bool] = True

    summary: Prose
    distribution: Slug
    """The name of the package with the command that installs packs."""
    distribution_published: bool = False
    """Whether the registry of Python packages has it; until then the catalog carries its wheel."""
    site_url: SiteUrl | None = None
    """Where the public site is served; the catalog is below it."""
