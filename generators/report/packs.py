"""Pack checks as text: what is wrong and where, each fault once, and what still works."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from generators.packs.proof.results import Result, worst
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.model.pack import Verdict
    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.live import Freshness

LISTED = 6
"""Queries that are named where one reason keeps many from being proven."""


def pack_text(identity: str, version: str, checked: CheckedPack) -> str:
    """One pack: its verdict, each fault with its place, the faces that still work, and a line a warehouse."""
    verdict = worst(result.verdict for result in checked.results)
    lines = [f"{identity} {version}: {verdict}" if checked.results else f"{identity} {version}: no query to check"]
    groups = _unproven_alike(checked.results)
    for group in groups:
        lines += _folded(group, len(_queries(checked.results)))
    folded = set(chain.from_iterable(groups))
    lines += _faults([result for result in checked.results if result not in folded])
    if verdict != "ok":
        lines += _still_working(checked, verdict)
    for warehouse in dict.fromkeys(result.warehouse for result in checked.results):
        lines.append(_warehouse(checked, warehouse))
    return "\n".join(lines) + "\n"


def _unproven_alike(results: Sequence[Result]) -> list[list[Result]]:
    """Results that one reason keeps from being proven, where there are several: the queries are not to blame."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.verdict == "unproven":
            groups.setdefault((result.message, result.hint), []).append(result)
    return [group for group in groups.values() if len(_queries(group)) > 1]


def _queries(results: Sequence[Result]) -> set[tuple[str, str]]:
    return {(result.face, result.query) for result in results}


def _folded(results: Sequence[Result], of: int) -> list[str]:
    """One reason for many queries: said once, with their names unless they are all there are."""
    first = results[0]
    where = ", ".join(dict.fromkeys(result.warehouse for result in results))
    names = list(dict.fromkeys(f"{result.face}: {result.query}" for result in results))
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
        f"              {first.face}: query '{printable(first.query)}' {printable(first.message)}{code}",
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
    """The faces without a fault; nothing where no face could be asked, for what could not be asked may work."""
    faces = dict.fromkeys(result.face for result in checked.results)
    working = [face for face in faces if checked.verdict(face) == "ok"]
    if not working and verdict == "unproven":
        return []
    return [f"  still works: {', '.join(working) or 'no face'}"]


def _warehouse(checked: CheckedPack, warehouse: str) -> str:
    results = [result for result in checked.results if result.warehouse == warehouse]
    well = sum(1 for result in results if result.verdict == "ok")
    proofs = ", ".join(dict.fromkeys(result.proof for result in results))
    version = checked.engines.get(warehouse, "")
    return f"  {warehouse:11} {well} of {len(results)} queries ok, {proofs}{f' on {version}' if version else ''}"


def freshness_text(rows: Sequence[Freshness]) -> str:
    """A line a table: how old its newest row is against the limit."""
    lines = []
    for row in rows:
        age = "" if row.age_hours is None else f"{row.age_hours:g} h old, limit {row.limit_hours:g} h"
        lines.append(f"  {row.state:8} {row.table}  {age or printable(row.message)}")
    return "".join(f"{line}\n" for line in lines)
