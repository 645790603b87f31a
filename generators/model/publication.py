"""Where the public site and the catalog of packs are served, and how the program that installs packs is got."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Entity, Folder, Part
from generators.model.forms import SITE_URL
from generators.model.text import Prose, Slug  # noqa: TC001 - pydantic reads annotations at run time

SiteUrl = Annotated[str, Field(pattern=SITE_URL, max_length=300, examples=["https://packs.example.org/"])]
"""An address that pages below it are added to: it ends with a slash."""


Days = Annotated[int, Field(ge=1, le=3650)]


class Expiry(Part):
    """For how many days each signed part of the catalog is valid after it was signed."""

    root: Days = 365
    """Who may sign: renewed with a key that lies in a safe."""
    targets: Days = 180
    """Size and digest of every file: signed with each release."""
    snapshot: Days = 180
    """Which list of files is the present one: signed with each release."""
    timestamp: Days = 28
    """That the catalog is the newest one: renewed by the cadence. So long an old copy can be served unnoticed."""


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
    expires: Expiry = Expiry()
    """For how many days a signature of each role is valid."""
    renew_before: Days = 14
    """Days before the end of a signature from which on it is due to be renewed, and is renewed by what signs."""

    @model_validator(mode="after")
    def _renewed_in_time(self) -> Self:
        shortest = min(self.expires.root, self.expires.targets, self.expires.snapshot, self.expires.timestamp)
        if self.renew_before >= shortest:
            raise PydanticCustomError("order", "renew_before must be less than each number of expires")
        return self
