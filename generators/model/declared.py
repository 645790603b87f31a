"""Who stands for a number that no check can contradict, and since when."""

from __future__ import annotations

from generators.model.base import Part, new_with
from generators.model.refs import RoleRef  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.text import Day  # noqa: TC001 - as above


class Declared(Part):
    """A value that was judged or counted by people: nothing proves it, so a role stands for it."""

    model_config = new_with(day="2026-01-05")

    by: RoleRef
    """Who answers for the value."""
    day: Day
    """The day on which it was last set."""
