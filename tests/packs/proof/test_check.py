from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.packs.engines.duck import DuckEngine
from generators.packs.engines.engine import Answer, Engine, Fault, Unreachable
from generators.packs.proof import execution
from generators.packs.proof.check import CheckedPack, Plan, check
from generators.packs.proof.execution import ZONES
from generators.packs.reading.folder import BESIDE
from generators.packs.reading.snapshots import Snapshot, snapshot_of
from tests.packs.small import lamps
from tests.runtimes import planned
from tests.timeouts import ends_in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Tables
    from generators.packs.reading.folder import PackFolder

DUCK: dict[str, Callable[[str], Engine | Unreachable]] = {"duckdb": DuckEngine}


def _told(checked: CheckedPack, warehouse: str = "duckdb") -> dict[str, tuple[str, str]]:
    return {r.board: (r.verdict, r.message) for r in checked.results if r.warehouse == warehouse and r.verdict != "ok"}


def _without(pack: PackFolder, table: str, column: str | None = None) -> Snapshot:
    tables = {name: dict(columns) for name, columns in snapshot_of(pack).tables.items()}
    if column is None:
        del tables[table]
    else:
        del tables[table][column]
    return Snapshot(pack.schema_name, tables)


def test_a_sound_pack_is_ok_and_says_how_that_is_known(tmp_path: Path) -> None:
    """Executed where an engine answers, static elsewhere."""
    checked = check(lamps(tmp_path), planned(engines=DUCK))
    assert {(r.warehouse, r.proof, r.verdict) for r in checked.results} == {
        ("duckdb", "executed", "ok"),
        ("snowflake", "static", "ok"),
    }
    assert checked.reads == {"index": ("lamp",), "colours": ("lamp",), "storms": ("lamp", "storm")}


def test_a_required_column_that_is_gone_breaks_its_boards_and_no_others(tmp_path: Path) -> None:
    """The report names the column, the line, Dataface's code and what still works."""
    pack = lamps(tmp_path)
    checked = check(pack, planned(engines=DUCK, snapshot=_without(pack, "lamp", "order")))
    assert [checked.verdict(board) for board in ("index", "colours", "storms")] == ["broken", "ok", "ok"]
    (result,) = [r for r in checked.results if r.verdict == "broken" and r.warehouse == "duckdb"]
    assert result.missing[0].text == "lamp.order"
    assert result.code == "ERR-BINDER-UNKNOWN-COLUMN"
    text = (tmp_path / result.path).read_text().split("\n")[result.line - 1]
    assert text[result.column - 1 :].startswith('"order"')


def test_an_optional_table_that_is_gone_makes_its_board_unavailable(tmp_path: Path) -> None:
    """Users deselect tables; that is no fault of the pack."""
    pack = lamps(tmp_path)
    checked = check(pack, planned(engines=DUCK, snapshot=_without(pack, "storm")))
    assert [checked.verdict(board) for board in ("index", "colours", "storms")] == ["ok", "ok", "unavailable"]


def test_an_optional_column_that_is_gone_makes_its_board_unavailable(tmp_path: Path) -> None:
    """The same for columns."""
    pack = lamps(tmp_path)
    checked = check(pack, planned(engines=DUCK, snapshot=_without(pack, "lamp", "colour")))
    assert [checked.verdict(board) for board in ("index", "colours", "storms")] == ["ok", "unavailable", "ok"]


FAULTS = {
    "a KPI of two rows": (
        "index",
        "FROM lamps.lamp\n  nightly",
        "FROM lamps.lamp\n      GROUP BY id\n  nightly",
        "rows",
    ),
    "a chart of another column": ("index", "y: lamps}", "y: lambs}", "asks for column 'lambs'"),
    "days that move with the zone": (
        "index",
        "CAST(CAST(lit_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE) AS night,",
        "CAST(lit_at AS DATE) AS night,",
        "time zone of the process",
    ),
    "a midnight of UTC cut in the zone of the process": (
        "index",
        "SELECT night, COUNT(*) AS lamps",
        "SELECT MIN(CAST(CAST(night_text || ' 00:00:00+00' AS TIMESTAMPTZ) AS DATE)) AS night, COUNT(*) AS lamps",
        "America/Los_Angeles",
    ),
    "a midnight of the process taken for one of UTC": (
        "index",
        "SELECT night, COUNT(*) AS lamps",
        "SELECT CAST(CAST(night AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE) AS night, COUNT(*) AS lamps",
        "Australia/Lord_Howe",
    ),
    "a function that is not there": ("index", "COUNT(*) AS lit", "no_such(id) AS lit", "no_such"),
    "a template that names nothing": ("index", "{{ filter('night_text', since, '>=') }}", "{{ nope }}", "nope"),
    "SQL that is none": ("index", "SELECT COUNT(*) AS lit", "SELEC COUNT(*) AS lit", ""),
    "jinja that is none": ("index", "{{ filter('night_text', since, '>=') }}", "{{ filter( }}", "Jinja"),
    "two statements": ("index", "FROM lamps.lamp\n  nightly", "FROM lamps.lamp; SELECT 1\n  nightly", "one query"),
    "a query on a query": ("colours", "FROM lamps.lamp", "FROM {{ queries.base }}", "builds on"),
    "another schema": ("colours", "FROM lamps.lamp", "FROM lights.lamp", "lights.lamp"),
    "a file of the machine": ("colours", "FROM lamps.lamp", "FROM read_csv('/etc/passwd')", ""),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place(tmp_path: Path, name: str) -> None:
    """Each in the right board, with a sentence that names it."""
    board, old, new, words = FAULTS[name]
    checked = check(lamps(tmp_path, **{board: (old, new)}), planned(engines=DUCK))
    told = _told(checked)
    assert set(told) == {board}
    assert told[board][0] == "broken"
    assert words in told[board][1]


def test_a_colour_that_can_be_null_is_found(tmp_path: Path) -> None:
    """Dataface refuses to draw it, on the first day that a row has none."""
    pack = lamps(tmp_path, colours=("COALESCE(colour, 'none') AS colour", "colour"))
    pack = lamps(tmp_path, colours=("x: colour, y: lamps", "x: lamps, y: lamps, color: colour"))
    assert not _told(check(pack, planned(engines=DUCK)))
    changed = ("COALESCE(colour, 'none') AS colour", "colour")
    (tmp_path / "packs/lamps/charts/colours.yml").write_text(
        (tmp_path / "packs/lamps/charts/colours.yml").read_text().replace(*changed)
    )
    from tests.packs.small import read_lamps  # noqa: PLC0415 - the same folder again

    found = [r for r in check(read_lamps(tmp_path), planned(engines=DUCK)).results if r.verdict == "broken"]
    assert [r.code for r in found] == ["ERR-COLOR-NULL-SERIES"]


def test_a_warehouse_that_is_down_is_unproven(tmp_path: Path) -> None:
    """Never ok, with the reason."""

    def down(_: str) -> Unreachable:
        return Unreachable("duckdb", "connection refused", "start it")

    checked = check(lamps(tmp_path), planned(engines={"duckdb": down}))
    assert {r.verdict for r in checked.results if r.warehouse == "duckdb"} == {"unproven"}
    assert {r.message for r in checked.results if r.warehouse == "duckdb"} == {"connection refused"}


def test_a_warehouse_that_goes_before_the_second_time_zone_is_unproven(tmp_path: Path) -> None:
    """Half a proof is none: all that was sound so far says what is missing."""
    zones: list[str] = []

    def once(zone: str) -> Engine | Unreachable:
        zones.append(zone)
        return DuckEngine(zone) if len(zones) == 1 else Unreachable("duckdb", "the server has no connection left", "")

    told = check(lamps(tmp_path), planned(engines={"duckdb": once})).results
    found = {(r.verdict, r.message) for r in told if r.warehouse == "duckdb"}
    sentence = f"was not run with the time zone of the process at {ZONES[1]}: the server has no connection left"
    assert tuple(zones) == ZONES[:2]
    assert found == {("unproven", sentence)}


class Full(DuckEngine):
    """An engine whose disk is full when it is opened in the second time zone."""

    def __init__(self, zone: str = "UTC") -> None:
        """As the first, but for what it takes."""
        super().__init__(zone)
        self.zone = zone

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Rows, in the first zone alone."""
        return Fault("unproven", "the disk is full") if self.zone == ZONES[1] else super().load(schema, tables, rows)


def test_rows_that_cannot_be_loaded_in_the_second_time_zone_prove_nothing(tmp_path: Path) -> None:
    """What failed before keeps its own fault; the rest is unproven."""
    pack = lamps(tmp_path, index=("COUNT(*) AS lit", "no_such(id) AS lit"))
    told = [r for r in check(pack, planned(engines={"duckdb": Full})).results if r.warehouse == "duckdb"]
    assert {(r.query, r.verdict) for r in told} == {
        ("total", "broken"),
        ("nightly", "unproven"),
        ("colours", "unproven"),
        ("storms", "unproven"),
    }
    assert [ZONES[1] in r.message and "the disk is full" in r.message for r in told].count(True) == 3


class Hanging(DuckEngine):
    """An engine whose answers take longer than anybody waits."""

    def run(self, sql: str, params: object, seconds: float) -> Answer | Fault:  # noqa: ARG002 - whatever is asked
        """A cross join without end, given up at once."""
        return super().run("SELECT COUNT(*) FROM range(10000000) a, range(10000000) b WHERE a.range > b.range", [], 0.2)


def test_a_query_that_hangs_is_given_up(tmp_path: Path) -> None:
    """As unproven, within the limit."""
    with ends_in_time(60):
        checked = check(lamps(tmp_path), planned(engines={"duckdb": Hanging}))
    assert {r.verdict for r in checked.results if r.warehouse == "duckdb"} == {"unproven"}


class Elsewhere(DuckEngine):
    """An engine that counts otherwise."""

    warehouse = "snowflake"

    def run(self, sql: str, params: object, seconds: float) -> Answer | Fault:
        """The right columns, one lamp more."""
        found = super().run(sql, params, seconds)  # type: ignore[arg-type]
        if isinstance(found, Answer) and found.columns == ("lit",):
            return Answer(found.columns, ((found.rows[0][0] + 1,),))  # type: ignore[operator]
        return found


def test_an_engine_that_disagrees_is_found(tmp_path: Path) -> None:
    """Running is not enough: the numbers must be the same."""
    checked = check(lamps(tmp_path), planned(engines={**DUCK, "snowflake": Elsewhere}))
    (found,) = [r for r in checked.results if (r.query, r.warehouse) == ("total", "snowflake")]
    assert found.verdict == "broken"
    assert "lit 121.0 against 120.0" in found.message


def test_what_is_no_board_is_found_where_it_lies(tmp_path: Path) -> None:
    """Neither checked nor installed: a private file, settings of a folder, a field beside the source."""
    pack = lamps(tmp_path, charts__night__meta=("", "source: other\n"), charts___other=("", "title: Other\n"))
    pack = lamps(tmp_path, meta=("source: warehouse\n", "# first\nsource: warehouse\ntheme: stark\n"))
    beside = [finding for finding in pack.findings if finding.rule is BESIDE]
    assert {(f.place.path.removeprefix("packs/lamps/charts/"), f.place.line) for f in beside} == {
        ("_other.yml", 1),
        ("night/meta.yml", 1),
        ("meta.yml", 3),
    }
    assert [board.id for board in pack.boards] == ["index", "colours", "storms"]


def test_without_engines_everything_is_static(tmp_path: Path) -> None:
    """The core install proves less, and says so."""
    assert {r.proof for r in check(lamps(tmp_path), Plan()).results} == {"static"}


def test_an_override_stands_in_for_the_board(tmp_path: Path) -> None:
    """What it reads is bound as well."""
    override = (
        "{board: index, query: total, warehouse: snowflake, why: Shorter., sql: SELECT COUNT(gone) AS lit FROM lamp}"
    )
    checked = check(lamps(tmp_path, pack=("kpis:\n", f"overrides: [{override}]\nkpis:\n")), planned(engines=DUCK))
    assert not _told(checked)
    assert _told(checked, "snowflake")["index"][0] == "broken"


GLUED = """\
WITH c AS (SELECT 1 AS read_text, 2 AS lower)
      SELECT {% if since %}lower{% else %}read_text{% endif %}
      {% if since %} AS lit {% elif since %} AS lit {% else %} ('/etc/hostname') AS lit {% endif %} FROM c
"""


def test_what_conditions_make_is_parsed_before_it_is_sent(tmp_path: Path) -> None:
    """Each arm by itself is harmless; what two of them make together is not, and never reaches an engine."""
    pack = lamps(tmp_path, index=("SELECT COUNT(*) AS lit\n      FROM lamps.lamp\n", GLUED))
    verdict, message = _told(check(pack, planned(engines=DUCK)))["index"]
    assert verdict == "broken"
    assert message == "uses read_text(), which packs may not use"


def test_the_answers_of_a_pack_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one each is small enough; what is over the limit is named, and those before it stay ok."""
    monkeypatch.setattr(execution, "MOST_KEPT", 0)
    told = _told(check(lamps(tmp_path), planned(engines=DUCK)))
    assert {verdict for verdict, _ in told.values()} == {"broken"}
    assert "more than 0 MiB are returned" in told["index"][1]
