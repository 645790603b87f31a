"""Actions become lines of each runtime: operands by place and by name, brackets, defaults, variables, words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from generators.model.runtime import Action, Runtime
from generators.runtime.actions import Spelling, brackets_fit, required_names, spelled, written_out

BASE: dict[str, Any] = {
    "title": "Lamp",
    "summary": "Draws.",
    "distribution": "lamp",
    "program": "lamp",
    "status": "current",
    "adapter": "lamp",
    "grammar": "boards",
    "install": "pip install lamp",
    "docs": "https://docs.example.org",
    "words": {"board": "board", "boards": "boards", "folder": "charts", "suffix": ".yml", "project_file": "lamp.yml"},
    "versions": [{"version": "0.10.0", "since": "2026-01-01", "why": "The newest"}],
    "variables": {"value": "--var {name}={value}", "range": '--var \'{name}=["{first}","{last}"]\''},
    "actions": {
        "validate": {
            "operands": ["folder", "project"],
            "line": "lamp check [{project}/]charts/{folder}[ --in {project}]",
        },
        "draw": {"operands": ["board", "format"], "line": "lamp draw charts/{board}.yml --as {format=html}"},
        "rows": {"operands": ["board", "query"], "line": "lamp ask charts/{board}.yml {query}{variables}"},
        "sql": {"operands": ["source", "sql"], "line": "lamp ask {source} {sql}"},
        "types": {"operands": ["table", "column"], "line": "lamp ask \"x = '{table}'[ AND y = '{column}']\""},
        "profile": {"operands": ["table"], "line": "lamp ask --table {table}"},
        "serve": {"line": "lamp serve", "needs": "A server goes on"},
        "every": {"line": "find charts -exec lamp draw {} +"},
    },
}
LANTERN: dict[str, Any] = {
    **BASE,
    "title": "Lantern",
    "program": "lantern",
    "status": "older",
    "words": {**BASE["words"], "folder": "panes", "suffix": ".yaml", "project_file": "lantern.yml"},
    "variables": {"value": "--set {name}={value}", "range": "--set {name}={first},{last}"},
    "actions": {
        "rows": {"line": "lantern ask panes/{board}.yaml {query}{variables} --limit 1000"},
        "types": {"line": "lantern ask 'SELECT {column=*} FROM {table}' --describe"},
        "profile": {"cannot": "It has no profile; ask for the figures"},
    },
}
NOW, OLD = (Runtime.model_validate_json(json.dumps(values)) for values in (BASE, LANTERN))


def now(snippet: str) -> Spelling:
    """A snippet as the current runtime spells it."""
    return spelled(snippet, NOW, NOW)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("@validate oil", "lamp check charts/oil"),
        ("@validate oil project=~/p", "lamp check ~/p/charts/oil --in ~/p"),
        ("@validate oil {project}", "lamp check {project}/charts/oil --in {project}"),
        ("@validate project=a folder=b", "lamp check a/charts/b --in a"),
        ("@draw oil/index", "lamp draw charts/oil/index.yml --as html"),
        ("@draw {board} format=data | head -3", "lamp draw charts/{board}.yml --as data | head -3"),
        ("@draw a 2>&1 | grep -E '^(ERR-|@draw)'", "lamp draw charts/a.yml --as html 2>&1 | grep -E '^(ERR-|@draw)'"),
        ("@draw a > out.txt", "lamp draw charts/a.yml --as html > out.txt"),
        ("TZ=UTC @rows a b", "TZ=UTC lamp ask charts/a.yml b"),
        ("@rows a b currency=EUR", "lamp ask charts/a.yml b --var currency=EUR"),
        ("@rows a b currency=", "lamp ask charts/a.yml b --var currency="),
        ("@rows a b name='A B'", "lamp ask charts/a.yml b --var name='A B'"),
        ("@rows a b {choice}=x", "lamp ask charts/a.yml b --var {choice}=x"),
        (
            "@rows a b period=2025-01-01..2025-01-31 c=1",
            "lamp ask charts/a.yml b --var 'period=[\"2025-01-01\",\"2025-01-31\"]' --var c=1",
        ),
        ("@sql w \"SELECT 'a' AS b\"", "lamp ask w \"SELECT 'a' AS b\""),
        ("@sql w 'SELECT x[1], \"@draw\" {{ a }}'", "lamp ask w 'SELECT x[1], \"@draw\" {{ a }}'"),
        ("@sql \\\n  w \\\n  'SELECT 1'", "lamp ask w 'SELECT 1'"),
        ("@types s.t", "lamp ask \"x = 's.t'\""),
        ("@types {schema}.{table} column={c}", "lamp ask \"x = '{schema}.{table}' AND y = '{c}'\""),
        ("(@draw a; @draw b) # @draw", "(lamp draw charts/a.yml --as html; lamp draw charts/b.yml --as html) # @draw"),
        ("@draw a && @serve", "lamp draw charts/a.yml --as html && lamp serve"),
        ("@every", "find charts -exec lamp draw {} +"),
        ("cd x\n@serve\n", "cd x\nlamp serve\n"),
        ("ls {p}/@{project_file} '@{folder}'/*@{suffix}", "ls {p}/lamp.yml 'charts'/*.yml"),
        ("cat a/meta@{suffix} b@{upstream}", "cat a/meta.yml b@{upstream}"),
        ("cat <<'EOF'\na: @draw\nb: @{folder}\nEOF\n@serve", "cat <<'EOF'\na: @draw\nb: charts\nEOF\nlamp serve"),
        ('pip install "@{distribution}[x]==@{version}"', 'pip install "lamp[x]==0.10.0"'),
        ('mail a@draw.example HEAD@{upstream} "@draw a"', 'mail a@draw.example HEAD@{upstream} "@draw a"'),
        ("echo \\@draw", "echo \\@draw"),
    ],
)  # fmt: skip
def test_action_becomes_a_line(written: str, line: str) -> None:
    """What is no action, and what stands in quotes, comments and here-documents, stays; words are words anywhere."""
    spelling = now(written)
    assert (spelling.text, spelling.problems) == (line, ())


def test_older_runtime_spells_it_in_its_own_way() -> None:
    """Operands are bound as the current runtime declares them; what it cannot do is a comment with the reason."""
    snippet = "@rows a b c=1 d=2025-01-01..2025-01-02 | cat\n@types s.t\n@types s.t u\n@profile s.t | cat\ncd @{folder}"
    spelling = spelled(snippet, OLD, NOW)
    assert spelling.text.splitlines() == [
        "lantern ask panes/a.yaml b --set c=1 --set d=2025-01-01,2025-01-02 --limit 1000 | cat",
        "lantern ask 'SELECT * FROM s.t' --describe",
        "lantern ask 'SELECT u FROM s.t' --describe",
        "# Lantern: It has no profile; ask for the figures | cat",
        "cd panes",
    ]
    assert spelling.cannot == ("It has no profile; ask for the figures",)
    assert now("@serve\n@draw a").needs == ("A server goes on",)


@pytest.mark.parametrize(
    ("written", "offset", "unknown", "sentence", "hint"),
    [
        ("a\n@drw x", 2, True, "no runtime has an action '@drw'", "did you mean 'draw'?"),
        ("ls @{foldr}", 3, True, "a runtime has no word '@{foldr}'", "did you mean 'folder'?"),
        ("@rows a", 0, False, "'@rows' needs query: it takes board query", ""),
        ("@serve now", 0, False, "'@serve' takes no further operand: now", ""),
        ("@draw a fromat=x", 0, False, "'@draw' has no operand 'fromat'; did you mean 'format'?", ""),
        ("@draw a board=b", 0, False, "'@draw' has 'board' twice", ""),
        ("@rows a b c=1 c=2", 0, False, "'@rows' has 'c' twice", ""),
    ],
)
def test_problem_is_named_at_its_place(written: str, offset: int, unknown: bool, sentence: str, hint: str) -> None:  # noqa: FBT001 - a column of the table
    """It stays as it is written, so that nobody takes it for a command that works."""
    (problem,) = now(written).problems
    assert (problem.offset, problem.unknown, problem.sentence, problem.hint) == (offset, unknown, sentence, hint)
    assert now(written).text == written


def test_lines_of_runtimes() -> None:
    """What must be given, and which brackets fit."""
    assert required_names("a [{x}/]{y} {z=1}{variables}") == ("y",)
    assert all(map(brackets_fit, ("a", "a[ {b}][ {c}]", "x[1]")))
    assert not any(map(brackets_fit, ("a[ {b}", "a]", "a[ [{b}]{c}]")))


def test_command_that_is_written_out_names_its_actions() -> None:
    """By the subcommands of the runtimes' lines; other programs are nobody's."""
    assert written_out("lamp", ("draw", "x"), NOW) == ("draw",)
    assert written_out("lamp", ("ask", "x"), NOW) == ("rows", "sql", "types")
    assert written_out("lamp", ("glow",), NOW) == ()
    assert written_out("find", ("charts",), NOW) == ()


def test_action_has_a_line_or_a_reason() -> None:
    """Neither and both leave the reader with nothing to trust."""
    for fault in ({}, {"line": "a", "cannot": "b"}):
        with pytest.raises(ValidationError, match="needs either a line, or cannot"):
            Action.model_validate(fault)
