"""One consequence of a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from generators.catalog import Key
    from generators.findings import Place

Reader = Literal["on-call", "support", "users", "approvers"]
READERS: tuple[Reader, ...] = get_args(Reader)
Weight = Literal["weaker", "changed", "stronger"]
"""`weaker`: less is promised, covered, proven or asked than before."""
WEIGHTS: tuple[Weight, ...] = get_args(Weight)


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for a reader, and where the fact stands that makes it so."""

    reader: Reader
    weight: Weight
    what: str
    """What it is about, without the values."""
    place: Place
    """Of the fact as it is now; as it was where it is gone."""
    about: Key
    """The entity that the place is in."""
    fields: frozenset[str] = frozenset()
    """The fields of that entity that this says everything about; `*`: all of them."""
    before: str = ""
    """Empty where there was nothing to show."""
    after: str = ""
    concerns: frozenset[Key] = frozenset()
    """What else an explanation may name: the connector of a pack, both routes of a symptom."""
    also: frozenset[Key] = frozenset()
    """Other entities that this says everything about: those that changed alike."""
    explained_by: str = ""
    """The decision, deferral, waiver or override that is part of the same change; empty where there is none."""

    @property
    def is_unexplained(self) -> bool:
        """Whether something got weaker and the model does not say why."""
        return self.weight == "weaker" and not self.explained_by

    def covering(self, *fields: str) -> Change:
        """The same, where other fields of the entity are told by it; without any, none is."""
        return replace(self, fields=frozenset(fields))

    def standing(self, place: Place) -> Change:
        """The same, where the fact that makes it so stands elsewhere."""
        return replace(self, place=place)
