"""Exports about alerts of a repository, written into a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from generators.exports import alertmanager, alerts
from generators.exports.table import Made, Sources
from tests.clock import AT
from tests.exports.rosters import catalog_at
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from generators.catalog import Catalog

MINIATURE = Path(__file__).resolve().parents[1] / "site"
REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = {"miniature": MINIATURE, "repository": REPOSITORY}
SITE = "https://ops.example.org/"


def exported(catalog: Catalog, into: Path, site: str = SITE) -> tuple[Made, Made]:
    """Rules and routes of a catalog, as files of a folder."""
    sources = Sources(catalog, {}, AT, site=site)
    both = alerts.make_export(sources), alertmanager.make_export(sources)
    for made in both:
        for path, text in made.files.items():
            (into / path).write_text(text, encoding="utf-8")
    return both


def exported_from(root: Path, into: Path) -> tuple[Made, Made]:
    """The same of a repository, whatever is wrong with it."""
    return exported(catalog_at(root), into)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of Prometheus or Alertmanager in a folder."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST)  # noqa: S603
