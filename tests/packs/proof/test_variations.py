from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.proof.variations import VARIATIONS, run_all, vary
from tests.packs.small import lamps
from tests.runtimes import current

if TYPE_CHECKING:
    from pathlib import Path

TOTAL = ("COUNT(*) AS lit\n      FROM lamps.lamp", "{} AS lit\n      FROM lamps.lamp")


def missed(root: Path, expression: str) -> dict[str, list[str]]:
    """What each variation misses of the miniature pack whose number is calculated so."""
    pack = lamps(root, index=(TOTAL[0], TOTAL[1].format(expression)))
    return {one.id: [miss.sentence for miss in one.misses] for one in vary(pack, current()) if one.misses}


def test_a_pack_that_withstands_all(tmp_path: Path) -> None:
    """Each is run, and misses nothing."""
    found = list(vary(lamps(tmp_path), current()))
    assert [one.id for one in found] == [variation.id for variation in VARIATIONS]
    assert [one for one in found if one.misses] == []


def test_a_number_that_text_breaks(tmp_path: Path) -> None:
    """Summed without a cast: DuckDB refuses the sum of texts, and the finding is at the query."""
    found = missed(tmp_path, 'SUM("order")')
    assert list(found) == ["all-text"]
    assert found["all-text"][0].startswith("query 'total' fails")
    pack = lamps(tmp_path, index=(TOTAL[0], TOTAL[1].format('SUM("order")')))
    (miss,) = [miss for one in vary(pack, current()) for miss in one.misses]
    assert (miss.place.path, miss.place.line > 1) == ("packs/lamps/charts/index.yml", True)


def test_a_colour_that_is_empty(tmp_path: Path) -> None:
    """A group of NULL, which a chart cannot colour, shows where columns are empty."""
    rest = "COUNT(*) AS lamps\n      FROM lamps.lamp\n      GROUP BY 1\n      ORDER BY 1\ncharts:\n  colours: "
    before = f"COALESCE(colour, 'none') AS colour, {rest}{{query: colours, type: bar, x: colour, y: lamps}}"
    after = f"colour AS Colour, {rest}{{query: colours, type: bar, x: lamps, y: lamps, color: Colour}}"
    pack = lamps(tmp_path, colours=(before, after))
    sentences = {one.id: [miss.sentence for miss in one.misses] for one in vary(pack, current())}
    assert sentences["only-keys"] == [
        "query 'colours' column 'Colour', the colour of chart 'colours', can be NULL",
    ]


def test_a_join_that_must_match(tmp_path: Path) -> None:
    """A number that comes only where a storm has its lamp: no row is no number."""
    joined = "AS l JOIN lamps.storm AS s ON s.lamp_id = l.id HAVING COUNT(*) > 0"
    pack = lamps(tmp_path, index=(TOTAL[0], f"MIN(s.id) AS lit\n      FROM lamps.lamp {joined}"))
    sentences = {one.id: [miss.sentence for miss in one.misses] for one in vary(pack, current())}
    assert sentences["all-text"] == []
    assert [len(sentences[name]) for name in ("only-keys", "no-matches")] == [1, 1]
    assert "returns 0 rows" in sentences["no-matches"][0]


def test_regressions_come_first(tmp_path: Path) -> None:
    """Both are what `dfops pack test` runs."""
    text = "title: Gone\nconnector: lamps\nwhy: It happened.\nchanges: [{what: table-removed, table: storm}]\n"
    text += "expect: {verdict: unavailable, boards: {storms: unavailable}}\n"
    pack = lamps(tmp_path, regressions__gone=("", text))
    assert [one.id for one in run_all(pack, current())] == ["gone", *(variation.id for variation in VARIATIONS)]
