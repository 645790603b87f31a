"""The whole way from a folder to pages: read, check, decide, print. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators import checks
from generators.catalog import Catalog, load
from generators.findings import Finding, in_order
from generators.model import KINDS
from generators.site.internal import internal_pages
from generators.site.public import public_pages
from generators.source import Repository
from generators.views.layout import Target, targets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.catalog import Key
    from generators.installed import Installed

Audience = Literal["internal", "public"]
PUBLIC = "public"
"""Folder of the public pages below the internal site's sources."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A repository that was read and asked every question."""

    catalog: Catalog
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a builder needs: pages by path, where entities are shown, and what is wrong."""

    pages: Mapping[str, str]
    targets: Mapping[Key, Target]
    findings: tuple[Finding, ...]


def check(root: Path, installed: Installed) -> Checked:
    """Reads and checks a repository. Raises FileNotFoundError or NotADirectoryError when there is none."""
    repository = Repository(root)
    catalog, findings = load(repository, KINDS)
    facts = checks.Facts(installed, repository.has)
    return Checked(catalog, in_order((*findings, *checks.run(catalog, facts))))


def prepare(root: Path, audience: Audience, installed: Installed) -> Site:
    """The pages of one audience. The internal site holds the public pages as well."""
    checked = check(root, installed)
    public = public_pages(checked.catalog, installed.diagnostics)
    if audience == PUBLIC:
        return Site(public, {}, checked.findings)
    pages = internal_pages(checked.catalog, checked.findings, checks.RULES)
    pages |= {f"{PUBLIC}/{path}": text for path, text in public.items()}
    return Site(pages, targets(checked.catalog), checked.findings)


__all__ = ["Audience", "Checked", "Site", "Target", "check", "prepare"]
