"""What is known already of a connector or a warehouse: defects that no one has fixed, cases that do not work."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from generators.model.launch import UnsupportedCase
from generators.model.pack import Pack
from generators.model.stability import Defect
from generators.model.support import Severity
from generators.status.state import WAREHOUSE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.catalog import Catalog, Entry

SETTLED = frozenset({"fixed", "fixed-upstream", "wont-fix"})


def warehouses(catalog: Catalog) -> dict[str, str]:
    """Name by id: every warehouse that packs may run on, and those that defects or unsupported cases name."""
    defects = (name for entry in catalog.entries_of(Defect) for name in entry.entity.warehouses)
    cases = (name for entry in catalog.entries_of(UnsupportedCase) for name in entry.entity.warehouses)
    return {name: name for name in chain(defects, cases)} | dict(WAREHOUSE_NAMES)


def known_defects(
    catalog: Catalog, surface: str, connector: str = "", warehouse: str = ""
) -> tuple[Entry[Defect], ...]:
    """Defects of a surface that are not settled and are tied to the connector or the warehouse, worst first.

    An empty surface stands for all of them.
    """
    ranks = {entry.id: entry.entity.rank for entry in catalog.entries_of(Severity)}
    entries = [
        entry
        for entry in catalog.entries_of(Defect)
        if surface in {"", entry.entity.surface}
        and entry.entity.state not in SETTLED
        and (entry.entity.connector == connector or warehouse in entry.entity.warehouses)
        and _allows((entry.entity.connector,) if entry.entity.connector else (), connector)
        and _allows(entry.entity.warehouses, warehouse)
    ]
    entries.sort(key=lambda entry: (ranks.get(entry.entity.severity, len(ranks)), entry.entity.title.casefold()))
    return tuple(entries)


def known_limits(
    catalog: Catalog, surface: str, connector: str = "", warehouse: str = ""
) -> tuple[Entry[UnsupportedCase], ...]:
    """Unsupported cases of a surface that name the connector, its pack's own included, or the warehouse; by title.

    An empty surface stands for all of them.
    """
    of_pack = _cases_of_packs(catalog, connector)
    entries = []
    for entry in catalog.entries_of(UnsupportedCase):
        case = entry.entity
        is_named = entry.id in of_pack or connector in case.connectors or warehouse in case.warehouses
        is_allowed = _allows(case.connectors, connector) and _allows(case.warehouses, warehouse)
        if surface in {"", case.surface} and is_named and is_allowed:
            entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (entry.entity.title.casefold(), entry.id)))


def _cases_of_packs(catalog: Catalog, connector: str) -> set[str]:
    """The ids of the unsupported cases that a connector's pack names."""
    packs = (entry.entity for entry in catalog.entries_of(Pack) if entry.entity.connector == connector)
    return {str(ref) for pack in packs for ref in pack.unsupported}


def _allows(limit: Sequence[str], name: str) -> bool:
    """Whether something limited to these names may concern a name; no limit, and an empty name, are no obstacle."""
    return not limit or not name or name in limit
