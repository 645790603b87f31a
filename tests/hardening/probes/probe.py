"""A probe: a file that an author could commit, and the effect that it is meant to have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What must not happen."""

    CODE = "code runs"
    FILE = "a file is read or copied"
    ELEMENT = "an element appears"


class Place(StrEnum):
    """Where a probe stands."""

    PAGE = "page"
    """A page by hand that is on both sites; the text follows its title."""
    WHOLE_PAGE = "whole page"
    """As PAGE, with nothing in front of the text."""
    FIELD = "field"
    """The text in every free field of an entity that both sites show."""
    RUNBOOK = "runbook"
    """The text in every free field of a runbook, its diagram's labels and commands too."""
    YAML = "yaml"
    """The text is the file of an entity."""
    QUERY = "query"
    """The text is the first query of a pack's first page."""
    CHANGELOG = "changelog"
    """The text is the changelog of a pack."""
    FILE = "file"
    """A file at a path of its own: what stands before the first line feed."""
    PAIR = "pair"
    """A page and a file beside it: path and text of the file, then, behind a line of `=`, the text of the page."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One of them. In its text, words in @ stand for what differs.

    @N@ its number; @MARK@ the name of an element or attribute; @RAN@ a file that is there once its code ran. Without
    their endings: @SECRET@ a file outside the repository, @ROOT@ one inside it and outside docs/, @INTERNAL@ one inside
    docs/, which only the public site may not hold: relative to a page on pages, else absolute, as @ABSOLUTE@ always is.
    """

    effect: Effect
    place: Place
    text: str
    number: int = 0

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{self.number}: {self.place}, {self.effect}: {' '.join(self.text.split())[:70]}"
