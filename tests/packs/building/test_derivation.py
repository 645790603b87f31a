from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generators.packs.building.derivation import derive
from generators.packs.reading.grammars import CURRENT

if TYPE_CHECKING:
    from generators.source.document import Tree


def board(**fields: Tree) -> dict[str, Tree]:
    """A board in the current grammar."""
    return {"_schema_version": CURRENT.version, "title": "Lamps", **fields}


def derived(**fields: Tree) -> dict[str, Any]:
    """The same in the older grammar, without its title."""
    tree = derive(board(**fields))
    assert tree.pop("title") == "Lamps"
    return tree


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"notes": "All"}, {"description": "All"}),
        ({"theme": "paper", "tags": ["lamps"]}, {"tags": ["lamps"]}),
        ({"rows": ["a", {"notes": "N", "cols": ["b"]}]}, {"rows": ["a", {"description": "N", "cols": ["b"]}]}),
        (
            {"tabs": {"items": [{"title": "T", "notes": "N", "rows": ["notes"]}]}},
            {"tabs": {"items": [{"title": "T", "description": "N", "rows": ["notes"]}]}},
        ),
        (
            {"grid": {"columns": 2, "items": [{"item": "a", "notes": "N"}]}},
            {"grid": {"columns": 2, "items": [{"item": "a", "description": "N"}]}},
        ),
        (
            {"queries": {"notes": {"sql": "SELECT 1 AS notes", "notes": "N", "formats": {"notes": "integer"}}}},
            {"queries": {"notes": {"sql": "SELECT 1 AS notes", "description": "N"}}},
        ),
        ({"queries": {"q": "SELECT 1"}}, {"queries": {"q": "SELECT 1"}}),
        (
            {"variables": {"notes": {"input": "date", "notes": "N"}}},
            {"variables": {"notes": {"input": "date", "description": "N"}}},
        ),
    ],
)
def test_words_of_a_board(now: dict[str, Tree], before: dict[str, Any]) -> None:
    """Notes have another name; a query, column or variable of that name keeps it."""
    assert derived(**now) == before


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"notes": "N"}, {"description": "N"}),
        ({"style": {"axis_y": {"labels": {"format": ",.0f"}}}}, {"style": {"number_format": ",.0f"}}),
        (
            {
                "style": {
                    "orientation": "horizontal",
                    "axis_y": {"labels": {"format": ",.0f"}, "title": {"visible": False}},
                }
            },
            {"style": {"orientation": "horizontal", "axis_y": {"title": {"visible": False}}, "number_format": ",.0f"}},
        ),
        (
            {"support": {"value": "v"}, "style": {"support": {"format": ",.0f"}}},
            {"support": {"value": "v", "format": ",.0f"}},
        ),
        (
            {
                "support": {"value": "v"},
                "style": {"support": {"format": {"spec": ".1f", "suffix": "%"}, "tone": "positive"}},
            },
            {"support": {"value": "v", "format": {"spec": ".1f", "suffix": "%"}, "tone": "positive"}},
        ),
        (
            {"style": {"support": {"font": {"size": 3}}, "value": {"format": "d"}}},
            {"style": {"value": {"format": "d"}}},
        ),
        ({"style": {"columns": {"notes": {"label": "N"}}}}, {"style": {"columns": {"notes": {"label": "N"}}}}),
        ({"query": {"sql": "SELECT 1", "notes": "N"}}, {"query": {"sql": "SELECT 1", "description": "N"}}),
    ],
)
def test_words_of_a_chart(now: dict[str, Tree], before: dict[str, Any]) -> None:
    """Wherever the chart stands: under its name, or in the layout."""
    chart: dict[str, Tree] = {"type": "kpi", **now}
    assert derived(charts={"c": chart}) == {"charts": {"c": {"type": "kpi", **before}}}
    assert derived(rows=[{"cols": [chart]}]) == {"rows": [{"cols": [{"type": "kpi", **before}]}]}


@pytest.mark.parametrize(
    "fields",
    [
        {"links": {"auto": True}},
        {"charts": {"c": {"type": "bar", "y_start": "x"}}},
        {"charts": {"c": {"type": "bar", "style": {"frame": {"padding": 1}}}}},
        {"queries": {"q": {"sql": "SELECT 1", "incremental": "day"}}},
    ],
)
def test_what_has_no_older_words_is_no_silent_loss(fields: dict[str, Tree]) -> None:
    """Only the looks that are declared are dropped."""
    with pytest.raises(ValueError, match="no words for this"):
        derive(board(**fields))


def test_the_tree_that_is_given_stays() -> None:
    """It is the author's document, which others read."""
    tree = board(charts={"c": {"type": "kpi", "notes": "N", "style": {"support": {"format": "d"}}}})
    before = repr(tree)
    derive(tree)
    assert repr(tree) == before


def test_an_older_board_stays_as_it_is() -> None:
    """It has the older words already."""
    assert derive({"title": "Lamps", "description": "All"}) == {"title": "Lamps", "description": "All"}
