"""The packs of a repository, as commands ask for them. Needs no engine and no parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.packs.reading.folder import PackFolder, read_packs
from generators.source import LIMITS, Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.findings import Finding


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs of a repository, and what is wrong with their files."""

    catalog: Catalog
    folders: Mapping[str, PackFolder]
    findings: tuple[Finding, ...]


def packs_at(root: Path) -> Packs:
    """Every pack of a repository. Findings are those of the packs' own files."""
    repository = Repository(root, LIMITS)
    catalog, findings = load(repository, KINDS)
    folders = read_packs(catalog, repository)
    own = [finding for finding in findings if finding.place.path.startswith("packs/")]
    own += [finding for folder in folders.values() for finding in folder.findings]
    return Packs(catalog, folders, tuple(own))
