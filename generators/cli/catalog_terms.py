"""The folder of a catalog, and for how long its signatures are valid, as the model says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import load
from generators.cli.options import Unusable, repository
from generators.findings import Severity
from generators.model import KINDS
from generators.model.publication import Publication
from generators.published.standing import Terms
from generators.source import LIMITS, Repository

CatalogArgument = Annotated[Path, typer.Argument(metavar="CATALOG", help="The folder of the catalog.")]


def folder_of(catalog: Path) -> Path:
    """The folder of a catalog. Raises Unusable where it is none."""
    if not catalog.is_dir():
        raise Unusable(f"{catalog} is no folder: name the one with the catalog")
    return catalog


def terms_in(root: Path) -> Terms:
    """For how long a signature is valid, as the publication of a repository says. Raises Unusable without one."""
    publication = _publication(root)
    return Terms(publication.expires.model_dump(), publication.renew_before)


def _publication(root: Path) -> Publication:
    catalog, findings = load(Repository(repository(root), LIMITS), KINDS)
    entry = next(iter(catalog.entries_of(Publication)), None)
    if entry is not None:
        return entry.entity
    top = Publication.folder.pattern.rpartition("/")[0]
    wrong = (found for found in findings if found.place.path.startswith(top) and found.rule.severity is Severity.ERROR)
    if first := next(wrong, None):
        raise Unusable(f"{first.place.path}:{first.place.line}: {first.message}")
    raise Unusable(f"{root} declares no publication: add one with `dfops new publication ID`")
