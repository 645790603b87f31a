"""Events that an example of an alert describes: each field that is not given has the first value of its contract."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from generators.telemetry.event import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.model.telemetry import Example, ExampleEvents
    from generators.telemetry.contract import Contract, ContractField, Contracts

SPACE: Final = UUID("2f0d2c0e-6c0f-4f43-9a49-6c1d1d0f4b7e")
"""Of the ids of events that are made up."""
PLAIN: Final[dict[str, object]] = {
    "integer": 0,
    "number": 0.0,
    "boolean": False,
    "timestamp": "2026-01-01T00:00:00Z",
    "word": "example",
    "path": "index",
    "version": "0.1.0",
    "upstream-version": "1.0.0",
    "code": "ERR-INTERNAL",
    "digest": "0" * 64,
}


def installation(number: int) -> str:
    """The id of an installation that is made up."""
    return str(uuid5(SPACE, f"installation {number}"))


def lines(example: Example, contracts: Contracts, at: datetime) -> Iterator[bytes]:
    """The events as JSON lines, happening before `at`. Raises KeyError for a contract that is not there, Refused."""
    for number, group in enumerate(example.events):
        contract = contracts.find(str(group.event))
        if contract is None:
            raise KeyError(group.event)
        for index, minutes in enumerate(group.minutes_ago):
            who = installation(group.installations[index] if index < len(group.installations) else 1)
            values = _values(contract, group)
            key = str(uuid5(SPACE, f"{example.title} {number} {index}"))
            moment = at - timedelta(minutes=minutes)
            yield recorded(contract, values, moment, who, key, synthetic=True).line


def _values(contract: Contract, group: ExampleEvents) -> dict[str, object]:
    given = {str(value.field): value.value for value in group.data}
    values: dict[str, object] = {}
    for field in contract.fields:
        if field.name in given:
            values[field.name] = _typed(field, given[field.name])
        elif field.required:
            values[field.name] = field.values[0] if field.values else PLAIN[field.form]
    return {**{name: given[name] for name in given.keys() - values.keys()}, **values}


def _typed(field: ContractField, text: str) -> object:
    if field.form == "boolean":
        return text == "true"
    if field.form == "integer":
        return int(text)
    return float(text) if field.form == "number" else text
