"""The grammars that boards of packs are written in, as data: for each, the fields and types that a pack may use.

An allow-list by the place where a field stands. A field that is not listed is refused, whichever part carries it; what
leads to addresses, files, other boards and other sources is listed nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.source.document import Tree

STAMP = "_schema_version"
"""The field of a board that says its grammar."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Grammar:
    """What boards of packs may say in one grammar. Each set holds the fields of the part that it is named after."""

    version: str
    stamped: bool
    """Whether its boards carry the version in STAMP; one without a stamp is of the grammar that had none."""
    suffix: str
    """Of the files of its boards."""
    notes: str
    """The field for what maintainers should know."""
    formats: bool
    """Whether queries give formats to their columns."""
    chart: frozenset[str]
    layer: frozenset[str]
    variable: frozenset[str]
    style: frozenset[str]
    """At any depth of a style, of `support`, `sort` and the like."""
    chart_types: frozenset[str]
    grid: frozenset[str]

    @property
    def section(self) -> frozenset[str]:
        """A part of a board's layout."""
        return _SECTION | {self.notes}

    @property
    def board(self) -> frozenset[str]:
        """The board itself: only it holds queries, charts and variables."""
        return self.section | _OF_BOARD | ({STAMP} if self.stamped else frozenset())

    @property
    def tab(self) -> frozenset[str]:
        """One of the tabs of a layout."""
        return self.section | {"icon"}

    @property
    def grid_item(self) -> frozenset[str]:
        """One item of a grid."""
        return _GRID_ITEM | {self.notes}

    @property
    def query(self) -> frozenset[str]:
        """A query that is more than a text of SQL."""
        return _QUERY | {self.notes} | ({"formats"} if self.formats else frozenset())


_SECTION = _words("title text rows cols grid tabs width height card_gap style details")
_OF_BOARD = _words("theme tags queries charts variables")
_GRID_ITEM = _words("item col row col_span row_span width height")
_QUERY = _words("sql type")
_CHART = _words(
    """
    type query title subtitle label id height width x y x_label y_label color size shape theta value support sort
    layers style conditional_formatting total multiples message warnings_ignore background
    """
)
_LAYER = _words("type query label x y color style axis_y")
_VARIABLE = _words("input label placeholder default options required min max step visible data_type")
_STYLE = _words(
    """
    align anchor angle arc area axis axis_x axis_y background bar base between bold border border_radius bottom
    bottom_padding by cap categorical cell_padding circle color color_active colors column column_defaults
    columns compact_size corner_radius curve dash default domain dx dy empty end endpoint_labels eq exponent
    field fill fill_opacity filled font footer format from gap glyph gradient grid gt gte header header_overflow
    heatmap height horizontal in inner_radius input is_null join kpi label label_max_lines
    labels layout left legend length level line line_height lt lte margin marks max max_bars max_chars
    max_height max_width message min min_height min_width ne negative nice no_color notation null_color number
    offset opacity order orientation outer_padding overflow overlap padding
    page_rows pagination palette pie placeholder point position positive prefix radius range rect right round
    row row_numbers rows rule scale scatter shape single_series_palette size sizes spark spark_bar spec
    stack stack_order static step stroke stroke_width style subtitle suffix swatch symbol_shape table text
    ticks time_unit title tone tones tooltip top total transpose type value value_suffix
    value_visible values vertical view visible warning weight when width wrap x y zero
    """
)
_TYPES = _words("kpi table bar histogram line area scatter heatmap pie donut callout spark_bar")
TABS = _words("items id default position")
DETAILS = _words("summary expanded expanded_title")
OPTIONS = _words("query column label_column static")
SHARED_FILE = _words(f"{STAMP} source queries")
SHARED_QUERY = _words("sql type notes")
"""Of the pack's file of shared queries, whatever the grammar of its boards."""

OLDER = Grammar(
    version="0.4.0",
    stamped=False,
    suffix=".yaml",
    notes="description",
    formats=False,
    chart=_CHART | _words("description opacity variant"),
    layer=_LAYER | _words("size shape"),
    variable=_VARIABLE | {"description"},
    style=_STYLE | _words("interactive_legend number_format numeric_variant square tick time_format"),
    chart_types=_TYPES,
    grid=_words("items columns default_height default_width gap row_height"),
)
CURRENT = Grammar(
    version="0.10.0",
    stamped=True,
    suffix=".yml",
    notes="notes",
    formats=True,
    chart=_CHART | {"notes"},
    layer=_LAYER,
    variable=_VARIABLE | {"notes"},
    style=_STYLE | {"support"},
    chart_types=_TYPES,
    grid=_words("items columns"),
)


def grammar_of(tree: Mapping[str, Tree]) -> Grammar:
    """The grammar that a board's tree is written in, by its stamp."""
    return CURRENT if STAMP in tree else OLDER


GRAMMARS: Mapping[str, Grammar] = {"boards": CURRENT, "faces": OLDER}
"""By the name that the model gives to the grammar of a runtime."""
