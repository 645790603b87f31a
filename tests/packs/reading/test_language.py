from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.packs.reading.grammars import CURRENT, OLDER
from generators.packs.reading.language import OUTSIDE, outside, outside_shared
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
STAMPED = f'_schema_version: "{CURRENT.version}"\n{BOARD}'
GRAMMARS = pytest.mark.parametrize("stamp", ["", STAMPED.removesuffix(BOARD)], ids=[OLDER.version, CURRENT.version])


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
        ("title: Lamps", "title: Lamps\nhtml_policy: trusted-raw", "html_policy"),
        ("title: Lamps", "title: Lamps\nlinks: {auto: true}", "links: "),
        ("title: Lamps", "title: Lamps\nchart_focus: ../other", "chart_focus"),
        ("title: Lamps", "title: Lamps\nregional: {language: x}", "regional"),
        ("title: Lamps", "title: Lamps\ncache: forever", "cache: "),
        ("title: Lamps", "title: Lamps\nincremental: day", "incremental"),
        ("title: Lamps", "title: Lamps\nvisible: {query: q, column: c}", "visible"),
        ("title: Lamps", "title: Lamps\nstyle: {footer: {link: 'https://x.example'}}", "link: "),
        ("title: Lamps", "title: Lamps\nstyle: {palettes: {a: b}}", "palettes"),
        ("colours: {sql:", "other: {type: schema, source: other, table: t}\n  colours: {sql:", "schema"),
        ("colours: {sql:", "other: {columns: [a], values: [[1]]}\n  colours: {sql:", "values: "),
        ("colours: {sql:", "colours: {dialect: spark, sql:", "dialect"),
        ("colours: {sql:", "colours: {incremental: day, sql:", "incremental"),
        ("colours: {sql:", "colours: {cache: forever, sql:", "cache"),
        ("colours: {sql:", "other: ../other.yml.queries.x\n  colours: {sql:", "../other"),
        ("colours: {sql:", "other: shared.yml.queries.x\n  colours: {sql:", "shared.yml"),
        ("colours: {sql:", "other: _shared.yml.charts.x\n  colours: {sql:", "_shared.yml"),
        ("colours: {sql:", "other: sub/_shared.yml.queries.x\n  colours: {sql:", "sub/"),
        ("colours: {sql:", "other: {sql: other.queries.x}\n  colours: {sql:", "other.queries.x"),
        ("query: colours\n", "query: _shared.yml.queries.colours\n", "_shared"),
        ("query: colours\n", "query: {ref: x.queries.y}\n", "ref: "),
        ("query: colours\n", "query: colours\n    visible: {query: q, column: c}\n", "visible"),
        ("query: colours\n", "query: colours\n    svg: '<svg/>'\n", "svg: "),
        ("query: colours\n", "query: colours\n    template: a.html\n", "template"),
        ("query: colours\n", "query: colours\n    geo: world\n", "geo: "),
        ("query: colours\n", "query: colours\n    options: {mark: bar}\n", "options"),
        ("query: colours\n", "query: colours\n    support_table: [a]\n", "support_table"),
        ("type: bar", "type: custom", "custom"),
        ("type: bar", "ref: x.charts.y", "ref: "),
        ("{align: left}", "{header_link: {url: 'https://x.example', open: modal}}", "header_link"),
        ("columns: {colour: {align: left}}", "font: {family: x}", "family"),
        ("{input: select,", "{enabled: {query: q, column: c}, input: select,", "enabled"),
        ("{input: select,", "{operator: like, input: select,", "operator"),
        ("variables:\n", "variables:\n  region: {ref: shared.variables.region}\n", "ref: "),
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
@GRAMMARS
def test_what_leads_elsewhere_is_refused_where_it_stands(stamp: str, old: str, new: str, at: str) -> None:
    """Addresses, files, other boards, other sources, raw HTML; and queries that nobody would count."""
    assert old in BOARD
    text = stamp + BOARD.replace(old, new)
    findings = found(text)
    assert {finding.rule for finding in findings} == {OUTSIDE}
    places = [text.split("\n")[finding.place.line - 1][finding.place.column - 1 :] for finding in findings]
    assert any(place.startswith(at) for place in places), places


FORMATTED = """\
queries:
  colours:
    notes: Lamps by colour.
    sql: SELECT colour, 1 AS lamps FROM lamps.lamp
    formats: {lamps: integer}
  lit: _shared.yml.queries.lit
charts:
  lit:
    query: lit
    type: kpi
    value: lamps
    notes: All of them.
    support: {value: lamps, label: of all}
    style: {support: {format: {spec: ",.0f", suffix: "%"}, tone: positive}}
  colours: {query: colours, type: bar, x: colour, y: lamps, style: {axis_y: {labels: {format: integer}}}}
rows: [lit, {cols: [colours], notes: Beside.}]
"""


def test_each_grammar_has_its_own_words() -> None:
    """What is allowed in one is refused in the other."""
    stamp = STAMPED.removesuffix(BOARD)
    assert found(stamp + FORMATTED) == []
    assert {finding.message.rsplit(" ", 1)[-1] for finding in found(FORMATTED)} == {"'notes'", "'formats'", "'support'"}
    older = BOARD.replace("title: Lamps", "title: Lamps\ndescription: All")
    older = older.replace("style: {columns", "style: {number_format: integer, columns")
    assert found(older) == []
    assert len(found(stamp + older)) == 2


@pytest.mark.parametrize("version", ["0.9.0", "0.11.0", "1"])
def test_a_grammar_that_nothing_here_knows_is_refused(version: str) -> None:
    """Its fields could mean anything."""
    assert [f.place.line for f in found(f'_schema_version: "{version}"\n{BOARD}')] == [1]


SHARED = """\
source: warehouse
queries:
  lit: {notes: All, sql: SELECT colour FROM lamps.lamp}
  plain: SELECT colour FROM lamps.lamp
"""


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("source: warehouse", "source: {type: csv, files: /etc/passwd}", "{type"),
        ("source: warehouse", "source: ../other", "../other"),
        ("source: warehouse", "title: Lamps", "title"),
        ("source: warehouse", "charts: {}", "charts"),
        ("source: warehouse", "variables: {}", "variables"),
        ("source: warehouse", "extends: other.yml", "extends"),
        ("notes: All", "type: http", "http"),
        ("notes: All", "url: 'http://x'", "url"),
        ("notes: All", "source: other", "source"),
        ("notes: All", "formats: {a: b}", "formats"),
        ("notes: All", "ref: x.queries.y", "ref"),
        ("SELECT colour FROM lamps.lamp\n", "_other.yml.queries.x\n", "_other"),
        ("SELECT colour FROM lamps.lamp\n", "_shared.yml.queries.lit\n", "_shared"),
        ("SELECT colour FROM lamps.lamp}", "_shared.yml.queries.lit}", "_shared"),
        ("queries:", '_schema_version: "0.9.0"\nqueries:', '"0.9.0"'),
    ],
)
def test_the_shared_file_holds_sql_under_names_and_nothing_else(old: str, new: str, at: str) -> None:
    """It is read for every board of the pack."""
    assert old in SHARED
    text = SHARED.replace(old, new)
    for side, refused in ((SHARED, False), (text, True)):
        document = read("packs/lamps/charts/_shared.yml", side.encode()).document
        assert document
        findings = list(outside_shared(document))
        assert bool(findings) is refused
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
