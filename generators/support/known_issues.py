"""What is known already of a connector or a warehouse: defects that nobody has mended, cases that do not work."""

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

SETTLED = frozenset({"fixed", "wont-fix"})


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
    found = [
        entry
        for entry in catalog.entries_of(Defect)
        if surface in {"", entry.entity.surface}
        and entry.entity.state not in SETTLED
        and fits((entry.entity.connector,) if entry.entity.connector else (), connector)
        and fits(entry.entity.warehouses, warehouse)
        and tied(entry.entity, connector, warehouse)
    ]
    found.sort(key=lambda entry: (ranks.get(entry.entity.severity, len(ranks)), entry.entity.title.casefold()))
    return tuple(found)


def tied(defect: Defect, connector: str, warehouse: str) -> bool:
    """Whether what was asked about is named by the defect: what it names beside it may still fit."""
    if connector:
        return defect.connector == connector or bool(warehouse and warehouse in defect.warehouses)
    return bool(warehouse and warehouse in defect.warehouses)


def known_limits(
    catalog: Catalog, surface: str, connector: str = "", warehouse: str = ""
) -> tuple[Entry[UnsupportedCase], ...]:
    """Unsupported cases of a surface that name the connector, its pack's own included, or the warehouse; by title.

    An empty surface stands for all of them.
    """
    own = {
        str(ref)
        for pack in catalog.entries_of(Pack)
        if connector and pack.entity.connector == connector
        for ref in pack.entity.unsupported
    }
    found = []
    for entry in catalog.entries_of(UnsupportedCase):
        case = entry.entity
        named = (connector and connector in case.connectors) or (warehouse and warehouse in case.warehouses)
        applies = fits(case.connectors, connector) and fits(case.warehouses, warehouse)
        if surface in {"", case.surface} and applies and (named or entry.id in own):
            found.append(entry)
    return tuple(sorted(found, key=lambda entry: (entry.entity.title.casefold(), entry.id)))


def fits(limit: Sequence[str], given: str) -> bool:
    """Whether something limited to these names may concern what was given; no limit and nothing given fit all."""
    return not limit or not given or given in limit
