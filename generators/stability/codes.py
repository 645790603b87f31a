"""Which diagnostic codes each defect is met with, as the register says it: nothing is read into a code."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from generators.model.runtime import Runtime
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry

CODE: Final = re.compile(r"\b(?:ERR|WARN)(?:-[A-Z0-9]+)+\b")


def codes_in(text: str) -> frozenset[str]:
    """The diagnostic codes that a text names."""
    return frozenset(CODE.findall(text))


def codes_of_defects(catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """Codes by defect: those that its title, what the user sees and its case show, and warnings that are wrongly given.

    What a defect's cause or workaround mentions is not among them: that is met elsewhere.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for entry in catalog.entries_of(Defect):
        for text in _shown(entry.entity):
            found[entry.id] |= codes_in(text)
    for runtime in catalog.entries_of(Runtime):
        for warning in runtime.entity.false_warnings:
            found[warning.defect].add(warning.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _shown(defect: Defect) -> Iterator[str]:
    yield from (defect.title, defect.seen)
    if defect.upstream and defect.upstream.case:
        for step in defect.upstream.case.steps:
            yield from step.shows


def defect_of(
    code: str,
    where: tuple[str, str, str],
    codes: Mapping[str, frozenset[str]],
    defects: Mapping[str, Entry[Defect]],
) -> str:
    """The one defect that a code at a surface, connector and warehouse can be; empty where none or several can.

    A defect of the connector goes before those that are tied to none.
    """
    can = [entry for name, entry in defects.items() if code in codes.get(name, frozenset()) and _fits(entry, where)]
    chosen = [entry for entry in can if entry.entity.connector] or can
    return chosen[0].id if len(chosen) == 1 else ""


def _fits(entry: Entry[Defect], where: tuple[str, str, str]) -> bool:
    """Whether a defect can be met at a surface, connector and warehouse."""
    (surface, connector, warehouse), defect = where, entry.entity
    in_reach = not defect.warehouses or warehouse in defect.warehouses
    return defect.surface == surface and (defect.connector or connector) == connector and in_reach
