"""The packs of a repository, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.options import repository
from generators.packs.reading.collection import packs_at
from generators.report.packs import pack_line, packs_json, packs_text

if TYPE_CHECKING:
    from pathlib import Path


def listed(root: Path, form: str) -> str:
    """Every pack with its version, boards, queries and what was last proven. Raises Unusable."""
    lines = [pack_line(folder) for folder in packs_at(repository(root)).folders.values()]
    return packs_json(lines) if form == "json" else packs_text(lines)
