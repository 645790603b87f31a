"""Harmless documents: what an author may write is read as written, without a finding."""

from __future__ import annotations

import pytest

from generators.source import Tree, read

LOOKALIKES = """
1.2.3 10.0.0.1 8080:80 5m 10% 1st 2026-11-21-outage 2026-11 1e 0x 0xyz --flag . .. nO yEs tRue nONE None N/A
+ +x ./x .github v1.0 1-2 a=b inf nan 0o9 12:60 _1 1.2.3rc1 <<x ~x =x yes-man no/yes onward 2026-11-21x 1:2x 1,2
"""

DOCUMENTS: dict[str, tuple[str, dict[str, Tree]]] = {
    "plain values": (
        "a: true\nb: false\nc: null\nd: ~\ne:\nf: 0\ng: -7\nh: 99.95\ni: -0.5\nj: 123456789012345\n",
        {"a": True, "b": False, "c": None, "d": None, "e": None, "f": 0}
        | {"g": -7, "h": 99.95, "i": -0.5, "j": 123456789012345},
    ),
    "quoted forms of what is ambiguous": (
        "a: \"no\"\nb: '22:00'\nc: \"012\"\nd: '~'\ne: ''\n",
        {"a": "no", "b": "22:00", "c": "012", "d": "~", "e": ""},
    ),
    "quoted keys": ('"on": 1\n\'1\': 2\n"true": 3\n', {"on": 1, "1": 2, "true": 3}),
    "dates and instants": (
        "a: 2026-11-21\nb: 2026-11-21T09:30:00Z\nc: 2026-11-21T09:30:00.25+05:30\nd: 2028-02-29\n",
        {"a": "2026-11-21", "b": "2026-11-21T09:30:00Z", "c": "2026-11-21T09:30:00.25+05:30", "d": "2028-02-29"},
    ),
    "windows line ends": ("a: 1\r\nb:\r\n  - x\r\nc: |\r\n  y\r\n  z\r\n", {"a": 1, "b": ["x"], "c": "y\nz\n"}),
    "no line end at the end": ("a: 1", {"a": 1}),
    "many scripts": (
        "a: Grüße, 你好, שלום, नमस्ते, Ελληνικά, ก็\nключ: значение\nキー: 値\n",
        {"a": "Grüße, 你好, שלום, नमस्ते, Ελληνικά, ก็", "ключ": "значение", "キー": "値"},
    ),
    "emoji with joiners and selectors": (
        "a: 👩\u200d👩\u200d👧 ❤\ufe0f 🏳\ufe0f\u200d🌈\n# 🧑\u200d🚀\nb: می\u200cدوید\n",
        {"a": "👩\u200d👩\u200d👧 ❤\ufe0f 🏳\ufe0f\u200d🌈", "b": "می\u200cدوید"},
    ),
    "escapes": (
        'a: "tab\\t line\\n quote\\" \\u00e9 \\x41 \\U0001F600 \\/ \\_ \\u200d"\n',
        {"a": 'tab\t line\n quote" é A 😀 / \u00a0 \u200d'},
    ),
    "backslashes that escape nothing": ("a: 'C:\\0\\u202e'\nb: \\r\\n\n", {"a": "C:\\0\\u202e", "b": "\\r\\n"}),
    "an escaped backslash before a letter": ('a: "\\\\u202e"\n', {"a": "\\u202e"}),
    "block scalars": (
        "a: |\n  no\n   22:00\n\n  - x: &y *z\nb: >-\n  folded\n  text\nc: |+\n  kept\n\nd: |2\n   indented\n",
        {"a": "no\n 22:00\n\n- x: &y *z\n", "b": "folded text", "c": "kept\n\n", "d": " indented\n"},
    ),
    "plain text over lines": ("a: one\n  two\n\n  three\n", {"a": "one two\nthree"}),
    "comments everywhere": ("# a\n\na: 1 # b\n# c\nb: # d\n  - 2\n  # e\n# f\n", {"a": 1, "b": [2]}),
    "markers": ("---\na: 1\n...\n# end\n\n", {"a": 1}),
    "flow": ('{"a":[1,{"b":null}],c: {d, e},}\n', {"a": [1, {"b": None}], "c": {"d": None, "e": None}}),
    "json": ('{"a": "b", "c": [true, false, null, 1, 2.5]}', {"a": "b", "c": [True, False, None, 1, 2.5]}),
    "tabs inside": ("a:\tx\ty\nb: [1,\t2]\t# z\n", {"a": "x\ty", "b": [1, 2]}),
    "empty containers": ("a: {}\nb: []\nc: [[], {}]\n", {"a": {}, "b": [], "c": [[], {}]}),
    "an empty mapping": ("{}\n", {}),
    "pairs in a list": ("a: [b: 1, c: 2]\n", {"a": [{"b": 1}, {"c": 2}]}),
    "explicit keys": ("? a\n: 1\n? b c\n: 2\n", {"a": 1, "b c": 2}),
    "dates as keys": ("2026-11-21: x\n", {"2026-11-21": "x"}),
    "punctuation in keys": ("a-b: 1\na.b/c: 2\n$ref: 3\n'[x]': 4\n", {"a-b": 1, "a.b/c": 2, "$ref": 3, "[x]": 4}),
    "equal keys in different mappings": (
        "a: {a: 1}\nb: [{a: 2}, {a: 3}]\n",
        {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]},
    ),
    "a percent sign": ("# x\na: 1\nb: '%YAML'\nc: |\n  %TAG\n", {"a": 1, "b": "%YAML", "c": "%TAG\n"}),
    "ampersands and stars in text": ("a: x & y * z ! <<\nb: 'a: &x *x'\n", {"a": "x & y * z ! <<", "b": "a: &x *x"}),
    "a command": (
        "a: dft pack list --since 2026-1-5 | grep -c ':'\n",
        {"a": "dft pack list --since 2026-1-5 | grep -c ':'"},
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_harmless_document_is_read_as_written(name: str) -> None:
    """The expected tree, with the expected types, and no finding."""
    text, expected = DOCUMENTS[name]
    reading = read("f.yaml", text.encode())
    assert reading.findings == ()
    assert reading.document is not None
    assert repr(reading.document.tree) == repr(expected)


def test_a_long_list_stays_within_the_limits() -> None:
    """Ten thousand items on one line are nothing unusual."""
    reading = read("f.yaml", ("a: [" + ", ".join(f"item-{number}" for number in range(10_000)) + "]\n").encode())
    assert reading.findings == ()
    assert reading.document is not None
    assert reading.document.tree["a"] == [f"item-{number}" for number in range(10_000)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_harmless_document_in_windows_line_ends_is_the_same(name: str) -> None:
    """A checkout that rewrites line ends changes nothing."""
    text, expected = DOCUMENTS[name]
    reading = read("f.yaml", text.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    assert reading.findings == ()
    assert reading.document is not None
    assert repr(reading.document.tree) == repr(expected)


@pytest.mark.parametrize("text", LOOKALIKES.split())
def test_text_that_looks_a_little_like_something_else_is_text(text: str) -> None:
    """Both versions of YAML read it as text, so it needs no quotes."""
    reading = read("f.yaml", f"a: {text}\nb:\n  - {text}\n".encode())
    assert reading.findings == ()
    assert reading.document is not None
    assert reading.document.tree == {"a": text, "b": [text]}
