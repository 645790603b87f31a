"""`dfops diff`: what a change to the model changes for its readers."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from generators.catalog import Places, catalog_of, load
from generators.changes import Facts, compare
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository
from generators.cli.revision import BaseOption, at_revision
from generators.findings import Severity
from generators.model import KINDS
from generators.model.pack import Pack, PackEvidence
from generators.packs.reading.changelog import releases
from generators.packs.reading.folder import read_packs
from generators.published.manifest import Unreadable
from generators.report.changes import Comparison, changes_json, changes_markdown, changes_text
from generators.source import LIMITS, Repository
from generators.status.packs import pack_statuses
from generators.status.telemetry import summary_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.findings import Finding
    from generators.model import Entity
    from generators.packs.reading.folder import PackFolder
    from generators.telemetry.summary import Summary

DiffFormat = Annotated[
    Literal["text", "markdown", "json"], typer.Option("--format", help="markdown: for a comment on a review.")
]
PACKS, EVIDENCE = "packs", "evidence.yaml"
BESIDE = ("charts/meta.yml", "dbt/*.yaml")
"""Files of a pack that are neither entities nor boards."""


def diff(base: BaseOption, root: RootOption = Path(), at: AtOption = None, form: DiffFormat = "text") -> None:
    """Say what a change to the model changes for its readers: those on call, support, users and approvers.

    The files here, uncommitted changes included, against a commit.

    Exit 1 when something got weaker and no decision, deferral, waiver or override that is
    part of the same change explains it.
    """
    when, top = moment(at), repository(root)
    summary = _summary(top)
    after, unread_after = _read(top)
    folders = read_packs(after, Repository(top, LIMITS))
    with at_revision(top, base, Places(KINDS).tops) as earlier:
        same_packs = [name for name in folders if _bytes(earlier / PACKS / name) == _bytes(top / PACKS / name)]
        before, unread_before = _read(earlier, _taken(after, earlier))
        were = _folders(before, earlier, {name: folders[name] for name in same_packs})
        changes = compare(
            _facts(before, were, earlier, when, summary), _facts(after, folders, top, when, summary), when
        )
        same = {path for path in {*unread_before, *unread_after} if _same(earlier / path, top / path)}
    unread = [
        (side, finding)
        for side, findings in (("before", unread_before), ("after", unread_after))
        for path, finding in findings.items()
        if path not in same
    ]
    comparison = Comparison(base, when, changes, tuple(unread), len(same))
    printed = {"text": changes_text, "markdown": changes_markdown, "json": changes_json}[form]
    sys.stdout.write(printed(comparison))
    raise typer.Exit(1 if comparison.unexplained else 0)


def _same(one: Path, other: Path) -> bool:
    """Whether two files are there and the same; a link is no file."""
    files = all(path.is_file() and not path.is_symlink() for path in (one, other))
    return files and one.read_bytes() == other.read_bytes()


def _taken(after: Catalog, earlier: Path) -> tuple[Entry[Entity], ...]:
    """Entities whose files are the same on both sides, with those files removed: none is read and parsed again."""
    same = [entry for entry in after.everything() if _holds(earlier / entry.path, entry.document.text)]
    for entry in same:
        (earlier / entry.path).unlink()
    return tuple(same)


def _holds(path: Path, text: str) -> bool:
    """Whether a file of the earlier side, where every one is regular, has this text."""
    return path.is_file() and path.read_bytes() == text.encode()


def _read(root: Path, known: tuple[Entry[Entity], ...] = ()) -> tuple[Catalog, dict[str, Finding]]:
    """What can be read of one side, and a reason for each file that cannot. Raises Unusable where nothing can."""
    catalog, findings = load(Repository(root, LIMITS), KINDS)
    errors = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
    if known:
        catalog = catalog_of((*known, *catalog.everything()), catalog.broken, catalog.mentioned)
    if errors and not catalog.entries:
        first = errors[0]
        raise Unusable(f"nothing of the model can be read: {first.place.path}:{first.place.line}: {first.message}")
    reasons: dict[str, Finding] = {}
    for finding in errors:
        reasons.setdefault(finding.place.path, finding)
    return catalog, reasons


def _summary(root: Path) -> Summary | None:
    """What telemetry says, the same on both sides. Without it states come from facts alone."""
    try:
        return summary_at(root)
    except (OSError, Unreadable):
        return None


def _facts(
    catalog: Catalog, folders: Mapping[str, PackFolder], root: Path, at: datetime, summary: Summary | None
) -> Facts:
    released = {name: releases(root, name) for name in folders}
    return Facts(
        catalog,
        pack_statuses(catalog, folders, released, at, summary),
        {name: _beside(root / PACKS / name) for name in folders},
    )


def _beside(folder: Path) -> dict[str, str]:
    """The files that users of a pack get beside its boards, with their texts; a link is none."""
    paths = [path for pattern in BESIDE for path in sorted(folder.glob(pattern))]
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in paths
        if path.is_file() and not path.is_symlink()
    }


def _folders(catalog: Catalog, root: Path, known: Mapping[str, PackFolder]) -> Mapping[str, PackFolder]:
    """The packs of the earlier side. Those whose files are the same bytes are not read again: boards are slow to read.

    The digest of a pack is not about its evidence, so that may differ.
    """
    same = {
        entry.id: replace(known[entry.id], pack=entry, evidence=catalog.find(PackEvidence, entry.id))
        for entry in catalog.entries_of(Pack)
        if entry.id in known
    }
    others = {kind: dict(entries) for kind, entries in catalog.entries.items()}
    others[Pack.kind] = {name: entry for name, entry in others.get(Pack.kind, {}).items() if name not in same}
    return same | read_packs(replace(catalog, entries=others), Repository(root, LIMITS))


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every YAML file below a folder of a pack, less the evidence; a link is none."""
    paths = [path for suffix in ("yaml", "yml") for path in folder.rglob(f"*.{suffix}")]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and not path.is_symlink() and path.name != EVIDENCE
    }
