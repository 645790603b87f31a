"""`dfops new baseline ID`: everything that is found now, accepted until a day."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.checks.baseline import is_acceptable
from generators.cli.options import Unusable, clock, writing
from generators.findings import Severity
from generators.model.operating import Baseline
from generators.model.organization import Role
from generators.output import create_file
from generators.scaffold.entity import CHANGE_ME, scaffold
from generators.site import check

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.findings import Finding

DAYS = timedelta(days=90)
"""How long findings are accepted, unless the file says otherwise."""


def new_baseline(root: Path, identity: str, path: str) -> None:
    """Write a baseline of the findings that can be accepted, and name those that cannot. Raises Unusable for none."""
    now = clock()
    checked = check(root, now)
    found = [finding for finding in checked.findings if finding.rule.severity is not Severity.NOTE]
    counts = Counter(_key(finding) for finding in found if is_acceptable(finding.rule))
    others = [finding for finding in found if not is_acceptable(finding.rule)]
    if not counts:
        raise Unusable("there is nothing to accept: `dfops check` finds nothing that a baseline can hold")
    accepted = [_entry(code, where, count) for (code, where), count in sorted(counts.items())]
    values = {"owner": _owner(checked.catalog), "until": (now + DAYS).date(), "accepted": accepted}
    with writing(root / path):
        create_file(root / path, scaffold(Baseline, identity, checked.catalog, values))
    sys.stdout.write(f"{path}: {sum(counts.values())} findings accepted until {values['until']}\n")
    sys.stdout.write("Fill in owner and reason, and change the day; then run dfops check.\n")
    for finding in others:
        where = f"{finding.place.path}:{finding.place.line}"
        sys.stdout.write(f"  cannot be accepted: {finding.rule.code} {where} {finding.message}\n")


def _owner(catalog: Catalog) -> str:
    """The role that owns most here: a role that nothing refers to would otherwise be called used."""
    return max(catalog.names_of(Role.kind), key=lambda name: len(catalog.used_by(Role.kind, name)), default=CHANGE_ME)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule.code, finding.place.path


def _entry(code: str, path: str, count: int) -> dict[str, object]:
    return {"code": code, "path": path} | ({"count": count} if count > 1 else {})
