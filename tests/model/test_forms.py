"""What a text must look like is said in words with an example, never as a regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from generators.catalog.shape import shape
from generators.model import KINDS
from generators.model.forms import FORMS
from generators.model.telemetry import Objective
from generators.model.text import Handle
from generators.schemas import schemas
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECTIVE = """\
title: Lit
surface: lamp
event: check
meaning: Lit
counted:
  - {field: lit, values: ["true", "false"]}
good:
  - {field: lit, values: ["true"]}
target: TARGET
basis: proposed
declared: {by: keeper, day: 2026-11-20}
window_days: 30
minimum_events: 20
"""


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern in a JSON Schema, those of keys as well."""
    if isinstance(schema, dict):
        for name, inner in schema.items():
            if name == "pattern" and isinstance(inner, str):
                yield inner
            elif name == "patternProperties":
                yield from inner
            yield from patterns(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from patterns(inner)


def test_every_pattern_of_the_model_has_words() -> None:
    """And no words are left over."""
    assert set(patterns(dict(schemas()))) == set(FORMS)


@pytest.mark.parametrize("pattern", FORMS)
def test_example_has_the_form(pattern: str) -> None:
    """What a finding tells people to write is accepted; quotes are those of YAML."""
    form = FORMS[pattern]
    assert re.search(pattern, form.example.strip('"'))
    assert form.sentence.endswith(f"such as {form.example}")
    assert pattern not in form.sentence


def wrong(document: str, kind: Any) -> list[tuple[str, str]]:
    """What is wrong with a document: messages and hints."""
    read_as = read("f.yaml", document.encode()).document
    assert read_as is not None
    return [(finding.message, finding.hint) for finding in shape(read_as, kind)[1]]


def test_finding_says_the_words() -> None:
    """Instead of the pattern."""
    for kind in KINDS:
        for message, _ in wrong("title: ' x'\n", kind):
            assert "^" not in message
            assert "\\S" not in message
    assert ("'title' needs text on one line, without spaces around it, such as Change this line", "") in wrong(
        "title: 'x '\n", Objective
    )


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ('"99.9"', 'write "0.999"'),
        ("99.9", 'write "0.999"'),
        ('"99.95%"', 'write "0.9995"'),
        ('"99,5 %"', 'write "0.995"'),
        ("99", 'write "0.99"'),
        ('"0.5%"', 'write "0.005"'),
        ("0.999", 'write "0.999"'),
        ('"100"', '99.9 % is "0.999"'),
        ('"99.99999"', '99.9 % is "0.999"'),
        ("always", '99.9 % is "0.999"'),
        ("true", '99.9 % is "0.999"'),
        ("[0.9]", '99.9 % is "0.999"'),
    ],
)
def test_objective_in_per_cent(target: str, meant: str) -> None:
    """The sentence says how to write what was meant."""
    said = f"'target' needs a share below 1 with at most five decimals, in quotes: {meant}"
    assert wrong(OBJECTIVE.replace("TARGET", target), Objective) == [(said, "")]


def test_number_where_text_is_needed() -> None:
    """Quotes are all that is missing."""
    assert ("'title' needs text", "quote it") in wrong("title: 12\n", Objective)


def is_handle(text: str) -> bool:
    """Whether somebody may have this name on the forge."""
    try:
        TypeAdapter(Handle).validate_python(text, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "keeper",
        "Keeper-1",
        "keeper_acme",
        "k_a1B",
        "acme_admin",
        "acme/keepers",
        "Acme-1/lamp_keepers",
        "a.b+c@example.org",
    ],
)
def test_name_on_the_forge(text: str) -> None:
    """Users, users whom an enterprise manages, teams, and addresses."""
    assert is_handle(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "@keeper",
            "keeper_",
            "_acme",
            "keeper_ac",
            "keeper_acme_x",
            "keeper_toolongcode",
            "-keeper",
            "keeper-",
            "a b",
        ),
        *(
            "acme/",
            "/keepers",
            "acme/a/b",
            "acme_x/keepers",
            "a@b",
            "a@b.c d",
            "a@@b.c",
            "x" * 40,
            "x" * 35 + "_acme",
            "é",
        ),
    ],
)
def test_name_that_nobody_has_on_the_forge(text: str) -> None:
    """A line with it would be refused there."""
    assert not is_handle(text)
