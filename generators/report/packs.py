"""Pack checks as text: what is wrong and where, each fault once, and what still works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.results import Result, worst
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.packs.check import CheckedPack
    from generators.packs.live import Freshness


def pack_text(identity: str, version: str, checked: CheckedPack) -> str:
    """One pack: its verdict, each fault with its place, the faces that still work, and a line a warehouse."""
    verdict = worst(result.verdict for result in checked.results)
    lines = [f"{identity} {version}: {verdict}" if checked.results else f"{identity} {version}: no query to check"]
    lines += _faults(checked.results)
    faces = list(dict.fromkeys(result.face for result in checked.results))
    if verdict != "ok":
        working = [face for face in faces if checked.verdict(face) == "ok"]
        lines.append(f"  still works: {', '.join(working) or 'no face'}")
    for warehouse in dict.fromkeys(result.warehouse for result in checked.results):
        lines.append(_warehouse(checked, warehouse))
    return "\n".join(lines) + "\n"


def _faults(results: Sequence[Result]) -> list[str]:
    """Each fault once, however many warehouses and charts it shows on."""
    folded: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        if result.verdict != "ok":
            key = (result.verdict, result.path, result.line, result.column, result.message)
            folded.setdefault(key, []).append(result)
    lines: list[str] = []
    for found in folded.values():
        first = found[0]
        where = ", ".join(dict.fromkeys(result.warehouse for result in found))
        code = f" [{first.code}]" if first.code else ""
        lines.append(f"  {first.verdict:11} {first.path}:{first.line}:{first.column}  {where}")
        lines.append(f"              {first.face}: query '{printable(first.query)}' {printable(first.message)}{code}")
        if first.excerpt.strip():
            lines.append(f"      {first.line:5} | {printable(first.excerpt)}")
            lines.append(
                f"            | {' ' * (first.column - 1)}{'^' * first.width} {printable(first.hint)}".rstrip()
            )
        elif first.hint:
            lines.append(f"              {printable(first.hint)}")
    return lines


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
