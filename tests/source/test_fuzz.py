"""Mutated documents: whatever comes in, the reader answers with findings that have a place."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from generators.source import LIMITS, Limits, Reading, read

SEEDS = [
    b"id: x\nsteps:\n  - id: a\n    text: |\n      l\n    next: [{when: 'q', go: b}]\n  - {id: b, n: 1.5}\nz: '9'\n",
    'ключ: [значение, 👩\u200d👩]\n# é\nb: >-\n  x\n\n  y\r\nc: "\\u00e9\\n\\x41"\n'.encode(),
    b"%YAML 1.2\n---\na: &x !!int 1\nb: *x\n<<: *x\n? [c]\n: d\n...\n---\ne: f\n",
    b"a: 22:00\nb: no\nc: 2026-1-5\nd: 0x1f\ne: 1e3\nf: ~\n1: g\ng: {h: [i, {j: k}]}\ng: l\n",
]
PIECES = [
    b"[",
    b"]",
    b"{",
    b"}",
    b"- ",
    b"? ",
    b": ",
    b", ",
    b"&x ",
    b"*x",
    b"!t ",
    b"!!str ",
    b"<<: ",
    b"---\n",
    b"...\n",
]
PIECES += [
    b"%TAG ! x\n",
    b"|\n",
    b">+\n",
    b"'",
    b'"',
    b"\\",
    b'"\\u202e"',
    b"#",
    b" #",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
]
PIECES += [
    b"\xef\xbb\xbf",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\x8b",
    b"\xed\xa0\x80",
    b"\xff",
    b"\xf0\x9f",
    b"1:1:1",
]
PIECES += [
    b"no",
    b"012",
    b"a: 1\n",
    b"    ",
    b"[" * 40,
    b"- " * 40,
    b"x" * 70_000,
    b"k" * 200 + b": 1\n",
    b"@",
    b"`",
    b"%",
]
EDITS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 12), st.sampled_from(PIECES) | st.binary(max_size=4)), max_size=6
)
SMALL = Limits(file_bytes=300, depth=4, nodes=12, scalar_bytes=20, key_characters=5, faults=3)


def edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """The seed with some bytes replaced, each at an offset that is taken modulo its length."""
    for offset, gone, piece in edits:
        start = offset % (len(seed) + 1)
        seed = seed[:start] + piece + seed[start + gone :]
    return seed


def check(data: bytes, reading: Reading) -> None:
    """No document without a reason, and every finding at a place inside the file."""
    assert reading.findings or reading.document is not None
    text = data.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for finding in reading.findings:
        place = finding.place
        assert place.path == "f.yaml"
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 2  # the mark or the carriage return beside it
        assert place.width >= 1
        assert "\n" not in place.excerpt
        assert finding.message.isprintable()
        assert finding.message
        finding.message.encode()
    if reading.document is None:
        return
    todo: list[tuple[str | int, ...]] = [()]
    while todo:
        route = todo.pop()
        node: object = reading.document.tree
        for step in route:
            node = node[step]  # type: ignore[index]  # a route of this very tree
        assert 1 <= reading.document.at(*route).line <= len(lines)
        if isinstance(node, dict):
            todo += [(*route, name) for name in node]
        elif isinstance(node, list):
            todo += [(*route, number) for number in range(len(node))]


@settings(max_examples=1500)
@given(st.sampled_from(SEEDS), EDITS, st.sampled_from([LIMITS, SMALL]))
def test_a_mutated_document_gives_findings_with_places(
    seed: bytes, edits: list[tuple[int, int, bytes]], limits: Limits
) -> None:
    """Nothing is raised, every finding is inside the file, every route of what was read has a place."""
    data = edited(seed, edits)
    check(data, read("f.yaml", data, limits))


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join))
def test_a_row_of_yaml_tokens_gives_findings_with_places(data: bytes) -> None:
    """As above, for documents made of nothing but syntax."""
    check(data, read("f.yaml", data))


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_random_bytes_give_findings_with_places(data: bytes) -> None:
    """As above, for bytes."""
    check(data, read("f.yaml", data))


@settings(max_examples=200)
@given(st.sampled_from(SEEDS), EDITS)
def test_reading_needs_no_stack(seed: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    """The reader never calls itself: thirty frames more than here are enough."""
    data = edited(seed, edits)
    read("f.yaml", data)  # imports and caches are filled
    depth = 0
    frame = sys._getframe()  # noqa: SLF001  # there is no other way to count frames
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 40)
    try:
        reading = read("f.yaml", data)
    finally:
        sys.setrecursionlimit(before)
    check(data, reading)
