"""What is wrong with the queries of a pack that build on each other, as far as it shows without a SQL parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.packs.reading.boards import LONGEST_BOARD, SHARED
from generators.packs.reading.composition import Misused, TooLong, Unknown, Unresolved, expand, in_order, position
from generators.packs.reading.templates import UnreadableTemplate, references

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from generators.findings import Place
    from generators.packs.reading.boards import Board
    from generators.packs.reading.composition import Route, Written
    from generators.source import Document

UNRESOLVED = Rule(
    "OPS821",
    "unresolved-query-reference",
    Severity.ERROR,
    "A `{{ queries.NAME }}` or an import names no query, or a query builds on itself or on too much.",
    "There is no SQL to run: the board would fail for every user.",
    "Write the query under `queries`, or import it: `NAME: _shared.yml.queries.NAME`. Break up circles.",
)
MISUSED = Rule(
    "OPS822",
    "misused-query-reference",
    Severity.ERROR,
    "A reference to a query has an alias behind it, or stands where no table can stand.",
    "The runtime puts a subquery with an alias of its own in its place: a second alias is a syntax error there.",
    "Write FROM {{ queries.fees }} and call its columns fees.amount.",
)
TAKEN = Rule(
    "OPS823",
    "query-name-taken",
    Severity.ERROR,
    "A query that others build on is named like a table of the pack's schema or like a CTE of the same statement.",
    "One name means two things: which of them is read depends on the warehouse.",
    "Rename the query, or the CTE.",
)
UNUSED = Rule(
    "OPS824",
    "unused-query",
    Severity.WARNING,
    "No chart, no variable and no other query uses a query; or no board imports a shared one.",
    "Readers look for its use, and every change of the schema asks whether it still matters.",
    "Remove it, or use it.",
)
RULES = (UNRESOLVED, MISUSED, TAKEN, UNUSED)


def of_board(board: Board, shared: Mapping[str, Written], tables: Collection[str]) -> Iterator[Finding]:
    """References that lead nowhere or in a circle, names that are taken, and queries without a use."""
    unresolved = [*_not_imported(board, shared), *_not_resolved(board, shared), *_too_long(board)]
    yield from unresolved
    for name in sorted(_fronts(board)):
        if name.lower() in tables:
            message = f"'{name}' is a table of the schema, and a query that others build on"
            yield Finding(board.document.at("queries", name, key=True), TAKEN, message)
    for name in () if unresolved else board.unused:  # what nothing uses may be what was meant
        yield Finding(board.document.at("queries", name, key=True), UNUSED, f"nothing uses the query '{name}'")


def of_text(document: Document, route: Route, text: str) -> Iterator[Finding]:
    """A reference in a text that is no SQL."""
    is_sql = route[-1] in {"sql", "query"} or (len(route) == 2 and route[0] == "queries")  # noqa: PLR2004 - queries.NAME
    if not is_sql and references(text):
        yield Finding(document.at(*route), MISUSED, "only SQL builds on queries")


def of_shared(shared: Mapping[str, Written], boards: Sequence[Board]) -> Iterator[Finding]:
    """Shared queries that no board imports."""
    imported = {name for board in boards for name in board.imports.values()}
    for name, written in shared.items():
        if name not in imported:
            place = written.document.at("queries", name, key=True)
            yield Finding(place, UNUSED, f"no board imports the query '{name}'")


def _fronts(board: Board) -> set[str]:
    """Names of the queries that stand in front of others."""
    return {name for query in board.queries if query.expanded for name in query.expanded.relations}


def _not_imported(board: Board, shared: Mapping[str, Written]) -> Iterator[Finding]:
    """Imports of what the shared file does not have."""
    for name, imported in board.imports.items():
        if imported not in shared:
            message = f"{SHARED}.yml has no query '{imported}'"
            yield Finding(board.document.at("queries", name), UNRESOLVED, message, nearest(imported, shared))


def _not_resolved(board: Board, shared: Mapping[str, Written]) -> Iterator[Finding]:
    """The first reference of each query that leads to no SQL; with an import that leads nowhere, its import says so."""
    for written in board.known.values():
        try:
            in_order(written, board.known)
        except UnreadableTemplate:  # another rule says so
            continue
        except Unknown as error:
            missing = error.reference.name
            hint = f"import it: `{missing}: {SHARED}.yml.queries.{missing}`" if missing in shared else ""
            if missing not in board.imports:
                yield Finding(_place(error), UNRESOLVED, error.sentence, hint or nearest(missing, board.known))
        except Unresolved as error:
            yield Finding(_place(error), MISUSED if isinstance(error, Misused) else UNRESOLVED, error.sentence)


def _too_long(board: Board) -> Iterator[Finding]:
    """The first query that is too long once it is written out, by itself or with those before it."""
    for query in board.queries:
        if query.expanded is not None:
            continue
        try:
            expand(query.author, board.known)
        except TooLong as error:
            yield Finding(_place(error), UNRESOLVED, error.sentence)
        except (Unresolved, UnreadableTemplate):
            continue
        else:
            sentence = f"written out, the queries of this board are longer than {LONGEST_BOARD} characters"
            yield Finding(board.place(query), UNRESOLVED, sentence)
        return


def _place(error: Unresolved) -> Place:
    """Where the reference stands."""
    written, reference = error.written, error.reference
    line, column = position(written.sql, reference.start)
    width = len(written.sql[reference.start : reference.end].split("\n", 1)[0])
    return written.document.within(*written.route, line=line, column=column, width=width)
