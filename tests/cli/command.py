"""How a command went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Ran:
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error of a command that could not start."""
        (line,) = self.err.splitlines()
        assert line.startswith("dfops: ")
        assert self.out == ""
        return line.removeprefix("dfops: ")


class Dfops(Protocol):
    """Runs the command."""

    def __call__(self, *arguments: object) -> Ran:
        """With these arguments."""
