"""Support: where a symptom or a code leads, with which severity, owner, runbook and reply, and what is said when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generators.changes.alerts import severity_weight
from generators.changes.sides import Pair, listed, presence, weight_of
from generators.model.organization import Surface
from generators.model.support import CodeGroup, Message, Route, Severity, Symptom
from generators.support.codes import known_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.changes.change import Change, Weight
    from generators.changes.sides import Sides
    from generators.model import Entity
    from generators.support.codes import KnownCode

LISTED = 6
"""Codes of one kind of change that are named."""
NEVER = 1 << 30
"""Minutes until the next message where it is the last one."""


def routing(sides: Sides) -> Iterator[Change]:
    """Routes by symptom and surface, codes by where they lead, messages by state and audience."""
    yield from _routes(sides)
    yield from _codes(sides)
    for pair in sides.changed(Severity):
        if pair.both and pair.both[0].rank != pair.both[1].rank:
            was, now = pair.both
            yield pair.told(
                "support", "changed", f"{now.title}: rank, 1 is worst", "rank", before=was.rank, after=now.rank
            )
    for message in sides.changed(Message):
        if message.both:
            yield from _message(message, *message.both)


# ── routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _routes(sides: Sides) -> Iterator[Change]:
    was, now = (
        {(str(entry.entity.surface), str(entry.entity.symptom)): entry for entry in side.catalog.entries_of(Route)}
        for side in (sides.before, sides.after)
    )
    unsure = sides.misses(Route)
    for surface, symptom in sorted({*was, *now}):
        pair = Pair(was.get((surface, symptom)), now.get((surface, symptom)))
        if pair.is_changed and not (pair.both is None and unsure):
            name = f"'{sides.title(Symptom, symptom)}' on {sides.title(Surface, surface)}"
            yield from _route(sides, pair, name)


def _route(sides: Sides, pair: Pair[Route], name: str) -> Iterator[Change]:
    concerns = [("symptom", str(pair.entry.entity.symptom))]
    if pair.both is None:
        route = pair.entry.entity
        leads = f"{route.severity}, {route.owner}, {route.runbook}"
        if pair.after:
            yield pair.told("support", "stronger", f"{name} has a route", after=leads, concerns=concerns)
        else:
            yield pair.told("support", "weaker", f"{name} leads nowhere any more", before=leads, concerns=concerns)
        return
    was, now = pair.both
    for field in ("severity", "owner", "runbook", "raise_when", "tell_user"):
        before, after = getattr(was, field), getattr(now, field)
        if before == after:
            continue
        weight: Weight = severity_weight(sides, before, after) if field == "severity" else "changed"
        words = {"raise_when": "when the next severity applies", "tell_user": "the reply to the user"}.get(field, field)
        what = f"{name}: {words}"
        yield pair.told("support", weight, what, field, before=before, after=after, concerns=concerns)


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _codes(sides: Sides) -> Iterator[Change]:
    """Where codes lead; those that change alike are one line."""
    was, now = known_codes(sides.before.catalog), known_codes(sides.after.catalog)
    unsure = sides.misses(Symptom, CodeGroup)
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code in sorted({*was, *now}):
        leads = _leads(was.get(code)), _leads(now.get(code))
        if leads[0] != leads[1] and not (unsure and not all(leads)):
            alike[leads].append(code)
    for (before, after), codes in alike.items():
        pair = _listing(was.get(codes[0]), now.get(codes[0]))
        field = "codes" if isinstance(pair.entry.entity, CodeGroup) else "diagnostics"
        what = f"{listed(codes, LISTED)} {'leads' if len(codes) == 1 else 'lead'} to"
        words = before or "nowhere", after or "nowhere"
        yield pair.told("support", presence(before, after), what, field, before=words[0], after=words[1])


def _listing(was: KnownCode | None, now: KnownCode | None) -> Pair[Entity]:
    """What lists a code: a symptom, or a group of those that packs do not cause."""
    return Pair(*((known.group or known.symptom) if known else None for known in ((None, now) if now else (was, None))))


def _leads(known: KnownCode | None) -> str:
    if known is None:
        return ""
    return f"{known.symptom.id}, not caused by packs" if known.group else known.symptom.id


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _message(pair: Pair[Message], was: Message, now: Message) -> Iterator[Change]:
    name = f"Message to {now.audience} while {now.state}"
    for field in ("subject", "body"):
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            yield pair.told("support", "changed", f"{name}: {field}", field, before=before, after=after)
    minutes = [message.next_update.minutes for message in (was, now)]
    if minutes[0] != minutes[1]:
        weight = weight_of(minutes[1] or NEVER, minutes[0] or NEVER)
        words = [f"{one} minutes" if one else "this is the last one" for one in minutes]
        yield pair.told(
            "users" if now.audience == "users" else "support",
            weight,
            f"{name}: the next one follows in",
            "next_update",
            before=words[0],
            after=words[1],
        )
