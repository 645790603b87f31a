"""A proposed tranche and a closed one, for the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generators.report.text import printable
from generators.stability.ranking import FORMULA
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.model.stability import Tranche
    from generators.stability.ranking import Ranked
    from generators.stability.tranches import Proposal


def proposal_text(found: Proposal) -> str:
    """What the next tranche takes, what finds no room, and what is to be reported upstream."""
    return "".join(f"{printable(line)}\n" for line in _lines(found))


def _lines(found: Proposal) -> Iterator[str]:
    yield f"Next tranche: {len(found.taken)} defects, worst severity first, then by score ({FORMULA})"
    yield from _rows(found.taken)
    yield from _part("No room", found.left)
    yield from _part("Report upstream", found.upstream)
    if found.running:
        yield f"Running already: {', '.join(found.running)}"


def _part(title: str, ranked: Sequence[Ranked]) -> Iterator[str]:
    if ranked:
        yield f"{title}: {len(ranked)}"
        yield from _rows(ranked)


def _rows(ranked: Iterable[Ranked]) -> Iterator[str]:
    for one in ranked:
        defect = one.defect
        yield f"  {defect.severity}  {one.score.value:>8}  {defect.id}  ({defect.state}, {defect.owner})"


def proposal_json(found: Proposal) -> str:
    """The same for programs."""
    parts = {"taken": found.taken, "no_room": found.left, "upstream": found.upstream}
    listed: dict[str, Any] = {name: [_row(one) for one in ranked] for name, ranked in parts.items()}
    return json.dumps({"schema_version": 1, "formula": FORMULA, **listed, "running": found.running}, indent=2) + "\n"


def _row(one: Ranked) -> dict[str, Any]:
    return {
        "defect": one.defect.id,
        "severity": one.defect.severity,
        "state": one.defect.state,
        "owner": one.defect.owner,
        "score": float(one.score.value),
    }


def closing_text(tranche: Tranche) -> str:
    """Each defect of a closed tranche, before and after."""
    before = {one.defect: one for one in tranche.before}
    settled = sum(one.state in SETTLED for one in tranche.after)
    lines = [f"{settled} of {len(tranche.after)} defects are settled"]
    for one in tranche.after:
        was = before.get(one.defect)
        lines.append(f"  {one.defect}: {was.state if was else 'not planned'} -> {one.state}")
    if tranche.carried_to:
        lines.append(f"The rest is carried over to {tranche.carried_to}")
    return "".join(f"{printable(line)}\n" for line in lines)
