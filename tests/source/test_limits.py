"""Each limit: the largest input that passes, and the smallest that does not."""

from __future__ import annotations

import dataclasses

import pytest

from generators.source import LIMITS, Limits, read

# field of Limits -> (a document at the limit of 8, and one just over it with the finding's code, line and column)
CASES: dict[str, tuple[bytes, bytes, tuple[str, int, int]]] = {
    "file_bytes": (b"a: 12345", b"a: 123456", ("OPS011", 1, 1)),
    "depth": (b"a: " + b"[" * 7 + b"]" * 7, b"a: " + b"[" * 8 + b"]" * 8, ("OPS011", 1, 11)),
    "nodes": (b"a: [1, 2, 3, 4, 5]\n", b"a: [1, 2, 3, 4, 5, 6]\n", ("OPS011", 1, 20)),
    "scalar_bytes": (b"a:\n  - 'xxxxxx\xc3\xa9'\n", b"a:\n  - 'xxxxxxx\xc3\xa9'\n", ("OPS011", 2, 5)),
    "key_characters": ("é2345678: 1\n".encode(), "é23456789: 1\n".encode(), ("OPS009", 1, 1)),
    "faults": (b"a: [" + b"no, " * 8 + b"]\n", b"a: [" + b"no, " * 9 + b"]\n", ("OPS011", 1, 1)),
}


@pytest.mark.parametrize("field", CASES)
def test_one_more_than_a_limit_is_a_finding(field: str) -> None:
    """Exactly at the limit nothing is said of it; one over it is refused at its place."""
    limits = dataclasses.replace(LIMITS, **{field: 8})  # type: ignore[arg-type]
    within, over, expected = CASES[field]
    assert not [
        finding for finding in read("f.yaml", within, limits).findings if finding.rule.code in {"OPS009", "OPS011"}
    ]
    finding = read("f.yaml", over, limits).findings[-1]
    assert (finding.rule.code, finding.place.line, finding.place.column) == expected
    assert "8" in finding.message


@pytest.mark.parametrize("field", CASES)
def test_without_a_limit_the_same_document_passes(field: str) -> None:
    """The finding comes from that limit and from no other."""
    _, over, expected = CASES[field]
    generous = dataclasses.replace(LIMITS, **{field: 1 << 40})  # type: ignore[arg-type]
    assert expected[0] not in {finding.rule.code for finding in read("f.yaml", over, generous).findings}


@pytest.mark.parametrize("opening", [b"[", b"{", b"- ", b"? ", b"{a: ", b"*x : ["])
def test_every_kind_of_nesting_is_limited(opening: bytes) -> None:
    """Lists, mappings, in flow and in block, as values and as keys."""
    assert "OPS011" in {finding.rule.code for finding in read("f.yaml", b"a:\n  " + opening * 50).findings}


@pytest.mark.parametrize("node", [b"1", b"[]", b"{}", b"*x", b"b: c", b"'q'"])
def test_every_kind_of_node_is_counted(node: bytes) -> None:
    """Scalars, lists, mappings, aliases, pairs."""
    data = b"a: [" + (node + b", ") * 60_000 + b"]"
    reading = read("f.yaml", data)
    assert reading.document is None
    assert "more than 50000 nodes in one file" in {finding.message for finding in reading.findings}


def test_the_defaults_are_those_of_the_contract() -> None:
    """A limit that grows by accident is noticed."""
    assert Limits() == Limits(
        file_bytes=1_048_576,
        files=2000,
        tree_bytes=33_554_432,
        depth=32,
        nodes=50_000,
        scalar_bytes=65_536,
        key_characters=128,
        faults=100,
    )
