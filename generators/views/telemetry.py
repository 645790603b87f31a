"""What telemetry of packs sends, as its users read it: every field of every contract, and what is never sent.

Public: made by naming what users may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generators.model.anchors import public_anchor
from generators.model.telemetry import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.model.telemetry import Attribute
    from generators.runtime.spelling import Spellings
    from generators.telemetry.contract import Form

DRAW: Final = "errors_all"
"""The action of a runtime."""
FORMS: Final[dict[Form, str]] = {
    "string": "One of a closed list",
    "integer": "A whole number, such as 5",
    "number": "A number, such as 1.5",
    "boolean": "true or false",
    "timestamp": "A moment, such as 2026-11-30T08:00:00.000Z",
    "word": "A name of the pack's own, such as charge: letters, digits and _",
    "path": "A path in the pack's own folder, such as index",
    "version": "A version, such as 0.1.0",
    "upstream-version": "A version, such as 0.10.0",
    "code": "A diagnostic code, such as ERR-BINDER-UNKNOWN-COLUMN",
    "digest": "64 hexadecimal digits",
}
"""What a value of each form looks like."""
LISTS: Final = {
    "pack": "The id of a published pack",
    "connector": "The id of a connector with a published pack",
    "runtime": "The id of the program that draws the boards",
    "warehouse": "A type of warehouse, such as duckdb",
}
"""What a value of each closed list of the model is."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of an event."""

    name: str
    required: bool
    meaning: str
    form: str
    """What a value looks like."""
    values: tuple[str, ...]
    """The closed list; empty where the form says what a value may be."""


@dataclass(frozen=True, slots=True)
class ContractSection:
    """An event: when it is recorded, what it carries, what it never does."""

    anchor: str
    title: str
    meaning: str
    fields: tuple[FieldLine, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TelemetryPage:
    """Every event that users' machines record, by title."""

    contracts: tuple[ContractSection, ...]
    draw: str
    """What draws all boards and prints for machines what is wrong; empty where no runtime can."""


def telemetry_page(catalog: Catalog, spellings: Spellings) -> TelemetryPage:
    """What is sent, of the contracts that users' machines record; those of the team's own jobs are internal."""
    runtime = spellings.current
    draw = str(spellings.spell(f"@{DRAW}")) if runtime and DRAW in runtime.actions else ""
    return TelemetryPage(tuple(sorted(_sections(catalog), key=lambda one: one.title.casefold())), draw)


def _sections(catalog: Catalog) -> Iterator[ContractSection]:
    for entry in catalog.entries_of(Event):
        event = entry.entity
        if event.recorded_by == "users":
            fields = tuple(map(_line, event.attributes))
            anchor = public_anchor("event", entry.id)
            yield ContractSection(anchor, event.title, event.meaning, fields, event.never)


def _line(attribute: Attribute) -> FieldLine:
    form = LISTS[attribute.values_of] if attribute.values_of else FORMS[attribute.form]
    return FieldLine(attribute.name, attribute.required, attribute.meaning, form, attribute.values)
