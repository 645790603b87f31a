"""Pack checks as text: what is wrong and where, each fault once, and what still works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING

from generators.packs.proof.results import Result, worst
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.model.pack import Verdict
    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.live import Freshness
    from generators.packs.proof.regressions import Miss, Ran
    from generators.packs.proof.shown import ShownBoard
    from generators.packs.reading.folder import PackFolder

LISTED = 6
"""Queries that are named where one reason keeps many from being proven."""


def pack_text(identity: str, version: str, checked: CheckedPack) -> str:
    """One pack: its verdict, each fault with its place, the boards that still work, and a line a warehouse."""
    verdict = worst(result.verdict for result in checked.results)
    if verdict == "ok" and not all(board.holds for board in checked.shown):
        verdict = "broken"
    lines = [f"{identity} {version}: {verdict}" if checked.results else f"{identity} {version}: no query to check"]
    groups = _unproven_alike(checked.results)
    for group in groups:
        lines += _folded(group, len(_queries(checked.results)))
    folded = set(chain.from_iterable(groups))
    lines += _faults([result for result in checked.results if result not in folded])
    if verdict != "ok":
        lines += _still_working(checked, verdict)
    for warehouse in dict.fromkeys(result.warehouse for result in checked.results):
        lines += _warehouse(checked, warehouse)
    lines += _shown(checked.shown)
    lines += [f"  warning     {printable(warning)}" for warning in checked.warnings]
    return "\n".join(lines) + "\n"


def _unproven_alike(results: Sequence[Result]) -> list[list[Result]]:
    """Results that one reason keeps from being proven, where there are several: the queries are not to blame."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.verdict == "unproven":
            groups.setdefault((result.message, result.hint), []).append(result)
    return [group for group in groups.values() if len(_queries(group)) > 1]


def _queries(results: Sequence[Result]) -> set[tuple[str, str]]:
    return {(result.board, result.query) for result in results}


def _folded(results: Sequence[Result], of: int) -> list[str]:
    """One reason for many queries: said once, with their names unless they are all there are."""
    first = results[0]
    where = ", ".join(dict.fromkeys(result.warehouse for result in results))
    names = list(dict.fromkeys(f"{result.board}: {result.query}" for result in results))
    lines = [f"  {first.verdict:11} {where}  {len(names)} of {of} queries: {printable(first.message)}"]
    if len(names) < of:
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        lines.append(f"              {printable('; '.join(names[:LISTED]))}{more}")
    return [*lines, *([f"              {printable(first.hint)}"] if first.hint else [])]


def _faults(results: Sequence[Result]) -> list[str]:
    """Each fault once, however many warehouses and charts show it; what is missing once, whoever asks for it."""
    faults: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        if result.verdict != "ok":
            key = (result.verdict, result.path, result.line, result.column, result.message)
            faults.setdefault(key, []).append(result)
    causes: dict[tuple[object, ...], list[list[Result]]] = {}
    for place, fault in faults.items():
        first = fault[0]
        cause: tuple[object, ...] = (first.verdict, first.missing) if first.missing else place
        causes.setdefault(cause, []).append(fault)
    return [line for alike in causes.values() for line in (*_fault(alike[0]), *_other_queries(alike[1:]))]


def _fault(results: Sequence[Result]) -> list[str]:
    """Place, warehouses, what is wrong, and the line with a caret."""
    first = results[0]
    where = ", ".join(dict.fromkeys(result.warehouse for result in results))
    code = f" [{first.code}]" if first.code else ""
    lines = [
        f"  {first.verdict:11} {first.path}:{first.line}:{first.column}  {where}",
        f"              {first.board}: query '{printable(first.query)}' {printable(first.message)}{code}",
    ]
    if first.excerpt.strip():
        lines.append(f"      {first.line:5} | {printable(first.excerpt)}")
        lines.append(f"            | {' ' * (first.column - 1)}{'^' * first.width} {printable(first.hint)}".rstrip())
    elif first.hint:
        lines.append(f"              {printable(first.hint)}")
    return lines


def _other_queries(faults: Sequence[Sequence[Result]]) -> list[str]:
    """The other queries that the same missing name breaks, a line each."""
    if not faults:
        return []
    queries = "1 other query asks" if len(faults) == 1 else f"{len(faults)} other queries ask"
    lines = [f"              {queries} for the same:"]
    for fault in faults:
        first = fault[0]
        lines.append(f"                {first.path}:{first.line}:{first.column}  '{printable(first.query)}'")
    return lines


def _still_working(checked: CheckedPack, verdict: Verdict) -> list[str]:
    """The boards without a fault; nothing where no board could be asked, for what could not be asked may work."""
    boards = dict.fromkeys(result.board for result in checked.results)
    working = [board for board in boards if checked.verdict(board) == "ok"]
    if not working and verdict == "unproven":
        return []
    return [f"  still works: {', '.join(working) or 'no board'}"]


def _warehouse(checked: CheckedPack, warehouse: str) -> list[str]:
    """A line for the runtimes that came to the same there, one for each that did not."""
    results = [result for result in checked.results if result.warehouse == warehouse]
    version = checked.engines.get(warehouse, "")
    alike: dict[str, list[str]] = {}
    for runtime in dict.fromkeys(result.runtime for result in results):
        own = [result for result in results if result.runtime == runtime]
        well = sum(result.verdict == "ok" for result in own)
        proofs = ", ".join(dict.fromkeys(result.proof for result in own))
        alike.setdefault(f"{well} of {len(own)} queries ok, {proofs}", []).append(runtime)
    on = f" on {version}" if version else ""
    return [f"  {warehouse:11} {found}{on}{_through(runtimes)}" for found, runtimes in alike.items()]


def _through(runtimes: Sequence[str]) -> str:
    named = [runtime for runtime in runtimes if runtime]
    return f" through {' and '.join(named)}" if named else ""


def _shown(boards: Sequence[ShownBoard]) -> list[str]:
    """A line a runtime: how many boards it drew as it should; then each that it did not, with the first reason."""
    lines = []
    for runtime in dict.fromkeys(board.runtime for board in boards):
        own = [board for board in boards if board.runtime == runtime]
        well = sum(board.holds for board in own)
        rows = "" if own[0].rows == "reference" else ", rows equal"
        lines.append(f"  drawn       {well} of {len(own)} boards valid and drawn without a warning{rows}, by {runtime}")
        lines += [f"              {board.board}: {printable(board.reason)}" for board in own if not board.holds]
    return lines


def freshness_text(rows: Sequence[Freshness]) -> str:
    """A line a table: how old its newest row is against the limit."""
    lines = []
    for row in rows:
        age = "" if row.age_hours is None else f"{row.age_hours:g} h old, limit {row.limit_hours:g} h"
        lines.append(f"  {row.state:8} {row.table}  {age or printable(row.message)}")
    return "".join(f"{line}\n" for line in lines)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────
NO_PACK = "No pack here; `dfops new pack CONNECTOR --schema FILE` begins one.\n"


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack in a list, and what was last proven of it, in words."""

    pack: str
    version: str
    state: str
    boards: int
    queries: int
    proven: str


def pack_line(folder: PackFolder) -> PackLine:
    """A pack as a list shows it."""
    pack, evidence = folder.pack.entity, folder.evidence.entity if folder.evidence else None
    if evidence is None:
        proven = "never proven"
    elif evidence.digest != folder.digest:
        proven = "changed since it was proven"
    else:
        proven = f"{worst(board.verdict for board in evidence.boards)} on {evidence.checked_at:%Y-%m-%d}"
    queries = sum(len(board.queries) for board in folder.boards)
    return PackLine(folder.id, pack.version, pack.state, len(folder.boards), queries, proven)


def packs_text(lines: Sequence[PackLine]) -> str:
    """A line a pack."""
    width = max((len(line.pack) for line in lines), default=0)
    return (
        "".join(
            f"{line.pack:{width}} {line.version:8} {line.state:10} "
            f"{line.boards} boards, {line.queries} queries, {line.proven}\n"
            for line in lines
        )
        or NO_PACK
    )


def packs_json(lines: Sequence[PackLine]) -> str:
    """The same for programs."""
    return document(packs=[asdict(line) for line in lines])


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────────────────────
Checks = Sequence[tuple["PackFolder", "CheckedPack"]]


def checks_text(checks: Checks, fresh: Sequence[Freshness]) -> str:
    """Every pack that was checked, with how old its tables are where that was asked."""
    return (
        "".join(
            pack_text(pack.id, pack.pack.entity.version, checked)
            + freshness_text([row for row in fresh if row.pack == pack.id])
            for pack, checked in checks
        )
        or NO_PACK
    )


def checks_json(checks: Checks, fresh: Sequence[Freshness]) -> str:
    """The same for programs: a result a query, runtime and warehouse; what each runtime showed of each board."""
    results = [result.as_json() for _, checked in checks for result in checked.results]
    shown = [{"pack": pack.id, **asdict(board)} for pack, checked in checks for board in checked.shown]
    warnings = [{"pack": pack.id, "message": each} for pack, checked in checks for each in checked.warnings]
    return document(results=results, shown=shown, freshness=[asdict(row) for row in fresh], warnings=warnings)


def unchanged_text(packs: Sequence[PackFolder], what: str) -> str:
    """A line for each pack whose evidence stands for a check or test that was not run again."""
    lines = []
    for pack in packs:
        if pack.evidence:
            day = f"{pack.evidence.entity.checked_at:%Y-%m-%d}"
            lines.append(f"{pack.id} {pack.pack.entity.version}: ok, {what} on {day}, unchanged since\n")
    return "".join(lines)


# ── regressions ─────────────────────────────────────────────────────────────────────────────────────────────────────
def regressions_text(results: Sequence[tuple[str, Ran]]) -> str:
    """A line a regression, with what it missed, and how many failed; each with its pack."""
    lines = []
    for pack, regression in results:
        verdict = "FAILED" if regression.misses else "ok"
        lines.append(f"{verdict:7} {pack}  {regression.id}  {printable(regression.title)}")
        for miss in regression.misses:
            where = f"{miss.place.path}:{miss.place.line}:{miss.place.column}"
            lines.append(f"        {where}  {printable(miss.sentence)}")
    failed = sum(1 for _, regression in results if regression.misses)
    lines.append(f"{len(results)} regressions, {failed or 'none'} failed")
    return "".join(f"{line}\n" for line in lines)


def regressions_json(results: Sequence[tuple[str, Ran]]) -> str:
    """The same for programs."""
    return document(
        results=[{"pack": pack, "id": one.id, "misses": [_miss(miss) for miss in one.misses]} for pack, one in results]
    )


def _miss(miss: Miss) -> dict[str, object]:
    place = miss.place
    return {"path": place.path, "line": place.line, "column": place.column, "message": miss.sentence}
