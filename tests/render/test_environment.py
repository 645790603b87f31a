from __future__ import annotations

from dataclasses import dataclass

import pytest
from jinja2 import DictLoader, TemplateAssertionError, TemplateSyntaxError, UndefinedError

from generators.render import Safe, environment, fields_asked, render

READY = Safe("**a**")


@dataclass(frozen=True)
class View:
    """A page with a text, a finished text, and nothing."""

    text: str = "<b>*{{ 7 }}*"
    ready: Safe = READY
    none: None = None


ESCAPED = "&#60;b&#62;&#42;&#123;&#123; 7 &#125;&#125;&#42;"


def shown(template: str, **others: str) -> str:
    """What a template makes of the view, without its last line end."""
    return render("page", View(), environment(DictLoader({"page": template, **others}))).removesuffix("\n")


def test_the_templates_own_text() -> None:
    """It is MyST and stays; values are escaped once, constants as well, and never read as templates."""
    assert shown("# *a* `b` {% if true %}<c>{% endif %} {{ page.text }} {{ '*' }}") == f"# *a* `b` <c> {ESCAPED} &#42;"


def test_finished_text() -> None:
    """It passes, also through a condition, a default, or a loop."""
    assert (
        shown("{{ page.ready }}{{ page.ready if true }}{% for one in [page.ready] %}{{ one }}{% endfor %}")
        == "**a**" * 3
    )


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "page.ready ~ 'x'",
            "'' ~ page.ready",
            "page.ready + ''",
            "'%s' % page.ready",
            "page.ready % ()",
            "page.ready * 1",
        ),
        *(
            "page.ready | upper",
            "page.ready | lower",
            "page.ready | replace('x', 'y')",
            "page.ready[:]",
        ),
        *("[page.ready] | join", "[page.ready, ''] | join", "page.ready.format()"),
        *("page.ready.strip()", "page.ready.replace('x', '')", "page.ready.join(['**a**'])"),
        *("'{}'.format(page.ready)", "page.ready.ljust(1)", "page.ready.expandtabs()"),
    ],
)
def test_finished_text_after_an_operation(expression: str) -> None:
    """Whatever is made of finished text is plain text again, even where nothing changed."""
    made = shown("{{ (%s) }}" % expression).removesuffix(" ").removesuffix("x")  # noqa: UP031 - braces
    assert made.lower() == "&#42;&#42;a&#42;&#42;"


@pytest.mark.parametrize(
    "name", ["safe", "e", "escape", "forceescape", "urlize", "xmlattr", "tojson", "striptags", "random"]
)
def test_a_filter_for_html_or_for_chance(name: str) -> None:
    """There is none: such a template does not compile."""
    with pytest.raises(TemplateAssertionError):
        shown("{{ page.text | %s }}" % name)  # noqa: UP031 - braces


@pytest.mark.parametrize(
    "template",
    ["{% set a %}*{% endset %}", "{% filter upper %}a{% endfilter %}", "{% autoescape true %}a{% endautoescape %}"],
)
def test_a_block_that_would_lose_or_skip_the_escape(template: str) -> None:
    """It does not compile."""
    with pytest.raises(TemplateSyntaxError):
        shown(template)


def test_a_macro() -> None:
    """Its text is finished and its values are escaped once, imported or not, with a body or without."""
    macro = "{% macro bold(a) %}**{{ a }}**{{ caller() if caller is defined }}{% endmacro %}"
    assert shown(macro + "{{ bold(page.text) }}") == f"**{ESCAPED}**"
    assert shown("{% from 'm' import bold %}{{ bold(page.text) }}", m=macro) == f"**{ESCAPED}**"
    assert (
        shown("{% import 'm' as m %}{% call m.bold('a') %}`{{ page.text }}`{% endcall %}", m=macro)
        == f"**a**`{ESCAPED}`"
    )
    assert shown(macro + "{{ bold('a') ~ '' }}") == "&#42;&#42;a&#42;&#42;"


def test_an_included_template() -> None:
    """It is the same as if it stood there."""
    assert shown("{% include 'part' %}", part="*{{ page.text }}*") == f"*{ESCAPED}*"


@pytest.mark.parametrize("expression", ["page.nothing", "nothing", "range(3)", "lipsum()", "page.text[99]"])
def test_a_name_that_is_not_there(expression: str) -> None:
    """It is an error, not an empty place; Jinja's own globals are not there either."""
    with pytest.raises(UndefinedError):
        shown("{{ %s }}" % expression)  # noqa: UP031 - braces


@pytest.mark.parametrize("expression", ["page.none", "none", "true", "[]", "page"])
def test_a_value_without_a_reading(expression: str) -> None:
    """It is an error, constant or not."""
    with pytest.raises(TypeError):
        shown("{{ %s }}" % expression)  # noqa: UP031 - braces


def test_the_end_of_a_page() -> None:
    """One newline, however many the template has; lines of block tags leave nothing behind."""
    within = environment(DictLoader({"page": "a\n  {% if true %}\nb\n  {% endif %}\n\n\n"}))
    assert render("page", View(), within) == "a\nb\n"


@pytest.mark.parametrize("view", [{"text": "a"}, View, object()])
def test_a_view_that_is_none(view: object) -> None:
    """Only an instance of a frozen dataclass is a view."""
    with pytest.raises(TypeError):
        render("page", view, environment(DictLoader({"page": ""})))  # type: ignore[arg-type]


def test_a_view_that_can_change() -> None:
    """A dataclass that is not frozen is no view."""

    @dataclass
    class Loose:
        text: str

    with pytest.raises(TypeError):
        render("page", Loose("a"), environment(DictLoader({"page": ""})))


def test_the_fields_that_a_template_asks_for() -> None:
    """By dot or by key, in conditions, loops, filters, and in whatever it includes, imports or extends."""
    within = environment(
        DictLoader(
            {
                "page": "{% extends 'base' %}{% block b %}{{ page.a.b | upper }}{% include 'part' %}{% endblock %}",
                "base": "{% from 'm' import m %}{% block b %}{% endblock %}{% if page['c'] %}{% endif %}",
                "part": "{% for one in page.d %}{{ one.e }}{{ m(page.f) }}{% endfor %}",
                "m": "{% macro m(x) %}{{ x.g }}{% endmacro %}",
            }
        )
    )
    assert fields_asked(within, "page") == {"a", "c", "d", "f"}


@pytest.mark.parametrize(
    "template",
    [
        *("{{ m(page) }}", "{% set p = page %}", "{{ page[x] }}", "{{ page | attr('a') }}", "{% include page.a %}"),
        *("{% macro m(page) %}{{ page.a }}{% endmacro %}", "{% for page in x %}{{ page.a }}{% endfor %}"),
    ],
)
def test_fields_that_cannot_be_known(template: str) -> None:
    """They are an error: the comparison with the view would promise too much."""
    with pytest.raises(ValueError, match="page"):
        fields_asked(environment(DictLoader({"page": template})), "page")


class Link(str):
    """A text that knows its MyST, as a reference does."""

    __slots__ = ()

    def __myst__(self) -> str:
        """A role, as a reference's."""
        return f"{{ops:role}}`{self}`"


@dataclass(frozen=True)
class Linked:
    """A page with references."""

    links: tuple[Link, ...] = (Link("keeper"), Link("owner"))


@pytest.mark.parametrize(
    "template",
    [
        "{{ page.links | join(', ') }}",
        "{{ 'by ' ~ page.links[0] }}",
        "{{ page.links[0] | upper }}",
        "{{ page.links[0] | capitalize }}",
        "{{ page.links[0] | replace('-', ' ') }}",
        "{{ page.links | map('upper') | join(' ') }}",
    ],
)
def test_a_reference_in_a_longer_text(template: str) -> None:
    """Its link would be lost without a word: the template fails instead."""
    with pytest.raises(TypeError, match="lose its link"):
        render("page", Linked(), environment(DictLoader({"page": template})))


def test_references_in_a_list() -> None:
    """Each with its link; other values as text."""
    page = {"page": "{{ page.links | listed }}, {{ ['a*'] | listed }}"}
    assert render("page", Linked(), environment(DictLoader(page))) == "{ops:role}`keeper`, {ops:role}`owner`, a&#42;\n"


@pytest.mark.parametrize(
    "name",
    [
        "string",
        "trim",
        "center",
        "wordwrap",
        "reverse",
        "list",
        "format",
        "title",
        "indent",
        "truncate",
        "batch",
        "sum",
    ],
)
def test_a_filter_that_nobody_asked_for(name: str) -> None:
    """Closed until somebody says why it is safe on references."""
    with pytest.raises(TemplateAssertionError):
        shown(f"{{{{ 'x' | {name} }}}}")
