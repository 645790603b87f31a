"""What is no longer owned, rehearsed, proven or tested, and what is owned by somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generators.changes.sides import Pair, listed, parted, presence, weight_of
from generators.model import KINDS
from generators.model.launch import Rehearsal
from generators.model.organization import Role
from generators.model.pack import Pack, PackEvidence, Regression
from generators.model.runbook import Runbook
from generators.model.stability import Defect
from generators.model.support import Route
from generators.runbooks.coverage import coverage_of
from generators.status.state import STRENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog
    from generators.changes.change import Change
    from generators.changes.sides import Sides
    from generators.runbooks.coverage import Coverage

LISTED = 4
"""Boards that are named."""


def losses(sides: Sides) -> Iterator[Change]:
    """Owners, rehearsals, proofs and tests."""
    yield from _roles(sides)
    yield from _owners(sides)
    if not sides.misses(Rehearsal, Runbook):
        yield from _rehearsed(sides)
    yield from _proofs(sides)
    yield from _tests(sides)
    yield from _validations(sides)


# ── owned ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _roles(sides: Sides) -> Iterator[Change]:
    """Roles that lose their last holder, or get a first one."""
    for pair in sides.changed(Role):
        if pair.both and bool(pair.both[0].holders) != bool(pair.both[1].holders):
            was, now = (role.holders for role in pair.both)
            owned = sum("owner" in use.route for use in sides.after.catalog.used_by(Role.kind, pair.entry.id))
            what = f"{pair.entry.entity.title}, owner of {owned} things: held by"
            yield pair.told(
                "approvers", presence(was, now), what, "holders", before=was or "nobody", after=now or "nobody"
            )


def _owners(sides: Sides) -> Iterator[Change]:
    """Things that change hands. Owners of routes are told with the route."""
    owned = [kind for kind in KINDS if "owner" in kind.model_fields and kind is not Route]
    for pair in (pair for kind in owned for pair in sides.changed(kind)):
        was, now = (str(getattr(entity, "owner", None) or "") for entity in pair.both or (None, None))
        if was != now:
            what = f"{pair.entry.kind.replace('-', ' ').capitalize()} '{pair.entry.entity.title}': owner"
            values = was or "nobody", now or "nobody"
            yield pair.told("approvers", presence(was, now), what, "owner", before=values[0], after=values[1])


# ── rehearsed ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _rehearsed(sides: Sides) -> Iterator[Change]:
    """Ways through runbooks that were rehearsed as they stand."""
    touched = {str(pair.entry.entity.runbook) for pair in sides.changed(Rehearsal)}
    for pair in sides.pairs(Runbook):
        if pair.both and (pair.is_changed or pair.entry.id in touched):
            was, now = (_coverage(side.catalog, pair.entry.id) for side in (sides.before, sides.after))
            if _ways(was) != _ways(now):
                stale = parted(was.stale_steps, now.stale_steps)[1]
                after = f"{_ways(now)}; changed since: {', '.join(stale)}" if stale else _ways(now)
                what = f"Runbook '{pair.entry.entity.title}': ways that are rehearsed as they stand"
                weight = weight_of(was.walked, now.walked)
                yield pair.told("approvers", weight, what, "steps", before=_ways(was), after=after).covering()


def _coverage(catalog: Catalog, name: str) -> Coverage:
    entry = catalog.find(Runbook, name)
    assert entry is not None  # noqa: S101 - asked of what is on both sides
    held = [(one.id, one.entity) for one in catalog.entries_of(Rehearsal) if one.entity.runbook == name]
    return coverage_of(name, entry.entity, held)


def _ways(coverage: Coverage) -> str:
    return f"{coverage.walked} of {len(coverage.ways)}"


# ── proven and tested ───────────────────────────────────────────────────────────────────────────────────────────────
def _proofs(sides: Sides) -> Iterator[Change]:
    """What proofs of packs found; those that found the same again are one line."""
    again: list[Pair[PackEvidence]] = []
    for pair in sides.changed(PackEvidence):
        if pair.both is None:
            if pair.entry.id not in sides.packs_on_one_side:
                what = "proven for the first time" if pair.after else "the proof is gone"
                yield pair.told("approvers", pair.arrival, f"{_pack(sides, pair)}: {what}")
            continue
        told = list(_proof(_pack(sides, pair), pair, *pair.both))
        if not told:
            again.append(pair)
        yield from told
    if again:
        names = ", ".join(_pack(sides, pair) for pair in again)
        told_once = again[0].told("approvers", "changed", f"Proven again, as well as before: {names}")
        yield replace(told_once, also=frozenset(pair.entry.key for pair in again))


def _pack(sides: Sides, pair: Pair[PackEvidence]) -> str:
    return sides.title(Pack, pair.entry.id)


def _proof(name: str, pair: Pair[PackEvidence], was: PackEvidence, now: PackEvidence) -> Iterator[Change]:
    """How a proof differs from the one before; nothing where it found the same."""
    if was.checked_at == now.checked_at:
        yield pair.told("approvers", "weaker", f"{name}: the evidence is different, of the same run")
    yield from _boards(name, pair, _found(was), _found(now))
    passed = [evidence.tests.passed if evidence.tests else () for evidence in (was, now)]
    if lost := parted(*passed)[0]:
        what = f"{name}: regression tests that passed and do not any more"
        yield pair.told("approvers", "weaker", what, before=lost)


Cell = tuple[str, str, str]
"""A board, a warehouse and a runtime."""


def _boards(
    name: str, pair: Pair[PackEvidence], before: Mapping[Cell, int], after: Mapping[Cell, int]
) -> Iterator[Change]:
    """Boards that are proven less or better."""
    if less := [" ".join(cell) for cell in before if after.get(cell, -1) < before[cell]]:
        yield pair.told("approvers", "weaker", f"{name}: proven less than before: {listed(less, LISTED)}")
    if more := [" ".join(cell) for cell in after if before.get(cell, -1) < after[cell]]:
        yield pair.told("approvers", "stronger", f"{name}: proven better than before: {listed(more, LISTED)}")


def _found(evidence: PackEvidence) -> dict[Cell, int]:
    """How well each board is proven, by board, warehouse and runtime; 0 where it does not work."""
    return {
        (one.board, one.warehouse, str(one.runtime)): STRENGTH.index(one.proof) if one.verdict == "ok" else 0
        for one in evidence.boards
    }


def _tests(sides: Sides) -> Iterator[Change]:
    """Regressions of packs that are gone or new."""
    for pair in sides.changed(Regression):
        if pair.both is None and str(pair.entry.entity.connector) not in sides.packs_on_one_side:
            what = f"Regression test '{pair.entry.entity.title}' is {'new' if pair.after else 'gone'}"
            yield pair.told("approvers", pair.arrival, what)


def _validations(sides: Sides) -> Iterator[Change]:
    """What keeps defects fixed."""
    for defect in sides.changed(Defect):
        was, now = (entity.validation for entity in defect.both or (defect.entry.entity, defect.entry.entity))
        if bool(was) != bool(now):
            what = f"Defect '{defect.entry.entity.title}': what keeps it fixed"
            words = [one.what if one else None for one in (was, now)]
            yield defect.told("approvers", presence(was, now), what, "validation", before=words[0], after=words[1])
