"""What the theme's own markup lacks: names for its landmarks, a heading on the search page, no `style` attributes.

Each part is replaced where the theme writes it; tests in a browser find a part that a newer theme writes otherwise.
"""

from __future__ import annotations

_BY_PART = {
    ' style="display: none;"': ' display="none"',
    ' style="opacity: 50%"': ' opacity="50%"',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Site navigation">',
}
_BEFORE = '<article role="main"'
_CONTENTS = '<aside class="toc-drawer'
_FOUND = '<div id="search-results">'


def corrected(page: str) -> str:
    """A written page with the theme's parts replaced. The page's own text, in its article, is not looked at."""
    before, article, rest = page.partition(_BEFORE)
    for part, better in _BY_PART.items():
        before = before.replace(part, better)
    text, aside, after = rest.replace(_FOUND, f"<h1>Search</h1>\n{_FOUND}").rpartition(_CONTENTS)
    return "".join([before, article, text, aside.replace("<aside ", '<aside aria-label="On this page" '), after])
