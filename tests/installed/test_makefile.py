from __future__ import annotations

import pytest

from generators.installed.makefile import MakeGrammar, targets

MAKEFILE = """\
# comment: none
.PHONY: html test ghost
.DEFAULT_GOAL := html
OUT := public:private
export NAME = a
SPHINX ?= sphinx-build
html: OUT = b
only: FLAG := c
html test: .venv/stamp | order
\techo recipe: none
check:: ; echo a=b
.venv/stamp:
%.o: %.c
$(OUT): x
${OUT}: x
lib.a(one.o): x
brief: ;a=b
noted: # a = b
left right &: y
docs/a.html \\
  docs/b.html: z
one.o two.o: %.o: %.c
define BLOCK
inside: none
endef
ifeq ($(OS),x)
conditional: a
endif
include other.mk
"""


def test_targets_are_those_with_a_rule_of_their_own() -> None:
    """Neither patterns nor special targets nor variables nor recipes count."""
    assert targets(MAKEFILE) == {
        *("html", "test", "check", ".venv/stamp", "left", "right", "docs/a.html", "docs/b.html", "one.o", "two.o"),
        *("conditional", "brief", "noted"),
    }


def test_empty_makefile_has_no_targets() -> None:
    """No text, no targets, no exception."""
    assert targets("") == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        *("", "html", "html test", "-j4 html", "-j 4 html", "-j html", "-kj html", "-kj4 html", "--jobs=4 html"),
        *("V=1 html V:=2", "-n -- html", "-C elsewhere anything", "-Celsewhere anything", "-sf other.mk anything"),
        *("--directory=x anything", "{target}", "$(x)", "-j {n} html", "-j{n} html", "-Otarget html", "--help"),
        *("-o html test", "-W a html", "--trace"),
    ],
)
def test_line_that_make_takes_is_no_problem(line: str) -> None:
    """Options, variables and targets, in any order."""
    assert MakeGrammar(targets(MAKEFILE)).problem(line.split()) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("htm", "the Makefile has no target 'htm'; did you mean 'html'?"),
        ("html haunt", "the Makefile has no target 'haunt'"),
        ("-j 4 4 html", "the Makefile has no target '4'"),
        ("--jobs 4", "the Makefile has no target '4'"),
        ("-- -k", "the Makefile has no target '-k'"),
        ("--quit html", "'make' has no option '--quit'; did you mean '--quiet'?"),
        ("-kz html", "'make' has no option '-z'"),
        ("html -C", "option '-C' of 'make' needs a value"),
        ("html --file", "option '--file' of 'make' needs a value"),
        ("-o htm haunt", "the Makefile has no target 'haunt'"),
    ],
)
def test_line_that_make_refuses_is_named(line: str, said: str) -> None:
    """One sentence, with the nearest target or option."""
    assert MakeGrammar(targets(MAKEFILE)).problem(line.split()) == said
