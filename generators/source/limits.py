"""How much a repository may hold before reading stops."""

from __future__ import annotations

from dataclasses import dataclass, replace

KIB = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest input that is read. Every field is an inclusive maximum; one more is a finding OPS011.

    `file_bytes`, `tree_bytes` and `scalar_bytes` count UTF-8 bytes, `key_characters` counts characters (a longer key is
    OPS009), `depth` counts nested mappings and lists with the top level as 1, `nodes` counts keys, values, mappings and
    lists of one file, `faults` is how many findings of one file are listed before the rest are only counted.
    """

    file_bytes: int = 1024 * KIB
    files: int = 2000
    tree_bytes: int = 32 * 1024 * KIB
    depth: int = 32
    nodes: int = 50_000
    scalar_bytes: int = 64 * KIB
    key_characters: int = 128
    faults: int = 100
    plain_keys: frozenset[str] = frozenset()
    """Keys that the files' own language writes unquoted, although some readers take them for truth values."""

    def for_files(self, files: int) -> Limits:
        """For a repository of up to so many files, ≥ 1: above the present count, the tree grows in proportion."""
        return replace(self, files=files, tree_bytes=max(self.tree_bytes, self.tree_bytes * files // self.files))


LIMITS = Limits()
