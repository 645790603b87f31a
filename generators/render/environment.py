"""Templates that print values only, every value escaped unless its type says it is finished MyST.

The template's own text is MyST and stays; whatever stands in `{{ }}` goes through `escaped`, constants included.
Jinja's own autoescaping is for HTML and stays off. What it would call safe is closed: `_MystGenerator`, `_UNWANTED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, meta, nodes
from jinja2.compiler import CodeGenerator

from generators.render.directives import (
    chart,
    clock,
    commands,
    diagram,
    document,
    entity,
    feed,
    gaps,
    jump,
    night,
    offline,
    picture,
    search,
    section,
    siblings,
    source,
    titled,
    toctree,
)
from generators.render.text import (
    HasMyst,
    Safe,
    anchor,
    code_block,
    coded,
    day,
    directive,
    escaped,
    link,
    listed,
    literal,
    paragraphs,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from jinja2 import BaseLoader
    from jinja2.compiler import Frame, MacroRef

_TEMPLATES = Path(__file__).parent / "templates"

_LISTS = ("dictsort", "first", "last", "length", "map", "sort")
"""Jinja's own filters that pick and order values. All others are closed: a template that asks for one does not compile.

Some make HTML, some call text safe in Jinja's sense, some differ from run to run."""


class _MystMacro:
    """A macro whose result is finished MyST, because every value that went into it was escaped."""

    def __init__(self, macro: Callable[..., str]) -> None:
        self._macro = macro

    def __call__(self, *values: object, **named: object) -> Safe:
        return Safe(self._macro(*values, **named))


class _MystGenerator(CodeGenerator):
    """Compiles templates so that macros give `Safe`, and refuses the blocks whose results would lose their type."""

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Wrap each macro, and each body of a call block, in `_MystMacro`."""
        self.write("environment.myst_macro(")
        super().macro_def(macro_ref, frame)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's API
        """`~` makes text of text only."""
        self.write("environment.myst_joined((")
        for value in node.nodes:
            self.visit(value, frame)
            self.write(", ")
        self.write("))")

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> NoReturn:  # noqa: ARG002, N802 - Jinja's API
        """Refuse: the block's text would be escaped a second time."""
        self.fail("{% set %} with a body is not for MyST: write a macro", node.lineno)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> NoReturn:  # noqa: ARG002, N802 - Jinja's API
        """Refuse: a filter would edit text that is already escaped, and its result goes out unchecked."""
        self.fail("{% filter %} is not for MyST: filter the value", node.lineno)

    def visit_ScopedEvalContextModifier(  # noqa: N802 - Jinja's API
        self,
        node: nodes.ScopedEvalContextModifier,
        frame: Frame,  # noqa: ARG002 - Jinja's API
    ) -> NoReturn:
        """Refuse: {% autoescape %} means HTML."""
        self.fail("{% autoescape %} is for HTML", node.lineno)


def _text_only(value: object) -> object:
    """The value, where text may be made of it. Raises TypeError for a reference, whose link would be lost."""
    if type(value) is not str and not isinstance(value, Safe) and isinstance(value, HasMyst):
        message = f"{value!r} would lose its link in a longer text: print it by itself, or `| listed`"
        raise TypeError(message)
    return value


def _text_filter(filter_: Callable[..., str]) -> Callable[..., str]:
    """A filter of Jinja's that takes text only; a list is looked at value by value."""

    def filtered(value: object, *arguments: object, **named: object) -> str:
        if isinstance(value, Iterable) and not isinstance(value, str):
            value = [_text_only(item) for item in value]
        return filter_(_text_only(value), *arguments, **named)

    return filtered


def _plain_join(values: Iterable[object], separator: str = "") -> str:
    return separator.join(str(value) for value in values)


_TEXTS: Mapping[str, Callable[..., str]] = {
    "capitalize": lambda text: str(text).capitalize(),
    "join": _plain_join,
    "lower": lambda text: str(text).lower(),
    "replace": lambda text, old, new: str(text).replace(old, new),
    "upper": lambda text: str(text).upper(),
}
"""Filters that make one text of values."""


def _joined(values: Iterable[object]) -> str:
    """What `~` makes of values."""
    return "".join(str(_text_only(value)) for value in values)


class _MystEnvironment(Environment):
    code_generator_class = _MystGenerator
    myst_macro = _MystMacro
    myst_joined = staticmethod(_joined)


def environment(loader: BaseLoader) -> Environment:
    """Templates from `loader`, with the filters paragraphs, code, literal, link and anchor and the call `directive`."""
    made = _MystEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=False,  # the output is MyST, and `finalize` escapes
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    known = made.filters
    made.filters = {name: known[name] for name in _LISTS}
    made.filters |= {name: _text_filter(made_of) for name, made_of in _TEXTS.items()}
    made.filters |= {
        "anchor": anchor,
        "chart": chart,
        "clock": clock,
        "code": code_block,
        "coded": coded,
        "commands": commands,
        "day": day,
        "diagram": diagram,
        "document": document,
        "entity": entity,
        "feed": feed,
        "gaps": gaps,
        "jump": jump,
        "link": link,
        "listed": listed,
        "literal": literal,
        "night": night,
        "offline": offline,
        "paragraphs": paragraphs,
        "picture": picture,
        "search": search,
        "section": section,
        "siblings": siblings,
        "source": source,
        "titled": titled,
        "toctree": toctree,
    }
    made.globals.clear()
    made.globals["directive"] = directive
    return made


def render(name: str, view: DataclassInstance, within: Environment | None = None) -> str:
    """The page that template `name` makes of `view`, which it knows as `page`; ends with one newline.

    `within`: the environment, by default the one of this package's templates. Raises TypeError for a view that is not a
    frozen dataclass, and whatever Jinja raises: a template that fails is a bug, not something an author wrote.
    """
    settings = getattr(view, "__dataclass_params__", None)  # a class has them, too
    if isinstance(view, type) or settings is None or not settings.frozen:
        message = f"a view is a frozen dataclass, not {type(view).__name__}"
        raise TypeError(message)
    text = (within or _own()).get_template(name).render(page=view)
    return text.rstrip("\n") + "\n"


def fields_asked(within: Environment, template: str) -> set[str]:
    """The attributes of `page` that a template asks for, with those that it includes, imports or extends.

    Raises ValueError where they cannot be known: `page` used whole, bound anew, or a template name that is computed.
    """
    asked: set[str] = set()
    seen: set[str] = set()
    waiting = [template]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = within.parse(_source(within, name), name)
        asked |= _page_fields(tree, name)
        for other in meta.find_referenced_templates(tree):
            if other is None:
                message = f"{name}: a template name is computed"
                raise ValueError(message)
            waiting.append(other)
    return asked


def _page_fields(tree: nodes.Template, name: str) -> set[str]:
    """Each `page.field` or `page["field"]`; every other use of `page` is an error."""
    asked: dict[int, str] = {}  # by the node that is `page`
    for by_dot in tree.find_all(nodes.Getattr):
        if _is_page(by_dot.node):
            asked[id(by_dot.node)] = by_dot.attr
    for by_key in tree.find_all(nodes.Getitem):
        if _is_page(by_key.node) and isinstance(by_key.arg, nodes.Const):
            asked[id(by_key.node)] = str(by_key.arg.value)
    for use in tree.find_all(nodes.Name):
        if _is_page(use) and id(use) not in asked:
            message = f"{name}:{use.lineno}: `page` must be asked for its fields by name"
            raise ValueError(message)
    return set(asked.values())


def _is_page(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "page"


def _source(within: Environment, name: str) -> str:
    if within.loader is None:
        message = "an environment without a loader has no templates"
        raise ValueError(message)
    return within.loader.get_source(within, name)[0]


def _finished(value: object) -> Safe:
    """What Jinja prints for a value."""
    if isinstance(value, Undefined):
        return Safe(value)  # raises UndefinedError; only `{{ x if y }}` without an else has the right to print nothing
    return escaped(value)


@cache
def _own() -> Environment:
    return environment(FileSystemLoader(_TEMPLATES))
