"""What a board of a pack may say, as an allow-list of Dataface's fields by the place where they stand.

Dataface's language has fields that lead elsewhere: addresses, files, other boards, other sources, raw HTML. Nothing
here names them. A field, a type or a reference that is not listed is refused, whichever part of a board carries it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generators.source import Document
    from generators.source.document import Tree

    Route = tuple[str | int, ...]
    Part = Callable[[Document, Tree, Route], Iterator[Finding]]

OUTSIDE = Rule(
    "OPS817",
    "field-outside-packs",
    Severity.ERROR,
    "A board of a pack has a field, a type or a reference that packs may not use.",
    "Other fields lead to addresses, files, other boards and other sources: with them a pack could read or send "
    "anything, and its queries would not be counted.",
    "Use the fields that the guide to packs lists: SQL queries at the top of the board, and charts that name them.",
)

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""A query, chart or variable of the same board; with a dot or a slash it would be one of another file."""
STYLE_TEXT = re.compile(r"(?!.*(?://|url\())[\w\s.,:%#$€£¥+~^|<>=*()'/-]{0,100}", re.IGNORECASE)
"""A format, a colour or a word of a style: nothing that is fetched."""
IMAGE = "!["


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECTION = _words("title description text rows cols grid tabs width height card_gap style details")
_BOARD = _SECTION | _words("theme tags queries charts variables")
_TABS, _TAB = _words("items id default position"), _SECTION | {"icon"}
_GRID = _words("items columns default_height default_width gap row_height")
_GRID_ITEM = _words("item col row col_span row_span width height description")
_DETAILS = _words("summary expanded expanded_title")
_QUERY = _words("sql type description")
_CHART = _words(
    """
    type query title subtitle label description id height width x y x_label y_label color size shape opacity
    theta value variant background support sort layers style conditional_formatting total multiples message
    warnings_ignore
    """
)
_LAYER = _words("type query label x y color size shape style axis_y")
_VARIABLE = _words("input label description placeholder default options required min max step visible data_type")
_OPTIONS = _words("query column label_column static")
QUERY_TYPES = frozenset({"sql"})
CHART_TYPES = _words("kpi table bar histogram line area scatter heatmap pie donut callout spark_bar")
STYLE_FIELDS = _words(
    """
    align anchor angle arc area axis axis_x axis_y background bar base between bold border border_radius bottom
    bottom_padding by cap categorical cell_padding circle color color_active colors column column_defaults
    columns compact_size corner_radius curve dash default domain dx dy empty end endpoint_labels eq exponent
    field fill fill_opacity filled font footer format from gap glyph gradient grid gt gte header header_overflow
    heatmap height horizontal in inner_radius input interactive_legend is_null join kpi label label_max_lines
    labels layout left legend length level line line_height lt lte margin marks max max_bars max_chars
    max_height max_width message min min_height min_width ne negative nice no_color notation null_color number
    number_format numeric_variant offset opacity order orientation outer_padding overflow overlap padding
    page_rows pagination palette pie placeholder point position positive prefix radius range rect right round
    row row_numbers rows rule scale scatter shape single_series_palette size sizes spark spark_bar spec square
    stack stack_order static step stroke stroke_width style subtitle suffix swatch symbol_shape table text tick
    ticks time_format time_unit title tone tones tooltip top total transpose type value value_suffix
    value_visible values vertical view visible warning weight when width wrap x y zero
    """
)
NAMED_BY_COLUMN = frozenset({"columns", "conditional_formatting"})
"""Fields of a style whose own fields are columns of the query."""


def outside(document: Document) -> Iterator[Finding]:
    """Every field, type and reference of a board that is not on the list, at its place."""
    yield from _section(document, document.tree, (), _BOARD)


def _refused(document: Document, route: Route, sentence: str, hint: str = "", *, key: bool = False) -> Finding:
    return Finding(document.at(*route, key=key), OUTSIDE, sentence, hint)


def _fields(document: Document, node: Tree, route: Route, what: str, allowed: frozenset[str]) -> Iterator[Finding]:
    """What is no mapping, or a field of it that is not on the list."""
    if not isinstance(node, dict):
        yield _refused(document, route, f"{what} is written as its own fields, not as text or a list")
        return
    for field in node:
        if field not in allowed:
            sentence = f"{what} may not have the field '{field}'"
            yield _refused(document, (*route, field), sentence, nearest(field, allowed), key=True)


def _section(document: Document, node: Tree, route: Route, allowed: frozenset[str] = _SECTION) -> Iterator[Finding]:
    """A board, or a part of its layout: only the board itself holds queries, charts and variables."""
    yield from _fields(document, node, route, "a board" if allowed is _BOARD else "a part of a board", allowed)
    if not isinstance(node, dict):
        return
    for field, part in (("queries", _query), ("charts", _chart), ("variables", _variable)):
        if field in node and field in allowed:
            yield from _named(document, node[field], (*route, field), part)
    if "theme" in node and allowed is _BOARD:
        yield from _name(document, node["theme"], (*route, "theme"), "theme")
    for field in ("rows", "cols"):
        yield from _each(document, node.get(field), (*route, field), _item)
    yield from _items(document, node.get("tabs"), (*route, "tabs"), _TABS, _tab)
    yield from _items(document, node.get("grid"), (*route, "grid"), _GRID, _grid_item)
    yield from _style(document, node.get("style"), (*route, "style"))
    yield from _details(document, node.get("details"), (*route, "details"))
    yield from _texts(document, node, route, ("title", "description", "text"))


def _texts(document: Document, node: dict[str, Tree], route: Route, fields: tuple[str, ...]) -> Iterator[Finding]:
    """Texts, which show no image: whoever opens the board would ask its address."""
    for field in fields:
        if field not in node:
            continue
        if not isinstance(node[field], str):
            yield _refused(document, (*route, field), f"'{field}' is a text")
        elif IMAGE in str(node[field]):
            yield _refused(document, (*route, field), "a text of a board shows no image: it would be fetched")


def _named(document: Document, node: Tree, route: Route, part: Part) -> Iterator[Finding]:
    """What stands under names of its own."""
    if not isinstance(node, dict):
        yield _refused(document, route, f"what stands under '{route[-1]}' has names of its own")
        return
    for name, value in node.items():
        if not NAME.fullmatch(name):
            yield _refused(document, (*route, name), "a name is made of letters, digits and _", key=True)
        yield from part(document, value, (*route, name))


def _each(document: Document, node: Tree | None, route: Route, part: Part) -> Iterator[Finding]:
    if node is None:
        return
    if not isinstance(node, list):
        yield _refused(document, route, f"'{route[-1]}' is a list")
        return
    for index, value in enumerate(node):
        yield from part(document, value, (*route, index))


def _items(
    document: Document, node: Tree | None, route: Route, allowed: frozenset[str], part: Part
) -> Iterator[Finding]:
    """A layout with a list of items and fields beside it."""
    if node is None:
        return
    yield from _fields(document, node, route, f"'{route[-1]}'", allowed)
    if isinstance(node, dict):
        yield from _each(document, node.get("items"), (*route, "items"), part)


def _item(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    """One item of a layout: a chart of the board by its name, a chart, or a part with a layout of its own."""
    if isinstance(node, str):
        yield from _name(document, node, route, "chart")
    elif isinstance(node, dict) and "type" in node:
        yield from _chart(document, node, route)
    else:
        yield from _section(document, node, route)


def _tab(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    yield from _section(document, node, route, _TAB)


def _grid_item(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    if isinstance(node, str):
        yield from _name(document, node, route, "chart")
        return
    yield from _fields(document, node, route, "an item of a grid", _GRID_ITEM)
    if isinstance(node, dict):
        yield from _name(document, node.get("item"), (*route, "item"), "chart")


def _details(document: Document, node: Tree | None, route: Route) -> Iterator[Finding]:
    if node is not None and not isinstance(node, str):
        yield from _fields(document, node, route, "'details'", _DETAILS)


def _name(document: Document, node: Tree | None, route: Route, what: str) -> Iterator[Finding]:
    """The name of something in the same board."""
    if not isinstance(node, str) or not NAME.fullmatch(node):
        yield _refused(document, route, f"here stands the name of a {what}, and nothing that leads to another file")


def _type(document: Document, node: dict[str, Tree], route: Route, allowed: frozenset[str]) -> Iterator[Finding]:
    if "type" in node and node["type"] not in allowed:
        hint = nearest(str(node["type"]), allowed)
        yield _refused(document, (*route, "type"), f"packs may not use the type '{node['type']}'", hint)


def _query(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    """SQL, by itself or with a description: no request, no rows of its own, no source of its own."""
    if isinstance(node, str):
        return
    yield from _fields(document, node, route, "a query", _QUERY)
    if isinstance(node, dict):
        yield from _type(document, node, route, QUERY_TYPES)
        if not isinstance(node.get("sql"), str):
            yield _refused(document, route, "a query is SQL: it has the field 'sql'")


def _chart(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    yield from _fields(document, node, route, "a chart", _CHART)
    if not isinstance(node, dict):
        return
    yield from _type(document, node, route, CHART_TYPES)
    query = node.get("query")
    if isinstance(query, dict) or (isinstance(query, str) and " " in query.strip()):
        yield from _query(document, query, (*route, "query"))
    elif query is not None:
        yield from _name(document, query, (*route, "query"), "query")
    yield from _each(document, node.get("layers"), (*route, "layers"), _layer)
    for field in ("style", "support", "sort", "total", "multiples", "background", "conditional_formatting"):
        yield from _style(document, node.get(field), (*route, field))
    yield from _texts(document, node, route, ("title", "subtitle", "label", "description", "message"))


def _layer(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    yield from _fields(document, node, route, "a layer", _LAYER)
    if not isinstance(node, dict):
        return
    yield from _type(document, node, route, CHART_TYPES)
    if "query" in node:
        yield from _name(document, node["query"], (*route, "query"), "query")
    for field in ("style", "axis_y"):
        yield from _style(document, node.get(field), (*route, field))


def _variable(document: Document, node: Tree, route: Route) -> Iterator[Finding]:
    yield from _fields(document, node, route, "a variable", _VARIABLE)
    if not isinstance(node, dict):
        return
    if "visible" in node and not isinstance(node["visible"], bool):
        yield _refused(document, (*route, "visible"), "'visible' is true or false")
    options = node.get("options")
    if options is None:
        return
    yield from _fields(document, options, (*route, "options"), "'options'", _OPTIONS)
    if isinstance(options, dict) and "query" in options:
        yield from _name(document, options["query"], (*route, "options", "query"), "query")


def _style(document: Document, node: Tree | None, route: Route) -> Iterator[Finding]:
    """Fields of a style at any depth; right below `columns` stand columns of the query."""
    pending: list[tuple[Route, Tree | None, bool]] = [(route, node, route[-1] in NAMED_BY_COLUMN)]
    while pending:
        where, value, by_column = pending.pop()
        if isinstance(value, dict):
            for field, inner in value.items():
                if not by_column and field not in STYLE_FIELDS:
                    yield _refused(document, (*where, field), f"a style may not have the field '{field}'", key=True)
                pending.append(((*where, field), inner, not by_column and field in NAMED_BY_COLUMN))
        elif isinstance(value, list):
            pending += (((*where, index), inner, False) for index, inner in enumerate(value))
        elif isinstance(value, str) and not _is_style_text(where, value):
            yield _refused(document, where, "this is no format, colour or word of a style")


def _is_style_text(route: Route, value: str) -> bool:
    """Labels and units are shown as text; all else is a word of the language."""
    return route[-1] in {"label", "suffix", "prefix"} or bool(STYLE_TEXT.fullmatch(value))


def source_of(document: Document, field: str) -> Iterator[Finding]:
    """The source that charts/meta.yml names: a name of the user's own dataface.yml, nothing that is described here."""
    source = document.tree.get(field)
    if source is not None and not (isinstance(source, str) and NAME.fullmatch(source)):
        yield _refused(document, (field,), "a pack names its source and describes none")
