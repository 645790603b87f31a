from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import typer

from generators.installed import Installed, installed
from generators.runtime.snapshots import path_of
from tests.runtimes import known

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def facts() -> Installed:
    """The real commands, with one of our own and a small Makefile."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def check(packs: list[str] | None = None) -> None:
        """Do nothing."""
        del packs

    app.callback()(lambda: None)
    return installed({"dfops": typer.main.get_command(app)}, "html:\ntest:\n", known())


@pytest.mark.parametrize(
    "line",
    [
        "dft validate charts/stripe --strict",
        "dft render charts/{connector}/index.yml --format svg",
        "dft render charts/{connector}/index.yml --format {format} --max-workers {workers}",
        'dft query {source} "SELECT 1" --describe',
        "dft query {source} 'SELECT count(*) FROM {schema}.charge' --limit 5",
        "dft inspect eject",
        "dft inspect eject model quality --force -o custom",
        "dft inspect templates",
        "dft inspect validate-templates",
        "dft docs errors --json",
        "dft init",
        "dft --version",
        "dft render -h",
        "dfops check",
        "make html",
        "terraform aply",
    ],
)
def test_line_of_a_runbook_that_works_is_no_problem(facts: Installed, line: str) -> None:
    """The installed version takes it; programs that are not known are not judged."""
    assert facts.problems(line) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dft validate --nope", "'dft validate' has no option '--nope'; 'dft validate --help' lists its options"),
        ("dft validate --strct", "'dft validate' has no option '--strct'; did you mean '--strict'?"),
        ("dft rendr x", "'dft' has no command 'rendr'; did you mean 'render'?"),
        ("dft render", "'dft render' needs argument 'faces'"),
        (
            "dft render x --format pngg",
            (
                "option '--format' of 'dft render' does not take 'pngg' but one of svg, html, png, pdf, terminal, "
                "json, text, yaml, data; did you mean 'png'?"
            ),
        ),
        (
            "dft search x --limit abc",
            ("option '--limit' of 'dft search' does not take 'abc': 'abc' is not a valid integer"),
        ),
        ("dft query a b c", "'dft query' takes no further argument: 'c'"),
        ("dft inspect", "'dft inspect' alone fails: profiling tables needs a package that is not public"),
        ("dft inspect template", "'dft inspect' has no command 'template'; did you mean 'templates'?"),
        ("dft board", "'dft board' needs a subcommand: emit, render"),
        ("dfops chek", "'dfops' has no command 'chek'; did you mean 'check'?"),
        ("make tset", "the Makefile has no target 'tset'; did you mean 'test'?"),
    ],
)
def test_line_of_a_runbook_that_fails_is_a_problem(facts: Installed, line: str, said: str) -> None:
    """A reader who pastes it would get an error; the author gets the sentence instead."""
    assert facts.problems(line) == [(0, said)]


def test_all_problems_of_a_snippet_are_told_in_order_of_their_lines(facts: Installed) -> None:
    """Several faults, one run: also behind pipes, continuations and prompts."""
    snippet = "make html\ndft validate \\\n  --strict | dft rendr\n$ make tset\ndft inspect 'x"
    assert [line for line, _ in facts.problems(snippet)] == [2, 3, 3, 4]
    assert [line for line, _ in facts.problems("dft rendr $(\ndft nope)")] == [0, 1]


def test_codes_are_looked_up_by_name(facts: Installed) -> None:
    """Those of every runtime, in the words of the current one; a support route can ask whether a code exists."""
    assert facts.diagnostics["ERR-BINDER-UNKNOWN-RELATION"] != ""
    assert facts.diagnostics["WARN-FANOUT-RISK"] != ""
    assert len(facts.diagnostics) == 351
    assert facts.missing_snapshots == ()


NO_CODE = '{"distribution": 1, "version": 2, "commands": {}, "codes": [{}]}'


def test_without_a_snapshot_its_lines_pass_and_the_gap_is_said(tmp_path: Path) -> None:
    """What could not be checked is said with the remedy, and everything else is checked."""
    facts = installed({}, "html:", tuple(replace(runtime, root=tmp_path) for runtime in known()))
    assert facts.problems("dft rendr; make htm") == [(0, "the Makefile has no target 'htm'; did you mean 'html'?")]
    assert dict(facts.diagnostics) == {}
    assert [unknown.runtime for unknown in facts.missing_snapshots] == ["dbt-charts", "dataface"]
    broken = tmp_path / path_of("dbt-charts", "0.10.0")
    broken.parent.mkdir(parents=True)
    for text in (
        "{",
        '{"commands": []}',
        "[" * 100_000,
        '{"distribution": 1, "version": 2, "commands": {}, "codes": [{}]}',
    ):
        broken.write_text(text, encoding="utf-8")
        facts = installed({}, "html:", tuple(replace(runtime, root=tmp_path) for runtime in known()))
        assert facts.problems("dct rendr") == []
        assert facts.missing_snapshots[0].reason.startswith(f"{path_of('dbt-charts', '0.10.0')}: it is no snapshot: ")


@pytest.mark.bench
def test_five_hundred_lines_are_checked_in_a_blink(facts: Installed) -> None:
    """Under 0.3 s (measured: 0.06 s); here with room for a busy machine."""
    facts.problems("dft --version")
    began = time.process_time()
    for number in range(500):
        assert facts.problems(f"dft render faces/{number}/index.yaml --format svg --var a={number}") == []
    assert time.process_time() - began < 1
