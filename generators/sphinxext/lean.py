"""The theme's style sheet without what no runbook page shows: a third of it is for footnotes, notes, signatures, icons.

Runbook pages load the copy instead. A rule goes only when a class in it is one that these pages never carry.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder

from generators.output import write_if_changed
from generators.sphinxext.pages import AUDIENCES, audience

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FULL, LEAN = "styles/furo.css", "styles/runbook.css"
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

_RULE = re.compile(r"([^{}]+)(\{[^{}]*\})")
_NOT = re.compile(r":not\([^()]*\)")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_COMMA = re.compile(r",(?![^(]*\))")
_COLOURS = re.compile(
    r"""--(?:icon-(?!search)|color-admonition-(?!background))[\w-]+:(?:"[^"]*"|'[^']*'|[^;"'{}])*(?:;|(?=\}))"""
)
_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


def lean(css: str) -> str:
    """A style sheet without the rules for absent classes, the icons and colours of those, and the map of its source.

    A rule is kept whole where more than selectors stands before it: an at-rule, a comment, a string.
    """
    return _RULE.sub(lambda rule: _kept(rule[1], rule[2]), _COLOURS.sub("", _MAP.sub("", css)))


def _kept(selectors: str, body: str) -> str:
    if set(selectors) & set("@;*\"'"):
        return selectors + body
    kept = [one for one in _COMMA.split(selectors) if ABSENT.isdisjoint(_CLASS.findall(_NOT.sub("", one)))]
    return ",".join(kept) + body if kept else ""


def write_lean(app: Sphinx) -> None:
    """Beside the theme's sheet, before any page is written: a page names its sheets with their check sums."""
    inside = audience(Path(app.srcdir).resolve(), Path(app.confdir).resolve()) == AUDIENCES["docs"]
    if not inside or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    for folder in app.builder.theme.get_theme_dirs():
        sheet = Path(folder) / "static" / FULL
        if sheet.is_file():
            write_if_changed(Path(app.outdir) / "_static" / LEAN, lean(sheet.read_text(encoding="utf-8")))
            return
