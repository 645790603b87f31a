"""3xx, continued: texts name actions that every runtime spells, so that pages never show a command of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.pasted import pasted_texts
from generators.model.runtime import Runtime
from generators.model.stability import Defect
from generators.runtime.actions import VARIABLES, brackets_fit, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity
    from generators.model.runtime import Action

UNKNOWN_ACTION = Rule(
    "OPS315",
    "unknown-action",
    Severity.ERROR,
    "A command names an action or a word that no runtime has.",
    "It would be shown as it stands, and no shell knows it.",
    "Use the name in the hint; the current runtime's file in ops_model/operating/runtimes/ has all actions.",
)
MISFIT_OPERANDS = Rule(
    "OPS316",
    "misfit-operands",
    Severity.ERROR,
    "An action lacks an operand, or has one that it does not take.",
    "No runtime can spell the command.",
    "Write the operands in the order of the current runtime's file, or as `name=value`.",
)
WRITTEN_OUT = Rule(
    "OPS317",
    "written-out-command",
    Severity.ERROR,
    "A command of a runtime is written out although there is an action for it.",
    "It is right for one runtime only, and goes stale when a release renames an option.",
    "Write the action that the finding names: `@validate stripe` in place of a line of the runtime.",
)
ACTION_UNSPELLED = Rule(
    "OPS318",
    "action-not-spelled",
    Severity.ERROR,
    "A runtime does not spell an action of the current one, or names an operand that the action does not have.",
    "Users of that runtime would read nothing, or a line with a hole.",
    "Add the action with `line`, or with `cannot` and the reason; take operands from the current runtime's file.",
)
TRIED = "upstream"
"""Where a defect says what was run with a release, as it was run."""
LISTED = 4
"""How many actions a finding names."""
RULES = (UNKNOWN_ACTION, MISFIT_OPERANDS, WRITTEN_OUT, ACTION_UNSPELLED)


def actions_are_known(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every action and word in a text that readers paste exists, and has the operands that it takes."""
    for entry, route, text in _snippets(catalog):
        for problem in facts.installed.misspelled(text):
            rule = UNKNOWN_ACTION if problem.unknown else MISFIT_OPERANDS
            place = entry.document.at_character(*route, offset=problem.offset)
            yield Finding(place, rule, problem.sentence, problem.hint)


def commands_are_actions(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No text writes out what an action spells for each runtime."""
    for entry, route, text in _snippets(catalog):
        for line, command, actions in facts.installed.written_out(text):
            offset = sum(len(each) + 1 for each in text.split("\n")[:line])
            place = entry.document.at_character(*route, offset=offset)
            named = " or ".join(f"'@{action}'" for action in actions[:LISTED])
            yield Finding(place, WRITTEN_OUT, f"'{command}' is written as the action {named}")


def _snippets(catalog: Catalog) -> Iterator[tuple[Entry[Entity], Route, str]]:
    """Every text that readers paste, but for the runtimes' own lines and what was tried on one release."""
    for entry in catalog.everything():
        if entry.kind != Runtime.kind:
            for route, text in pasted_texts(entry.entity):
                if not (entry.kind == Defect.kind and route[0] == TRIED):
                    yield entry, route, text


def runtimes_spell_actions(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every runtime has every action of the current one, in its words or with the reason why not."""
    runtimes = list(catalog.entries_of(Runtime))
    current = next((entry for entry in runtimes if entry.entity.status == "current"), None)
    if current is None:
        return
    declared = current.entity.actions
    for entry in runtimes:
        if entry.entity.newest.since > facts.at.date():
            continue  # nobody is shown its lines yet
        for name in declared.keys() - entry.entity.actions.keys():
            yield Finding(entry.at("actions"), ACTION_UNSPELLED, f"'@{name}' is missing")
        for name, action in entry.entity.actions.items():
            if sentence := _unspelled(name, action, declared):
                yield Finding(entry.at("actions", name), ACTION_UNSPELLED, sentence)


def _unspelled(name: str, action: Action, declared: dict[str, Action]) -> str:
    """What is wrong with a runtime's line for an action; empty when nothing is."""
    if name not in declared:
        return f"the current runtime has no action '@{name}'"
    if action.line is None:
        return ""
    if not brackets_fit(action.line):
        return f"the line of '@{name}' has a bracket that is not closed, or one inside another"
    strange = sorted(set(names_in(action.line)) - {*declared[name].operands, VARIABLES})
    return f"'@{name}' has no operand '{strange[0]}'" if strange else ""


CHECKS = (actions_are_known, commands_are_actions, runtimes_spell_actions)
