from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from generators.packs.delivery.boards import Undeliverable, delivered
from generators.packs.reading.dialects import carried
from tests.packs.kpis.board import ROOT, packs
from tests.packs.small import lamps

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_on_duckdb_a_project_gets_the_boards_as_they_are(pack: PackFolder) -> None:
    """Byte for byte, so that what was proven is what runs."""
    files = delivered(pack, "duckdb", "warehouse", pack.schema_name)
    assert set(files) == {f"{board.id}.yaml" for board in pack.boards} | {"meta.yaml"}
    for board in pack.boards:
        assert files[f"{board.id}.yaml"] == (ROOT / board.document.path).read_text(encoding="utf-8")


COMMENTED = "# Lit at night\n\n\ntitle: Lamps # all of them\n"


@pytest.mark.parametrize("name", ["miniature", *(pytest.param(name, marks=pytest.mark.long) for name in packs())])
@pytest.mark.parametrize("warehouse", ["snowflake", "bigquery"])
def test_elsewhere_only_the_sql_differs(tmp_path: Path, name: str, warehouse: str) -> None:
    """Titles, charts, variables and comments stay; each query is what the check has proven."""
    miniature = name == "miniature"
    root = tmp_path if miniature else ROOT
    pack = lamps(root, index=("title: Lamps\n", COMMENTED)) if miniature else packs()[name]
    files = delivered(pack, warehouse, "lake", "my_schema")
    assert not miniature or files["index.yaml"].startswith(COMMENTED)
    for board in pack.boards:
        text = files[f"{board.id}.yaml"]
        tree = yaml.safe_load(text)
        written = (root / board.document.path).read_text(encoding="utf-8")
        kept = yaml.safe_load(written)
        for query in board.queries:
            said = tree["queries"].pop(query.name)
            sql = said if isinstance(said, str) else said.pop("sql")
            assert sql.rstrip() == carried(query.sql, warehouse, (pack.schema_name, "my_schema")).rstrip()
            rest = kept["queries"].pop(query.name)
            assert said == sql or said == {name: value for name, value in rest.items() if name != "sql"}
        assert tree == kept
        assert text.count("\n\n") >= written.count("\n\n") - 1
    assert files["meta.yaml"].endswith("source: lake\n")


def test_a_query_on_one_line_is_replaced_as_well(tmp_path: Path) -> None:
    """However its author wrote it down."""
    files = delivered(lamps(tmp_path), "bigquery", "lake", "eu")
    tree = yaml.safe_load(files["storms.yaml"])
    assert "FROM eu.lamp AS l" in tree["queries"]["storms"]
    assert tree["rows"] == ["storms"]


def test_a_board_without_a_form_is_refused(tmp_path: Path) -> None:
    """Instead of a project that fails on the first look."""
    pack = lamps(
        tmp_path, colours=("SELECT COALESCE(colour, 'none')", "SELECT {% if x %}1{% endif %} COALESCE(colour, 'none')")
    )
    with pytest.raises(Undeliverable, match=r"charts/colours\.yaml"):
        delivered(pack, "bigquery", "lake", "lamps")
