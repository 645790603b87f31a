from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader

from generators.render import environment, render
from generators.render.text import link, link_target, literal
from tests.render.corpus import code, hostile_texts, is_blank, monospace, one_line, prose
from tests.render.myst import Tree, parsed, texts_filled, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

NEUTRAL = "zqtokenzq"

MACROS = """\
{% macro told(text) %}
{{ text }} by a macro, **{{ text }}**
{% endmacro %}
"""

PLACES = """\
{% from "macros" import told %}
# Page
{% for text in page.texts %}

## {{ text }}

{{ (loop.index ~ "") | anchor }}
{{ text }}

Before {{ text }} after, **{{ text }}** *{{ text }}*, "{{ text }}", ({{ text }}) {{ text }}{{ text }}
{{ text }}

{{ told(text) }}

- {{ text }}
  - {{ text }}

    {{ text | code(indent=4) }}

1. {{ text }}
2. Before

   {{ text }}

   {% call directive("admonition", text, classes="warning", indent=3) %}
{{ text }}

{{ text | code("sql") }}

- Inside {{ text | literal("text") }}

  {% call directive("admonition", text, classes="danger", indent=2) %}
{{ text | code }}
  {% endcall %}
   {% endcall %}

> {{ text }}
> and {{ text }}

| {{ text }} | {{ text | literal("cell") }} |
|---|---|
| {{ text }} | {{ text | link("https://x.example/") }} |
| Before {{ text }} | {{ text | literal("cell") }} after |

```{list-table}
* - {{ text }}
  - Before {{ text }}
* - {{ text | literal("text") }}
  - {{ text | link("mailto:a@x.example") }}
```

:::{admonition} {{ text }}
:class: note

{{ text }}
:::

{{ text }}
: {{ text }}

:field: {{ text }}

{{ text | link("https://x.example/") }} {{ text | literal("text") }} after

{{ text | literal("text") }}

{% call directive("note") %}
{{ text | paragraphs }}
{% endcall %}

{% call directive("tip") %}
- {{ text | paragraphs(2) }}
{% endcall %}

{{ text | code }}
{% endfor %}
"""

WITHIN = environment(DictLoader({"places": PLACES.replace('({{ loop.index ~ "x" }})=\n', ""), "macros": MACROS}))


@dataclass(frozen=True)
class Texts:
    """What the page of all places is made of."""

    texts: tuple[str, ...]


def sections(texts: Sequence[str]) -> list[Tree]:
    """The page of all places: a section for each text, or fewer or more when a text broke out of its own."""
    page = tree(parsed(render("places", Texts(tuple(texts)), WITHIN)))
    return list(page[1][0][1][1:] if len(page[1]) == 1 else page[1])


@cache
def neutral() -> Tree:
    """The section of a text that means nothing."""
    (section,) = sections([NEUTRAL])
    return section


def expected(text: str) -> object:
    """That section with the token replaced by what each place must show of `text`."""
    told = "\n\n".join(prose(text))
    shown = {"": one_line(text), "literal": monospace(text), "literal_block": code(text), "note": told, "tip": told}
    return texts_filled(neutral(), NEUTRAL, shown)


def wrong(texts: Sequence[str]) -> list[str]:
    """The texts that do not show as themselves in every place, or that change the page around them."""
    if sections(texts) == [expected(text) for text in texts]:
        return []
    if len(texts) == 1:
        return list(texts)
    half = len(texts) // 2
    return wrong(texts[:half]) + wrong(texts[half:]) or list(texts)


def test_a_neutral_text_reaches_every_place() -> None:
    """The page under test has all the places: else the comparisons below would promise little."""
    page = repr(neutral())
    assert page.count(NEUTRAL) == 46
    for name in ("title", "entry", "admonition", "term", "definition", "field_body", "block_quote", "enumerated_list"):
        assert f"'{name}" in page, name


@pytest.mark.parametrize(
    "texts",
    [hostile_texts()[start : start + 40] for start in range(0, len(hostile_texts()), 40)],
    ids=lambda texts: ascii(texts[0])[1:9],
)
def test_text_that_means_something_to_a_parser(texts: Sequence[str]) -> None:
    """Any text in any place shows as exactly that text, and the elements of the page do not change (F3)."""
    assert wrong([text for text in texts if not is_blank(text)]) == []


MARKS = st.text(alphabet=string.punctuation + " \n\ta1\r\u2028", min_size=1, max_size=30)
ANYTHING = st.text(alphabet=st.characters(), min_size=1, max_size=30)
SHUFFLED = st.lists(st.sampled_from(hostile_texts()), min_size=2, max_size=4).map("".join)


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists((MARKS | ANYTHING | SHUFFLED).filter(lambda text: not is_blank(text)), min_size=5, max_size=15))
def test_text_nobody_thought_of(texts: list[str]) -> None:
    """The same for random punctuation, random Unicode, and hostile texts run together."""
    assert wrong(texts) == []


@pytest.mark.parametrize("text", ["a|b", "|", "cat x | dft -", "`|`", "a\\|b"])
def test_a_literal_with_a_bar_and_no_word_of_its_place(text: str) -> None:
    """It falls back to escaped text, which is right in a table and out of it."""
    page = tree(parsed(f"| {literal(text)} |\n|---|\n| {literal(text)} |\n\n{literal(text)}"))
    assert repr(page) == repr(tree(parsed(f"| {NEUTRAL} |\n|---|\n| {NEUTRAL} |\n\n{NEUTRAL}"))).replace(
        repr(NEUTRAL), repr(text)
    )


URLS = st.sampled_from(["https://x.example", "https://x.example/", "mailto:a@x.example?", "HTTPS://X.example:1/?#"])


@settings(max_examples=300)
@given(URLS, st.sampled_from(hostile_texts()) | MARKS | ANYTHING)
def test_any_text_as_an_address(start: str, rest: str) -> None:
    """The link goes to the host that was named by https or mailto, in printable ASCII; or there is no link at all."""
    url = start + rest
    (paragraph,) = tree(parsed(f"a {link('text', url)} b"))[1]
    target = link_target(url)
    if target is None:
        assert paragraph == ("paragraph", ("a text b",))
        return
    assert paragraph == ("paragraph", ("a ", (f"reference {target}", ("text",)), " b"))
    parts = urlsplit(target)
    assert target.isascii()
    assert target.isprintable()
    assert " " not in target
    assert parts.scheme in {"https", "mailto"}
    assert parts.scheme == "mailto" or (parts.hostname or "").startswith("x.example")
    assert parts.username is None
