from __future__ import annotations

import io
import json
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, Never

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from generators.installed.grammar import CommandGrammar, LazyGrammar, LiveNode, WrittenNode, is_open
from generators.workers.command_tree import tree


def explode(value: str = "") -> Never:
    """Fail the test that reaches it: a callback, a parser, a command's body."""
    pytest.fail(f"code of the command's author ran {value}")


class Colour(Enum):
    """A choice."""

    RED = "red"
    GREEN = "green"


def small() -> typer.Typer:
    """A command with every kind of parameter, whose own code fails the test that reaches it."""
    app = typer.Typer(add_completion=False)

    @app.callback()
    def root(
        root: Annotated[Path, typer.Option(callback=explode, exists=True, file_okay=False)] = Path(),
        *,
        version: Annotated[bool, typer.Option("--version", is_eager=True, callback=explode)] = False,
    ) -> None:
        explode(f"{root} {version}")

    @app.command()
    def paint(  # noqa: PLR0913 -- one of each kind
        name: str,
        colour: Colour,
        *,
        token: Annotated[str, typer.Option(prompt=True)],
        at: Annotated[str | None, typer.Option(parser=explode)] = None,
        where: Annotated[typer.FileText | None, typer.Option()] = None,
        out: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, resolve_path=True)] = None,
        tint: Annotated[Literal["light", "dark"], typer.Option()] = "light",
        weight: Annotated[float, typer.Option(min=0, max=1)] = 0.5,
        times: Annotated[list[int] | None, typer.Option("--times", "-t")] = None,
        size: Annotated[tuple[int, str], typer.Option()] = (1, "a"),
        gloss: Annotated[bool, typer.Option("--gloss/--matt", "-g/-m")] = False,
    ) -> None:
        explode(f"{name} {colour} {token} {at} {where} {out} {tint} {weight} {times} {size} {gloss}")

    @app.command(hidden=True)
    def secret() -> None:
        explode()

    @app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def loose() -> None:
        explode()

    @app.command(no_args_is_help=True)
    def picky(word: str = "x") -> None:
        explode(word)

    @app.command()
    def needy(place: Annotated[str, typer.Option(envvar="SMALL_PLACE")]) -> None:
        explode(place)

    bare = typer.Typer(invoke_without_command=True)
    bare.command("one")(explode)

    @bare.callback()
    def alone() -> None:
        explode()

    app.add_typer(bare, name="bare")
    app.add_typer(bare, name="idle")
    return app


WRITTEN = tree(typer.main.get_command(small()), "small")
WRITTEN["commands"]["idle"]["fails_alone"] = "it has nothing to do"
GRAMMAR = CommandGrammar("small", WrittenNode(json.loads(json.dumps(WRITTEN))))


@pytest.mark.parametrize(
    "line",
    [
        "paint x red",
        "paint x red --tint dark --weight 1 -gt 3 -t4 --matt",
        "paint --size 3 b x green",
        "paint x -- red",
        "paint x red --out /nowhere/at/all --where /nowhere/either --at whenever",
        "--root /nowhere/at/all paint x red",
        "--version",
        "--version rubbish",
        "-- --version",
        "--help",
        "paint --help",
        "secret",
        "loose --any thing",
        "picky --word y",
        "needy",
        "bare",
        "bare one",
        "idle --help",
    ],
)
def test_line_the_parser_takes_is_no_problem(line: str) -> None:
    """What can be typed is accepted, without callbacks, prompts, parsers or a look at a path."""
    assert GRAMMAR.problem(line.split()) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "'small' needs a subcommand: bare, idle, loose, needy, paint, picky"),
        ("pain x red", "'small' has no command 'pain'; did you mean 'paint'?"),
        ("-- --root x", "'small' has no command '--root'"),
        ("-- --rot x", "'small' has no option '--rot'; did you mean '--root'?"),
        ("paint x", "'small paint' needs argument 'colour'"),
        ("paint x red y", "'small paint' takes no further argument: 'y'"),
        (
            "paint x reed",
            "argument 'colour' of 'small paint' does not take 'reed' but one of red, green; did you mean 'red'?",
        ),
        ("paint x red --tnt dark", "'small paint' has no option '--tnt'; did you mean '--tint'?"),
        ("paint x red -z", "'small paint' has no option '-z'; 'small paint --help' lists its options"),
        (
            "paint x red --tint drak",
            "option '--tint' of 'small paint' does not take 'drak' but one of light, dark; did you mean 'dark'?",
        ),
        ("paint x red --tint", "'small paint': option '--tint' requires an argument"),
        ("paint x red --gloss=yes", "'small paint': option '--gloss' does not take a value"),
        ("picky", "'small picky' needs arguments"),
        ("idle", "'small idle' alone fails: it has nothing to do"),
        ("bare two", "'small bare' has no command 'two'"),
    ],
)
def test_line_the_parser_refuses_is_named_with_the_nearest_right_word(line: str, said: str) -> None:
    """A refusal is one sentence that says where and what instead."""
    assert GRAMMAR.problem(line.split()) == said


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("--weight 2", "option '--weight' of 'small paint' does not take '2': "),
        ("--weight x", "option '--weight' of 'small paint' does not take 'x': "),
        ("-t 1 -t b", "option '--times' of 'small paint' does not take 'b': "),
        ("--size b 3", "option '--size' of 'small paint' does not take 'b 3': "),
    ],
)
def test_literal_of_the_wrong_type_is_a_problem(line: str, start: str) -> None:
    """A number, a range and each member of a list are judged by the command's own conversion."""
    said = GRAMMAR.problem(["paint", "x", "red", *line.split()])
    assert said.startswith(start)
    assert "\n" not in said


@pytest.mark.parametrize(
    "line",
    [
        "paint {name} {colour} --weight {weight} --tint {tint} -t {times} --size {n} a",
        "paint x red --weight=$WEIGHT --tint ${TINT} -t $(count)",
        "paint x red --weight `weigh`",
    ],
)
def test_placeholder_stands_for_any_value(line: str) -> None:
    """What is filled in later is not judged for its type, only for its place."""
    assert GRAMMAR.problem(line.split()) == ""


def test_placeholder_beyond_the_last_argument_is_still_surplus() -> None:
    """A placeholder excuses no word that has no place."""
    assert GRAMMAR.problem(["paint", "x", "red", "{more}"]) == "'small paint' takes no further argument: '{more}'"


def test_value_beside_a_placeholder_is_judged() -> None:
    """One open word does not excuse the others."""
    assert "does not take 'b'" in GRAMMAR.problem(["paint", "{name}", "red", "-t", "{n}", "-t", "b"])


def test_judging_neither_prints_nor_looks_at_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same line is judged alike on every machine, in silence."""
    monkeypatch.setenv("SMALL_PLACE", "x")
    monkeypatch.setattr("sys.stdin", io.StringIO("typed\n"))
    fresh = CommandGrammar("small", LiveNode(typer.main.get_command(small()), "small"))
    lines = ("", "--help", "--version", "paint x red", "paint", "picky", "needy", "nope")
    said = [fresh.problem(line.split()) for line in lines]
    monkeypatch.delenv("SMALL_PLACE")
    others = [CommandGrammar("small", LiveNode(typer.main.get_command(small()), "small")) for _ in lines]
    assert [grammar.problem(line.split()) for grammar, line in zip(others, lines, strict=True)] == said
    assert capsys.readouterr() == ("", "")


def silent() -> typer.Typer:
    """A command that can be run: its body does nothing, so its exit code is its parser's verdict."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def paint(  # noqa: PLR0913 -- one of each kind
        name: str,
        rest: Annotated[list[int] | None, typer.Argument()] = None,
        *,
        colour: Annotated[Colour | None, typer.Option("--colour", "-c")] = None,
        times: Annotated[list[int] | None, typer.Option("--times", "-t")] = None,
        size: Annotated[tuple[int, int] | None, typer.Option()] = None,
        gloss: Annotated[bool, typer.Option("--gloss/--matt", "-g")] = False,
    ) -> None:
        """Do nothing with what was given."""

    @app.command()
    def mix() -> None:
        """Do nothing."""

    return app


SILENT = silent()
WORDS = st.lists(
    st.sampled_from(
        [
            *("paint", "mix", "x", "1", "--colour", "-c", "red", "--colour=red", "-cred", "--times", "-t2", "-tg"),
            *("--size", "--gloss", "--matt", "-g", "-gt", "--", "-", "--help", "--nope", "", "-1", "é"),
        ],
    ),
    max_size=7,
)


@given(WORDS)
@settings(max_examples=150)
def test_verdict_is_the_one_of_running_the_command(words: list[str]) -> None:
    """On a command without effects, judging and running agree on every line."""
    ran = CliRunner().invoke(SILENT, words, catch_exceptions=False)
    assert (GRAMMAR_OF_SILENT.problem(words) == "") == (ran.exit_code == 0), ran.output


GRAMMAR_OF_SILENT = CommandGrammar("silent", LiveNode(typer.main.get_command(SILENT), "silent"))


@pytest.mark.parametrize("word", ["{connector}", "charts/{a_1}/index.yml", "$X", "${X}", "$(x)", "`x`", "$1"])
def test_word_that_is_filled_in_later_is_open(word: str) -> None:
    """Placeholders and all that a shell replaces."""
    assert is_open(word)


@pytest.mark.parametrize("word", ["connector", "{}", "{A}", "{1}", "{a,b}", "100$", ""])
def test_word_that_means_itself_is_not_open(word: str) -> None:
    """Braces and dollars alone promise no value."""
    assert not is_open(word)


def test_lazy_grammar_is_built_once_and_only_for_a_line() -> None:
    """The cost of building is paid by the first line."""
    built: list[int] = []

    def build() -> CommandGrammar:
        built.append(1)
        return GRAMMAR

    lazy = LazyGrammar(build)
    assert built == []
    assert lazy.problem(["nope"]) == lazy.problem(["nope"]) == "'small' has no command 'nope'"
    assert built == [1]


def test_grammar_that_cannot_be_built_judges_nothing() -> None:
    """What is not known is not called wrong."""
    assert LazyGrammar(lambda: None).problem(["anything"]) == ""
