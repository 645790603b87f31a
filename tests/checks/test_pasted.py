"""Characters that do not survive pasting are found in every field that is pasted, at the character itself."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from generators.model.pasted import pasted_texts
from generators.site import TEMPLATES, check
from generators.source import read
from generators.source.pasted import strays
from tests.changes import files, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = "runbooks/lamp/lamp-out.yaml"
PASTED = {
    "action.line",
    "block.command",
    "gate.command",
    "item.command",
    "override.sql",
    "package.driver",
    "page.entity.driver",
    "page.entity.install",
    "page.entity.query",
    "page.entity.variables.range",
    "page.entity.variables.value",
    "setup.driver",
    "step.command",
    "task.command",
}
RELEASE = (*("again", "client", "client_check", "elsewhere", "install", "sample", "sample_install", "vars", "verify"),)
CHECKOUT = ("check", "install", "prepare", "sample")
MADE_HERE = {
    *("package.entry", "page.commands", "page.remove", "page.serve", "query.check", "query.sql"),
    *(f"page.release.{name}" for name in RELEASE),
    *(f"page.checkout.{name}" for name in CHECKOUT),
}
"""Commands that views write, around ids, schemas and addresses that are held to ASCII."""
NOT_PASTED = {"page.entity.subject", "page.entity.body", "page.entity.report_text", "file.text"}
"""A message is prose: mail and chat take every character; so is a report, around files and commands that are held to
ASCII. An example of a rule is broken on purpose."""
BLOCK = re.compile(r"\{\{ ([a-z_.]+) \| (?:code|commands)\b")


def places(root: Path) -> list[tuple[str, int, int]]:
    """Where something that is pasted was refused."""
    return [
        (finding.place.path, finding.place.line, finding.place.column)
        for finding in check(root, AT).findings
        if finding.rule.code == "OPS016"
    ]


@pytest.mark.parametrize(
    ("command", "line", "column"),
    [
        ("    command: dft validate\u00a0faces", 0, 26),
        ("    command: 'dft validate \u2013faces'", 0, 28),
        ('    command: "dft validate \u2013faces"', 0, 28),
        ('    command: "dft \\"x\\" \\u2013faces"', 0, 25),
        ('    command: "dft \\xa0faces \\_"', 0, 19),
        ("    command: |\n      dft a\n\n      dft b \u2013c", 3, 13),
        ("    command: |- # \u2013\n      dft \u2013c", 1, 11),
        ("    command: >\n      dft a\n      b \u2013c", 2, 9),
        ("    command: >-\n      dft a\n\n        b \u2013c", 3, 11),
        ("    command: dft a\n      b \u2013c", 1, 9),
        ("    command: 'dft it''s\n\n      \u2013c'", 2, 7),
        ('    command: "dft \\\n      \u2013c"', 1, 7),
    ],
)
def test_place_is_that_of_the_character(command: str, line: int, column: int) -> None:
    """Whatever style the text is written in; the first where there are several."""
    document = read("f.yaml", f"steps:\n  - id: look\n{command}\n    minutes: 5\n".encode()).document
    assert document is not None
    text = document.tree["steps"][0]["command"]  # type: ignore[index,call-overload]
    first = next(strays(str(text)))
    place = document.at_character("steps", 0, "command", offset=first.offset)
    assert (place.line, place.column) == (line + 3, column)


def test_every_pasted_field_is_looked_at(miniature: Path) -> None:
    """In every file of every kind, a no-break space at the end of each text that is declared as pasted."""
    changed = {}
    for kind, path in files(miniature):
        fields = tree(path)
        for route, _ in pasted_texts(kind.model_validate_json(json.dumps(fields), strict=True)):
            *above, last = route
            node: Any = fields
            for step in above:
                node = node[step]
            node[last] = f"{node[last].rstrip()}\u00a0x"
            changed[path.relative_to(miniature).as_posix(), *route] = path
        write(path, fields)
    assert len(changed) >= 15
    assert len(places(miniature)) == len(changed)


def test_command_in_prose_is_looked_at(miniature: Path) -> None:
    """What stands in backticks is pasted as well; the words around it may have every sign."""
    path = miniature / RUNBOOK
    said = "summary: Light it – or run `dft \u2013x` – again."
    path.write_text(re.sub("summary: .*", said, path.read_text(encoding="utf-8")), encoding="utf-8")
    assert places(miniature) == [(RUNBOOK, 4, said.index("\u2013x") + 1)]


def test_line_that_is_a_command_is_looked_at(miniature: Path) -> None:
    """People copy a message and paste a line of it; a sentence about a command is prose."""
    path = miniature / "ops_model/support/messages/investigating-users.yaml"
    fields = tree(path)
    body = "Wait – or look:\n\n  dct validate boards \u2013strict\n\nThen use dct – as before.\n"
    write(path, fields | {"body": f"{body}{fields['body']}"})
    line = next(row for row in path.read_text(encoding="utf-8").split("\n") if '"body"' in row)
    ((found, _, column),) = places(miniature)
    assert (found, column) == (path.relative_to(miniature).as_posix(), line.index("\u2013strict") + 1)


def test_sql_of_a_board_is_looked_at(miniature: Path) -> None:
    """A no-break space in SQL fails on every warehouse."""
    path = miniature / "packs/oil_feed/charts/index.yml"
    lines = path.read_text(encoding="utf-8").split("\n")
    row = next(number for number, line in enumerate(lines) if "SELECT" in line)
    lines[row] = lines[row].replace("SELECT ", "SELECT\u00a0")
    path.write_text("\n".join(lines), encoding="utf-8")
    assert ("packs/oil_feed/charts/index.yml", row + 1, lines[row].index("\u00a0") + 1) in places(miniature)


def test_what_the_reader_replaced_is_said_once(miniature: Path) -> None:
    """A zero-width space in a command is OPS002 and not a strange character besides."""
    path = miniature / RUNBOOK
    path.write_text(path.read_text(encoding="utf-8").replace("{lamp}\n", "{lamp}\u200b\n"), encoding="utf-8")
    assert places(miniature) == []
    assert {finding.rule.code for finding in check(miniature, AT).findings if "200B" in finding.message} == {"OPS002"}


def test_every_block_of_code_in_a_template_is_known() -> None:
    """A new one is declared as pasted in the model, or named here with what holds it."""
    shown = {found for path in TEMPLATES.parent.rglob("*.jinja") for found in BLOCK.findall(path.read_text("utf-8"))}
    assert shown == PASTED | MADE_HERE | NOT_PASTED
