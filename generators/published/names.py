"""Names of schemas, databases, tables and columns as warehouses allow them. Knows no parser and no dialect."""

from __future__ import annotations

import unicodedata

LONGEST = 255
"""Characters of a name; no supported warehouse allows more."""
QUOTES = frozenset("\"`'")
TEMPLATE_SIGNS = ("{{", "{%", "{#")
"""What begins a template in the SQL that a runtime reads."""
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})


def name_trouble(name: str) -> str:
    """Why no warehouse has a schema, database, table or column of that name; "" when one may.

    Spaces, hyphens, capitals, quotes and letters of every script are allowed: names are quoted in SQL.
    """
    if not name.strip():
        return "is empty"
    if len(name) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if any(unicodedata.category(character) in _CONTROL for character in name):
        return "holds a control character"
    return ""


def is_template(name: str) -> bool:
    """Whether SQL with this name in it would be read as a template: boards cannot name it."""
    return any(sign in name for sign in TEMPLATE_SIGNS)


def bare_name(text: str) -> str:
    """A name without the one pair of quotes or backticks that a tool printed around it."""
    text = text.strip()
    if len(text) > 2 and text[0] == text[-1] and text[0] in QUOTES:  # noqa: PLR2004 - a pair, and a name inside
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def spelled_as(asked: str, names: list[str]) -> list[str]:
    """The names that are meant by one: the name as it is spelled, else those that differ in case only."""
    return [asked] if asked in names else sorted(name for name in names if name.lower() == asked.lower())
