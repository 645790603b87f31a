"""Entities that only have another id: the earlier model as if it had always had the present ids.

Without this each reference to a renamed entity would be a change, and what leads to it would seem to lead nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from generators.catalog import catalog_of
from generators.catalog.references import plan
from generators.model.base import Ref
from generators.model.refs import RunbookRef, StepRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.changes.sides import Facts

M = TypeVar("M", bound=BaseModel)


def with_present_ids(before: Facts, after: Catalog) -> Facts:
    """The earlier side with the ids that its entities have now; the same where nothing was renamed."""
    names = _renamed(before.catalog, after)
    if not names:
        return before
    entries = [
        replace(entry, id=names.get(entry.kind, {}).get(entry.id, entry.id), entity=_with(entry.entity, names))
        for entry in before.catalog.everything()
    ]
    catalog = catalog_of(entries, before.catalog.broken, before.catalog.mentioned)
    return replace(before, catalog=catalog)


def _renamed(before: Catalog, after: Catalog) -> dict[str, dict[str, str]]:
    """What was there under an id that is now a former one. What was merged into another is not renamed, but gone."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in after.everything():
        was = before.entries.get(entry.kind, {})
        for old in entry.entity.former:
            if entry.id not in was and old in was and old not in after.entries[entry.kind]:
                names[entry.kind][old] = entry.id
    return names


def _with(part: M, names: Mapping[str, Mapping[str, str]]) -> M:
    """A part whose references have the present ids."""
    fields = {name: (value, _value(value, names)) for name, _ in plan(type(part)) if (value := getattr(part, name))}
    changed = {name: now for name, (was, now) in fields.items() if was != now}
    return part.model_copy(update=changed) if changed else part


def _value(value: object, names: Mapping[str, Mapping[str, str]]) -> object:
    if isinstance(value, StepRef):
        runbook, _, step = value.partition("/")
        return StepRef(f"{names.get(RunbookRef.kind, {}).get(runbook, runbook)}/{step}")
    if isinstance(value, Ref):
        return type(value)(names.get(value.kind, {}).get(value, value))
    if isinstance(value, BaseModel):
        return _with(value, names)
    if isinstance(value, tuple):
        return tuple(_value(one, names) for one in value)
    return value
