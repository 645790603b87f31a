"""Seals of the records of the launch: a fact that is changed by hand no longer fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.launch import Rehearsal
from generators.packs.reading.seal import SEAL, seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Entry
    from generators.model import Entity

WORKED_ON = {Rehearsal.kind: frozenset({"lessons", "former", "title"})}
"""By kind: fields that change after the record, and that its seal leaves out."""


def sealed(kind: str, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of a record in JSON's types, with their seal."""
    return {**fields, SEAL: _seal(kind, fields)}


def is_whole(record: Entry[Entity]) -> bool:
    """Whether no fact of a record was changed after it was written. A record without a seal is not."""
    tree = record.document.tree
    return tree.get(SEAL) == _seal(record.kind, tree)


def _seal(kind: str, fields: Mapping[str, object]) -> str:
    left_out = WORKED_ON.get(kind, frozenset({"former", "title"}))
    return seal_of({key: value for key, value in fields.items() if key not in left_out})
