"""What an unquoted scalar means, when YAML 1.1 and 1.2 agree on it.

Sources: yaml.org/type (1.1: bool, int, float, timestamp, merge, value) and YAML 1.2.2 section 10.3.2 (core schema),
with the dialects of libraries that read more than either.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_TRUTH = "as a truth value by some readers and as text by others"
_NULL = "as nothing by some readers and as text by others"
_NUMBER = "as a number by some readers, and not as it is written"
_CLOCK = "as a number in base 60 by some readers and as text by others"
_DATE = "as a date by some readers and is none, or lacks its time zone"
_SPECIAL = "with a special meaning by YAML 1.1 readers and as text by others"

CLEAR: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNCLEAR: Final[dict[str, str]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO"), _TRUTH),
    **dict.fromkeys(("on", "On", "ON", "off", "Off", "OFF", "True", "TRUE", "False", "FALSE"), _TRUTH),
    **dict.fromkeys(("Null", "NULL"), _NULL),
    **dict.fromkeys(("=", "<<"), _SPECIAL),
}
#: A scalar neither in `WORDS` nor beginning with one of `LEADING` is text and need not be resolved.
WORDS: Final = frozenset(CLEAR) | frozenset(_UNCLEAR)
LEADING: Final = frozenset("0123456789+-.")

_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_SIGNIFICANT_DIGITS = 15  # what a double keeps of any decimal
_NUMBER_LIKE = re.compile(
    r"""[-+]?(?:
        [0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?
      | \.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?
      | 0[xX][0-9a-fA-F_]+ | 0[oO][0-7_]+ | 0[bB][01_]+
      | \.(?:inf|Inf|INF|nan|NaN|NAN)
    )""",
    re.VERBOSE,
)
_CLOCK_LIKE = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DATE_LIKE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9:.]*[ \t]*(?:[zZ]|[-+][0-9:]+)?)?"
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


def resolve(text: str) -> tuple[str | int | float | bool | None, str]:
    """The value of a plain scalar, and why it is ambiguous: empty when it is not.

    Ambiguous text comes back as it is written. Dates and RFC 3339 instants with a zone stay text when they are valid.
    """
    if text in CLEAR:
        return CLEAR[text], ""
    if text in _UNCLEAR:
        return text, _UNCLEAR[text]
    if text[0] not in LEADING:
        return text, ""
    if _INTEGER.fullmatch(text):
        return int(text), ""
    if _DECIMAL.fullmatch(text) and len(text.strip("-0.").replace(".", "")) <= _SIGNIFICANT_DIGITS:
        return float(text), ""
    return text, _doubt(text)


def _doubt(text: str) -> str:
    if _NUMBER_LIKE.fullmatch(text):
        return _NUMBER
    if _CLOCK_LIKE.fullmatch(text):
        return _CLOCK
    return _DATE if _DATE_LIKE.fullmatch(text) and not is_date(text) else ""


def is_date(text: str) -> bool:
    """Whether this is a day, or an instant with its zone, as both versions of YAML read it."""
    try:
        if _ISO_DATE.fullmatch(text):
            date.fromisoformat(text)
            return True
        if _ISO_INSTANT.fullmatch(text):
            datetime.fromisoformat(text)
            return True
    except ValueError:
        return False
    return False
