"""A catalog of which some files cannot be read: questions are answered from the rest, and what is missing is named.

An answer needs what it follows references to. Where that cannot be read, the answer is printed as far as it goes, and
the command exits 2.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from generators.catalog import load
from generators.catalog.references import references
from generators.cli.options import Unusable
from generators.findings import Severity
from generators.model import KINDS
from generators.model.oncall import Rotation
from generators.report.text import printable
from generators.source import LIMITS, Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generators.catalog import Catalog, Entry, Key
    from generators.findings import Finding
    from generators.model import Entity

FOLLOWED = {
    "alert": ("surface", "severity", "runbook"),
    "escalation-policy": ("rotation", "role", "escalation-policy"),
    "role": ("person",),
    "rotation": ("person",),
}
"""By kind, the kinds of what an answer about it depends on."""


def partial_catalog(root: Path) -> Catalog:
    """What can be read of a repository. Raises Unusable where nothing can, with the reason."""
    catalog, findings = load(Repository(root, LIMITS), KINDS)
    errors = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
    if errors and not catalog.entries:
        raise Unusable(_line(errors[0]))
    return catalog


def needs(catalog: Catalog, start: Iterable[Key]) -> frozenset[Key]:
    """Some entities, and everything that an answer about them depends on."""
    found: set[Key] = set()
    pending = list(start)
    while pending:
        key = pending.pop()
        if key in found:
            continue
        found.add(key)
        entry = catalog.entries.get(key[0], {}).get(key[1])
        if entry is not None:
            pending += _followed(entry)
    return frozenset(found)


def _followed(entry: Entry[Entity]) -> Iterator[Key]:
    kinds = FOLLOWED.get(entry.kind, ())
    yield from ((ref.kind, str(ref)) for _, ref in references(entry.entity) if ref.kind in kinds)
    if isinstance(entry.entity, Rotation) and entry.entity.holidays and _counts_holidays(entry.entity):
        yield entry.entity.holidays.kind, str(entry.entity.holidays)


def _counts_holidays(rotation: Rotation) -> bool:
    return any(layer.length.unit == "business-days" for layer in rotation.layers)


def all_of(catalog: Catalog, kind: type[Entity]) -> list[Key]:
    """Every entity of a kind, those that cannot be read included."""
    return [(kind.kind, name) for name in dict.fromkeys(catalog.names_of(kind.kind))]


def conclude(catalog: Catalog, needed: Iterable[Key]) -> None:
    """Name on standard error what cannot be read, and exit 2 where the answer needs it, or needs what is not there."""
    wanted = set(needed)
    others = [_line(finding) for key, finding in catalog.broken.items() if key not in wanted]
    if others:
        _say("not read, and not needed for this answer:", others)
    missing = list(_missing(catalog, wanted))
    if missing:
        _say("the answer is incomplete: it needs what cannot be read:", missing)
        raise typer.Exit(2)


def _missing(catalog: Catalog, wanted: Iterable[Key]) -> Iterator[str]:
    """A line for each of these that cannot be read, or is not there."""
    for kind, name in sorted(wanted):
        if broken := catalog.broken.get((kind, name)):
            yield _line(broken)
        elif catalog.entry((kind, name)) is None:
            yield f"there is no {kind} '{printable(name)}'"


def name_unread(catalog: Catalog) -> None:
    """Name on standard error everything that cannot be read."""
    if catalog.broken:
        _say("not read:", (_line(finding) for finding in catalog.broken.values()))


def _say(head: str, lines: Iterable[str]) -> None:
    sys.stderr.write(f"dfops: {head}\n" + "".join(f"  {line}\n" for line in lines))


def _line(finding: Finding) -> str:
    """`path:line:column: message`, and the hint where there is one."""
    place = finding.place
    hint = f" ({finding.hint})" if finding.hint else ""
    return printable(f"{place.path}:{place.line}:{place.column}: {finding.message}{hint}")
