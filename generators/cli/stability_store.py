"""What commands of the stability programme count: the store where there is one, the register where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from generators.cli.options import Unusable, repository
from generators.cli.partial import partial_catalog
from generators.cli.telemetry_store import measured, store_path
from generators.model.stability import Defect
from generators.report.text import printable

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.cli.telemetry_store import Measured
    from generators.stability.summary import Summary


def counted_at(root: Path, store: Path | None, connection: str | None, at: datetime) -> tuple[Catalog, Summary | None]:
    """The model, and what a store says up to a moment: None where none was named and none is at its usual place.

    Raises Unusable for a store that was named and is not there, and for one that cannot be read.
    """
    if connection is None and store is None and not store_path(repository(root), None).is_file():
        return partial_catalog(repository(root)), None
    with measured(root, store, connection) as asked:
        try:
            return asked.catalog, _counted(asked, at)
        except ValidationError as error:
            where = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise Unusable(f"the store holds an occurrence that cannot be counted, at {printable(where)}") from error


def _counted(asked: Measured, at: datetime) -> Summary:
    from generators.stability.counting import Counting, counted  # noqa: PLC0415 - its own extra
    from generators.stability.ranking import registered  # noqa: PLC0415 - as above

    former = {name: entry.id for entry in asked.catalog.entries_of(Defect) for name in entry.entity.former}
    counting = Counting.of(asked.connection, registered(asked.catalog), at.date())
    return counted(counting, former, asked.events, synthetic=asked.synthetic)
