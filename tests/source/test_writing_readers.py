"""What is written is text for the readers of other languages as well: Ruby's Psych and the `yaml` of JavaScript."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import playwright
import pytest
import yaml

from generators.source import read
from generators.source.writing import yaml_text
from tests.parts import needs_ruby

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = Path(playwright.__file__).parent / "driver"
"""Playwright brings Node, and the package `yaml` for it."""
NODE = """
const { yaml } = require("./package/lib/utilsBundle.js");
const text = require("fs").readFileSync(0, "utf8");
console.log(JSON.stringify(["1.1", "1.2"].map(version => yaml.parse(text, { version, maxAliasCount: 0 }))));
"""
RUBY = """
require "yaml"; require "json"; require "date"
puts JSON.generate(YAML.load(STDIN.read, permitted_classes: [Symbol, Date, Time]))
"""
WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf", "~", "=", "<<", "")
NUMBERS = """
0 12 012 0o14 0x1F 0b101 1_000 1,000 1,234,567 1.5 1,234.5 .5 5. 1e3 1E+3 1.e3 .5e1 e1 E12 1__0 0_1 0x_1 12e03 1.2.3
0.1.0 22:00 1:1:1 1:30.5 1:30 .inf .INF .NaN .Inf ._1 1_ 123456789012345678901 . .. ... - + -- --- 0001-01-01
2027-01-04 2027-1-4 2027-01-04T09:00:00Z 2027-01-04t09:00:00.5+1
"""
SIGNS = """
:symbol :'x' : !tag &a *a #x a: -x ?x @x `x` %x | > [x {x} 'x' "x" \\ _x /x 1st board _1 /1 \u0663 \xb2
"""
ROWS = (
    *("a #x", "a: b", "- x", "? x", "x: ", " x", "x ", "a\tb", "a\nb", "a\n b\n\n", "a\u2028\nb", "a\r\nb"),
    *("\xa0x", "\u2028", "\x85", "1 2", "0 x", "3 tables", "30 days", "2027-01-04 is a day", "2027-01-04 09:00:00"),
    *("12:30 o'clock", "# x"),
)


@lru_cache(maxsize=1)
def corpus() -> tuple[str, ...]:
    """Words in every way to write their capitals, numbers with signs, texts with signs of YAML."""
    words = ("".join(way) for word in WORDS for way in itertools.product(*({c.lower(), c.upper()} for c in word)))
    signed = (f"{sign}{number}" for sign in ("", "+", "-", ":", "_") for number in NUMBERS.split())
    return tuple(dict.fromkeys((*words, *signed, *SIGNS.split(), *ROWS)))


def document() -> str:
    """The corpus as values, as keys, and on one line."""
    texts = corpus()
    keys = {text: "x" for text in texts if text != "<<" and 0 < len(text.strip()) == len(text) and text.isprintable()}
    return yaml_text({"values": list(texts), "keys": keys, "nested": [{"a": text} for text in texts]})


def answer(text: str, program: Path | str, script: str) -> bytes:
    """What a script prints that reads a text."""
    ran = subprocess.run(  # noqa: S603 - fixed programs
        [program, "-e", script], input=text.encode(), cwd=DRIVER, capture_output=True, check=True, timeout=30
    )
    return ran.stdout


def node(text: str) -> list[object]:
    """What JavaScript reads, as YAML 1.1 and as 1.2."""
    return list(json.loads(answer(text, DRIVER / "node", NODE)))


def ruby(text: str) -> list[object]:
    """What Ruby reads; other types than JSON's come as their own text, and so differ from a word that was quoted."""
    return [json.loads(answer(text, shutil.which("ruby") or "ruby", RUBY))]


def python(text: str) -> list[object]:
    """What PyYAML reads, and our own reader."""
    reading = read("f.yaml", text.encode())
    return [yaml.safe_load(text), reading.document.tree if reading.document else None]


@pytest.mark.parametrize("reader", [node, pytest.param(ruby, marks=needs_ruby), python])
def test_every_text_is_text_for_every_reader(reader: Callable[[str], list[object]]) -> None:
    """Values, keys, and values in mappings of lists."""
    written = document()
    expected = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 - every scalar as text
    assert expected["values"] == list(corpus())
    assert all(found == expected for found in reader(written))


@pytest.mark.parametrize("reader", [node, pytest.param(ruby, marks=needs_ruby)])
def test_readers_are_really_asked(reader: Callable[[str], list[object]]) -> None:
    """Without quotes they read something else: the test above can fail."""
    assert all(found == {"a": True, "b": 12} for found in reader("a: true\nb: 12\n"))
