from __future__ import annotations

import re
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
import yaml

from generators.packs.delivery.boards import Undeliverable, forms
from generators.packs.reading.dialects import carried
from generators.packs.reading.grammars import CURRENT, GRAMMARS, OLDER
from generators.source import read
from tests.packs.composed import BOARD
from tests.packs.composed import pack as composed
from tests.packs.delivered import folder
from tests.packs.kpis.board import ROOT, packs
from tests.packs.small import lamps
from tests.runtimes import known

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_on_duckdb_a_project_gets_the_boards_as_they_are(pack: PackFolder) -> None:
    """What builds on nothing byte for byte, so that what was proven is what runs; all else with what it builds on."""
    files = folder(pack, "duckdb", "warehouse", pack.schema_name)
    assert set(files) == {f"{board.id}.yml" for board in pack.boards} | {"meta.yml"}
    for board in pack.boards:
        _, text = stamped(files[f"{board.id}.yml"])
        if not board.left_out and all(query.sql == query.written for query in board.queries):
            assert text == (ROOT / board.document.path).read_text(encoding="utf-8")
        assert "queries." not in text
        tree = yaml.safe_load(text)
        assert {name: _sql(query) for name, query in tree.get("queries", {}).items()} == {
            query.name: query.sql.rstrip() for query in board.queries if query.route[0] == "queries"
        }


def stamped(text: str) -> tuple[str, str]:
    """The line in front of a board, which says of which version it is, and the board."""
    stamp, _, rest = text.partition("\n")
    assert re.fullmatch(r"# .+ pack \S+ for \S+, .+ or newer\. Package: [a-z0-9_]+_boards", stamp)
    return stamp, rest


def _sql(query: str | dict[str, str]) -> str:
    return (query if isinstance(query, str) else query["sql"]).rstrip()


WITH_COMMENTS = BOARD.replace("queries:\n", "queries:\n  # Shared by two boards.\n").replace(
    "  by_colour:\n", "  # What the chart shows.\n  by_colour:\n", 1
)


def test_a_built_board_needs_no_other_file(tmp_path: Path) -> None:
    """Its queries are written out; what only they build on is gone, comments of the rest stay."""
    _, text = stamped(folder(composed(tmp_path, WITH_COMMENTS), "duckdb", "warehouse", "lamps")["costs.yml"])
    sql = (
        "WITH\nlit AS (\n  SELECT id, colour, cost\n  FROM lamps.lamp\n  WHERE lit_at IS NOT NULL\n),\n"
        "costs AS (\n  SELECT lit.colour, SUM(lit.cost) AS cost\n  FROM lit\n  GROUP BY lit.colour\n)\n"
        "SELECT costs.colour, costs.cost\nFROM costs\nORDER BY 1\n"
    )
    head = "title: Costs\nqueries:\n  # What the chart shows.\n  by_colour:\n    sql: |\n"
    assert text == head + indent(sql, "      ") + BOARD[BOARD.index("charts:") :]


def test_an_import_that_a_chart_shows_is_written_out(tmp_path: Path) -> None:
    """In the place of its import, with what it builds on."""
    board = BOARD[: BOARD.index("  by_colour:")] + "charts:\n  c: {query: costs, type: table}\nrows: [c]\n"
    for warehouse in ("duckdb", "snowflake"):
        tree = yaml.safe_load(folder(composed(tmp_path, board), warehouse, "lake", "lamps")["costs.yml"])
        assert set(tree["queries"]) == {"costs"}
        assert tree["queries"]["costs"].startswith("WITH")


def test_the_older_grammar_has_the_same_sql(tmp_path: Path) -> None:
    """Under its own words, in files of its own suffix."""
    versioned = f'_schema_version: "{CURRENT.version}"\n' + BOARD.replace("title: Costs", "title: Costs\nnotes: All")
    pack = composed(tmp_path, versioned)
    runtimes = [next(one for one in known() if GRAMMARS[one.runtime.grammar] is each) for each in (CURRENT, OLDER)]
    now, before = (folder(pack, "bigquery", "lake", "eu", runtime) for runtime in runtimes)
    assert set(before) == {name.replace(".yml", ".yaml") for name in now}
    trees = [yaml.safe_load(files[name]) for files, name in ((now, "costs.yml"), (before, "costs.yaml"))]
    assert trees[0]["queries"]["by_colour"]["sql"].rstrip() == trees[1]["queries"]["by_colour"]["sql"].rstrip()
    assert (trees[1]["description"], "notes" in trees[1], "_schema_version" in trees[1]) == ("All", False, False)
    document = read("packs/lamps/charts/costs.yml", before["costs.yaml"].encode()).document
    assert document


SCHEMAS = {"snowflake": '"MY_SCHEMA".', "bigquery": "`my_schema`."}
"""How each reads the name of a schema that is not the connector's own."""
COMMENTED = "# Lit at night\n\n\ntitle: Lamps # all of them\n"


@pytest.mark.parametrize("name", ["miniature", *(pytest.param(name, marks=pytest.mark.long) for name in packs())])
@pytest.mark.parametrize("warehouse", ["snowflake", "bigquery"])
def test_elsewhere_only_the_sql_differs(tmp_path: Path, name: str, warehouse: str) -> None:
    """Titles, charts, variables and comments stay; each query is what the check has proven."""
    miniature = name == "miniature"
    root = tmp_path if miniature else ROOT
    pack = lamps(root, index=("title: Lamps\n", COMMENTED)) if miniature else packs()[name]
    files = folder(pack, warehouse, "lake", "my_schema")
    assert not miniature or stamped(files["index.yml"])[1].startswith(COMMENTED)
    for board in pack.boards:
        text = files[f"{board.id}.yml"]
        tree = yaml.safe_load(text)
        written = (root / board.document.path).read_text(encoding="utf-8")
        kept = yaml.safe_load(written)
        for query in board.queries:
            said = tree["queries"].pop(query.name)
            sql = said if isinstance(said, str) else said.pop("sql")
            assert (
                sql.rstrip()
                == carried(query.sql, warehouse, (pack.schema_name, "my_schema"))
                .replace("my_schema.", SCHEMAS[warehouse])
                .rstrip()
            )
            rest = kept["queries"].pop(query.name)
            assert said == sql or said == {name: value for name, value in rest.items() if name != "sql"}
        for left in board.left_out:  # written out in the queries that build on them
            kept["queries"].pop(left)
        assert tree == kept
        assert board.left_out or text.count("\n\n") >= written.count("\n\n") - 1
    assert files["meta.yml"].endswith("source: lake\n")


def test_a_query_on_one_line_is_replaced_as_well(tmp_path: Path) -> None:
    """However its author wrote it down."""
    files = folder(lamps(tmp_path), "bigquery", "lake", "eu")
    tree = yaml.safe_load(files["storms.yml"])
    assert "FROM `eu`.lamp AS l" in tree["queries"]["storms"]
    assert tree["rows"] == ["storms"]


def test_a_board_without_a_form_is_refused(tmp_path: Path) -> None:
    """Instead of a project that fails on the first look."""
    pack = lamps(
        tmp_path, colours=("SELECT COALESCE(colour, 'none')", "SELECT {% if x %}1{% endif %} COALESCE(colour, 'none')")
    )
    with pytest.raises(Undeliverable, match=r"charts/colours\.yml"):
        forms(pack, "bigquery", "lamps_boards")
