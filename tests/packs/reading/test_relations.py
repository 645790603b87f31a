from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.checks.facts import Facts
from generators.checks.queries import queries_read_own_tables
from generators.model import KINDS
from generators.packs.proof.statements import statements
from generators.packs.reading.folder import read_packs
from generators.packs.reading.snapshots import snapshot_of
from generators.source import Repository
from tests.packs.composed import BOARD, SHARED, pack
from tests.packs.small import lamps

if TYPE_CHECKING:
    from pathlib import Path

    from generators.findings import Finding
    from generators.packs.reading.folder import PackFolder


def found(pack: PackFolder) -> list[Finding]:
    """What the reader and the check of queries say, but for the older grammar of the small pack."""
    facts = Facts.__new__(Facts)
    object.__setattr__(facts, "packs", {pack.id: pack})
    checked = queries_read_own_tables(None, facts)  # type: ignore[arg-type]
    return [finding for finding in (*pack.findings, *checked) if finding.rule.code not in {"OPS825", "OPS826"}]


def test_what_only_others_build_on_is_neither_run_nor_delivered(tmp_path: Path) -> None:
    """It stands in front of what is."""
    folder = pack(tmp_path)
    board = next(board for board in folder.boards if board.id == "costs")
    assert [query.name for query in board.queries] == ["by_colour"]
    assert board.relations == ("lit", "costs")
    (query,) = board.queries
    assert query.written == "SELECT costs.colour, costs.cost\nFROM {{ queries.costs }}\nORDER BY 1\n"
    assert query.sql.startswith("WITH\nlit AS (\n  SELECT id, colour, cost\n  FROM lamps.lamp\n")
    assert query.sql.endswith("),\ncosts AS (\n" + query.sql.split("costs AS (\n")[1])
    assert board.tree["queries"] == {"by_colour": {"sql": query.sql}}
    assert found(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "text"),
    [
        ("lit.cost)", "lit.price)", ("_shared.yml", 11), "price"),
        ("FROM lamps.lamp", "FROM lamps.lantern", ("_shared.yml", 7), "lantern"),
        ("costs.cost\n", "costs.price\n", ("costs.yml", 7), "price"),
    ],
)
def test_a_missing_name_has_its_authors_line(
    tmp_path: Path, old: str, new: str, at: tuple[str, int], text: str
) -> None:
    """In whichever file it stands, to the column."""
    folder = pack(tmp_path, BOARD.replace(old, new), SHARED.replace(old, new))
    found = statements(folder, snapshot_of(folder), ("duckdb", "bigquery"))
    troubles = [statement.trouble for statement in found if statement.trouble]
    assert len(troubles) == 2
    for trouble in troubles:
        place = trouble.place
        assert (place.path.rsplit("/", 1)[-1], place.line) == at
        assert place.excerpt[place.column - 1 :].startswith(text)


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("FROM {{ queries.costs }}", "FROM {{ queries.cost }}", "OPS821", "costs.yml: {{ queries.cost }}"),
        ("  lit: _shared.yml.queries.lit\n", "", "OPS821", "_shared.yml: {{ queries.lit }}"),
        ("_shared.yml.queries.lit", "_shared.yml.queries.light", "OPS821", "costs.yml: _shared.yml.queries.light"),
        ("FROM lamps.lamp", "FROM {{ queries.costs }}", "OPS821", "_shared.yml: {{ queries.costs }}"),
        ("FROM {{ queries.costs }}", "FROM {{ queries.by_colour }}", "OPS821", "costs.yml: {{ queries.by_colour }}"),
        ("{{ queries.costs }}\n", "{{ queries.costs }} AS c\n", "OPS822", "costs.yml: c"),
        ("{{ queries.costs }}\n", "{{ queries.costs }} c\n", "OPS822", "costs.yml: c"),
        ("{{ queries.lit }}\n", "{{ queries.lit }} /* a */ AS l\n", "OPS822", "_shared.yml: l"),
        ("{{ queries.costs }}\n", "lamps.{{ queries.costs }}\n", "OPS822", "costs.yml: {{ queries.costs }}"),
        ("costs.cost\n", "costs.cost, {{ queries.costs }}\n", "OPS822", "costs.yml: {{ queries.costs }}"),
        ("costs.cost\n", "costs.cost, '{{ queries.costs }}'\n", "OPS822", "costs.yml: {{ queries.costs }}"),
        ("ORDER BY 1", "ORDER BY 1 -- {{ queries.costs }}", "OPS822", "costs.yml: {{ queries.costs }}"),
        (
            "{{ queries.costs }}\n",
            "{{ queries.costs | lower }}\n",
            "OPS822",
            "costs.yml: {{ queries.costs | lower }}",
        ),
        ("{{ queries.costs }}\n", "{{- queries.costs }}\n", "OPS822", "costs.yml: {{- queries.costs }}"),
        ("title: Costs", 'title: "Costs {{ queries.costs }}"', "OPS822", 'costs.yml: "Costs {{'),
        ("SELECT costs.colour", "WITH lit AS (SELECT 1 AS a) SELECT costs.colour", "OPS823", "costs.yml: lit AS"),
        ("SELECT lit.colour", "WITH Lit AS (SELECT 1 AS a) SELECT lit.colour", "OPS823", "_shared.yml: Lit AS"),
        ("FROM lamps.lamp\n", "FROM lamps.lamp), more AS (SELECT 1 AS b\n", "OPS823", "_shared.yml: more AS"),
        ("charts:", "  other: {sql: SELECT id FROM lamps.lamp}\ncharts:", "OPS824", "costs.yml: other"),
        ("costs:\n    sql", "more: SELECT id FROM lamps.lamp\n  costs:\n    sql", "OPS824", "_shared.yml: more"),
        ("  lit: _shared", "  lit_too: _shared.yml.queries.lit\n  lit: _shared", "OPS824", "costs.yml: lit_too"),
    ],
)
def test_a_wrong_reference_is_found_where_it_stands(tmp_path: Path, old: str, new: str, code: str, at: str) -> None:
    """In the board or in the shared file, whatever comments and texts stand around it."""
    folder = pack(tmp_path, BOARD.replace(old, new), SHARED.replace(old, new))
    findings = found(folder)
    assert {finding.rule.code for finding in findings} == {code}, findings
    places = [f"{f.place.path.rsplit('/', 1)[-1]}: {f.place.excerpt[f.place.column - 1 :]}" for f in findings]
    assert any(place.startswith(at) for place in places), places


@pytest.mark.parametrize("name", ["lamp", "Lamp", "KEEPER"])
def test_a_query_named_like_a_table_is_refused(tmp_path: Path, name: str) -> None:
    """Whatever the case: warehouses fold it."""
    board, shared = BOARD.replace("lit:", f"{name}:").replace("s.lit", f"s.{name}"), SHARED.replace("lit", name)
    folder = pack(tmp_path, board, shared.replace(f"{name}_at", "lit_at"))
    assert {finding.rule.code for finding in found(folder)} == {"OPS823"}


def test_an_override_builds_on_nothing(tmp_path: Path) -> None:
    """It is written in the SQL of one warehouse, and relations in another."""
    sql = '"SELECT 1 AS colour, 2 AS cost FROM {{ queries.costs }}"'
    override = f"{{board: costs, query: by_colour, warehouse: snowflake, why: A test., sql: {sql}}}"
    lamps(tmp_path, pack=("kpis:\n", f"overrides:\n  - {override}\nkpis:\n"))
    charts = tmp_path / "packs" / "lamps" / "charts"
    (charts / "_shared.yml").write_text(SHARED, encoding="utf-8")
    (charts / "costs.yml").write_text(BOARD, encoding="utf-8")
    repository = Repository(tmp_path)
    catalog, _ = load(repository, KINDS)
    findings = found(read_packs(catalog, repository)["lamps"])
    assert [(finding.rule.code, finding.place.path) for finding in findings] == [("OPS822", "packs/lamps/pack.yaml")]


def test_where_a_query_is_written_does_not_count_for_evidence(tmp_path: Path) -> None:
    """Moved from the shared file into the board, what is run and delivered is the same."""
    before = pack(tmp_path)
    lines = SHARED[SHARED.index("  lit:") : SHARED.index("  costs:")]
    board = BOARD.replace("  lit: _shared.yml.queries.lit\n", lines)
    moved = pack(tmp_path, board, SHARED.replace(lines, ""))
    assert moved.digest == before.digest
    assert pack(tmp_path, board.replace("IS NOT NULL", "IS NULL"), SHARED.replace(lines, "")).digest != before.digest
