"""Parameters of a runbook in its commands and texts: which are asked for, what may stand for them, and the result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from generators.findings import nearest
from generators.installed.lines import placeholders
from generators.model.text import SAMPLE, Line
from generators.source.characters import IN_VALUES, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model.runbook import Runbook, Step

SHELL_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*", re.ASCII)
"""What a shell reads as one plain word, and no command as an option."""
LONGEST = 500
"""Characters of a line."""
_BRACED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|(?<![$%@])\{([a-z][a-z0-9_]*)\}", re.DOTALL)
_LINE: TypeAdapter[str] = TypeAdapter(Line)


def asked_for(step: Step, runbook: Runbook) -> tuple[str, ...]:
    """The runbook's parameters that a step uses, in the order they are declared."""
    texts = (step.title, step.do, step.command, step.expect, step.end.say if step.end else "")
    used = {name for text in texts for name in placeholders(text or "")}
    return tuple(dict.fromkeys(parameter.name for parameter in runbook.parameters if parameter.name in used))


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with the values that are known; other `{names}`, templates and `${NAMES}` stay as they are written."""
    return _BRACED.sub(lambda braced: values.get(braced[1] or "", braced[0]), text)


def bad_line(text: str) -> str:
    """Why a text cannot be recorded, as a clause; empty when it can."""
    if hidden := IN_VALUES.search(text):
        return f"holds a character that nobody sees, {describe(hidden[0])}"
    if len(text) > LONGEST:
        return f"has {len(text)} characters; {LONGEST} fit"
    if text.startswith(SAMPLE):
        return f"begins with '{SAMPLE}', which `dfops check` takes for a sample text; say it in other words"
    try:
        _LINE.validate_python(text)
    except ValidationError:
        return "is no line of text"
    return ""


def bad_value(runbook: Runbook, name: str, value: str) -> str:
    """Why `name` cannot have that value, as a sentence; empty when it can.

    What stands in a command is pasted into a shell: only plain words may.
    """
    names = [parameter.name for parameter in runbook.parameters]
    if name not in names:
        hint = nearest(name, names) or (f"it has {', '.join(names)}" if names else "it has none")
        return f"the runbook has no parameter '{name}'; {hint}"
    if problem := bad_line(value):
        return f"the value of {name} {problem}"
    in_commands = any(name in placeholders(step.command or "") for step in runbook.steps)
    if in_commands and not SHELL_SAFE.fullmatch(value):
        return (
            f"the value of {name} is pasted into a shell: only letters a to z, digits and _ @ % + = : , . / - may "
            "stand in it, no spaces, and - not first"
        )
    return ""
