"""The theme's style sheet without what no runbook page uses: a third of it is for footnotes, notes, signatures, icons.

Runbook pages load the copy instead. What they use is read from the written pages and from the scripts that they load:
a rule goes only when a class in it is in none of them, a custom property when nothing that stays asks for it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import tinycss2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FULL, SHORT = "styles/furo.css", "styles/runbook.css"
"""Below the folder of static files: the theme's sheet, and the copy."""
_CLASSES = re.compile(r"""class=(?:"([^"]*)"|'([^']*)')""")
_TEXTS = re.compile(r"""(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1""")
_WORDS = re.compile(r"[A-Za-z_][\w-]*")
_ASKED = re.compile(r"var\(\s*(--[\w-]+)")


def used_classes(pages: Iterable[str], scripts: Iterable[str]) -> frozenset[str]:
    """The classes of written pages, and every word in a text of a script: it may be one that the script sets."""
    found: set[str] = set()
    for page in pages:
        for double, single in _CLASSES.findall(page):
            found.update((double or single).split())
    for script in scripts:
        for _, text in _TEXTS.findall(script):
            found.update(_WORDS.findall(text))
    return frozenset(found)


def shortened(css: str, used: frozenset[str], asked: Iterable[str] = ()) -> str:
    """A style sheet without comments, rules for classes that are not used, and properties that nothing asks for.

    `asked`: other style sheets and pages, whose `var(--x)` count too.
    """
    kept = "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used))
    outside = {name for text in asked for name in _ASKED.findall(text)}
    while (shorter := _without_properties(kept, outside | set(_ASKED.findall(kept)))) != kept:
        kept = shorter  # a property may have been the only one that asked for another
    return kept


def _rules(rules: Iterable[Any], used: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [part for part in _selectors(rule.prelude) if _classes(part) <= used]
            if kept:
                yield f"{','.join(map(_text, kept))}{{{''.join(map(_declaration, _declarations(rule.content)))}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{''.join(_rules(inner, used))}}}"
        else:
            yield str(rule.serialize())


def _selectors(prelude: Iterable[Any]) -> list[list[Any]]:
    """The tokens of a rule's selectors, parted at the commas that stand between them."""
    parts: list[list[Any]] = [[]]
    for item in prelude:
        if item == ",":
            parts.append([])
        elif item.type != "comment":
            parts[-1].append(item)
    return parts


def _text(tokens: Iterable[Any]) -> str:
    return str(tinycss2.serialize(tokens)).strip()


def _classes(tokens: Iterable[Any]) -> set[str]:
    """The classes that an element must have: those inside of `:not()` or `:is()` do not count."""
    return {name.value for dot, name in pairwise(tokens) if dot == "." and name.type == "ident"}


def _declarations(content: Iterable[Any]) -> Iterator[Any]:
    parsed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return (item for item in parsed if item.type == "declaration")


def _declaration(item: Any) -> str:
    return f"{item.name}:{_text(item.value)}{'!important' if item.important else ''};"


def _without_properties(css: str, asked: set[str]) -> str:
    """The sheet without declarations of custom properties that are not asked for."""
    return "".join(_asked_rules(tinycss2.parse_stylesheet(css), asked))


def _asked_rules(rules: Iterable[Any], asked: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            own = [item for item in _declarations(rule.content) if not item.name.startswith("--") or item.name in asked]
            yield f"{tinycss2.serialize(rule.prelude)}{{{''.join(map(_declaration, own))}}}" if own else ""
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = "".join(_asked_rules(tinycss2.parse_rule_list(rule.content), asked))
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""
        else:
            yield str(rule.serialize())
