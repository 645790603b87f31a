"""A pack beside the log of its connections: which entries are about it, when it is asked for, how fresh it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from generators.published.fit import Fit
from generators.published.installed import found_in
from generators.published.lockfile import Lock
from generators.published.manifest import FreshnessLimits
from generators.published.sync_log import Connection, Entry, SyncLog
from generators.published.warehouse import Columns, NotChecked
from generators.published.watching import Freshness, Look, WatchedPack, connections_for, freshness, look_at, watched
from tests.published.samples import manifest, members

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
START = NOON - timedelta(days=1)
LIVE = Connection("c", "lamps", "lamps", is_paused=False, is_deleted=False)
WHOLE = Columns("lamps", {"LAMP": {"ID": "TEXT"}, "order": {"id": "TEXT"}})
SAID = manifest(
    reads={"index": {"lamp": ("id",)}, "storms": {"lamp": ("id",), "order": ("id",)}},
    optional={"order": ()},
    freshness=FreshnessLimits(warn_after_hours=24, error_after_hours=48),
)


@pytest.fixture
def pack(tmp_path: Path) -> WatchedPack:
    """A dbt package, a board of which was edited."""
    top = tmp_path / "dbt_packages/lamps_boards"
    for path, data in members(SAID).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    (top / "charts/storms.yml").write_text("title: mine\n")
    (found,) = found_in(tmp_path, Lock())
    return watched(found, None, "w")


def entry(sort: str, at: datetime = NOON, connection: str = "c", severity: str = "INFO", **details: str) -> Entry:
    """An entry of the log."""
    return Entry(f"{sort} {at}", at, connection, severity, sort, details)


def looked(pack: WatchedPack, *entries: Entry, found: Columns | NotChecked = WHOLE, was_sound: bool = True) -> Look:
    """A look, with entries newest first."""
    log = SyncLog("fivetran_log", NOON, (LIVE,), entries)
    return look_at(pack, log, START, lambda _: found, was_sound=was_sound)


def test_a_dbt_package(pack: WatchedPack) -> None:
    """Its boards, those that were edited, and where its tables are."""
    assert (pack.path, pack.boards, pack.modified) == (
        "dbt_packages/lamps_boards",
        frozenset({"index", "storms"}),
        frozenset({"storms"}),
    )
    assert (pack.where.source, pack.where.schema, pack.where.tables) == ("w", "lamps", ("lamp", "order"))
    assert pack.required == ("lamp",)


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        (entry("alter_table", table="lamp"), True),
        (entry("create_table", schema="LAMPS", name="lamp"), True),
        (entry("create_table", schema="other", name="lamp"), False),
        (entry("drop_table", table="lamps.lamp"), True),
        (entry("change_schema_config"), True),
        (entry("sync_end", status="SUCCESSFUL"), False),
        (entry("alter_table", START, table="lamp"), False),
        (entry("alter_table", connection="d", table="lamp"), False),
        (entry("warning", severity="WARNING", type="table_excluded_by_system", table="lamp"), True),
        (entry("warning", severity="WARNING", type="table_excluded_by_system", table="keeper"), False),
    ],
)
def test_columns_are_asked_for_after_a_change(pack: WatchedPack, told: Entry, is_asked: bool) -> None:  # noqa: FBT001 - of the table
    """Of the pack's own connection and schema, since the last watch; else a sound pack is left alone."""
    assert (looked(pack, told).fit is not None) == is_asked
    assert looked(pack, told, was_sound=False).fit == looked(pack, was_sound=False).fit
    assert isinstance(looked(pack, was_sound=False).fit, Fit)


@pytest.mark.parametrize(
    ("details", "tables"),
    [
        ({"table": "lamp"}, ["lamp"]),
        ({"table": 'lamps."LAMP"'}, ["lamp"]),
        ({"message": "Table lamps.lamp, and `order`: excluded."}, ["lamp", "order"]),
        ({"message": "lamplight"}, []),
        ({}, []),
    ],
)
def test_tables_that_a_warning_names(pack: WatchedPack, details: dict[str, str], tables: list[str]) -> None:
    """In a field or in its sentence, those that the boards read."""
    words: dict[str, Any] = {"type": "table_excluded_by_system", **details}
    told = entry("warning", severity="WARNING", **words)
    assert [one.table for one in looked(pack, told).excluded] == tables


def test_a_table_that_came_back(pack: WatchedPack) -> None:
    """Is excluded no more; one that was excluded again is."""
    gone: dict[str, Any] = {"type": "table_excluded_by_system", "table": "lamp"}
    before = entry("warning", NOON - timedelta(hours=2), severity="WARNING", **gone)
    back = entry("alter_table", NOON - timedelta(hours=1), table="lamp")
    assert not looked(pack, back, before).excluded
    (one,) = looked(pack, entry("warning", severity="WARNING", **gone), back, before).excluded
    assert one.entry.at == NOON


def test_what_cannot_be_asked_needs_someone(pack: WatchedPack) -> None:
    """A schema without any of the tables breaks every board; one that does not answer says nothing of them."""
    gone = looked(pack, found=NotChecked("gone", is_absent=True), was_sound=False)
    assert [board.board for board in gone.broken] == ["index", "storms"]
    silent = looked(pack, found=NotChecked("no driver"), was_sound=False)
    assert (silent.broken, silent.not_checked, silent.needs_someone) == ((), "no driver", True)


def test_connections_go_by_name(pack: WatchedPack) -> None:
    """In any case, with a table behind it; a deleted one only where there is no other."""
    named = [
        Connection(f"c{n}", name, "lamps", is_paused=False, is_deleted=n == 0)
        for n, name in enumerate(["lamps", "LAMPS.x", "lamps_eu", "", "x"])
    ]
    assert [one.id for one in connections_for([pack], named)] == ["c1"]
    assert [one.id for one in connections_for([pack], named[:1])] == ["c0"]


@pytest.mark.parametrize(
    ("hours", "log", "outcome"),
    [
        (1, 0, "fresh"),
        (24, 0, "fresh"),
        (25, 0, "late"),
        (49, 0, "stale"),
        (25, 10, "unknown"),
        (49, 3, "unknown"),
        (60, 3, "stale"),
    ],
)
def test_freshness(pack: WatchedPack, hours: int, log: int, outcome: Freshness) -> None:
    """From the last successful sync; where only the log is old, it is unknown."""
    look = looked(pack, entry("sync_end", NOON - timedelta(hours=hours), status="SUCCESSFUL"))
    assert freshness(look, "lamp", NOON, NOON - timedelta(hours=log)) == (outcome, float(hours))


def test_freshness_of_what_is_not_there(pack: WatchedPack) -> None:
    """No sync, no table, and a table that was excluded since."""
    assert freshness(looked(pack), "lamp", NOON, NOON) == ("unknown", None)
    without = looked(pack, found=Columns("lamps", {"order": {"id": "TEXT"}}), was_sound=False)
    assert freshness(without, "lamp", NOON, NOON) == ("missing", None)
    gone = entry(
        "warning", NOON - timedelta(hours=20), severity="WARNING", type="table_excluded_by_system", table="lamp"
    )
    look = looked(pack, entry("sync_end", status="SUCCESSFUL"), gone)
    assert freshness(look, "lamp", NOON, NOON) == ("fresh", 20.0)
    assert freshness(look, "order", NOON, NOON) == ("fresh", 0.0)
