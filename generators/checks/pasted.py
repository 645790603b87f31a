"""Every text that readers paste holds only characters that survive it: commands, SQL, and commands in prose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from generators.findings import Finding
from generators.model.pasted import pasted_texts
from generators.source.characters import REPLACEMENT
from generators.source.pasted import strays
from generators.source.rules import PASTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Route
    from generators.checks.facts import Facts
    from generators.source import Document
    from generators.source.document import Tree

_IN_BACKTICKS = r"`[^`\n]+`"
_WORD_OF_PROSE = "make"
"""A command that many a line of prose begins with."""


class _Stretch(NamedTuple):
    """A text that is pasted: the whole of what a route leads to, or the part of it that begins at `start`."""

    document: Document
    route: Route
    text: str
    start: int = 0
    replaced: bool = False
    """Whether U+FFFD stands for characters of the file that were reported when it was read."""


def pasted_texts_are_plain(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each character of the fields that are declared as pasted, of the SQL of packs, and of commands in prose."""
    for document, route, text, start, replaced in _stretches(catalog, facts):
        for stray in strays(text):
            if not (replaced and text[stray.offset] == REPLACEMENT):
                place = document.at_character(*route, offset=start + stray.offset)
                yield Finding(place, PASTED, stray.message, stray.hint)


def _stretches(catalog: Catalog, facts: Facts) -> Iterator[_Stretch]:
    programs = sorted(facts.installed.grammars.keys() - {_WORD_OF_PROSE})
    lines = rf"(?m:^[ \t]*(?:{'|'.join(map(re.escape, programs))})(?![\w-])[^\n]*)"
    in_prose = re.compile(f"{_IN_BACKTICKS}|{lines}")
    for entry in catalog.everything():
        replaced = entry.key in catalog.broken
        for route, text in pasted_texts(entry.entity):
            yield _Stretch(entry.document, route, text, replaced=replaced)
        if not entry.document.is_ascii and any(map(entry.document.holds, ("`", *programs))):
            for route, text, start in _found(in_prose, entry.document.tree, ()):
                yield _Stretch(entry.document, route, text, start, replaced)
    for pack in facts.packs.values():
        yield from (_Stretch(written.document, written.route, written.sql) for written in pack.written)


def _found(wanted: re.Pattern[str], tree: Tree, route: Route) -> Iterator[tuple[Route, str, int]]:
    """What is found in any text that is not all ASCII, and where it begins: what is in a command is one finding."""
    if isinstance(tree, str):
        if not tree.isascii():
            yield from ((route, found[0], found.start()) for found in wanted.finditer(tree))
    elif isinstance(tree, (dict, list)):
        for step, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _found(wanted, inner, (*route, step))


RULES = ()
CHECKS = (pasted_texts_are_plain,)
