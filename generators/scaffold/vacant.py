"""What a new entity is about: the first thing that nothing of its kind is about yet, so that it contradicts none."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, get_args

from generators.model.launch import Gate, Waiver
from generators.model.organization import Surface
from generators.model.pack import Warehouse, WarehouseSetup
from generators.model.stability import Defect
from generators.model.support import Audience, IncidentState, Message, Route, ServiceLevel, Severity, Symptom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.catalog import Catalog
    from generators.model import Entity

Fields = dict[str, object]


def vacant(kind: type[Entity], catalog: Catalog) -> Fields:
    """Values of the fields that decide what an entity of a kind is about; none where nothing is vacant."""
    return _KINDS[kind](catalog) if kind in _KINDS else {}


def _route(catalog: Catalog) -> Fields:
    """A symptom on a surface that has no route."""
    taken = {(entry.entity.surface, entry.entity.symptom) for entry in catalog.entries_of(Route)}
    occurring = ((str(surface), entry.id) for entry in catalog.entries_of(Symptom) for surface in entry.entity.surfaces)
    return _first(("surface", "symptom"), occurring, taken)


def _service_level(catalog: Catalog) -> Fields:
    """A severity that a surface promises nothing for; else the promise of one symptom."""
    levels = [entry.entity for entry in catalog.entries_of(ServiceLevel)]
    surfaces, severities = ([entry.id for entry in catalog.entries_of(kind)] for kind in (Surface, Severity))
    general = {(level.surface, level.severity) for level in levels if level.symptom is None}
    symptoms = [entry.id for entry in catalog.entries_of(Symptom)]
    special = {(level.surface, level.severity, level.symptom) for level in levels}
    found = _first(("surface", "severity"), product(surfaces, severities), general)
    return found or _first(("surface", "severity", "symptom"), product(surfaces, severities, symptoms), special)


def _message(catalog: Catalog) -> Fields:
    """A state and an audience that hear nothing yet."""
    taken = {(entry.entity.state, entry.entity.audience) for entry in catalog.entries_of(Message)}
    return _first(("state", "audience"), product(get_args(IncidentState), get_args(Audience)), taken)


def _warehouse_setup(catalog: Catalog) -> Fields:
    """A warehouse that no setup is about."""
    taken = {(entry.entity.warehouse,) for entry in catalog.entries_of(WarehouseSetup)}
    return _first(("warehouse",), product(get_args(Warehouse)), taken)


def _waiver(catalog: Catalog) -> Fields:
    """A criterion that is not waived."""
    taken = {(entry.entity.gate, entry.entity.criterion) for entry in catalog.entries_of(Waiver)}
    gates = catalog.entries_of(Gate)
    criteria = ((entry.id, str(criterion.id)) for entry in gates for criterion in entry.entity.criteria)
    return _first(("gate", "criterion"), criteria, taken)


def _defect(catalog: Catalog) -> Fields:
    """The mildest severity: a worse one asks for more than a first line says."""
    ranked = [(entry.entity.rank, entry.id) for entry in catalog.entries_of(Severity)]
    return {"severity": max(ranked)[1]} if ranked else {}


def _first(names: tuple[str, ...], possible: Iterable[tuple[str, ...]], taken: Iterable[tuple[object, ...]]) -> Fields:
    """The first of what is possible that is not taken, by the names of its fields."""
    known = set(taken)
    found = next((one for one in possible if one not in known), ())
    return dict(zip(names, found, strict=False))


_KINDS: Mapping[type[Entity], Callable[[Catalog], Fields]] = {
    Route: _route,
    ServiceLevel: _service_level,
    Message: _message,
    WarehouseSetup: _warehouse_setup,
    Waiver: _waiver,
    Defect: _defect,
}
