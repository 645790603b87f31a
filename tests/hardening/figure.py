"""What a measurement gives, and what it is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried: minutes of fuzzing, more than 0; the seed of what is drawn; an empty folder to work in.

    `kept`: where inputs are kept that a figure was missed with.
    """

    minutes: float
    seed: int
    folder: Path
    kept: Path


@dataclass(frozen=True, slots=True)
class Reached:
    """What was measured: how much was tried, what went wrong with a line each, and what else there is to say."""

    tried: int
    wrong: tuple[str, ...] = ()
    said: str = ""
    facts: tuple[str, ...] = field(default=())
    """Lines below the table."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its name, what is measured, the goal in words, the unit of what is tried, and the measurement."""

    name: str
    what: str
    goal: str
    unit: str
    measure: Callable[[Effort], Reached]
