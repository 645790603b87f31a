"""Names as people type them under stress, and the one way to say that something is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LISTED = 24
"""Names that are listed where none is near."""


class Unanswerable(Exception):  # noqa: N818 - it is not an error of the program
    """The question cannot be answered: one sentence that says why and what to do."""


def named(what: str, typed: str, titles: Mapping[str, str]) -> str:
    """The id that was meant: itself, or another spelling of it or of its title (`Google Ads`, `google-ads`).

    `titles` is title by id. Raises Unanswerable with the nearest name, or with all of them where none is near.
    """
    if typed in titles:
        return typed
    plain = _plain(typed)
    ids = [name for name, title in titles.items() if plain and plain in {_plain(name), _plain(title)}]
    if len(ids) == 1:
        return ids[0]
    hint = nearest(typed, titles) or _near({_plain(name): name for name in titles}, plain)
    raise Unanswerable(f"there is no {what} {typed!r}; {hint or _listed(titles)}")


def _near(ids: Mapping[str, str], plain: str) -> str:
    hint = nearest(plain, ids)
    return f"did you mean '{ids[hint.split(chr(39))[1]]}'?" if hint else ""


def hint_for(typed: str, names: Iterable[str]) -> str:
    """The nearest of the names, or all of them where none is near."""
    known = list(names)
    return nearest(typed, known) or _listed(known)


def _listed(ids: Iterable[str]) -> str:
    names = sorted(ids)
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"there are: {', '.join(names[:LISTED]) or 'none'}{more}"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
