"""What a version means for a fleet, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.fleet.impact import Cause, Count, Impact
    from generators.packs.proof.results import Trouble

SHOWN = 10
"""Causes of one kind that are listed; JSON has all."""
_STATES = {
    "broken": "break",
    "unproven": "not proven",
    "unavailable": "only lose boards",
    "ok": "all boards work",
}
_HEADS = {
    "broken": "Boards break without",
    "unproven": "Times without a zone",
    "unavailable": "Boards are left out without",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, and what it is measured by."""

    pack: str
    version: str
    against: str | None
    """The other version, if there is one."""
    impact: Impact
    budget: int
    """Installations that may newly break."""
    sentences: dict[tuple[str, str], Trouble]
    """What a check says of the example of a cause, by the verdict and the name of the cause."""

    @property
    def is_over(self) -> bool:
        """Whether more installations newly break than may."""
        return self.impact.newly_broken.installations > self.budget


def fleet_text(judgement: Judgement) -> str:
    """For people: how many, on what, and whether that is too many."""
    impact = judgement.impact
    beside = f" beside {judgement.against}" if judgement.against else ""
    lines = [f"{judgement.pack} {judgement.version}{beside}: {_count(impact.total)}"]
    lines += [f"  {_STATES[state]:<18}{_share(count, impact)}" for state, count in impact.states.items()]
    for warehouse, count in sorted(impact.unsupported.items()):
        lines.append(f"  {'not supported':<18}{_share(count, impact)} on {warehouse}")
    if impact.unknown:
        lines.append(f"  {'no snapshot':<18}{impact.unknown:,} installations")
    if impact.is_compared:
        lines.append(f"  {'newly break':<18}{_share(impact.newly_broken, impact)}")
        lines.append(f"  {'newly fixed':<18}{_share(impact.newly_fixed, impact)}")
        lines.append(f"  {'newly lose boards':<18}{_share(impact.newly_without, impact)}")
    for verdict in _HEADS:
        lines += _causes(judgement, verdict)
    word, newly = "Over" if judgement.is_over else "Within", "newly break" if impact.is_compared else "break"
    broken = f"{impact.newly_broken.installations:,} installations {newly}"
    return "\n".join([*lines, f"{word} the budget: {broken}, {judgement.budget:,} may", ""])


def _causes(judgement: Judgement, verdict: str) -> list[str]:
    causes = [cause for cause in judgement.impact.causes if cause.verdict == verdict]
    lines = [_HEADS[verdict]] if causes else []
    for cause in causes[:SHOWN]:
        new = f", {cause.new.installations:,} new" if judgement.impact.is_compared else ""
        where = f"{', '.join(cause.boards)} on {', '.join(cause.warehouses)}"
        lines.append(
            f"  {printable(cause.name) or 'any schema'}: {_count(cause.count)}{new}; boards {printable(where)}"
        )
        lines += _example(judgement, cause)
    if len(causes) > SHOWN:
        lines.append(f"  and {len(causes) - SHOWN} more: --format json lists all")
    return lines


def _example(judgement: Judgement, cause: Cause) -> list[str]:
    trouble = judgement.sentences.get((cause.verdict, cause.name))
    if trouble is None:
        return []
    place, hint = trouble.place, f"; {trouble.hint}" if trouble.hint else ""
    said = f"query '{cause.example.query}' {trouble.message}{hint}"
    return [f"    {printable(place.path)}:{place.line}:{place.column}: {printable(said)}"]


def _count(count: Count) -> str:
    return f"{count.installations:,} installations with {count.schemas:,} schemas"


def _share(count: Count, impact: Impact) -> str:
    share = 100 * count.installations / impact.total.installations if impact.total.installations else 0.0
    return f"{_count(count)} ({share:.2f} %)"


def fleet_json(judgement: Judgement) -> str:
    """For programs: everything."""
    impact = judgement.impact
    facts: dict[str, object] = {
        "pack": judgement.pack,
        "version": judgement.version,
        "against": judgement.against,
        "budget": judgement.budget,
        "over_budget": judgement.is_over,
        "impact": {**asdict(impact), "causes": [_cause(judgement, cause) for cause in impact.causes]},
    }
    return document(**facts)


def _cause(judgement: Judgement, cause: Cause) -> dict[str, object]:
    trouble = judgement.sentences.get((cause.verdict, cause.name))
    facts = asdict(cause)
    example = cause.example
    facts["example"] = {
        "digest": example.digest,
        "board": example.board,
        "query": example.query,
        "missing": list(example.missing),
        "message": trouble.message if trouble else "",
        "path": trouble.place.path if trouble else "",
        "line": trouble.place.line if trouble else 0,
    }
    return facts
