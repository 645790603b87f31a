"""What a runtime itself makes of a pack's boards: its strict validation, the rows of their queries, their pictures.

On DuckDB with synthetic rows, without caches. What runtimes show for one board is held against each other.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from generators.packs.building.files import files_for
from generators.packs.engines.engine import Answer
from generators.packs.proof.execution import difference, same
from generators.packs.proof.fixtures import generate
from generators.packs.proof.projects import fill, furnish
from generators.packs.proof.recipes import FixtureError
from generators.runtime.port import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.model.runtime import Runtime
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.port import DrawnBoard, Reported, Rows, RuntimePort

FORMS = ("data", "svg")


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """One board through one runtime. `reason` says what is wrong first, and is empty when nothing is."""

    board: str
    runtime: str
    valid: bool
    rows: Literal["reference", "equal", "different", "none"]
    drawn: bool
    warnings: int
    reason: str = ""
    at: str = ""
    """Which part of the board the reason is about, as the runtime names it: `charts.volume`; empty for all of it."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.valid and self.drawn and self.rows in {"reference", "equal"} and not self.warnings


@dataclass(frozen=True, slots=True)
class Shower:
    """A runtime that shows boards: what the model says of it, and the port to it."""

    id: str
    runtime: Runtime
    port: RuntimePort


def shown_boards(pack: PackFolder, showers: Sequence[Shower]) -> tuple[ShownBoard, ...]:
    """Every board through every runtime; the first is the reference for rows. Nothing raises for what a pack does."""
    if pack.fixtures is None:
        return ()
    reference: Mapping[str, DrawnBoard] = {}
    shown: list[ShownBoard] = []
    for shower in showers:
        boards = _drawn(pack, shower)
        if isinstance(boards, str):
            shown += (_unshown(board.id, shower.id, boards) for board in pack.boards)
            continue
        shown += _judged(pack, shower, boards, reference)
        reference = reference or boards.drawn
    return tuple(shown)


def _unshown(board: str, runtime: str, reason: str) -> ShownBoard:
    return ShownBoard(board, runtime, valid=False, rows="none", drawn=False, warnings=0, reason=reason)


@dataclass(frozen=True, slots=True)
class _Boards:
    """What a runtime reported about the files of a project, and what it drew, by board."""

    reported: Sequence[Reported]
    drawn: Mapping[str, DrawnBoard]
    paths: Mapping[str, str]


def _drawn(pack: PackFolder, shower: Shower) -> _Boards | str:
    """The pack in a project of its own; a sentence where it could not be made or the runtime does not answer."""
    assert pack.fixtures  # noqa: S101 - the caller has looked
    with tempfile.TemporaryDirectory(prefix="dfops-shown-") as name:
        project = Path(name)
        try:
            paths = furnish(project, shower.runtime.words, pack.id, files_for(pack, shower.runtime))
            rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=False)
            fill(project, pack.schema.entity, rows)
        except (FixtureError, ValueError, OverflowError) as error:
            return f"its rows could not be made: {error}"
        reported = shower.port.validate(project)
        wanted = {board.id: paths[board.id] for board in pack.boards}
        drawn = shower.port.draw(project, tuple(wanted.values()), FORMS)
    for missing in (reported, drawn):
        if isinstance(missing, Missing):
            return missing.sentence
    assert not isinstance(reported, Missing)  # noqa: S101 - returned above
    assert not isinstance(drawn, Missing)  # noqa: S101 - as above
    return _Boards(reported, {board: drawn[path] for board, path in wanted.items()}, wanted)


def _judged(
    pack: PackFolder, shower: Shower, boards: _Boards, reference: Mapping[str, DrawnBoard]
) -> Iterator[ShownBoard]:
    known = {each.code for each in shower.runtime.false_warnings}
    for board in pack.boards:
        path, drawn = boards.paths[board.id], boards.drawn[board.id]
        found = [each for each in boards.reported if each.path.endswith(path)]
        warnings = [each for each in drawn.warnings if each.code not in known]
        other = _difference(drawn, reference[board.id]) if reference else None
        verdict = ShownBoard(
            board.id,
            shower.id,
            valid=not found,
            rows="different" if other else "equal" if reference else "reference",
            drawn=bool(drawn.svg) and not drawn.errors,
            warnings=len({(each.code, each.at) for each in warnings}),
        )
        reasons = [(each.code or each.message, each.at) for each in (*drawn.errors, *found, *warnings)]
        reason, at = next((one for one in reasons if one[0]), other or ("", ""))
        yield replace(verdict, reason=reason, at=at)


def _difference(drawn: DrawnBoard, reference: DrawnBoard) -> tuple[str, str] | None:
    """The first query that gives other rows than through the first runtime, in words, and where it is; else None."""
    for name, rows in reference.rows.items():
        if name not in drawn.rows:
            return f"query '{name}' was not run", f"queries.{name}"
        ours, theirs = _answer(drawn.rows[name]), _answer(rows)
        if not same(theirs, ours):
            sentence = f"query '{name}' gives other rows than through the first runtime: {difference(ours, theirs)}"
            return sentence, f"queries.{name}"
    return None


def _answer(rows: Rows) -> Answer:
    return Answer(tuple(name.lower() for name in rows.columns), rows.rows)
