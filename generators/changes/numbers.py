"""Packs as their users have them: versions, warehouses, what numbers mean, tables that are needed, freshness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.changes.sides import Pair, weight_of
from generators.changes.states import reader_of
from generators.model.pack import Pack, PackSchema
from generators.status.state import STRENGTH, WAREHOUSE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.changes.change import Change, Reader, Weight
    from generators.changes.sides import Sides
    from generators.model.pack import KpiNarrative, PackTable
    from generators.status.packs import PackStatus

LISTED = 6
"""Queries or columns that are named."""
KPI_WORDS = {
    "definition": "what it is",
    "unit": "unit",
    "time_zone": "time zone",
    "moved_by": "what moves it",
    "worry_when": "when to worry",
}


def numbers(sides: Sides) -> Iterator[Change]:
    """What is different for who has a pack."""
    readers: dict[str, Reader] = {}
    for pair in sides.pairs(Pack):
        readers[pair.entry.id] = reader_of(pair.entry.entity)
        if pair.both and pair.is_changed:
            yield from _pack(pair, *pair.both)
        yield from _queries(sides, pair)
    for schema in sides.changed(PackSchema):
        if schema.both:
            yield from _schema(schema, *schema.both, readers.get(schema.entry.id, "users"))


def _pack(pair: Pair[Pack], was: Pack, now: Pack) -> Iterator[Change]:
    reader = reader_of(now)
    if was.version != now.version:
        yield pair.told(reader, "changed", f"{now.title}: version", "version", before=was.version, after=now.version)
    if was.evidence_limit != now.evidence_limit:
        weight = weight_of(now.evidence_limit.minutes, was.evidence_limit.minutes)
        before, after = was.evidence_limit, now.evidence_limit
        what = f"{now.title}: how old its proof may be"
        yield pair.told(reader, weight, what, "evidence_limit", before=before, after=after)
    proofs = [{one.name: one.proof for one in pack.warehouses} for pack in (was, now)]
    for name in sorted({*proofs[0], *proofs[1]}):
        asked = [side.get(name) for side in proofs]
        if asked[0] != asked[1]:
            weight = weight_of(*(STRENGTH.index(proof) if proof else -1 for proof in asked))
            words = [proof or "not supported" for proof in asked]
            what = f"{now.title} on {WAREHOUSE_NAMES[name]}: proof"
            yield pair.told(reader, weight, what, "warehouses", before=words[0], after=words[1])
    yield from _kpis(pair, was, now)


def _kpis(pair: Pair[Pack], was: Pack, now: Pack) -> Iterator[Change]:
    """What each number means."""
    reader = reader_of(now)
    before, after = ({kpi.id: kpi for kpi in pack.kpis} for pack in (was, now))
    places = {kpi.id: index for index, kpi in enumerate(now.kpis)}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            weight: Weight = "stronger" if one is None else "weaker"
            titles = [kpi.title if kpi else None for kpi in (one, other)]
            what = f"{now.title}: number with an explanation"
            route = ("kpis", places[name]) if other else ("kpis",)
            yield pair.told(reader, weight, what, *route, before=titles[0], after=titles[1])
        elif one != other:
            yield from _kpi(pair, places[name], one, other)


def _kpi(pair: Pair[Pack], place: int, was: KpiNarrative, now: KpiNarrative) -> Iterator[Change]:
    pack = pair.entry.entity
    words = KPI_WORDS | {"title": "name"}
    for field, word in words.items():
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            what = f"{pack.title}, number '{now.title}': {word}"
            yield pair.told(reader_of(pack), "changed", what, "kpis", place, field, before=before, after=after)
    made = [f"{kpi.board}/{kpi.query}.{kpi.column}" for kpi in (was, now)]
    if made[0] != made[1]:
        what = f"{pack.title}, number '{now.title}': where it is made"
        field = next(name for name in ("board", "query", "column") if getattr(was, name) != getattr(now, name))
        yield pair.told(reader_of(pack), "changed", what, "kpis", place, field, before=made[0], after=made[1])


# ── boards ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _queries(sides: Sides, pair: Pair[Pack]) -> Iterator[Change]:
    """Queries of boards that compute something else."""
    was, now = (_sql(side.packs.get(pair.entry.id)) for side in (sides.before, sides.after))
    different = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
    if pair.both is None or not different:
        return
    names = ", ".join(different[:LISTED]) + (f" and {len(different) - LISTED} more" if different[LISTED:] else "")
    title = pair.entry.entity.title
    told = pair.told(reader_of(pair.entry.entity), "changed", f"{title}: other queries in {names}")
    yield told.covering()


def _sql(status: PackStatus | None) -> Mapping[str, str]:
    """The SQL of each query by its board and name."""
    written = status.folder.written if status and status.folder else ()
    return {f"{one.document.path.rpartition('/')[2].removesuffix('.yml')}/{one.name}": one.sql for one in written}


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _schema(pair: Pair[PackSchema], was: PackSchema, now: PackSchema, reader: Reader) -> Iterator[Change]:
    for field, words in (("warn_after", "warned about"), ("error_after", "stale")):
        before, after = getattr(was.freshness, field), getattr(now.freshness, field)
        if before != after:
            what = f"{now.title}: data is {words} after"
            weight = weight_of(after.minutes, before.minutes)
            yield pair.told(reader, weight, what, "freshness", field, before=before, after=after)
    needed, left = (sorted(names) for names in _needed(was.tables, now.tables))
    title = now.title
    if needed:
        yield pair.told(
            reader, "weaker", f"{title}: tables and columns that are now needed", "tables", after=_some(needed)
        )
    if left:
        yield pair.told(
            reader, "stronger", f"{title}: tables and columns that are needed no more", "tables", before=_some(left)
        )


def _needed(was: Mapping[str, PackTable], now: Mapping[str, PackTable]) -> tuple[set[str], set[str]]:
    """What users must have now and had not to, and the other way round."""
    before, after = (_required(tables) for tables in (was, now))
    return after - before, before - after


def _required(tables: Mapping[str, PackTable]) -> set[str]:
    return {
        f"{name}.{column}"
        for name, table in tables.items()
        if not table.optional
        for column in table.columns
        if column not in table.optional_columns
    }


def _some(names: list[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if names[LISTED:] else "")
