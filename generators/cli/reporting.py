"""What a command that adds to the repository says: the files, and what each still lacks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generators.cli.options import clock
from generators.report.text import printable
from generators.site import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def report_new(root: Path, paths: Sequence[str], remarks: Iterable[str] = ()) -> None:
    """Say what was written, and what each file still lacks."""
    for line in (*paths, *(f"  {remark}" for remark in remarks)):
        sys.stdout.write(f"{printable(line)}\n")
    for finding in check(root, clock()).findings:
        if finding.place.path in paths:
            sys.stdout.write(f"  still to do: {printable(finding.message)} ({finding.rule.code})\n")
