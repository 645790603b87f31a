"""Charts: what is drawn is what the numbers say, whatever they are, with words that a screen reader finds."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.svg.charts import WIDTH, Bar, Bars, Line, Timeline, dumps, loads, svg

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
BARS = st.builds(
    Bars,
    WORDS,
    WORDS,
    st.lists(st.builds(Bar, WORDS, st.floats(0, 1e9), st.just("7")), max_size=9).map(tuple),
)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Up to two lines of the same length, which may be none."""
    length = draw(st.integers(0, 26))
    numbers = st.lists(st.integers(0, 10**7), min_size=length, max_size=length).map(tuple)
    line = st.builds(Line, WORDS, numbers, st.sampled_from(["columns", "steps"]))
    lines = tuple(draw(st.lists(line, min_size=1, max_size=2)))
    return Timeline(draw(WORDS), draw(WORDS), tuple("d" * length), lines)


@settings(max_examples=30)
@given(st.one_of(BARS, timelines()))
def test_a_chart_is_one_drawing_with_its_words(chart: Bars | Timeline) -> None:
    """Any text and any numbers: an image with title and description, and nothing outside of its box."""
    assert loads(dumps(chart)) == chart
    assert "\n" not in dumps(chart)
    root = ET.fromstring(svg(chart))  # noqa: S314 - ours
    assert root.get("role") == "img"
    assert [child.tag for child in root[:2]] == ["title", "desc"]
    assert (root[0].text, root[1].text) == (chart.title, chart.description)
    height = float(root.get("height", "0"))
    for shape in root.iter("rect"):
        x, y, width, tall = (float(shape.get(name, "-1")) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert tall >= 0
        assert width > 0
        assert x + width <= WIDTH + 0.2
        assert y + tall <= height + 0.2


def test_bars_are_as_long_as_their_values() -> None:
    """The longest is the greatest; one without a value is a sliver that can still be seen."""
    root = ET.fromstring(svg(Bars("t", "d", (Bar("a", 8, "8"), Bar("b", 4, "4"), Bar("c", 0, "0")))))  # noqa: S314
    widths = [float(bar.get("width", "")) for bar in root.iter("rect")]
    assert widths[0] == pytest.approx(2 * widths[1])
    assert widths[2] == 1


def test_a_share_is_measured_against_the_whole() -> None:
    """With `most`, half is half as long as there is room, however the others are."""
    root = ET.fromstring(svg(Bars("t", "d", (Bar("a", 0.5, "50 %"),), most=1)))  # noqa: S314
    [bar] = root.iter("rect")
    assert float(bar.get("width", "")) == pytest.approx((WIDTH - 64) / 2)


def test_columns_stand_on_the_base_and_steps_pass_each_number() -> None:
    """Twice the number is twice as high; the top is a round number that no column passes."""
    root = ET.fromstring(svg(Timeline("t", "d", ("1", "2"), (Line("a", (2, 4)), Line("b", (4, 1), "steps")))))  # noqa: S314
    columns = [rect for rect in root.iter("rect") if float(rect.get("y", "")) > 2]
    heights = [float(rect.get("height", "")) for rect in columns]
    assert heights == [pytest.approx(heights[1] / 2, abs=0.1), heights[1]]
    assert len({float(rect.get("y", "")) + float(rect.get("height", "")) for rect in columns}) == 1
    assert "5" in [text.text for text in root.iter("text")]
    steps = next(path.get("d", "") for path in root.iter("path") if "ops-steps" in path.get("class", ""))
    levels = [float(part.split("H")[0]) for part in steps.split("V")[1:]]
    assert [after - before for before, after in pairwise(levels)] == [pytest.approx(3 * 124 / 5, abs=0.2)]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "bars"}', '{"kind": "timeline", "title": 1}', "null", "7"])
def test_what_is_no_chart(text: str) -> None:
    """One kind of error."""
    with pytest.raises(ValueError):  # noqa: PT011 - what JSON says is one as well
        loads(text)
