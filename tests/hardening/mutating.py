"""Inputs for the fuzz of the reader: files of this repository and hostile ones, cut, spliced and misspelt at random."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from generators.model import KINDS
from tests.changes import files_of
from tests.source.test_fuzz import PIECES, SEEDS
from tests.source.test_harmless import DOCUMENTS
from tests.source.test_hostile import AMBIGUOUS, FAULTS, as_bytes

if TYPE_CHECKING:
    from random import Random

REPOSITORY = Path(__file__).resolve().parents[2]
LARGEST_SEED, LARGEST = 4 << 10, 16 << 10
"""Bytes of a file that is begun with, and of an input."""
SCALAR = re.compile(rb"(?<=: )[^\n]+|(?<=- )[^\n]+")
WORDS = [word.encode() for word in AMBIGUOUS.split()]
CHARACTERS = (0x20, 0x7F, 0xA0, 0x85, 0x300, 0x200B, 0x200D, 0x202E, 0x2028, 0xFE0F, 0xFEFF, 0xFFFE, 0x1F600, 0x10FFFF)


def seeds() -> list[tuple[bytes, int]]:
    """What inputs are made of, with the number of the kind of entity that it is, in KINDS."""
    found = [
        (path.read_bytes(), number)
        for number, kind in enumerate(KINDS)
        for path in files_of(REPOSITORY, kind)
        if path.stat().st_size <= LARGEST_SEED
    ]
    listed = [*SEEDS, *(as_bytes(data) for data, _ in FAULTS.values()), *(t.encode() for t, _ in DOCUMENTS.values())]
    return [*found, *((data, number % len(KINDS)) for number, data in enumerate(listed))]


class Mutator:
    """Draws inputs; equal seeds draw equal ones."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._seeds = seeds()
        self._ways = (self._flipped, self._spliced, self._pieced, self._reworded, self._lettered, self._moved)

    def draw(self) -> tuple[bytes, int]:
        """An input of at most LARGEST bytes, and the number of a kind that it is shaped as."""
        data, kind = self._random.choice(self._seeds)
        if self._random.random() < 0.05:
            data = b"".join(self._random.choices(PIECES, k=self._random.randrange(25)))
        for way in self._random.choices(self._ways, k=self._random.choice((1, 1, 2, 4))):
            data = way(data)
        return data[:LARGEST], kind

    def _flipped(self, data: bytes) -> bytes:
        """Some bytes are others."""
        made = bytearray(data or b" ")
        for _ in range(self._random.randrange(1, 9)):
            made[self._random.randrange(len(made))] ^= 1 << self._random.randrange(8)
        return bytes(made)

    def _spliced(self, data: bytes) -> bytes:
        """The beginning of one file and the end of another, cut at lines or anywhere."""
        other, _ = self._random.choice(self._seeds)
        if self._random.random() < 0.5:
            lines, others = data.splitlines(keepends=True), other.splitlines(keepends=True)
            return b"".join(lines[: self._cut(len(lines))] + others[self._cut(len(others)) :])
        return data[: self._cut(len(data))] + other[self._cut(len(other)) :]

    def _cut(self, length: int) -> int:
        return self._random.randrange(length + 1)

    def _pieced(self, data: bytes) -> bytes:
        """Syntax in some places, sometimes over and over."""
        for _ in range(self._random.randrange(1, 6)):
            at, gone = self._cut(len(data)), self._random.randrange(4)
            piece = self._random.choice(PIECES)
            if len(piece) < 8:
                piece *= self._random.choice((1, 1, 1, 40))
            data = data[:at] + piece + data[at + gone :]
        return data

    def _reworded(self, data: bytes) -> bytes:
        """A value is a word that readers disagree on, a number, or nothing."""
        values = list(SCALAR.finditer(data))
        if not values:
            return data
        value = self._random.choice(values)
        return (
            data[: value.start()] + self._random.choice([*WORDS, b"", b"x", b"7", b"[]", b"{}"]) + data[value.end() :]
        )

    def _lettered(self, data: bytes) -> bytes:
        """Characters of any script between bytes."""
        at = self._cut(len(data))
        points = [
            self._random.choice(CHARACTERS) + self._random.randrange(3) for _ in range(self._random.randrange(1, 4))
        ]
        letters = "".join(chr(min(point, 0x10FFFF)) for point in points)
        return data[:at] + letters.encode("utf-8", "surrogatepass") + data[at:]

    def _moved(self, data: bytes) -> bytes:
        """Lines stand elsewhere, twice, or further in."""
        lines = data.splitlines(keepends=True) or [b"\n"]
        taken = lines.pop(self._random.randrange(len(lines)))
        for _ in range(self._random.choice((0, 1, 1, 2, 30))):
            lines.insert(self._cut(len(lines)), b" " * self._random.randrange(5) + taken)
        return b"".join(lines)
