from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.installed.lines import DEEPEST, PROMPT, Invocation, Unreadable, invocations, placeholders
from tests.timeouts import ends_in_time


def read(snippet: str) -> list[tuple[str, ...]]:
    """The commands of a snippet without fault."""
    found = invocations(snippet)
    assert all(isinstance(item, Invocation) for item in found), found
    return [(item.program, *item.words) for item in found if isinstance(item, Invocation)]


@pytest.mark.parametrize(
    ("snippet", "commands"),
    [
        ("dft validate boards", ["dft validate boards"]),
        ("  dft\tvalidate  ", ["dft validate"]),
        ("# dft nope\ndft a # dft b", ["dft a"]),
        ("dft a#b", ["dft a#b"]),
        ("dft a | tee b && make c || exit 1; dft d & dft e", ["dft a", "tee b", "make c", "exit 1", "dft d", "dft e"]),
        ("(cd x; dft a)", ["cd x", "dft a"]),
        ("dft a > out 2>&1 < in x", ["dft a x"]),
        ("dft a &> out >>more x", ["dft a x"]),
        ("dft a <<< word x", ["dft a x"]),
        ("A=1 B='2 3' dft x", ["dft x"]),
        ("A=1", []),
        (".venv/bin/dfops check", ["dfops check"]),
        ("uv run dft a", ["dft a"]),
        ("uv run --frozen -q dft a", ["dft a"]),
        ("uv run --with x dft a", ["uv run --with x dft a"]),
        ("uv sync", ["uv sync"]),
        ("uv run", ["uv run"]),
        ("env A=1 time dft a", ["dft a"]),
        ("sudo -u me dft a", ["sudo -u me dft a"]),
        ("python -m dft a", ["python -m dft a"]),
        ("if dft a; then dft b; fi", ["dft a", "dft b"]),
        ("! dft a", ["dft a"]),
        ("dft a \\\n  b", ["dft a b"]),
        ("dft a\\\nb", ["dft ab"]),
        ("dft a \\\r\n b\r\ndft c\r\n", ["dft a b", "dft c"]),
        ("dft {connector} charts/{connector}/x.yml", ["dft {connector} charts/{connector}/x.yml"]),
        ("dft --limit=${N:-3} $X", ["dft --limit=${N:-3} $X"]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_snippet_is_read_as_a_shell_reads_it(snippet: str, commands: list[str]) -> None:
    """Words and commands end where a shell ends them."""
    assert read(snippet) == [tuple(command.split()) for command in commands]


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ('"SELECT 1"', "SELECT 1"),
        ("'a \"b\" $c'", 'a "b" $c'),
        ('"a \\"b\\" \\$c \\n"', 'a "b" $c \\n'),
        ("a' b 'c", "a b c"),
        ("a\\ b", "a b"),
        ('""', ""),
        ('"a ( b"', "a ( b"),
        ("'a'#b", "a#b"),
        ('"$(echo "x y)") z"', '$(echo "x y)") z'),
        ("$(echo ')' \"a)\" $(b))/c", "$(echo ')' \"a)\" $(b))/c"),
        ("'# no comment; no | pipe'", "# no comment; no | pipe"),
    ],
)
def test_quoted_word_is_one_word_without_its_quotes(written: str, word: str) -> None:
    """What a program would be given, as far as that is known before the shell runs."""
    assert invocations(f"x {written}")[-1] == Invocation("x", (word,), 0)


def test_lines_are_those_of_the_programs() -> None:
    """A finding points at the line where its command starts, also behind text of several lines."""
    snippet = (
        "# first\ndft 'a\nb' c\ndft \"d\n\" && make \\\n  e\n"
        "cat <<-END\n\tdft f\n\tEND\ndft g $(\ndft h)\n  A=1 \\\n dft i"
    )
    assert [(item.line, item.words[:1]) for item in invocations(snippet) if isinstance(item, Invocation)] == [
        *((1, ("a\nb",)), (3, ("d\n",)), (4, ("e",)), (6, ())),
        *((10, ("h",)), (9, ("g",)), (12, ("i",))),
    ]


def test_here_document_is_no_command() -> None:
    """What is fed to a program is not run."""
    assert read("cat <<'END' > x\ndft a\n  END\nEND\ndft b") == [("cat",), ("dft", "b")]


def test_command_inside_a_substitution_is_read_too() -> None:
    """`$(…)` is one word outside and a command inside, on its own line."""
    found = invocations("echo a \\\n $(dft b | tail)")
    assert found == [
        Invocation("dft", ("b",), 1),
        Invocation("tail", (), 1),
        Invocation("echo", ("a", "$(dft b | tail)"), 0),
    ]


def test_substitutions_nested_beyond_reason_are_left_unread() -> None:
    """Depth costs neither a crash nor time."""
    deep = "$(" * 20_000 + "dft a" + ")" * 20_000
    assert len(invocations("x " + deep)) == DEEPEST + 1


@pytest.mark.parametrize(
    ("snippet", "line", "sentence"),
    [
        ("dft a\ndft 'b\nc", 1, "a single quote is never closed"),
        ('dft "a\\"', 0, "a double quote is never closed"),
        ("dft `a", 0, "a backquote is never closed"),
        ("dft a\n\ndft $(b", 2, "'$(' is never closed"),
        ("dft $(echo 'a)", 0, "'$(' is never closed"),
        ("dft a \\", 0, "the line ends in a backslash"),
        ("cat <<END\ndft a", 0, "the here-document that ends with 'END' never ends"),
        ("cat <<END", 0, "the here-document that ends with 'END' never ends"),
    ],
)
def test_what_is_never_closed_is_a_problem_at_its_line(snippet: str, line: int, sentence: str) -> None:
    """A broken snippet is a value with a place, not an exception."""
    assert invocations(snippet)[-1] == Unreadable(line, sentence)


def test_prompt_is_refused_and_the_command_behind_it_is_read() -> None:
    """Commands are paste-ready; one fault does not hide another."""
    assert invocations("make a\n$ dft b") == [
        Invocation("make", ("a",), 0),
        Unreadable(1, PROMPT),
        Invocation("dft", ("b",), 1),
    ]
    assert read("'$' b") == [("$", "b")]


@given(st.lists(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8), min_size=1))
@settings(max_examples=150)
def test_words_quoted_by_the_standard_library_come_back_unchanged(words: list[str]) -> None:
    """Quoting and reading are inverse for every text."""
    assert invocations(f"x {shlex.join(words)}") == [Invocation("x", tuple(words), 0)]


@given(st.text(st.sampled_from("ab '\"\\`$(){}<>|&;#\n\r\t=-/2")))
@settings(max_examples=300)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    """Lines stay inside the snippet, whatever it holds."""
    assert all(0 <= item.line <= text.count("\n") for item in invocations(text))


@pytest.mark.parametrize("piece", ["$(", "${", "{{", "{%", '"$(', "<<a ", "((", "\\", "{a", "'", "a=", "$ ", "#"])
def test_sixty_four_kilobytes_of_anything_are_read_at_once(piece: str) -> None:
    """Time grows with the length of a text, not with its square."""
    text = piece * (65_536 // len(piece))
    with ends_in_time():
        invocations(text)
        placeholders(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dft render charts/{connector}/{board_1}.yml", ["connector", "board_1"]),
        ("{b} {a} {b}", ["b", "a"]),
        ("{{ source }} {{name}} {% if {x} %} ${HOME} ${home} {y}", ["y"]),
        ("{{ unclosed {a}", ["a"]),
        ("{{a", []),
        ("{A} {1a} {a-b} {} { a } {a,b}", []),
        ("{{ a }}{b}{{ c }}", ["b"]),
        ("$ {a}", ["a"]),
    ],
)
def test_placeholders_are_names_in_single_braces(text: str, names: list[str]) -> None:
    """Each once, in order; templates and shell variables are something else."""
    assert placeholders(text) == names
