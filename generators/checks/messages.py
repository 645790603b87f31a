"""5xx: the words for an incident are there before they are needed, and every gap in them can be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from generators.checks.support import unreadable
from generators.findings import Finding, Rule, Severity, nearest
from generators.installed.lines import placeholders
from generators.model.runbook import Runbook
from generators.model.support import Audience, IncidentState, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

NO_MESSAGE = Rule(
    "OPS509",
    "missing-message",
    Severity.ERROR,
    "An audience has no message, or two, for a state that an incident can be in.",
    "In an incident, words have to be there before they are needed.",
    "Write one message for that state and audience.",
)
BAD_PLACEHOLDER = Rule(
    "OPS510",
    "message-placeholder",
    Severity.ERROR,
    "A placeholder of a message is not declared, or is declared and not used.",
    "It would go out as it stands, or be asked for and change nothing.",
    "Declare exactly the placeholders that subject and body use.",
)
NO_NEXT = Rule(
    "OPS511",
    "next-update",
    Severity.ERROR,
    "A message of an incident that goes on does not say when the next one comes, or the last one does.",
    "Silence without an end is what makes people write tickets.",
    "Set `next_update.minutes` in every state but `resolved`.",
)
UNFILLED = Rule(
    "OPS515",
    "message-default",
    Severity.ERROR,
    "The default of a placeholder uses a parameter that no runbook has, or stands beside a value that is computed.",
    "No link can ever fill it, so the gap would be left in the words that go out; or two things would fill it.",
    "Use parameters of runbooks in the default, such as the one in the hint; give either a default or `computed`.",
)
RULES = (NO_MESSAGE, BAD_PLACEHOLDER, NO_NEXT, UNFILLED)
LINKED = {"severity", "paged", "runbook"}
"""What the link of every alert carries beside parameters of its runbook."""


def messages_are_ready(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """One message for each state and audience, with the gaps it declares, and with its successor."""
    seen: dict[tuple[str, str], Entry[Message]] = {}
    parameters = {each.name for runbook in catalog.entries_of(Runbook) for each in runbook.entity.parameters} | LINKED
    for entry in catalog.entries_of(Message):
        message = entry.entity
        key = (message.state, message.audience)
        if key in seen:
            yield Finding(entry.at("audience"), NO_MESSAGE, f"'{seen[key].id}' is for the same state and audience")
        seen.setdefault(key, entry)
        if (message.next_update.minutes is None) != (message.state == "resolved"):
            problem = (
                "is the last and announces another"
                if message.state == "resolved"
                else "does not say when the next one comes"
            )
            yield Finding(entry.at("next_update"), NO_NEXT, f"the message for '{message.state}' {problem}")
        yield from _gaps(entry)
        yield from _defaults(entry, parameters)
    if not seen or unreadable(catalog, Message):
        return
    first = next(iter(seen.values()))
    for state in get_args(IncidentState):
        for audience in get_args(Audience):
            if (state, audience) not in seen:
                yield Finding(first.at(), NO_MESSAGE, f"nothing to say to {audience} in state '{state}'")


def _gaps(entry: Entry[Message]) -> Iterator[Finding]:
    message = entry.entity
    used = set(placeholders(f"{message.subject}\n{message.body}"))
    declared = [gap.name for gap in message.placeholders]
    for name in sorted(used - set(declared)):
        field = "body" if name in placeholders(message.body) else "subject"
        yield Finding(entry.at(field), BAD_PLACEHOLDER, f"'{{{name}}}' is not declared", nearest(name, declared))
    for index, name in enumerate(declared):
        if name not in used or name in declared[:index]:
            problem = "is declared twice" if name in declared[:index] else "is not used"
            yield Finding(entry.at("placeholders", index, "name"), BAD_PLACEHOLDER, f"'{{{name}}}' {problem}")


def _defaults(entry: Entry[Message], parameters: Collection[str]) -> Iterator[Finding]:
    """What fills a gap can be known: a default of parameters that runbooks have, or a computed value, not both."""
    for index, gap in enumerate(entry.entity.placeholders):
        if gap.default is None:
            continue
        place = entry.at("placeholders", index, "default")
        for name in placeholders(gap.default):
            if name not in parameters:
                yield Finding(place, UNFILLED, f"no runbook has the parameter '{{{name}}}'", nearest(name, parameters))
        if gap.computed is not None:
            yield Finding(place, UNFILLED, f"'{{{gap.name}}}' is computed, and has a default too")


CHECKS = (messages_are_ready,)
