"""The miniature repository before and after a planted change, as facts that can be compared."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from generators.catalog import load
from generators.changes import Change, Facts, compare
from generators.model import KINDS
from generators.packs.reading.folder import read_packs
from generators.source import LIMITS, Repository
from generators.status.packs import pack_statuses
from tests.clock import AT
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from pathlib import Path


@cache
def before() -> Facts:
    """The miniature as it is."""
    return facts(MINIATURE)


def facts(root: Path) -> Facts:
    """What can be read below a root."""
    repository = Repository(root, LIMITS)
    catalog, _ = load(repository, KINDS)
    return Facts(catalog, pack_statuses(catalog, read_packs(catalog, repository), {}, AT))


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace the first of some words in a file; they must be there."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def changes(root: Path) -> tuple[Change, ...]:
    """What a changed copy of the miniature changes for readers."""
    return compare(before(), facts(root), AT)


def line(one: Change) -> str:
    """`reader weight what: before → after`, without the place."""
    return f"{one.reader} {one.weight} {one.what}: {one.before or '(nothing)'} → {one.after or '(nothing)'}"
