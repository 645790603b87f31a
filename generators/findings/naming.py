"""Names as people type them under stress, and the one way to say that something is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTED = 24
"""Names that are listed where none is near."""


class Unanswerable(Exception):  # noqa: N818 - it is not an error of the program
    """The question cannot be answered: one sentence that says why and what to do."""


def named(what: str, given: str, known: Mapping[str, str]) -> str:
    """The id that was meant: itself, or another spelling of it or of its title (`Google Ads`, `google-ads`).

    `known` is title by id. Raises Unanswerable with the nearest name, or with all of them where none is near.
    """
    if given in known:
        return given
    meant = _plain(given)
    found = [name for name, title in known.items() if meant and meant in {_plain(name), _plain(title)}]
    if len(found) == 1:
        return found[0]
    spelled = {_plain(name): name for name in known}
    hint = nearest(given, known) or _near(spelled, meant)
    raise Unanswerable(f"there is no {what} {given!r}; {hint or _listed(known)}")


def _near(spelled: Mapping[str, str], meant: str) -> str:
    hint = nearest(meant, spelled)
    return f"did you mean '{spelled[hint.split(chr(39))[1]]}'?" if hint else ""


def _listed(known: Mapping[str, str]) -> str:
    names = sorted(known)
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"there are: {', '.join(names[:LISTED]) or 'none'}{more}"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
