"""What a check says of one query on one warehouse, and what follows for boards and packs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generators.findings import Place
    from generators.model.pack import Proof, Verdict

WORST = ("broken", "unproven", "unavailable", "ok")
"""Verdicts, worst first: one broken query breaks its board."""


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A table, or a column of one, that is not there."""

    table: str
    column: str | None = None

    @property
    def text(self) -> str:
        """`table` or `table.column`."""
        return ".".join(word for word in (self.table, self.column) if word)


@dataclass(frozen=True, slots=True)
class Result:
    """One query on one warehouse. `path` to `message` say what is wrong and where; they are empty when all is well."""

    pack: str
    version: str
    board: str
    query: str
    warehouse: str
    proof: Proof
    verdict: Verdict
    missing: tuple[Name, ...] = ()
    path: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    code: str = ""
    message: str = ""
    runtime: str = ""
    """The runtime that sent the query, by id; empty where nothing was to be sent."""
    excerpt: str = field(default="", compare=False)
    width: int = field(default=1, compare=False)

    def with_trouble(self, trouble: Trouble) -> Result:
        """The result of a query that is not ok."""
        place = trouble.place
        return replace(
            self,
            verdict=trouble.verdict,
            missing=trouble.missing,
            path=place.path,
            line=place.line,
            column=place.column,
            hint=trouble.hint,
            code=trouble.code,
            message=trouble.message,
            excerpt=place.excerpt,
            width=place.width,
        )

    def as_json(self) -> dict[str, object]:
        """The result for machines: the printed excerpt is left out."""
        plain = asdict(self)
        for printed in ("excerpt", "width"):
            del plain[printed]
        return plain


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a query is not ok: its place, what is missing, the runtime's code, and a sentence."""

    verdict: Verdict
    place: Place
    message: str
    missing: tuple[Name, ...] = ()
    hint: str = ""
    code: str = ""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; `ok` for none."""
    present = set(verdicts)
    for verdict in WORST:
        if verdict in present:
            return verdict  # type: ignore[return-value]
    return "ok"


def cells_of(results: Sequence[Result]) -> dict[tuple[str, str, str], list[Result]]:
    """Results by (board, runtime, warehouse), in the order they came."""
    cells: dict[tuple[str, str, str], list[Result]] = {}
    for result in results:
        cells.setdefault((result.board, result.runtime, result.warehouse), []).append(result)
    return cells


def boards_of(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """Results by (board, warehouse), of all runtimes, in the order they came."""
    boards: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        boards.setdefault((result.board, result.warehouse), []).append(result)
    return boards
