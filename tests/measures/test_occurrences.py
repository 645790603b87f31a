"""The table of occurrences: made in any store, written whole or not at all, and what telemetry counts for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from generators.measures.layout import Layout
from generators.measures.occurrences import Failures, Occurrence, compared, failures, keep, occurrences_of
from generators.measures.store import Store, Unstored, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.telemetry.contract import Contracts

ROW = Occurrence("", "stripe", "", date(2026, 11, 2), 1, "bug", "https://example.org/1")


@pytest.fixture
def store(tmp_path: Path, contracts: Contracts) -> Iterator[Store]:
    """An empty one."""
    with opened(tmp_path / "events.duckdb", Layout.of(contracts)) as made:
        yield made


def test_rows_are_kept_once_and_follow_what_is_known(store: Store) -> None:
    """By source, reference and day; a row that says something else is changed, one that says the same is not."""
    other_day, other_source = replace(ROW, day=date(2026, 11, 3)), replace(ROW, source="support")
    done = keep(store.connection, [ROW, other_day, other_source])
    assert (done.new, done.changed, done.known, done.connectors) == (3, 0, 0, {"stripe": (3, 0)})
    assigned = replace(ROW, defect="stripe-cents-converted-twice", installs=4)
    assert compared(store.connection, [assigned, other_day]).changed == 1
    assert keep(store.connection, [assigned, other_day]).writes == 1
    assert keep(store.connection, [assigned, other_day]).writes == 0
    assert {one.id for one in occurrences_of(store.connection)} == {ROW.id, other_day.id, other_source.id}
    assert assigned in occurrences_of(store.connection)


def test_a_store_of_a_time_before_the_table(tmp_path: Path, contracts: Contracts) -> None:
    """Only read, it has no occurrences and everything is new; opened for writing, it gets the table."""
    path, layout = tmp_path / "events.duckdb", Layout.of(contracts)
    with opened(path, layout) as store:
        store.connection.execute("DROP TABLE occurrences")
    with opened(path, layout, reads=True) as store:
        assert occurrences_of(store.connection) == []
        assert compared(store.connection, [ROW]).new == 1
    with opened(path, layout) as store:
        assert keep(store.connection, [ROW]).new == 1


def test_all_or_none(tmp_path: Path, contracts: Contracts) -> None:
    """What fails on the way leaves the store as it was."""
    path, layout = tmp_path / "events.duckdb", Layout.of(contracts)
    with opened(path, layout) as store:
        keep(store.connection, [ROW])
        store.connection.execute("CREATE UNIQUE INDEX once ON occurrences (reference)")
    with pytest.raises(Unstored, match="onstraint"), opened(path, layout) as store:
        keep(
            store.connection, [replace(ROW, reference="a"), replace(ROW, reference="b"), replace(ROW, source="support")]
        )
    with opened(path, layout) as store:
        assert occurrences_of(store.connection) == [ROW]


def test_failures_are_counted_by_installation_and_day(store: Store) -> None:
    """Not what succeeded, was never reached or is made up."""
    one, other = UUID(int=1), UUID(int=2)
    events = [
        (one, "2026-11-02T23:30:00Z", False, "failed", "ERR-INTERNAL"),
        (one, "2026-11-02T10:00:00Z", False, "partial", "ERR-INTERNAL"),
        (other, "2026-11-02T10:00:00Z", False, "failed", "ERR-INTERNAL"),
        (other, "2026-11-03T10:00:00Z", False, "failed", "ERR-INTERNAL"),
        (other, "2026-11-04T10:00:00Z", True, "failed", "ERR-INTERNAL"),
        (other, "2026-11-04T10:00:00Z", False, "not-reached", "ERR-INTERNAL"),
        (other, "2026-11-04T10:00:00Z", False, "succeeded", "WARN-INTERNAL"),
        (other, "2026-11-04T10:00:00Z", False, "failed", None),
    ]
    store.connection.executemany(
        "INSERT INTO events (contract, connector, warehouse, installation, time, synthetic, outcome, code) "
        "VALUES ('pack-render-result', 'stripe', 'duckdb', ?, ?, ?, ?, ?)",
        events,
    )
    assert failures(store.connection) == [
        Failures("pack-render-result", "ERR-INTERNAL", "stripe", "duckdb", date(2026, 11, 2), 2),
        Failures("pack-render-result", "ERR-INTERNAL", "stripe", "duckdb", date(2026, 11, 3), 1),
    ]


def test_a_store_that_is_none(tmp_path: Path, contracts: Contracts) -> None:
    """Left as it is."""
    path = tmp_path / "events.duckdb"
    path.write_bytes(b"x" * 9_000)
    with pytest.raises(Unstored, match="damaged"), opened(path, Layout.of(contracts)):
        pass
    assert path.read_bytes() == b"x" * 9_000
