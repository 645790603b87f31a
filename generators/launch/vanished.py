"""Records that were there once: sign-offs are superseded, never deleted."""

from __future__ import annotations

from typing import NamedTuple


class Vanished(NamedTuple):
    """A record that a commit had and that is not there now."""

    path: str
    commit: str
    """The commit that took it away; empty where no commit did."""


class History(NamedTuple):
    """What a history says of the records."""

    vanished: tuple[Vanished, ...]
    note: str = ""
    """What it could not say."""
