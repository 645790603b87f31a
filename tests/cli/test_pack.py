"""`dfops pack` as people use it, on a small pack in a folder of its own."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from generators.packs.engines import duck
from tests.packs.small import lamps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

EXPORT = "table_schema,table_name,column_name,data_type\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one pack."""
    lamps(tmp_path)
    return tmp_path


def _export(root: Path, *without: str) -> Path:
    columns = {
        "lamp": ("id", "lit_at", "order", "colour", "cost", "_fivetran_synced"),
        "keeper": ("id", "name"),
        "storm": ("id", "lamp_id", "seen_at"),
    }
    kinds = {"lit_at": "timestamptz", "order": "bigint", "cost": "numeric", "seen_at": "timestamptz"}
    rows = [
        f"lamps,{table},{column},{kinds.get(column, 'text')}\n"
        for table, names in columns.items()
        for column in names
        if table not in without and f"{table}.{column}" not in without
    ]
    path = root / "export.csv"
    path.write_text(EXPORT + "".join(rows))
    return path


def test_a_sound_pack_exits_0_and_says_how_it_was_proven(root: Path, dfops: Dfops) -> None:
    """Text for people, a list of results for programs."""
    ran = dfops("pack", "check", "--root", root)
    assert ran.code == 0
    assert "lamps 1.2.0: ok" in ran.out
    assert "4 of 4 queries ok, executed" in ran.out
    found = json.loads(dfops("pack", "check", "--root", root, "--format", "json").out)
    assert found["schema_version"] == 1
    assert set(found["results"][0]) == {
        *("pack", "version", "board", "query", "warehouse", "proof", "verdict"),
        *("missing", "path", "line", "column", "hint", "code", "message", "runtime"),
    }
    assert {(r["warehouse"], r["proof"], r["verdict"]) for r in found["results"]} == {
        ("duckdb", "executed", "ok"),
        ("snowflake", "static", "ok"),
    }


def test_a_required_column_that_is_gone_exits_1_with_its_line(root: Path, dfops: Dfops) -> None:
    """And says which boards still work."""
    ran = dfops("pack", "check", "lamps", "--schema", _export(root, "lamp.order"), "--root", root)
    assert ran.code == 1
    assert "packs/lamps/charts/index.yml:15:16  duckdb, snowflake" in ran.out
    assert "column lamp.order" in ran.out
    assert "still works: colours, storms" in ran.out


def test_an_optional_table_that_is_gone_exits_0_with_a_note(root: Path, dfops: Dfops) -> None:
    """Users deselect tables."""
    ran = dfops("pack", "check", "lamps", "--schema", _export(root, "storm"), "--root", root)
    assert ran.code == 0
    assert "unavailable" in ran.out
    assert "still works: index, colours" in ran.out
    found = json.loads(
        dfops("pack", "check", "--schema", _export(root, "storm"), "--root", root, "--format", "json").out
    )
    (gone,) = [r for r in found["results"] if r["verdict"] == "unavailable" and r["warehouse"] == "duckdb"]
    assert gone["missing"] == [{"table": "storm", "column": None}]


def test_an_export_of_two_databases(root: Path, dfops: Dfops) -> None:
    """The question names both; the answer is of the one that is named."""
    export = root / "two.csv"
    lines = _export(root).read_text().splitlines()
    rows = [f"PROD,{line}" for line in lines[1:] if ",order," not in line] + [f"DEV,{line}" for line in lines[1:]]
    export.write_text("\n".join([f"table_catalog,{lines[0]}", *rows]))
    asked = ("pack", "check", "lamps", "--schema", export, "--warehouse", "duckdb", "--root", root)
    ran = dfops(*asked)
    assert ran.code == 2
    assert ran.sentence.endswith("in more than one database: DEV, PROD; name one with --database")
    assert "did" not in dfops(*asked, "--database", "DEV").out
    ran = dfops(*asked, "--database", "prod")
    assert (ran.code, "column lamp.order" in ran.out) == (1, True)


@pytest.mark.parametrize("warehouse", ["duckdb", "postgres", "snowflake", "bigquery", "redshift", "databricks"])
def test_the_query_of_an_export(root: Path, dfops: Dfops, warehouse: str) -> None:
    """Printed alone, for the pack's schema or the one that is named."""
    asked = ("pack", "check", "lamps", "--schema-query", "--warehouse", warehouse, "--root", root)
    ran = dfops(*asked)
    assert (ran.code, ran.err, ran.out[-2:]) == (0, "", ";\n")
    assert "lamps" in ran.out
    named = dfops(*asked, "--schema-name", "lamps-prod", "--database", "My db").out
    assert ("lamps-prod" in named, "My db" in named) == (True, True)


def test_the_query_makes_an_export_that_is_read(root: Path, dfops: Dfops) -> None:
    """From the printed SQL to the verdict."""
    query = dfops("pack", "check", "lamps", "--schema-query", "--warehouse", "duckdb", "--root", root).out
    made = dfops("pack", "sample", "lamps", "--out", root / "w.duckdb", "--root", root)
    assert made.code == 0
    with duckdb.connect(root / "w.duckdb") as connection:
        (root / "columns.txt").write_text(str(connection.sql(query)), encoding="utf-8")
    ran = dfops("pack", "check", "lamps", "--schema", root / "columns.txt", "--root", root)
    assert (ran.code, "lamps 1.2.0: ok" in ran.out) == (0, True)


@pytest.mark.long
def test_an_unchanged_pack_is_recalled_and_the_memory_may_go(
    root: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run asks no engine anything; a changed board, or no memory, asks again."""
    dfops("pack", "check", "--root", root)
    asked: list[str] = []
    run = duck.DuckEngine.run

    def counted(self: duck.DuckEngine, sql: str, params: list[object], seconds: float) -> object:
        asked.append(sql)
        return run(self, sql, params, seconds)

    monkeypatch.setattr(duck.DuckEngine, "run", counted)
    first = dfops("pack", "check", "--root", root)
    assert asked == []
    assert "lamps 1.2.0: ok" in first.out
    (root / "build/cache/packs").joinpath("broken.json").write_text("{")
    (file,) = (path for path in (root / "build/cache/packs").glob("*.json") if path.stem != "broken")
    digest, _, text = file.read_text().partition("\n")
    # Nothing; what a proof could look like; one that was changed; one that was cut off.
    for entry in ("{}", '{"results": [], "reads": {}, "engines": {}}', f"{digest}\n{text} ", f"{digest}\n{text[:-9]}"):
        file.write_text(entry)
        assert dfops("pack", "check", "--root", root).out == first.out
        assert asked != []
        asked.clear()
    assert dfops("pack", "check", "--root", root).out == first.out
    assert asked == []
    assert dfops("pack", "check", "--root", root, "--no-cache").out == first.out
    assert asked != []


def test_what_was_found_is_recorded_and_goes_stale(root: Path, dfops: Dfops) -> None:
    """Bound to the state that was checked."""
    assert "never proven" in dfops("pack", "list", "--root", root).out
    ran = dfops("pack", "check", "--record", "--at", "2026-01-02T03:04:05", "--root", root)
    assert ran.code == 0
    assert "ok on 2026-01-02" in dfops("pack", "list", "--root", root).out
    lamps(root, index=("ORDER BY night", "ORDER BY night, lamps"))
    assert "changed since it was proven" in dfops("pack", "list", "--root", root).out


ONE_SOURCE = "sources: {w: {type: duckdb, path: w.duckdb}}\n"


def projects(root: Path) -> None:
    """Projects with a source, with two, with none, and one of dbt."""
    two = "sources: {v: {type: oracle}, w: {type: duckdb, path: w.duckdb}}\n"
    for name, text in (("named", ONE_SOURCE), ("two", two), ("none", "")):
        (root / name).mkdir()
        (root / name / "dbt_charts.yml").write_text(text, encoding="utf-8")
    (root / "dbt").mkdir()
    (root / "dbt/dbt_project.yml").write_text("name: shop\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "lampz"), "did you mean 'lamps'?"),
        (("check", "--warehouse", "snowflak"), "did you mean 'snowflake'?"),
        (("check", "--schema", "nowhere.csv"), "does not exist"),
        (("check", "--project", "."), "--source"),
        (("check", "--project", ".", "--source", "x"), "has no dbt_charts.yml or dbt_project.yml"),
        (("check", "--project", "nowhere", "--source", "x"), "has no dbt_charts.yml or dbt_project.yml"),
        (("check", "--project", "n" * 300, "--source", "x"), "File name too long"),
        (("check", "--source", "x"), "--project DIR"),
        (("check", "--schema-name", "x"), "--schema FILE or --project DIR"),
        (("check", "--schema", "x", "--project", ".", "--source", "x"), "leave one out"),
        (("check", "--record", "--warehouse", "duckdb"), "--record"),
        (("check", "--database", "x"), "--schema FILE"),
        (("check", "--database", "x", "--project", ".", "--source", "w"), "the project's file names"),
        (("check", "--schema", "x", "--database", ""), "--database '' is empty"),
        (("check", "--schema-query"), "is about one warehouse: name it with --warehouse NAME"),
        (("check", "--schema-query", "--warehouse", "spark"), "on spark: Spark has no information_schema"),
        (("check", "--schema-query", "--warehouse", "duckdb", "--schema", "x"), "--schema-query only prints"),
        (("check", "--schema-query", "--warehouse", "duckdb", "--schema-name", ""), "--schema-name '' is empty"),
        (("check", "--schema", "x", "--schema-name", "a\nb"), "--schema-name 'a?b' holds a control character"),
        (("check", "--schema", "x", "--schema-name", "n" * 256), "is longer than 255 characters"),
        (("sample", "lamps", "--out", "packs"), "already there"),
        (("sample", "lamps", "--out", "n" * 300), "File name too long"),
        (("sample", "lamps", "--out", "Lamps.duckdb"), "called like the schema"),
        (("sample", "lamps", "--out", "packs/lamps/pack.yaml/w.duckdb"), "cannot be written"),
        (("install", "lamps", "--project", ".", "--source", "w"), "has no dbt_charts.yml or dbt_project.yml"),
        (("install", "lamps", "--project", "n" * 300, "--source", "w"), "File name too long"),
        (("install", "lamps", "--project", "named", "--warehouse", "snowflak"), "did you mean 'snowflake'?"),
        (("install", "lamps", "--project", "named", "--warehouse", "snowflake"), "leave out --warehouse"),
        (("install", "lamps", "--project", "named", "--source", "v"), "the project has no source v; it has: w"),
        (("install", "lamps", "--project", "two"), "name the source with --source NAME; the project has: v, w"),
        (("install", "lamps", "--project", "two", "--source", "v"), "'v' is of type 'oracle': name the warehouse with"),
        (("install", "lamps", "--project", "none"), "the project has: none, so add one to dbt_charts.yml"),
        (("install", "lamps", "--project", "none", "--source", "w"), "no sources: add 'w' to dbt_charts.yml"),
        (("install", "lamps", "--project", "dbt"), "the project does not say what its source is: name the warehouse"),
        (("install", "lamps", "--project", "named", "--schema", ""), "--schema '' is empty"),
        (("install", "lamps", "--project", "named", "--database", "{{ x }}"), "which boards evaluate"),
        (("install", "lamps", "--project", "named", "--as", "../up"), "is no name for a folder of boards"),
        (("install", "lamps", "--project", "named", "--version", "1.2.0"), "--catalog DIR or URL"),
        (("install", "lamps", "--project", "named", "--runtime", "dbt-chart"), "did you mean 'dbt-charts'?"),
    ],
)
def test_what_cannot_start_says_why_in_one_sentence(
    root: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """Exit 2, no traceback, the remedy in it."""
    monkeypatch.chdir(root)
    projects(root)
    ran = dfops("pack", *arguments, "--root", root)
    assert ran.code == 2
    assert words in ran.sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources: [", "while parsing"),
        ("sources: 5", "sources section must decode to a mapping"),
        ("sources: {v: {type: duckdb, path: w.duckdb}}", "the project has v; name one with --source"),
        ("sources: {w: {type: lamp}}", "Unknown source type"),
        ("sources: {w: {type: postgres, host: h, password: hidden}}", "raw credential"),
        ("sources: {w: {type: dbt_profile, profile: w, profiles_dir: .}}", "name it with --warehouse NAME"),
    ],
)
def test_a_project_that_is_not_sound(root: Path, dfops: Dfops, text: str, words: str) -> None:
    """The file that is wrong is named, not the installation; nothing secret is repeated."""
    (root / "dbt_charts.yml").write_text(text, encoding="utf-8")
    ran = dfops("pack", "check", "--project", root, "--source", "w", "--root", root)
    assert ran.code == 2
    assert words in ran.sentence
    assert "reinstall" not in ran.err
    assert "hidden" not in ran.err


@pytest.mark.parametrize(("data", "words"), [(None, "does not exist"), (b"no", "not a valid DuckDB database")])
def test_a_warehouse_that_is_not_there_is_said_once(root: Path, dfops: Dfops, data: bytes | None, words: str) -> None:
    """One reason for all queries, exit 1, and no claim that boards are broken."""
    (root / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    if data is not None:
        (root / "w.duckdb").write_bytes(data)
    ran = dfops("pack", "check", "--project", root, "--source", "w", "--root", root)
    assert (ran.code, ran.err) == (1, "")
    assert words in ran.out
    assert ran.out.count("unproven    duckdb  4 of 4 queries: ") == 1
    assert "still works" not in ran.out
    assert (root / "w.duckdb").exists() == (data is not None)


def test_a_malformed_board_stops_with_its_place(root: Path, dfops: Dfops) -> None:
    """What a pack means that cannot be read is not known."""
    board = root / "packs/lamps/charts/index.yml"
    board.write_text(board.read_text().replace("title: Lamps", "title: &a Lamps"))
    ran = dfops("pack", "check", "--root", root)
    assert ran.code == 1
    assert "packs/lamps/charts/index.yml:1:8" in ran.out


def test_sample_install_and_check_fit_together(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """From nothing to a project whose dashboards run, and a verdict on its rows."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n    path: warehouse.duckdb\n")
    made = dfops("pack", "sample", "lamps", "--out", project / "warehouse.duckdb", "--root", root)
    assert made.code == 0
    assert "synthetic rows" in made.out
    assert dfops("pack", "install", "lamps", "--project", project, "--source", "w", "--root", root).code == 0
    assert {path.name for path in (project / "charts/lamps").iterdir()} == {
        *("meta.yml", "index.yml", "colours.yml", "storms.yml")
    }
    again = dfops("pack", "install", "lamps", "--project", project, "--source", "w", "--root", root)
    assert again.code == 2
    assert "already there" in again.err
    asked = ("pack", "check", "lamps", "--project", project, "--source", "w", "--root", root)
    fresh = dfops(*asked, "--at", "2026-01-01")
    assert fresh.code == 0
    assert "fresh" in fresh.out
    assert "stale" in dfops(*asked, "--at", "2026-02-01").out
    assert "late" in dfops(*asked, "--at", "2026-01-02").out


def test_install_stays_in_the_project(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """Whatever links are on the way; a source whose name YAML takes for a number is written as text."""
    (tmp_path / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}, '2024': {type: duckdb}}\n", encoding="utf-8")
    asked = ("pack", "install", "lamps", "--project", tmp_path, "--root", root, "--source")
    boards = tmp_path / "charts"
    (root.parent / f"{root.name}-elsewhere").mkdir()
    for leads in (f"../{root.name}-elsewhere", "charts"):
        boards.symlink_to(leads)
        assert "outside the project" in dfops(*asked, "w").sentence
        boards.unlink()
    assert dfops(*asked, "2024").code == 0
    assert (boards / "lamps/meta.yml").read_text(encoding="utf-8").endswith('source: "2024"\n')


def test_the_next_command_can_be_copied(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """With spaces in the project's name as well."""
    project = tmp_path / "my dashboards"
    project.mkdir()
    (project / "dbt_charts.yml").write_text(ONE_SOURCE, encoding="utf-8")
    ran = dfops("pack", "install", "lamps", "--project", project, "--root", root)
    assert f"Next: dct serve --project-dir '{project}'" in ran.out


def test_a_warehouse_without_the_schema_is_unproven(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """Never ok: exit 1, with the reason."""
    (tmp_path / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n    path: empty.duckdb\n")
    duck.connect(tmp_path / "empty.duckdb").close()
    ran = dfops("pack", "check", "lamps", "--project", tmp_path, "--source", "w", "--root", root)
    assert ran.code == 1
    assert "unproven" in ran.out
    assert "no schema 'lamps'" in ran.out


def test_regressions_run_by_command(root: Path, dfops: Dfops) -> None:
    """Exit 1 with place and reason when one fails."""
    text = "title: Gone\nconnector: lamps\nwhy: It happened.\nchanges: [{what: table-removed, table: storm}]\n"
    lamps(root, regressions__gone=("", text + "expect: {verdict: unavailable, boards: {storms: unavailable}}\n"))
    ran = dfops("pack", "test", "--root", root)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "4 regressions, none failed")
    lamps(root, regressions__gone=("", text + "expect: {verdict: ok}\n"))
    ran = dfops("pack", "test", "--root", root)
    assert ran.code == 1
    assert "packs/lamps/regressions/gone.yaml:5:19  expected ok, got unavailable" in ran.out


def test_a_new_pack_is_valid_and_runs(root: Path, dfops: Dfops) -> None:
    """From an export of a connector nobody has seen, odd names and all."""
    export = root / "new.csv"
    export.write_text(
        EXPORT
        + 'Notes,page,id,text\nNotes,page,created_time,timestamptz\nNotes,order,end,bigint\nNotes,"we""ird",id,text\n'
    )
    ran = dfops("new", "pack", "notes", "--schema", export, "--root", root)
    assert ran.code == 0
    assert "packs/notes/charts/index.yml" in ran.out
    assert 'we"ird' in ran.out
    checked = dfops("pack", "check", "notes", "--root", root)
    assert (checked.code, "notes 0.1.0: ok" in checked.out) == (0, True)
    assert "already there" in dfops("new", "pack", "notes", "--schema", export, "--root", root).sentence
    assert "--schema FILE" in dfops("new", "pack", "others", "--root", root).sentence


@pytest.mark.parametrize("name", ["../x", "/x", "a b", "ü", "", "_x", "n" * 41, "index"])
def test_a_new_pack_needs_an_id(root: Path, dfops: Dfops, name: str) -> None:
    """And nothing is written under any other name."""
    before = sorted(root.rglob("*"))
    ran = dfops("new", "pack", name, "--schema", _export(root), "--root", root)
    assert ran.code == 2
    assert "is no id for a pack" in ran.sentence
    assert sorted(root.rglob("*")) == sorted([*before, root / "export.csv"])


@pytest.mark.parametrize(("name", "schema"), [("on", "notes"), ("notes", "no"), ("notes", "a: b")])
def test_a_new_pack_of_words_that_yaml_takes_for_others(root: Path, dfops: Dfops, name: str, schema: str) -> None:
    """Its files are read as they were meant."""
    export = root / "new.csv"
    export.write_text(f'{EXPORT}"{schema}",page,id,text\n')
    assert dfops("new", "pack", name, "--schema", export, "--schema-name", schema, "--root", root).code == 0
    assert f"{name} 0.1.0: ok" in dfops("pack", "check", name, "--root", root).out
    found = json.loads(dfops("check", "--root", root, "--format", "json").out)["findings"]
    assert [finding for finding in found if finding["code"].startswith("OPS1")] == []


def test_a_new_pack_without_a_table(root: Path, dfops: Dfops) -> None:
    """An export in which no name can stand in a pack."""
    export = root / "new.csv"
    export.write_text(f'{EXPORT}notes,"we ird",id,text\n')
    ran = dfops("new", "pack", "notes", "--schema", export, "--root", root)
    assert ran.code == 2
    assert "no table a pack can hold" in ran.sentence
    assert not (root / "packs/notes").exists()


@pytest.mark.parametrize("folder", ["packs", "ops_model/operating"])
def test_a_new_pack_stays_in_the_repository(root: Path, dfops: Dfops, tmp_path: Path, folder: str) -> None:
    """A folder that is a link to elsewhere is not written into, and half a pack is not either."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    export = _export(root)
    shutil.rmtree(root / "packs")
    shutil.rmtree(root / "ops_model/operating")
    (root / folder).symlink_to(elsewhere)
    ran = dfops("new", "pack", "lamps", "--schema", export, "--root", root)
    assert ran.code == 2
    assert "outside the repository" in ran.sentence
    assert list(elsewhere.iterdir()) == []
    assert folder == "packs" or not (root / "packs").exists()


REACHING = """\
overrides:
  - {board: colours, query: colours, warehouse: snowflake, why: Faster, sql: "SELECT colour, 1 AS lamps FROM {table}"}
"""


@pytest.mark.parametrize("table", ["other.accounts", "lamps.secrets", "@stage/x", "TABLE(leak(1))"])
def test_install_refuses_what_reads_other_tables(root: Path, dfops: Dfops, tmp_path: Path, table: str) -> None:
    """The override that its user's warehouse would run; nothing is written."""
    lamps(root, pack=("kpis:", REACHING.replace("{table}", table) + "kpis:"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources: {w: {type: snowflake}}\n", encoding="utf-8")
    asked = ("pack", "install", "lamps", "--project", project)
    ran = dfops(*asked, "--root", root)
    assert ran.code == 2
    assert "query 'colours'" in ran.err
    assert [path.name for path in project.iterdir()] == ["dbt_charts.yml"]


def test_a_query_of_another_type_is_not_passed_over(root: Path, dfops: Dfops) -> None:
    """A request is refused where it stands, not left out of what was counted."""
    lamps(root, colours=("queries:\n", "queries:\n  names: {type: http, url: 'http://127.0.0.1:9/'}\n"))
    ran = dfops("pack", "check", "--root", root)
    assert ran.code == 1
    assert "OPS817" in ran.out
    assert "packs/lamps/charts/colours.yml:3:" in ran.out
    assert "queries ok" not in ran.out
