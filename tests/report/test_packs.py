from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generators.packs.proof.check import CheckedPack
from generators.packs.proof.results import Name, Result
from generators.report.packs import pack_text

if TYPE_CHECKING:
    from collections.abc import Iterable

GONE = Result(
    pack="oil",
    version="0.1.0",
    board="index",
    query="burned",
    warehouse="duckdb",
    proof="executed",
    verdict="broken",
    missing=(Name("barrel", "litres"),),
    path="packs/oil/charts/index.yml",
    line=3,
    column=8,
    excerpt="  sum(litres)",
    width=6,
    hint="did you mean 'liters'?",
    code="ERR-BINDER-UNKNOWN-COLUMN",
    message="asks for column barrel.litres, which the schema does not have",
)


def shown(results: Iterable[Result]) -> str:
    """The text of a check."""
    return pack_text("oil", "0.1.0", CheckedPack(tuple(results), {}, {}, {}))


def test_one_missing_name_is_one_fault_however_many_queries_ask_for_it() -> None:
    """Shown in full once; the others by their places, so that a reader sees how many causes there are."""
    others = [replace(GONE, query=f"again-{line}", line=line) for line in (7, 9)]
    text = shown([GONE, *others])
    assert text.count("did you mean") == 1
    assert "2 other queries ask for the same:" in text
    assert "packs/oil/charts/index.yml:9:8  'again-9'" in text


def test_two_missing_names_are_two_faults() -> None:
    """Each with its own line and hint."""
    other = replace(GONE, query="lit", line=7, missing=(Name("barrel", "lit"),), message="asks for lit")
    text = shown([GONE, other])
    assert text.count("did you mean") == 2
    assert "for the same" not in text


def test_the_same_query_on_several_warehouses_is_one_fault() -> None:
    """Named once, with the warehouses."""
    text = shown([GONE, replace(GONE, warehouse="snowflake", proof="static")])
    assert "duckdb, snowflake" in text
    assert "for the same" not in text
