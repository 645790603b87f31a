from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.packs.reading.language import OUTSIDE, outside
from generators.source import read
from tests.packs.small import COLOURS, INDEX

if TYPE_CHECKING:
    from generators.findings import Finding

BOARD = """\
title: Lamps
variables:
  colour: {input: select, options: {query: colours, column: colour}}
queries:
  colours: {sql: "SELECT colour FROM lamps.lamp"}
charts:
  lit:
    query: colours
    type: bar
    x: colour
    layers: [{type: line, y: colour}]
    style: {columns: {colour: {align: left}}}
rows:
  - lit
  - cols: [{text: A note}]
"""


def found(text: str) -> list[Finding]:
    """What is refused in a board."""
    document = read("packs/lamps/charts/index.yml", text.encode()).document
    assert document
    return list(outside(document))


@pytest.mark.parametrize("text", [BOARD, INDEX, COLOURS])
def test_what_packs_use_is_allowed(text: str) -> None:
    """Queries, charts with layers, variables and nested layouts."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("colours: {sql:", "other: {type: http, url: 'http://127.0.0.1/x'}\n  colours: {sql:", "http"),
        ("colours: {sql:", "other: {url: 'http://127.0.0.1/x', method: POST}\n  colours: {sql:", "url: "),
        ("colours: {sql:", "other: {rows: [{a: 1}]}\n  colours: {sql:", "rows: [{a"),
        ("colours: {sql:", "other: {metrics: [m]}\n  colours: {sql:", "metrics: "),
        ("colours: {sql:", "colours: {setup_sql: LOAD httpfs, sql:", "setup_sql"),
        ("colours: {sql:", "colours: {source: {type: csv, files: /etc/passwd}, sql:", "source: "),
        ("colours: {sql:", "colours: {source: other, sql:", "source: other"),
        ("colours: {sql:", "colours: {target: prod, sql:", "target: "),
        ("colours: {sql:", "other: {ref: x.queries.y}\n  colours: {sql:", "ref: "),
        ("query: colours\n", "query: {type: http, url: 'http://x'}\n", "http"),
        ("query: colours\n", "query: ../other.queries.x\n", "../other"),
        ("query: colours\n", "query: colours\n    link: 'https://x.example/{{ colour }}'\n", "link: "),
        ("query: colours\n", "query: colours\n    geo_source: 'https://x.example/a.json'\n", "geo_source"),
        ("type: bar", "type: geoshape", "geoshape"),
        ("type: bar", "type: point_map", "point_map"),
        ("[{type: line, y: colour}]", "[{type: line, query: {type: http, url: x}}]", "{type: http"),
        ("[{type: line, y: colour}]", "[{type: line, query: x.queries.y}]", "x.queries"),
        ("{align: left}", "{link: 'https://x.example'}", "link: "),
        ("{align: left}", "{background: 'url(https://x.example)'}", "'url("),
        ("columns: {colour: {align: left}}", "columns: {columns: {header_link: x}}", "header_link"),
        ("columns: {colour: {align: left}}", "basemap: {source: 'https://x.example'}", "basemap"),
        ("{query: colours, column: colour}", "{query: {type: http, url: x}, column: a}", "{type: http"),
        ("{query: colours, column: colour}", "{query: other.queries.x, column: a}", "other.queries"),
        ("{input: select,", "{query: {type: http, url: x}, input: select,", "query: {"),
        ("{input: select,", "{visible: {query: q, column: c}, input: select,", "{query: q"),
        ("title: Lamps", "title: Lamps\nsource: {type: http, url: x}", "source: "),
        ("title: Lamps", "title: Lamps\nsource: other", "source: "),
        ("title: Lamps", "title: Lamps\nextends: ../other.yaml", "extends: "),
        ("title: Lamps", "title: Lamps\ntheme: ../other.yaml", "../other"),
        ("title: Lamps", "title: Lamps\nallow_html: true", "allow_html"),
        ("title: Lamps", "title: Lamps\naliases: [/data]", "aliases"),
        ("- lit\n", "- ../other.yaml\n", "../other"),
        ("- lit\n", "- {board: ../other.yaml}\n", "board: "),
        ("- lit\n", "- {hidden: {type: bar, query: colours}}\n", "hidden: "),
        ("{text: A note}", "{queries: {lit: SELECT 1}, rows: [lit]}", "queries: "),
        ("{text: A note}", "{text: '![a](https://x.example/a.png)'}", "'!["),
        ("{text: A note}", "{type: table, query: {type: http, url: x}}", "http"),
        ("  lit:\n    query: colours", "  other: x.charts.y\n  lit:\n    query: colours", "x.charts"),
        ("variables:\n", "variables:\n  region: shared.variables.region\n", "shared"),
        ("rows:\n", "tabs: {items: [{title: A, icon: a, rows: [../b.yaml]}]}\nrows:\n", "../b"),
        (
            "rows:\n",
            "grid: {columns: 2, items: [{item: {type: bar, query: {url: x}}}]}\nrows:\n",
            "{type: bar, query: {",
        ),
        ("rows:\n", "details: {summary: a, url: x}\nrows:\n", "url: x"),
    ],
)
def test_what_leads_elsewhere_is_refused_where_it_stands(old: str, new: str, at: str) -> None:
    """Addresses, files, other boards, other sources, raw HTML; and queries that nobody would count."""
    assert old in BOARD
    text = BOARD.replace(old, new)
    findings = found(text)
    assert {finding.rule for finding in findings} == {OUTSIDE}
    places = [text.split("\n")[finding.place.line - 1][finding.place.column - 1 :] for finding in findings]
    assert any(place.startswith(at) for place in places), places


@pytest.mark.parametrize("field", ["querys", "sql", "foreach", "imports", "lambda"])
def test_a_field_that_nobody_thought_of_is_refused(field: str) -> None:
    """Whatever a later version of the language brings."""
    assert [finding.rule for finding in found(f"{BOARD}{field}: x\n")] == [OUTSIDE]


@pytest.mark.parametrize(
    "text", ["queries: SELECT 1\n", "charts: [a]\n", "rows: a\n", "rows: [[a]]\n", "variables: 1\n", "tabs: [a]\n"]
)
def test_another_shape_is_refused_and_raises_nothing(text: str) -> None:
    """What the walk would pass over is not passed over here."""
    assert found(text)
