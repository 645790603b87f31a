"""What is read of a log's rows, whatever stands in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.published.sync_log import LONGEST, _entries, _moment, details

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"status": "FAILURE", "reason": "no"}', {"status": "FAILURE", "reason": "no"}),
        ('"{\\"status\\": \\"SUCCESSFUL\\"}"', {"status": "SUCCESSFUL"}),
        ('{"type": "x", "message": {"table": "charge", "type": "inner"}}', {"table": "charge", "type": "x"}),
        ('{"status": "FAILURE", "reason": "cut of', {"status": "FAILURE", "reason": "cut of"}),
        ('{"status": 3, "table": ["a"]}', {}),
        ("[1]", {}),
        ("null", {}),
        ("", {}),
        ("[" * 2000, {}),
        (None, {}),
        (7, {}),
    ],
)
def test_details(text: object, words: dict[str, str]) -> None:
    """Texts of them, one level down too; of what was cut, what is whole or begun."""
    assert details(text) == words


@given(JSON | st.text())
def test_details_of_anything(value: object) -> None:
    """Short texts by short names, or nothing."""
    for text in (value, json.dumps(value), json.dumps(value)[:7]):
        assert all(len(name) <= LONGEST and len(word) <= LONGEST for name, word in details(text).items())


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-01T12:00:00+00:00", NOW),
        ("2026-01-01T13:00:00+01:00", NOW),
        ("2026-01-01 12:00:00", NOW),
        ("2026-01-01", NOW.replace(hour=0)),
        ("0001-01-01T00:00:00+14:00", None),
        ("infinity", None),
        (1767268800, None),
        (None, None),
    ],
)
def test_moments(value: object, moment: datetime | None) -> None:
    """In UTC; without a zone they are UTC."""
    assert _moment(value) == moment


def test_rows_that_are_no_entries() -> None:
    """Those without a moment, of other connections, of the future, too old, and told twice."""
    row: dict[str, object] = {
        "entry_id": "a",
        "told_at": "2026-01-01T11:00:00",
        "connection_id": "c",
        "severity": "info",
        "sort": "sync_end",
    }
    rows = [{**row, "details": None}, {**row, "details": "x"}]
    rows += [{**row, "details": None, "told_at": at} for at in (None, "2026-01-01T12:00:01", "2025-12-31T23:59:59")]
    rows += [{**row, "details": None, "connection_id": other} for other in ("d", None, 3)]
    (entry,) = _entries(rows, frozenset({"c"}), (NOW.replace(hour=0), NOW))
    assert (entry.id, entry.severity, entry.details) == ("a", "INFO", {})
