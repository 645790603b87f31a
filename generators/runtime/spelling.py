"""The commands of a catalog as readers see them: the current runtime's lines, and beside them those of older ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel

from generators.catalog import catalog_of
from generators.model.pasted import pasted_texts
from generators.model.runtime import Runtime
from generators.runtime.actions import has_actions, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog
    from generators.model.pasted import Route


P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class OlderLines:
    """A snippet as an older runtime spells it: its name with the version, the last day that it is supported."""

    name: str
    until: date | None
    text: str


class Spelled(str):
    """A snippet in the current runtime's words. `older` has it in those of others, where they differ."""

    __slots__ = ("older",)

    older: tuple[OlderLines, ...]

    def __new__(cls, text: str, older: Iterable[OlderLines] = ()) -> Self:
        """`text` is the current runtime's; whoever knows nothing of runtimes reads it as a plain string."""
        made = super().__new__(cls, text)
        made.older = tuple(older)
        return made


def older_lines(text: str) -> tuple[OlderLines, ...]:
    """How older runtimes spell a snippet; none for one that all spell alike."""
    return text.older if isinstance(text, Spelled) else ()


def changed(text: str, change: Callable[[str], str]) -> str:
    """A snippet after a change that is the same for every spelling of it."""
    older = tuple(replace(lines, text=change(lines.text)) for lines in older_lines(text))
    return Spelled(change(text), older) if older else change(text)


@dataclass(frozen=True)
class Spellings:
    """The runtimes that readers may have at a moment: the current one, and older ones that are still supported."""

    current: Runtime | None = None
    older: tuple[Runtime, ...] = field(default=())
    name: str = ""
    """The id of the current one."""

    @classmethod
    def of(cls, catalog: Catalog, at: datetime) -> Spellings:
        """The runtimes of a catalog at a moment, which is aware."""
        entries = list(catalog.entries_of(Runtime))
        current = next((entry for entry in entries if entry.entity.status == "current"), None)
        older = (entry.entity for entry in entries if entry.entity.status != "current")
        still_open = tuple(runtime for runtime in older if _is_open(runtime, at.date()))
        return cls(current.entity, still_open, current.id) if current else cls(None, still_open)

    def spell(self, snippet: str) -> str:
        """A snippet for readers. Without a current runtime, and where it has no action, it stays as it is written."""
        if self.current is None or not has_actions(snippet):
            return snippet
        text = spelled(snippet, self.current, self.current).text
        others = ((runtime, spelled(snippet, runtime, self.current).text) for runtime in self.older)
        older = tuple(
            OlderLines(f"{runtime.title} {runtime.newest.version}", runtime.newest.until, lines)
            for runtime, lines in others
            if lines != text
        )
        return Spelled(text, older)


def _is_open(runtime: Runtime, day: date) -> bool:
    return runtime.newest.until is None or day <= runtime.newest.until


def spelled_catalog(catalog: Catalog, spellings: Spellings) -> Catalog:
    """The same entities with every command spelled for readers. The files that they came from stay beside them."""
    entries = [
        replace(entry, entity=spelled_part(entry.entity, spellings)) if entry.kind != Runtime.kind else entry
        for entry in catalog.everything()
    ]
    return catalog_of(entries, catalog.broken, catalog.mentioned)


def spelled_part(part: P, spellings: Spellings) -> P:
    """An entity, or a part of one, with its commands spelled; the same object where it has no action."""
    texts = {route: spellings.spell(text) for route, text in pasted_texts(part) if has_actions(text)}
    return _with(part, texts) if texts else part


def _with(value: Any, texts: Mapping[Route, str]) -> Any:
    """A part, list, mapping or text, with the texts at the routes into it."""
    if () in texts:
        return texts[()]
    below: defaultdict[str | int, dict[Route, str]] = defaultdict(dict)
    for (step, *rest), text in texts.items():
        below[step][tuple(rest)] = text
    if isinstance(value, BaseModel):
        return value.model_copy(update={str(name): _with(getattr(value, str(name)), t) for name, t in below.items()})
    if isinstance(value, dict):
        return {name: _with(inner, below[name]) if name in below else inner for name, inner in value.items()}
    return tuple(_with(inner, below[place]) if place in below else inner for place, inner in enumerate(value))
