"""What is wrong with one file, gathered while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Place, in_order
from generators.source.document import place_in
from generators.source.rules import LIMIT

if TYPE_CHECKING:
    from generators.findings import Rule


class Faults:
    """The findings of one file: listed up to a maximum, then only counted."""

    def __init__(self, path: str, text: str, most: int) -> None:
        self._path = path
        self._text = text
        self.most = most
        self._listed: list[Finding] = []
        self._more = 0

    @property
    def full(self) -> bool:
        """Whether the next one would only be counted, so that nobody need work out its message."""
        return len(self._listed) >= self.most

    def add(self, rule: Rule, start: int, end: int, message: str, hint: str = "") -> None:
        """One fault at the characters from `start` to `end`."""
        if self.full:
            self._more += 1
        else:
            self.stop(rule, start, end, message, hint)

    def stop(self, rule: Rule, start: int, end: int, message: str, hint: str = "") -> None:
        """As `add`, for the fault that ends the reading: it is listed however many there are."""
        self._listed.append(Finding(place_in(self._text, self._path, start, end), rule, message, hint))

    def add_unseen(self, more: int) -> None:
        """Faults that nobody looked at, because there were already enough."""
        self._more += more

    def line(self, offset: int) -> int:
        """The line, from 1, of the character at this offset."""
        return self._text.count("\n", 0, offset) + 1

    def findings(self) -> tuple[Finding, ...]:
        """All that were listed, in order of place; one more finding says how many were not."""
        if self._more:
            message = f"{self._more} more faults in this file are not listed (limit: {self.most})"
            return (*in_order(self._listed), Finding(Place(self._path), LIMIT, message))
        return in_order(self._listed)
