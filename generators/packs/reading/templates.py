"""Jinja in SQL, set aside so that a SQL parser can read the rest, and put back unchanged.

Jinja's own lexer finds the pieces. Two ways of setting aside: for reading, every piece is replaced by text of the same
length, so that lines and columns stay true; for rewriting, by a name that is exchanged for the piece afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, TemplateSyntaxError, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LEXER = Environment(autoescape=True)
_COLUMN = re.compile(r"\b(?:filter|filter_date_range)\s*\(\s*(?P<quote>['\"])(?P<column>[^'\"]*)(?P=quote)")
"""A call of the runtime's helpers: its first argument is a column and becomes part of the predicate."""
_FORMAT = re.compile(r"(?!.*\d{3})[^%]{0,12}")
_BRANCH = re.compile(r"\{%-?\s*(?P<word>\w+)")
QUERIES = "queries"
"""The name below which a template finds the other queries of its board."""
MOST_BRANCHES = 8
"""Ways through conditions that are tried; the first, and each other arm with the first of the rest."""


class UnreadableTemplate(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """Jinja that cannot be read: one sentence, and the line in the SQL, from 0."""

    def __init__(self, sentence: str, line: int) -> None:
        """What is wrong, and where."""
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of a template: from `start` to `end`, and `data`, `value` for {{ }}, `word` for {% %} or `note`."""

    start: int
    end: int
    kind: str
    text: str


def has_template(sql: str) -> bool:
    """Whether there is any Jinja in it."""
    return "{{" in sql or "{%" in sql or "{#" in sql


@lru_cache(maxsize=4096)
def pieces(sql: str) -> tuple[Piece, ...]:
    """The Jinja in a text, in order; what lies between is SQL. Raises UnreadableTemplate."""
    jinja: list[Piece] = []
    at, begun, kind = 0, 0, ""
    opening = {"variable_begin": "value", "block_begin": "word", "comment_begin": "note"}
    if refusal := beyond(sql):
        raise UnreadableTemplate(refusal, 0)
    try:
        for _, token, value in _LEXER.lex(sql):
            start = sql.find(value, at)
            at = (start if start >= 0 else at) + len(value)
            if token in opening and not kind:
                begun, kind = start, opening[token]
            if token in {"raw_begin", "raw_end"}:  # the lexer gives these whole
                jinja.append(Piece(start, at, "word", value))
            elif token in {"variable_end", "block_end", "comment_end"}:
                jinja.append(Piece(begun, at, kind, sql[begun:at]))
                kind = ""
    except TemplateSyntaxError as error:
        raise UnreadableTemplate(f"Jinja cannot be read: {error.message}", max(error.lineno - 1, 0)) from error
    return tuple(jinja)


# A runtime evaluates what a board says, attributes of Python objects included: what may be is decided here.
_PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Keyword,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.List,
    nodes.Tuple,
)
_CALLED = frozenset({"filter", "filter_date_range"})
_PREFIXES = frozenset({QUERIES})  # of another query of the board
_FILTERED = frozenset({"int", "float", "default", "d", "lower", "upper", "trim", "format", "round", "title"})
_GLOBALS = frozenset({"cycler", "joiner", "lipsum", "namespace", "range", "dict", "self", "super", "caller", "loop"})


def beyond(text: str) -> str:
    """What a template asks for beyond variables, `filter()`, plain filters and conditions; "" when nothing.

    Raises UnreadableTemplate when it cannot be read.
    """
    if not has_template(text):
        return ""
    try:
        tree = _LEXER.parse(text)
    except TemplateSyntaxError as error:
        raise UnreadableTemplate(f"Jinja cannot be read: {error.message}", max(error.lineno - 1, 0)) from error
    except RecursionError as error:
        raise UnreadableTemplate("Jinja is nested too deeply", 0) from error
    for node in (tree, *tree.find_all(nodes.Node)):
        if not _is_plain(node):
            return f"a template may name variables, filter() and conditions, not {type(node).__name__.lower()}"
    return ""


def beyond_values(sql: str, *, conditions: bool = False) -> str:
    """What a query's template holds beside values that a runtime sends as parameters; "" when nothing.

    Conditions, comments and `{{-` join or hide stretches of SQL, and a text in `{{ }}` becomes SQL: what is sent would
    not be what was parsed. With `conditions` those are let through: whoever sends the SQL parses it once more then.
    Raises UnreadableTemplate.
    """
    if not has_template(sql):
        return ""
    for piece in pieces(sql):
        if piece.kind == "note" or (piece.kind == "word" and not conditions):
            return "has {% … %} or {# … #}: the SQL of a pack is the same for every choice of its variables"
        if _joins(piece):
            return "has a sign like {{- or -%}, which joins what stands beside it"
    if any(_writes_text(output) for output in _LEXER.parse(sql).find_all(nodes.Output)):
        return "writes a text into its SQL: a text stands in filter(), and a value comes from a variable"
    return ""


def _writes_text(node: nodes.Node) -> bool:
    """Whether a text that stands in a template becomes part of what it makes; arguments of filter() do not."""
    if isinstance(node, nodes.Const):
        return isinstance(node.value, str)
    return not isinstance(node, nodes.Call) and any(map(_writes_text, node.iter_child_nodes()))


def _is_plain(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Call):
        return _is_name(node.node, _CALLED) and node.dyn_args is None and node.dyn_kwargs is None
    if isinstance(node, nodes.Filter):
        return node.name in _FILTERED and (node.name != "format" or _is_short_format(node))
    if isinstance(node, nodes.Getattr):
        return _is_name(node.node, _PREFIXES) and not node.attr.startswith("_")
    if isinstance(node, nodes.Name):
        return node.name not in _GLOBALS and not node.name.startswith("_")
    return isinstance(node, _PLAIN_NODES)


def _is_short_format(node: nodes.Filter) -> bool:
    """`variable | format('…')` with a format that is short and pads nothing; `'%300000000d' | format(1)` is none."""
    texts = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
    plain = isinstance(node.node, nodes.Name) and len(texts) == len(node.args) and not node.kwargs
    return plain and all(isinstance(text, str) and _FORMAT.fullmatch(text) for text in texts)


def _is_name(node: nodes.Node, names: frozenset[str]) -> bool:
    return isinstance(node, nodes.Name) and node.name in names


def readable(sql: str) -> tuple[str, ...]:
    """SQL to parse, one text for each arm of the conditions in it, each as long as `sql`, line for line.

    `{{ filter('column', value) }}` becomes a comparison of that column, at the column's own place; every other value
    becomes a name that starts with `j0`. Raises UnreadableTemplate.
    """
    if not has_template(sql):
        return (sql,)
    jinja = pieces(sql)
    arms = _arms(jinja)
    tries = range(min(max(arms, default=1), MOST_BRANCHES))
    return tuple(_with_arm(sql, jinja, arms, arm) for arm in tries)


def _arms(jinja: Sequence[Piece]) -> list[int]:
    """How many arms each condition has, in the order in which they begin; one without `else` has an empty arm too."""
    counts: list[int] = []
    has_else: list[bool] = []
    open_conditions: list[int] = []
    for piece in jinja:
        word = _word(piece)
        if word == "if":
            open_conditions.append(len(counts))
            counts.append(1)
            has_else.append(False)
        elif open_conditions and word in {"elif", "else"}:
            counts[open_conditions[-1]] += 1
            has_else[open_conditions[-1]] |= word == "else"
        elif open_conditions and word == "endif":
            open_conditions.pop()
    return [count if ended else count + 1 for count, ended in zip(counts, has_else, strict=True)]


def _word(piece: Piece) -> str:
    match = _BRANCH.match(piece.text) if piece.kind == "word" else None
    return match["word"] if match else ""


@dataclass(slots=True)
class _Arms:
    """The conditions that are open while a text is gone through, and the arm of each that is kept."""

    counts: Sequence[int]
    arm: int
    """The arm of every condition that has so many; others keep their first."""
    begun: int = 0
    open: list[tuple[int, int]] = field(default_factory=list)
    """Each open condition's number, and the number of its present arm."""

    @property
    def kept(self) -> bool:
        """Whether what comes now is in the kept arm of every open condition."""
        return all(present == self._wanted(condition) for condition, present in self.open)

    def _wanted(self, condition: int) -> int:
        return self.arm if self.arm < self.counts[condition] else 0

    def turn(self, word: str) -> None:
        """Follow `{% word %}`."""
        if word == "if":
            self.open.append((self.begun, 0))
            self.begun += 1
        elif self.open and word in {"elif", "else"}:
            condition, present = self.open[-1]
            self.open[-1] = (condition, present + 1)
        elif self.open and word == "endif":
            self.open.pop()


def _with_arm(sql: str, jinja: Sequence[Piece], counts: Sequence[int], arm: int) -> str:
    """The SQL with one arm of every condition; the other arms are blank."""
    parts: list[str] = []
    at = 0
    arms = _Arms(counts, arm)
    for piece in jinja:
        kept = arms.kept
        between = sql[at : piece.start]
        parts.append(between if kept else _blank(between))
        arms.turn(_word(piece))
        parts.append(_stand_in(piece) if piece.kind == "value" and kept else _blank(piece.text))
        at = piece.end
    parts.append(sql[at:])
    return "".join(parts)


def _blank(text: str) -> str:
    return "".join(character if character == "\n" else " " for character in text)


def _stand_in(piece: Piece) -> str:
    """Text of the same length that a parser takes for a value or, where a helper makes one, a predicate."""
    call = _COLUMN.search(piece.text)
    if call and call["column"]:
        left, right = _blank(piece.text[: call.start("column")]), _blank(piece.text[call.end("column") :])
        comparison = iter("=1")
        right = "".join(c if c == "\n" else next(comparison, " ") for c in right)
        return f"{left}{call['column']}{right}"
    first = piece.text.split("\n", 1)[0]
    return "j0".ljust(len(first), "_") + _blank(piece.text[len(first) :])


def rewritten(sql: str, change: Callable[[str], str]) -> str:
    """`change` applied to the SQL with every piece of Jinja as a name, and the pieces put back.

    Raises UnreadableTemplate; ValueError when a changed text has lost a piece or holds one twice.
    """
    if not has_template(sql):
        return change(sql)
    jinja = pieces(sql)
    if any(piece.kind != "value" for piece in jinja):
        raise UnreadableTemplate("SQL with {% … %} or {# … #} cannot be carried over to another warehouse", 0)
    names = {f"jinja_{number}_": piece.text for number, piece in enumerate(jinja)}
    masked, at = [], 0
    for name, piece in zip(names, jinja, strict=True):
        masked += [sql[at : piece.start], name]
        at = piece.end
    changed = change("".join([*masked, sql[at:]]))
    for name, text in names.items():
        if changed.count(name) != 1:
            raise ValueError(f"{text} was lost on the way")
        changed = changed.replace(name, text)
    return changed


@dataclass(frozen=True, slots=True)
class Reference:
    """A piece of Jinja that names another query of the board: its offsets in the SQL, and the query's name.

    The name is empty when the piece says more than `{{ queries.NAME }}`.
    """

    start: int
    end: int
    name: str


@lru_cache(maxsize=1 << 16)
def references(sql: str) -> tuple[Reference, ...]:
    """Every piece of a text that names other queries, in order. Raises UnreadableTemplate."""
    if QUERIES not in sql or not has_template(sql):
        return ()
    found = (piece for piece in pieces(sql) if piece.kind in {"value", "word"} and QUERIES in piece.text)
    named = ((piece, _referred(piece)) for piece in found)
    return tuple(Reference(piece.start, piece.end, name) for piece, name in named if name is not None)


def _referred(piece: Piece) -> str | None:
    """The one query that a piece stands for; "" when it does more with queries, None when it names none."""
    if piece.kind == "word":  # half a statement, which Jinja cannot parse by itself
        names = (token for _, kind, token in _LEXER.lex(piece.text) if kind == "name")
        return "" if QUERIES in names else None
    tree = _LEXER.parse(piece.text)
    if not any(_is_name(name, _PREFIXES) for name in tree.find_all(nodes.Name)):
        return None
    output = next(tree.find_all(nodes.Output)).nodes
    whole = len(output) == 1 and isinstance(output[0], nodes.Getattr) and not _joins(piece)
    return output[0].attr if whole and isinstance(output[0], nodes.Getattr) else ""


def _joins(piece: Piece) -> bool:
    """Whether a sign like `{{-` joins what stands beside it."""
    return piece.text[2] in "-+" or piece.text.rstrip()[-3] in "-+"
