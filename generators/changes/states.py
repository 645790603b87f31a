"""Public states of packs: which changes, from what to what, and the fact that makes it so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generators.catalog import INTERNAL
from generators.changes.alerts import severity_weight
from generators.changes.sides import Pair, weight_of
from generators.model.launch import UnsupportedCase
from generators.model.pack import PackEvidence, PackFixtures, PackSchema, Regression, StatusOverride, Withdrawal
from generators.model.stability import Defect, Incident
from generators.status.packs import OPEN_STATES
from generators.status.state import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Key
    from generators.changes.change import Change, Reader, Weight
    from generators.changes.sides import Sides
    from generators.findings import Place
    from generators.model import Entity
    from generators.model.pack import Pack
    from generators.status.packs import PackStatus

CAUSES: tuple[type[Entity], ...] = (StatusOverride, Withdrawal, Defect, Incident, Regression, PackEvidence)
"""Kinds that decide the state of a pack, besides the pack itself."""


def states(sides: Sides) -> Iterator[Change]:
    """States of packs, defects that decide them, withdrawals and known limitations."""
    for name in sorted({*sides.before.packs, *sides.after.packs}):
        was, now = sides.before.packs.get(name), sides.after.packs.get(name)
        if not sides.is_unread(("pack", name), ("pack-schema", name), ("pack-evidence", name)):
            yield from _state(sides, was, now)
    for defect in sides.changed(Defect):
        if defect.both:
            yield from _defect(sides, defect, *defect.both)
    for withdrawal in sides.changed(Withdrawal):
        yield from _withdrawal(withdrawal)
    yield from _limits(sides)


def reader_of(pack: Pack) -> Reader:
    """Who meets what changes about a pack: users, or of an internal one the team that approves it."""
    return "approvers" if pack.audience == INTERNAL else "users"


def _state(sides: Sides, was: PackStatus | None, now: PackStatus | None) -> Iterator[Change]:
    pair = Pair(was.pack if was else None, now.pack if now else None)
    pack = pair.entry.entity
    reader = reader_of(pack)
    if was is None or now is None:
        weight: Weight = "stronger" if now else "weaker"
        what = f"{pack.title} is new" if now else f"{pack.title} is gone"
        told = pair.told(reader, weight, what, before=_words(was), after=_words(now))
        yield replace(told, also=_parts(sides, pair.entry.id))
        return
    before, after = (f"{status.status.state}: {status.status.reason}" for status in (was, now))
    if before != after:
        ranks = (STATES.index(status.status.state) for status in (was, now))
        told = pair.told(reader, weight_of(*ranks), f"{pack.title}: public state", "state", before=before, after=after)
        yield told.standing(_cause(sides, pair))


def _parts(sides: Sides, pack: str) -> frozenset[Key]:
    """What comes and goes with a pack: all that its folder holds."""
    kinds = (PackSchema, PackFixtures, PackEvidence, Regression)
    pairs = (pair for kind in kinds for pair in sides.changed(kind))
    return frozenset(pair.entry.key for pair in pairs if getattr(pair.entry.entity, "connector", None) == pack)


def _words(status: PackStatus | None) -> str | None:
    return f"{status.status.state}, version {status.pack.entity.version}" if status else None


def _cause(sides: Sides, pack: Pair[Pack]) -> Place:
    """The fact that most likely makes the difference: the first of the deciding kinds that is different."""
    connector = pack.entry.entity.connector
    for kind in CAUSES:
        for pair in sides.changed(kind):
            if getattr(pair.entry.entity, "connector", None) == connector:
                return pair.at(first_field(pair))
    return pack.at("version" if pack.is_changed else "connector")


def first_field(pair: Pair[Entity]) -> str:
    """The first field, as declared, that is different."""
    if pair.both is None:
        return "title"
    was, now = pair.both
    return next(name for name in type(now).model_fields if getattr(was, name, None) != getattr(now, name))


def _defect(sides: Sides, pair: Pair[Defect], was: Defect, now: Defect) -> Iterator[Change]:
    """A defect that is opened or settled, and one whose severity is another: nothing is fixed by that."""
    reader: Reader = "users" if now.connector else "support"
    if was.state != now.state:
        opened = (now.state in OPEN_STATES) - (was.state in OPEN_STATES)
        yield pair.told(
            reader, weight_of(opened, 0), f"Defect '{now.title}'", "state", before=was.state, after=now.state
        )
    if was.severity != now.severity:
        weight = severity_weight(sides, was.severity, now.severity)
        what = f"Defect '{now.title}': severity"
        yield pair.told(reader, weight, what, "severity", before=was.severity, after=now.severity)


def _withdrawal(pair: Pair[Withdrawal]) -> Iterator[Change]:
    one = pair.entry.entity
    what = f"{one.connector}: {f'version {one.version}' if one.version else 'the pack'} is withdrawn"
    if pair.after is None:
        yield pair.told("users", "stronger", f"{what} no more", before=one.reason)
    elif pair.before is None:
        yield pair.told("users", "weaker", what, after=one.reason)


def _limits(sides: Sides) -> Iterator[Change]:
    """Known limitations: what is said on public pages. Whether it was so before, no fact says."""
    for pair in sides.changed(UnsupportedCase):
        title = pair.entry.entity.title
        if pair.before is None:
            yield pair.told("users", "changed", "A known limitation is listed", after=title)
        elif pair.after is None:
            yield pair.told("users", "changed", "A known limitation is no longer listed", before=title)
