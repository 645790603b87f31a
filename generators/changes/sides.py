"""The model before and after a change, entity beside entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, TypeVar

from generators.catalog import internal_connectors
from generators.changes.change import Change
from generators.model.base import Entity
from generators.model.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog, Entry, Key
    from generators.changes.change import Reader, Weight
    from generators.findings import Place
    from generators.status.packs import PackStatus

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """One side: what could be read of the model, and the state of each pack at the moment of comparing."""

    catalog: Catalog
    packs: Mapping[str, PackStatus] = field(default_factory=dict)
    """By the pack's id."""
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the pack's id: files that users get beside the boards, with their texts by the path in the pack's folder."""


@dataclass(frozen=True, slots=True)
class Pair(Generic[E]):
    """An entity on both sides; None where it is not there. At least one is."""

    before: Entry[E] | None
    after: Entry[E] | None

    @property
    def entry(self) -> Entry[E]:
        """As it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - the class says so
        return found

    @property
    def both(self) -> tuple[E, E] | None:
        """The entity before and after, where it is on both sides."""
        return (self.before.entity, self.after.entity) if self.before and self.after else None

    @property
    def is_changed(self) -> bool:
        """Whether anything is different."""
        return self.both is None or self.both[0] != self.both[1]

    @property
    def arrival(self) -> Weight:
        """What it weighs that the entity is on one side only."""
        return presence(self.before, self.after)

    def at(self, *route: str | int) -> Place:
        """The place of a route, as it is now where it is there."""
        return self.entry.at(*route)

    def told(  # noqa: PLR0913 - what a change says
        self,
        reader: Reader,
        weight: Weight,
        what: str,
        *route: str | int,
        before: object = None,
        after: object = None,
        concerns: Iterable[Key] = (),
    ) -> Change:
        """A change of the field that the route begins with; without a route of the whole entity."""
        covered = frozenset({str(route[0]) if route else "*"})
        return Change(
            reader,
            weight,
            what,
            self.at(*route),
            self.entry.key,
            covered,
            *differing(before, after),
            frozenset(concerns) | connector_of(self.entry.entity),
        )


@dataclass(frozen=True)
class Sides:
    """Both sides at one moment."""

    before: Facts
    after: Facts
    at: datetime

    def pairs(self, kind: type[E]) -> Iterator[Pair[E]]:
        """Every entity of a kind that could be read on each side on which it is, by id."""
        was, now = ({entry.id: entry for entry in side.catalog.entries_of(kind)} for side in (self.before, self.after))
        for name in dict.fromkeys((*was, *now)):
            if not self.is_unread((kind.kind, name)):
                yield Pair(was.get(name), now.get(name))

    def changed(self, kind: type[E]) -> Iterator[Pair[E]]:
        """The pairs in which something is different."""
        return (pair for pair in self.pairs(kind) if pair.is_changed)

    def is_unread(self, *keys: Key) -> bool:
        """Whether one of these could not be read on some side: then nothing can be said of what depends on it."""
        return any(key in side.catalog.broken for key in keys for side in (self.before, self.after))

    def misses(self, *kinds: type[Entity]) -> bool:
        """Whether one of these kinds could be read on one side only: what is counted would then seem to change."""
        names = {kind.kind for kind in kinds}
        return any(key[0] in names for key in self.before.catalog.broken.keys() ^ self.after.catalog.broken.keys())

    @cached_property
    def packs_on_one_side(self) -> frozenset[str]:
        """Packs that are new or gone: what belongs to them comes or goes with them."""
        return frozenset(pair.entry.id for pair in self.pairs(Pack) if pair.both is None)

    @cached_property
    def internal(self) -> frozenset[str]:
        """The connectors of the team alone: no user hears of them."""
        return internal_connectors(self.after.catalog) | internal_connectors(self.before.catalog)

    def title(self, kind: type[Entity], name: str) -> str:
        """What something is called, now or before; the id where nobody knows."""
        entry = self.after.catalog.find(kind, name) or self.before.catalog.find(kind, name)
        return entry.entity.title if entry else name


LONGEST = 90
"""Characters of a value that are shown."""
WORDS_BEFORE = 3
"""Words in front of the first one that is different."""


def shown(value: object) -> str:
    """A value in a line: lists with commas, long texts cut, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(shown, value)) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{name} {shown(one)}" for name, one in value.items() if one not in (None, [], {}))
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def differing(before: object, after: object) -> tuple[str, str]:
    """Two values in a line; of long texts the part from the first word on that is different."""
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)) and len(before) == len(after) == 1:
        return differing(before[0], after[0])
    was, now = shown(before), shown(after)
    if not (isinstance(before, str) and isinstance(after, str)) or max(len(before), len(after)) <= LONGEST:
        return was, now
    words, others = before.split(), after.split()
    start = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(words, others, strict=False)))) - WORDS_BEFORE
    if start <= 0:
        return was, now
    return f"… {shown(' '.join(words[start:]))}", f"… {shown(' '.join(others[start:]))}"


def connector_of(entity: Entity) -> frozenset[Key]:
    """The connector that an entity is about, as a key; of one that is about none, nothing."""
    connector = getattr(entity, "connector", None)
    return frozenset({("connector", str(connector)), ("pack", str(connector))}) if connector else frozenset()


def presence(was: object, now: object) -> Weight:
    """Of something that should be there."""
    return weight_of(bool(was), bool(now))


def listed(names: Sequence[str], most: int) -> str:
    """The first of some names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def parted(was: Iterable[T], now: Iterable[T]) -> tuple[list[T], list[T]]:
    """What a list lost and what it gained, each in its order."""
    before, after = list(was), list(now)
    return [one for one in before if one not in after], [one for one in after if one not in before]


def weight_of(was: float, now: float) -> Weight:
    """Of a number of which more is better."""
    return "weaker" if now < was else "stronger" if now > was else "changed"


__all__ = ["Facts", "Pair", "Sides", "differing", "listed", "parted", "presence", "shown", "weight_of"]
