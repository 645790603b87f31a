"""Results of tests for a command: read where they are, refused in one sentence where they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.published.manifest import Unreadable
from generators.report.text import printable
from generators.stability.results import Results, results_at

if TYPE_CHECKING:
    from pathlib import Path


def results_for(root: Path, path: Path | None) -> Results:
    """The results in a file, or those that `build/tests.xml` holds. Raises Unusable for what is none."""
    try:
        return results_at(root, path)
    except (OSError, Unreadable) as error:
        raise Unusable(f"the results of the tests cannot be read: {printable(str(error))}") from error
