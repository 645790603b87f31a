"""What of the packs is withdrawn, as the model says it: for commands that need no parser of SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.pack import Pack, Withdrawal
from generators.published.manifest import Withdrawn

if TYPE_CHECKING:
    from generators.catalog import Catalog


def withdrawal_of(catalog: Catalog, pack: Pack) -> str:
    """Why a pack is withdrawn; empty where it is not."""
    said = (entry.entity for entry in catalog.entries_of(Withdrawal))
    off = next((one for one in said if one.connector == pack.connector and one.version is None), None)
    return off.reason if off else str(pack.note) if pack.state == "withdrawn" else ""


def withdrawals_of(catalog: Catalog) -> list[Withdrawn]:
    """What of the packs is withdrawn, as a catalog says it."""
    packs = {entry.entity.connector: entry.id for entry in catalog.entries_of(Pack)}
    said = [entry.entity for entry in catalog.entries_of(Withdrawal)]
    return [
        Withdrawn(
            pack=packs[one.connector],
            version=one.version,
            withdrawn_on=one.withdrawn_on,
            reason=one.reason,
            instead=one.instead,
        )
        for one in said
        if one.connector in packs
    ]
