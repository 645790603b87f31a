"""What telemetry counted, as occurrences: failures whose code a reviewed defect is met with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.measures.occurrences import Occurrence
from generators.model.stability import Defect
from generators.model.telemetry import Event
from generators.stability.codes import codes_of_defects, defect_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.catalog import Catalog
    from generators.measures.occurrences import Failures


def counted(catalog: Catalog, found: Iterable[Failures]) -> list[Occurrence]:
    """A row for each code, connector, warehouse and day, where any defect names the code.

    Its reference is `CODE connector warehouse`, so events that arrive late change the number of the same row. Where
    several defects may be meant, the row has none: a person decides.
    """
    codes = codes_of_defects(catalog)
    defects = {entry.id: entry for entry in catalog.entries_of(Defect)}
    surfaces = {entry.id: str(entry.entity.surface) for entry in catalog.entries_of(Event)}
    named = frozenset().union(*codes.values())
    return [
        Occurrence(
            defect=defect_of(one.code, (surfaces.get(one.contract, ""), one.connector, one.warehouse), codes, defects),
            connector=one.connector,
            warehouse=one.warehouse,
            day=one.day,
            installs=one.installs,
            source="telemetry",
            reference=f"{one.code} {one.connector} {one.warehouse}".strip(),
        )
        for one in found
        if one.code in named
    ]
