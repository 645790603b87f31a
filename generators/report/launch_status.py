"""Go or no-go on a terminal, in a pipe and for programs: the reasons that weigh most, then every criterion."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from generators.launch.facts import Shown
    from generators.launch.readiness import CriterionState, GateState, ItemState, Readiness
    from generators.launch.reasons import Reason

HEAVIEST, NAMED = 3, 3
"""Reasons, and roles of each, that are listed."""
WIDTH = 100
COLUMNS = (("Criterion", 30), ("Holds", 6), ("Evidence", 27), ("Who acts, and what opens it", 31))
"""Heads and widths; with two blanks between, as wide as WIDTH."""


def status_text(ready: Readiness, gates: Sequence[GateState], at: datetime, *, is_wrapped: bool) -> str:
    """A line that says go or no-go, three reasons, and a table of the criteria of these gates.

    Wrapped at 100 columns for people; else one line a criterion, its cells parted by tabs.
    """
    whole = len(gates) == len(ready.gates)
    is_go = ready.is_go if whole else all(gate.is_open for gate in gates)
    about = "" if whole else f" for {', '.join(gate.entry.entity.title for gate in gates)}"
    lines = [f"{verdict(is_go)}{about}, as of {at:%Y-%m-%d %H:%M} UTC"]
    lines += _reasons(
        [one.reason for one in ready.reasons] if whole else [one for gate in gates for one in gate.reasons]
    )
    lines += _wrapped_table(gates, at.date()) if is_wrapped else _piped_table(gates, at.date())
    return "".join(f"{line}\n" for line in lines)


def verdict(is_go: bool) -> str:  # noqa: FBT001 - the one thing it is about
    """Go or no-go."""
    return "Go" if is_go else "No-go"


def _reasons(reasons: Sequence[Reason]) -> Iterator[str]:
    for number, reason in enumerate(reasons[:HEAVIEST], start=1):
        yield from _indented(f"{number}. ", f"{reason.what}.")
        acts = f" Acts: {_some(reason.acts)}." if reason.acts else ""
        yield from _indented("   ", f"{_plain(reason.remedy)}{acts}")
    if len(reasons) > HEAVIEST:
        yield f"   and {len(reasons) - HEAVIEST} more"


def _some(roles: Sequence[str]) -> str:
    more = f" and {len(roles) - NAMED} more" if len(roles) > NAMED else ""
    return f"{', '.join(roles[:NAMED])}{more}"


def _indented(head: str, text: str) -> list[str]:
    lines = wrap(printable(text), WIDTH - len(head), break_on_hyphens=False)
    return [f"{head if number == 0 else ' ' * len(head)}{line}" for number, line in enumerate(lines)]


def _plain(remedy: str) -> str:
    return remedy.replace("`", "")


def cells(state: CriterionState, today: date) -> tuple[str, str, str, str]:
    """What the table says of a criterion."""
    answer = state.answer
    waiver = state.waiver
    holds = "yes" if answer.holds else f"waived until {waiver.entity.expires}" if waiver else "NO"
    evidence = answer.summary + (f", {age(answer.proven, today)}" if answer.proven else "")
    who = f"{_some(answer.acts)}: " if answer.acts else ""
    return state.criterion.statement, holds, evidence, "" if answer.holds else f"{who}{_plain(answer.remedy)}"


def age(day: date, today: date) -> str:
    """`today`, `1 day old`, `12 days old`."""
    days = (today - day).days
    return "today" if days <= 0 else "1 day old" if days == 1 else f"{days} days old"


def _head(gate: GateState) -> str:
    holds, settled = sum(one.answer.holds for one in gate.criteria), sum(item.is_settled for item in gate.items)
    waived = sum(one.passes for one in gate.criteria) - holds
    scope = f"{settled} of {len(gate.items)} scope items settled, " if gate.items else ""
    counts = f"{holds} of {len(gate.criteria)} criteria hold, {f'{waived} waived, ' if waived else ''}{scope}"
    return f"{counts}{gate.signed} of {gate.entry.entity.quorum} signatures count"


def _wrapped_table(gates: Iterable[GateState], today: date) -> Iterator[str]:
    yield ""
    yield _row([head for head, _ in COLUMNS])
    yield _row(["-" * width for _, width in COLUMNS])
    for gate in gates:
        yield from _indented("", f"{gate.entry.id} ({verdict(gate.is_open).lower()}): {_head(gate)}")
        for state in gate.criteria:
            columns = zip(cells(state, today), (width for _, width in COLUMNS), strict=True)
            parts = [wrap(printable(text), width, break_on_hyphens=False) or [""] for text, width in columns]
            for line in zip_longest(*parts, fillvalue=""):
                yield _row(line)
            yield ""


def _row(texts: Sequence[str]) -> str:
    return "  ".join(text.ljust(width) for text, (_, width) in zip(texts, COLUMNS, strict=True)).rstrip()


def _piped_table(gates: Iterable[GateState], today: date) -> Iterator[str]:
    yield "\t".join(("Gate", *(head for head, _ in COLUMNS)))
    for gate in gates:
        for state in gate.criteria:
            yield "\t".join(printable(text) for text in (gate.entry.id, *cells(state, today)))


def status_json(ready: Readiness, gates: Sequence[GateState], at: datetime) -> str:
    """The same for programs, with all reasons, every piece of evidence and every scope item of the gates."""
    whole = len(gates) == len(ready.gates)
    reasons = ready.reasons if whole else ()
    return document(
        at=at.isoformat(),
        go=ready.is_go if whole else all(gate.is_open for gate in gates),
        reasons=[{**_reason(one.reason), "gates": list(one.gates)} for one in reasons],
        gates=[_gate(gate, at.date()) for gate in gates],
    )


def _reason(reason: Reason) -> dict[str, object]:
    return {"what": reason.what, "acts": list(reason.acts), "remedy": reason.remedy}


def _gate(gate: GateState, today: date) -> dict[str, object]:
    return {
        "gate": gate.entry.id,
        "title": gate.entry.entity.title,
        "open": gate.is_open,
        "signed": gate.signed,
        "quorum": gate.entry.entity.quorum,
        "digest": gate.digest,
        "reasons": [_reason(reason) for reason in gate.reasons],
        "criteria": [_criterion(state, today) for state in gate.criteria],
        "scope": [_item(item) for item in gate.items],
    }


def _criterion(state: CriterionState, today: date) -> dict[str, object]:
    answer, waiver = state.answer, state.waiver
    return {
        "id": state.criterion.id,
        "statement": state.criterion.statement,
        "by": state.criterion.by,
        "holds": answer.holds,
        "waiver": waiver.id if waiver else None,
        "waived_until": waiver.entity.expires.isoformat() if waiver else None,
        "summary": answer.summary,
        "evidence": [_shown(one, today) for one in answer.shown],
        "missing": list(answer.missing),
        "acts": list(answer.acts),
        "remedy": answer.remedy,
    }


def _shown(one: Shown, today: date) -> dict[str, object]:
    return {
        "what": one.what,
        "how": one.how,
        "day": one.day.isoformat() if one.day else None,
        "age_days": (today - one.day).days if one.day else None,
        "reference": f"{one.ref.kind}/{one.ref}" if one.ref else None,
    }


def _item(item: ItemState) -> dict[str, object]:
    return {
        "item": item.entry.id,
        "state": item.state,
        "settled": item.is_settled,
        "overdue": item.overdue,
        "owner": str(item.entry.entity.owner),
        "missing": list(item.missing),
    }
