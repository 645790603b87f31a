"""Packs as their users have them: versions, warehouses, what numbers mean, tables that are needed, freshness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.changes.sides import Pair, listed, parted, weight_of
from generators.changes.states import reader_of
from generators.model.pack import Pack, PackSchema
from generators.status.state import STRENGTH, WAREHOUSE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.changes.change import Change, Reader
    from generators.changes.sides import Sides
    from generators.model.pack import KpiNarrative, PackTable
    from generators.status.packs import PackStatus

LISTED = 6
"""Queries or columns that are named."""
KPI_WORDS = {
    "title": "name",
    "board": "board that shows it",
    "query": "query that makes it",
    "column": "column that holds it",
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
    yield from _warehouses(pair, was, now)
    yield from _kpis(pair, was, now)


def _warehouses(pair: Pair[Pack], was: Pack, now: Pack) -> Iterator[Change]:
    """Where it runs, and the kind of proof that is asked of it there."""
    proofs = [{one.name: one.proof for one in pack.warehouses} for pack in (was, now)]
    for name in sorted({*proofs[0], *proofs[1]}):
        asked = [side.get(name) for side in proofs]
        if asked[0] != asked[1]:
            weight = weight_of(*(STRENGTH.index(proof) if proof else -1 for proof in asked))
            words = [proof or "not supported" for proof in asked]
            what = f"{now.title} on {WAREHOUSE_NAMES[name]}: proof"
            yield pair.told(reader_of(now), weight, what, "warehouses", before=words[0], after=words[1])


def _kpis(pair: Pair[Pack], was: Pack, now: Pack) -> Iterator[Change]:
    """What each number means."""
    reader, what = reader_of(now), f"{now.title}: number with an explanation"
    before = {kpi.id: kpi for kpi in was.kpis}
    for place, kpi in enumerate(now.kpis):
        if kpi.id not in before:
            yield pair.told(reader, "stronger", what, "kpis", place, after=kpi.title)
        elif kpi != before[kpi.id]:
            yield from _kpi(pair, place, before[kpi.id], kpi)
    for name in parted(before, (kpi.id for kpi in now.kpis))[0]:
        yield pair.told(reader, "weaker", what, "kpis", before=before[name].title)


def _kpi(pair: Pair[Pack], place: int, was: KpiNarrative, now: KpiNarrative) -> Iterator[Change]:
    pack = pair.entry.entity
    for field, word in KPI_WORDS.items():
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            what = f"{pack.title}, number '{now.title}': {word}"
            yield pair.told(reader_of(pack), "changed", what, "kpis", place, field, before=before, after=after)


# ── boards ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _queries(sides: Sides, pair: Pair[Pack]) -> Iterator[Change]:
    """Queries of boards that compute something else."""
    was, now = (_sql(side.packs.get(pair.entry.id)) for side in (sides.before, sides.after))
    different = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
    if pair.both is None or not different:
        return
    title = pair.entry.entity.title
    told = pair.told(reader_of(pair.entry.entity), "changed", f"{title}: other queries in {listed(different, LISTED)}")
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
            reader, "weaker", f"{title}: tables and columns that are now needed", "tables", after=listed(needed, LISTED)
        )
    if left:
        yield pair.told(
            reader,
            "stronger",
            f"{title}: tables and columns that are needed no more",
            "tables",
            before=listed(left, LISTED),
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
