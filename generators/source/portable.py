"""Names of files and folders that every operating system can hold, alone and beside each other.

Source: "Naming Files, Paths, and Namespaces" in the documentation of Windows. Git refuses the same names there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DIGITS = "0123456789\xb9\xb2\xb3"
_PORTS = (f"{port}{digit}" for port in ("com", "lpt") for digit in _DIGITS)
_DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS})
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def unportable(name: str) -> str:
    """Why some system cannot hold a file or folder of this name; empty where every one can."""
    stem = name.partition(".")[0].rstrip(" ")
    if stem.casefold() in _DEVICES:
        return f"Windows takes '{stem}' for a device, whatever follows it"
    if name.endswith((".", " ")):
        return "Windows drops a dot or space at the end of a name"
    if _FORBIDDEN.search(name):
        return 'Windows allows none of < > : " | ? * \\ in a name'
    return ""


def unportable_names(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The names of one folder that some system cannot hold, each with the reason: by itself, or beside another."""
    first: dict[str, str] = {}
    for name in sorted(names):
        reason = unportable(name)
        other = first.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if not reason and other != name:
            reason = f"Windows and macOS take it for '{other}', which differs only in capitals or accents"
        if reason:
            yield name, reason
