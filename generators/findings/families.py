"""Which codes belong together: a family has a range of numbers, a title, and the chapter that its rules are about.

Three digits are used up; a new family takes the next free hundred of four: 1001 to 1099, 1101 to 1199.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generators.findings import Rule

PREFIX = "OPS"


@dataclass(frozen=True, slots=True)
class Family:
    """Rules whose numbers lie in a range, ends included."""

    first: int
    last: int
    title: str
    chapter: str
    """The chapter of the model, or the room of the engine, that they are about."""

    @property
    def codes(self) -> str:
        """`OPS301 to OPS399`."""
        return f"{code_of(self.first)} to {code_of(self.last)}"


FAMILIES = (
    Family(1, 99, "Source: files that cannot be read as they stand", "source"),
    Family(101, 199, "Shape: fields and values", "catalog"),
    Family(201, 299, "References, decisions, owners", "operating"),
    Family(301, 399, "Runbooks", "runbooks"),
    Family(401, 499, "On call", "oncall"),
    Family(501, 599, "Support", "support"),
    Family(601, 699, "Launch", "launch"),
    Family(701, 799, "Stability", "stability"),
    Family(801, 899, "Packs", "packs"),
    Family(901, 999, "Telemetry", "telemetry"),
)


def code_of(number: int) -> str:
    """A code as it is written: three digits at least."""
    return f"{PREFIX}{number:03}"


def family_of(rule: Rule) -> Family:
    """The family of a rule. Raises LookupError for a code in none: a test holds that every rule is in one."""
    for family in FAMILIES:
        if family.first <= rule.number <= family.last:
            return family
    raise LookupError(rule.code)
