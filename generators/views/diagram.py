"""A runbook's steps as Graphviz DOT. Only text is written here; drawing is Graphviz' work."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING

from generators.model.anchors import anchor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.model.runbook import Runbook

NODE_WIDTH = 24
EDGE_WIDTH = 18
"""Characters a line: a wider label saves lines, and makes a drawing that scrolls sideways on a phone wider still."""

CODE = re.compile(r"`[^`]*`")
"""What is typed as it stands, and so is on one line, however long."""
NO_BREAK = "\N{NO-BREAK SPACE}"

MEANS_NOTHING = str.maketrans({"\\": r"\\", '"': r"\"", "&": "&amp;"})
"""How a character is written so that Graphviz shows just that character."""

ENDINGS = {"resolved": "✓", "escalated": "↑", "handed-off": "→"}


def dot(identity: str, runbook: Runbook) -> str:
    """The graph from top to bottom: steps in the order of the page, branches labelled, ends marked."""
    return "\n".join(_statements(identity, runbook)) + "\n"


def _statements(identity: str, runbook: Runbook) -> Iterator[str]:
    yield "digraph runbook {"
    yield '  graph [rankdir=TB, nodesep=0.25, ranksep=0.35, bgcolor="transparent"];'
    yield '  node [shape=box, fontname="sans-serif", fontsize=12, margin="0.12,0.07"];'
    yield '  edge [fontname="sans-serif", fontsize=10, arrowsize=0.7];'
    names = {step.id for step in runbook.steps}
    for number, step in enumerate(runbook.steps, 1):
        mark = f" {ENDINGS[step.end.outcome]}" if step.end else ""
        label = quoted(f"{number}. {step.title}{mark}", NODE_WIDTH)
        link = anchor_of("step", f"{identity}/{step.id}")
        yield f'  "{step.id}" [label={label}, URL="#{link}"{_class(step.end is not None)}];'
    for step in runbook.steps:
        for branch in step.next:
            if branch.go in names:
                label = f" [label={quoted(branch.when, EDGE_WIDTH)}]" if branch.when else ""
                yield f'  "{step.id}" -> "{branch.go}"{label};'
    yield "}"


def _class(is_end: bool) -> str:  # noqa: FBT001 - the one thing a node's class says
    return ', class="end"' if is_end else ""


def quoted(text: str, width: int) -> str:
    """Text as a DOT string, wrapped between words. Quotes, backslashes and the `&` of an entity mean nothing in it."""
    kept = CODE.sub(lambda code: code[0].replace(" ", NO_BREAK), " ".join(text.split()))
    lines = wrap(kept, width, break_on_hyphens=False, break_long_words=False)
    return '"' + r"\n".join(line.replace(NO_BREAK, " ").translate(MEANS_NOTHING) for line in lines) + '"'
