"""A hand edit in any field of any record of the launch is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog import Catalog, load
from generators.catalog.entries import Entry, catalog_of
from generators.checks.facts import Facts
from generators.checks.launch import CHANGED_RECORD, RECORDS, records_are_whole
from generators.installed import Installed
from generators.model import KINDS
from generators.packs.reading.seal import SEAL
from generators.runbooks.seals import WORKED_ON
from generators.source import LIMITS, Repository, read
from tests.clock import AT
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.model import Entity

UNSEALED = frozenset({"title", "former"})
"""Fields of every record that may change."""


@pytest.fixture(scope="module")
def miniature_model() -> Catalog:
    """The miniature, read once."""
    return load(Repository(MINIATURE, LIMITS), KINDS)[0]


def codes(entry: Entry[Entity]) -> list[str]:
    """What the rule finds where this record is all there is."""
    facts = Facts(Installed({}, ""), AT, lambda _: True)
    return [finding.rule.code for finding in records_are_whole(catalog_of([entry], {}), facts)]


def edits(value: Any) -> Iterator[Any]:
    """The value with one leaf changed or one element taken away, in each place; of the same type."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from ({**value, key: other} for other in edits(one))
    elif isinstance(value, list):
        yield from ([*value[:at], *value[at + 1 :]] for at in range(len(value)))
        for at, one in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in edits(one))
    elif isinstance(value, bool):
        yield not value
    else:
        yield value + 1 if isinstance(value, int) else f"{value}x"


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.kind)
def test_a_hand_edit_of_any_field_is_found(miniature_model: Catalog, kind: type[Entity]) -> None:
    """Values, elements, and a seal that is another one or gone; what is worked on later may change."""
    worked_on = WORKED_ON.get(kind.kind, UNSEALED) | UNSEALED
    entries = list(miniature_model.entries_of(kind))
    assert entries
    for entry in entries:
        assert codes(entry) == []
        tree = dict(entry.document.tree)
        for field, value in tree.items():
            for other in edits(value):
                expected = [] if field in worked_on else [CHANGED_RECORD.code]
                assert codes(with_tree(entry, {**tree, field: other})) == expected, (entry.id, field, other)
        assert codes(with_tree(entry, {name: value for name, value in tree.items() if name != SEAL})) == ["OPS622"]


def test_a_field_that_is_added_is_found(miniature_model: Catalog) -> None:
    """A walk that becomes independent, a run that gets a commit."""
    for kind in RECORDS:
        for entry in miniature_model.entries_of(kind):
            for field, information in kind.model_fields.items():
                if field not in entry.document.tree and field not in WORKED_ON.get(kind.kind, UNSEALED) | UNSEALED:
                    assert not information.is_required()
                    assert codes(with_tree(entry, {**entry.document.tree, field: "x"})) == ["OPS622"], field


def with_tree(entry: Entry[Entity], tree: dict[str, Any]) -> Entry[Entity]:
    """The record as it would be read with other fields; what its model refuses is found by other rules."""
    document = read(entry.path, json.dumps(tree).encode()).document
    assert document is not None
    return Entry(entry.kind, entry.id, entry.entity, document)
