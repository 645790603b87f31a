"""The theme's style sheet without what no runbook page shows: a third of it is for footnotes, notes, signatures, icons.

Runbook pages load the copy instead. A rule goes only when a class in it is one that these pages never carry.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tinycss2
from sphinx.builders.html import StandaloneHTMLBuilder

from generators.output import write_if_changed
from generators.sphinxext.pages import AUDIENCES, audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

FULL, SHORT = "styles/furo.css", "styles/runbook.css"
ABSENT = frozenset(
    [
        *("admonition", "admonition-title", "admonition-todo", "attention", "caution", "danger", "hint", "important"),
        *("seealso", "topic-title", "versionadded", "versionchanged", "versionremoved", "versionmodified"),
        *("deprecated", "footnote", "footnote-reference", "fn-backref", "citation", "field-list", "option-list"),
        *("glossary", "compound", "math", "math-wrapper", "eqno", "rubric", "epigraph", "pull-quote", "highlights"),
        *("attribution", "line-block", "literal-block", "literal-block-wrapper", "code-block-caption", "toc-backref"),
        *("headerlink", "highlighttable", "linenos", "linenodiv", "hll", "viewcode-link", "viewcode-back", "property"),
        *("sig", "sig-inline", "sig-name", "sig-param", "sig-paren", "sig-prename", "guilabel", "problematic"),
        *("genindex-section", "genindex-jumpbox", "domainindex-section", "domainindex-jumpbox", "highlight-link"),
        *("announcement", "announcement-content", "only-dark", "only-light", "align-center", "align-left"),
        *("align-right", "centered", "sidebar-logo", "sidebar-logo-container", "edit-this-page", "view-this-page"),
        *("toctree-wrapper", "caption", "caption-text", "icons"),
        "this-will-duplicate-information-and-it-is-still-useful-here",
    ]
)
"""Classes of Sphinx and of the theme that the template of a runbook makes none of."""

_NEEDLESS = re.compile(r"--(?:icon-(?!search)|color-admonition-(?!background))")
"""Custom properties for what is absent."""


def shortened(css: str) -> str:
    """A style sheet without comments, the rules for absent classes, and the icons and colours of those."""
    return "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [part for part in _selectors(rule.prelude) if ABSENT.isdisjoint(_classes(part))]
            if kept:
                yield f"{','.join(map(_text, kept))}{{{''.join(_declarations(rule.content))}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{''.join(_rules(inner))}}}"
        else:
            yield str(rule.serialize())


def _selectors(prelude: Iterable[Any]) -> list[list[Any]]:
    """The tokens of a rule's selectors, parted at the commas that stand between them."""
    parts: list[list[Any]] = [[]]
    for one in prelude:
        if one == ",":
            parts.append([])
        elif one.type != "comment":
            parts[-1].append(one)
    return parts


def _text(tokens: Iterable[Any]) -> str:
    return str(tinycss2.serialize(tokens)).strip()


def _classes(tokens: Iterable[Any]) -> set[str]:
    """The classes that an element must have: those inside of `:not()` or `:is()` do not count."""
    return {name.value for dot, name in pairwise(tokens) if dot == "." and name.type == "ident"}


def _declarations(content: Iterable[Any]) -> Iterator[str]:
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and not _NEEDLESS.match(one.name):
            important = "!important" if one.important else ""
            yield f"{one.name}:{_text(one.value)}{important};"


def write_short_sheet(app: Sphinx) -> None:
    """Beside the theme's sheet, before any page is written: a page names its sheets with their check sums."""
    inside = audience(Path(app.srcdir).resolve(), Path(app.confdir).resolve()) == AUDIENCES["docs"]
    if not inside or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    for folder in app.builder.theme.get_theme_dirs():
        sheet = Path(folder) / "static" / FULL
        if sheet.is_file():
            write_if_changed(Path(app.outdir) / "_static" / SHORT, shortened(sheet.read_text(encoding="utf-8")))
            return
