"""The commands and files of tests that gates and scope items name, each once, with the id of its record."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from generators.model.launch import Gate, Run, ScopeItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generators.catalog import Catalog
    from generators.model.launch import Proof

LONGEST_ID = 60
"""Characters; what is longer ends in a digest."""


class Named(NamedTuple):
    """Something whose run is recorded."""

    asked: str
    """The command, or the path of the file of tests."""
    is_test: bool
    by: tuple[str, ...]
    """Ids of the gates and scope items that name it."""


def named_runs(catalog: Catalog, gate: str | None = None) -> tuple[Named, ...]:
    """Everything whose run is recorded, sorted: of one gate with the items in its scope, or of all."""
    found: dict[tuple[bool, str], list[str]] = {}
    for name, proof in _proofs(catalog, gate):
        for asked, is_test in ((proof.command, False), (proof.test, True)):
            if asked:
                found.setdefault((is_test, asked), []).append(name)
    return tuple(Named(asked, is_test, tuple(dict.fromkeys(by))) for (is_test, asked), by in sorted(found.items()))


def _proofs(catalog: Catalog, gate: str | None) -> Iterable[tuple[str, Proof]]:
    gates = [entry for entry in catalog.entries_of(Gate) if gate in {None, entry.id}]
    scope = {str(item) for entry in gates for item in entry.entity.scope}
    for entry in gates:
        yield from ((entry.id, criterion) for criterion in entry.entity.criteria)
    for item in catalog.entries_of(ScopeItem):
        if gate is None or item.id in scope:
            yield from ((item.id, evidence) for evidence in item.entity.evidence)


def ids_of(catalog: Catalog, named: Iterable[Named]) -> Mapping[str, str]:
    """The id of each record by what is asked: the one it has, else its words; two of the same words differ."""
    held = {entry.entity.command or entry.entity.test or "": entry.id for entry in catalog.entries_of(Run)}
    taken = set(held.values())
    ids = {}
    for one in named:
        ids[one.asked] = held.get(one.asked) or _id_of(one.asked, taken)
        taken.add(ids[one.asked])
    return ids


def _id_of(asked: str, taken: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", asked.lower().removesuffix(".py")).strip("-")
    if words and len(words) <= LONGEST_ID and words not in taken:
        return words
    return f"{words[:LONGEST_ID].strip('-')}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}".strip("-")
