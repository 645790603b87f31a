"""5xx: the words for an incident are there before they are needed, and every gap in them can be filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from generators.checks.support import unreadable
from generators.findings import Finding, Rule, Severity, nearest
from generators.installed.lines import placeholders
from generators.model.runbook import Runbook
from generators.model.support import Audience, IncidentState, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def messages_are_distinct(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No two messages are for the same state and audience."""
    first: dict[tuple[str, str], str] = {}
    for entry in catalog.entries_of(Message):
        key = (entry.entity.state, entry.entity.audience)
        if key in first:
            yield Finding(entry.at("audience"), NO_MESSAGE, f"'{first[key]}' is for the same state and audience")
        first.setdefault(key, entry.id)


def every_state_has_messages(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Where there are messages at all, there is one for each state and audience."""
    entries = list(catalog.entries_of(Message))
    if not entries or unreadable(catalog, Message):
        return
    written = {(entry.entity.state, entry.entity.audience) for entry in entries}
    for state in get_args(IncidentState):
        for audience in get_args(Audience):
            if (state, audience) not in written:
                yield Finding(entries[0].at(), NO_MESSAGE, f"nothing to say to {audience} in state '{state}'")


def next_updates_are_announced(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every message says when the next one comes, but the last."""
    for entry in catalog.entries_of(Message):
        is_last, announces_next = entry.entity.state == "resolved", entry.entity.next_update.minutes is not None
        if is_last == announces_next:
            problem = "is the last and announces another" if is_last else "does not say when the next one comes"
            yield Finding(entry.at("next_update"), NO_NEXT, f"the message for '{entry.entity.state}' {problem}")


def placeholders_are_declared(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A message declares exactly the placeholders of its subject and body, each once."""
    for entry in catalog.entries_of(Message):
        yield from _undeclared_placeholders(entry)
        yield from _unused_placeholders(entry)


def _undeclared_placeholders(entry: Entry[Message]) -> Iterator[Finding]:
    message = entry.entity
    declared = [placeholder.name for placeholder in message.placeholders]
    for name in sorted(_used_placeholders(message) - set(declared)):
        field = "body" if name in placeholders(message.body) else "subject"
        yield Finding(entry.at(field), BAD_PLACEHOLDER, f"'{{{name}}}' is not declared", nearest(name, declared))


def _unused_placeholders(entry: Entry[Message]) -> Iterator[Finding]:
    used = _used_placeholders(entry.entity)
    declared = [placeholder.name for placeholder in entry.entity.placeholders]
    for index, name in enumerate(declared):
        if name not in used or name in declared[:index]:
            problem = "is declared twice" if name in declared[:index] else "is not used"
            yield Finding(entry.at("placeholders", index, "name"), BAD_PLACEHOLDER, f"'{{{name}}}' {problem}")


def _used_placeholders(message: Message) -> set[str]:
    return set(placeholders(f"{message.subject}\n{message.body}"))


def defaults_can_be_filled(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A default is made of parameters that runbooks have, and stands beside no computed value."""
    parameters = {each.name for runbook in catalog.entries_of(Runbook) for each in runbook.entity.parameters} | LINKED
    for entry in catalog.entries_of(Message):
        for index, placeholder in enumerate(entry.entity.placeholders):
            if placeholder.default is None:
                continue
            place = entry.at("placeholders", index, "default")
            if {"[", "]"} & set(OPTIONAL.sub("", placeholder.default)):
                yield Finding(place, UNFILLED, "a bracket has no partner, or stands within another pair")
            for name in placeholders(placeholder.default):
                if name not in parameters:
                    message = f"no runbook has the parameter '{{{name}}}'"
                    yield Finding(place, UNFILLED, message, nearest(name, parameters))
            if placeholder.computed is not None:
                yield Finding(place, UNFILLED, f"'{{{placeholder.name}}}' is computed, and has a default too")


OPTIONAL = re.compile(r"\[[^\[\]]*\]")
"""A part of a default that is left out while something in it is not known."""
CHECKS = (
    messages_are_distinct,
    every_state_has_messages,
    next_updates_are_announced,
    placeholders_are_declared,
    defaults_can_be_filled,
)
