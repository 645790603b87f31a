"""Plain scalars against both versions of YAML: what passes without a finding, both read alike."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.source.plain import LEADING, WORDS, resolve

# YAML 1.2.2, section 10.3.2, in the order given there.
CORE = (
    ("null", re.compile(r"null|Null|NULL|~|")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")),
)
TOKENS = [
    "0",
    "1",
    "7",
    "9",
    "00",
    "12",
    "59",
    "60",
    "2026",
    "-",
    "+",
    ".",
    "_",
    ":",
    "e",
    "E",
    "x",
    "o",
    "b",
    "T",
    "Z",
]
TOKENS += [
    " ",
    "inf",
    "NaN",
    "n",
    "y",
    "N",
    "Y",
    "no",
    "NO",
    "on",
    "off",
    "yes",
    "true",
    "True",
    "null",
    "NULL",
    "~",
    "=",
]
TOKENS += ["<<", "a", "01", "-11-", "-1-", "T10:00:00", "Z", "+01:00", ".5"]
RESOLVER = yaml.SafeLoader("")
NAMES: dict[type, str] = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}


def by_version_1_1(text: str) -> str:
    """The type that PyYAML's rules for YAML 1.1 give."""
    tag = RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # the stub has no types
    return str(tag).rpartition(":")[2]


def by_version_1_2(text: str) -> str:
    """The type that the core schema of YAML 1.2 gives."""
    return next((name for name, pattern in CORE if pattern.fullmatch(text)), "str")


@pytest.mark.long
@settings(max_examples=2000)
@given(st.lists(st.sampled_from(TOKENS), max_size=7).map("".join))
def test_what_is_not_ambiguous_is_read_alike(text: str) -> None:
    """Without doubt both versions give our type (dates apart, which stay text), and the value as it was written."""
    value, doubt = resolve(text)
    if doubt:
        assert value == text
        return
    ours = NAMES[type(value)]
    assert by_version_1_2(text) == ours
    assert by_version_1_1(text) in ({"str", "timestamp"} if ours == "str" else {ours})
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        assert float(text) == value


@given(st.lists(st.sampled_from(TOKENS), max_size=7).map("".join))
@settings(max_examples=1000)
def test_what_the_fast_path_passes_over_is_text(text: str) -> None:
    """A scalar outside `WORDS` and `LEADING` needs no resolving."""
    if text not in WORDS and text[0] not in LEADING:
        assert resolve(text) == (text, "")


@pytest.mark.parametrize("text", ["2026-11-21", "2024-02-29", "2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999-08:00"])
def test_a_valid_date_stays_text(text: str) -> None:
    """Dates are left to the model, which knows whether it wants one."""
    assert resolve(text) == (text, "")
