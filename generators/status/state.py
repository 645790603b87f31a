"""Whether a pack can be relied on at a moment: the first of five states that applies, with its reason for users.

A function of values. Nothing here reads a clock, and no reason says how long ago something was: a page changes only
when a state does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generators.model.pack import (
        BoardEvidence,
        Pack,
        PackEvidence,
        Proof,
        StatusOverride,
        WarehouseSupport,
        Withdrawal,
    )

State = Literal["withdrawn", "broken", "degraded", "unknown", "operational"]
STATES: tuple[State, ...] = get_args(State)
"""Worst first: the first that applies is the state."""

WAREHOUSE_NAMES = {
    "duckdb": "DuckDB",
    "postgres": "PostgreSQL",
    "redshift": "Redshift",
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "databricks": "Databricks",
    "spark": "Spark",
    "mysql": "MySQL",
    "trino": "Trino",
    "sqlite": "SQLite",
}
PROOFS = {"executed": "run on", "emulated": "run on an emulation of", "static": "checked without running on"}
"""How a board was found to work, strongest first, as it stands in front of the warehouses' names."""
STRENGTH = ("none", "static", "emulated", "executed")
"""Kinds of proof, weakest first."""
SEVERE, MODERATE = 2, 3
"""Ranks of severities: up to the first an open defect or incident breaks a pack, at the second it degrades it."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A defect or incident of the connector that nobody has ended. `rank` is its severity's, 1 is worst."""

    what: Literal["defect", "incident"]
    rank: int
    severity: str
    """The severity's title."""
    title: str = ""
    """What users may read of it; empty where that is nothing."""
    since: date | None = None

    @property
    def sentence(self) -> str:
        """For users."""
        return f"An open {self.what}: {self.title or self.severity}."


@dataclass(frozen=True, slots=True)
class Signal:
    """What telemetry says of the pack now: its data is older than promised, or its error budget is burning."""

    what: Literal["stale-data", "budget-burning"]
    since: datetime
    synthetic: bool = False
    """Whether it comes of events that are made up."""

    @property
    def sentence(self) -> str:
        """For users."""
        made_up = " (synthetic telemetry)" if self.synthetic else ""
        if self.what == "stale-data":
            return f"Data is older than the pack's limit more often than its service level allows{made_up}."
        return f"More installs or dashboards fail than the pack's service level allows{made_up}."


@dataclass(frozen=True, slots=True)
class Status:
    """A state, one sentence on why, and the moment that it was derived from (aware; None where none is known)."""

    state: State
    reason: str
    moment: datetime | None
    until: datetime | None = None
    """Where a person said it: when that ends."""


def counts(pack: Pack, evidence: PackEvidence | None, digest: str) -> bool:
    """Whether the evidence is of the pack as it is now: the same release, the same digest."""
    return evidence is not None and (evidence.version, evidence.digest) == (pack.version, digest)


def in_force(overrides: Iterable[StatusOverride], at: datetime) -> list[StatusOverride]:
    """Those that hold at the moment, worst state first, then the latest. What has lapsed is as if it had never been."""
    holding = [override for override in overrides if override.since <= at < override.until]
    return sorted(holding, key=lambda override: (STATES.index(override.state), -override.since.timestamp()))


def status(  # noqa: PLR0913 - each is a fact that may decide
    pack: Pack,
    evidence: PackEvidence | None,
    digest: str,
    at: datetime,
    *,
    concerns: Sequence[Concern] = (),
    overrides: Sequence[StatusOverride] = (),
    withdrawals: Sequence[Withdrawal] = (),
    signals: Sequence[Signal] = (),
    names: Mapping[str, str] | None = None,
) -> Status:
    """The state at `at`, an aware datetime; raises ValueError for a naive one. `names` are titles of runtimes by id.

    `digest` is of the pack as it is now: a proof of another digest or release proves nothing, while one that is merely
    old still shows what fails. The kill switch goes before everything; then a person's override, while it is in force.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    current = evidence if counts(pack, evidence, digest) else None
    supported = _supported(pack, current)
    cells = [cell for cell in supported if current and cell.runtime == first_runtime(current)]
    others = [cell for cell in supported if cell not in cells]
    candidates = (
        _withdrawn(pack, withdrawals),
        _overridden(overrides, at),
        _failing("broken", current, cells),
        _undrawn("broken", current, names or {}, first=True),
        _worst("broken", [concern for concern in concerns if concern.rank <= SEVERE]),
        _released_as_degraded(pack),
        _replaced(pack, withdrawals),
        _signalled(signals),
        _worst("degraded", [concern for concern in concerns if concern.rank == MODERATE]),
        _failing("degraded", current, others, names or {}),
        _undrawn("degraded", current, names or {}, first=False),
        _unavailable(current, cells),
        _unknown(pack, evidence, current, at),
        _operational(current, cells),
    )
    return next(candidate for candidate in candidates if candidate)


def _supported(pack: Pack, evidence: PackEvidence | None) -> list[BoardEvidence]:
    """What was found on the warehouses that the release claims."""
    claimed = {support.name for support in pack.warehouses}
    return [cell for cell in evidence.boards if cell.warehouse in claimed] if evidence else []


def first_runtime(evidence: PackEvidence) -> str:
    """The runtime that packs are written for, by id: the first of those that proved."""
    return next(iter(evidence.runtimes), evidence.boards[0].runtime)


def _withdrawn(pack: Pack, withdrawals: Sequence[Withdrawal]) -> Status | None:
    """The kill switch of the pack, or of its newest version where no other takes its place."""
    whole = next((one for one in withdrawals if one.version is None), None)
    newest = next((one for one in withdrawals if one.version == pack.version and one.instead is None), None)
    found = whole or newest
    if found is not None:
        return _off(found, "withdrawn")
    if pack.state == "withdrawn":
        return Status("withdrawn", _sentence(pack.note or "It must not be installed"), None)
    return None


def _replaced(pack: Pack, withdrawals: Sequence[Withdrawal]) -> Status | None:
    """The newest version is withdrawn, and users go to another one."""
    found = next((one for one in withdrawals if one.version == pack.version and one.instead), None)
    return _off(found, "degraded") if found else None


def _off(found: Withdrawal, state: State) -> Status:
    what = f"Version {found.version} is withdrawn: " if found.version else ""
    instead = f" Use version {found.instead}." if found.instead else ""
    since = datetime.combine(found.withdrawn_on, time(), UTC)
    return Status(state, f"{what}{_sentence(found.reason)}{instead}", since)


def _overridden(overrides: Sequence[StatusOverride], at: datetime) -> Status | None:
    for override in in_force(overrides, at):
        return Status(override.state, _sentence(override.reason), override.since, override.until)
    return None


def _failing(
    state: State, evidence: PackEvidence | None, cells: list[BoardEvidence], names: Mapping[str, str] | None = None
) -> Status | None:
    """Boards whose queries fail; with `names` the runtimes through which they do are said."""
    failing = [cell for cell in cells if cell.verdict == "broken"]
    if evidence is None or not failing:
        return None
    through = f" with {_runtimes(evidence, (cell.runtime for cell in failing), names)}" if names is not None else ""
    return Status(state, f"{_boards(failing, cells)} on {_where(failing)}{through}.", evidence.checked_at)


def _undrawn(state: State, evidence: PackEvidence | None, names: Mapping[str, str], *, first: bool) -> Status | None:
    """Boards that a runtime does not draw, or whose rows it shows otherwise than the first one."""
    if evidence is None:
        return None
    shown = [board for board in evidence.shown if (board.runtime == first_runtime(evidence)) == first]
    failing = [board for board in shown if not board.drawn or board.rows in {"different", "none"}]
    if not failing:
        return None
    number, whole = len({board.board for board in failing}), len({board.board for board in shown})
    what = "The board is" if whole == 1 else f"{number} of {whole} boards {'is' if number == 1 else 'are'}"
    through = _runtimes(evidence, (board.runtime for board in failing), names)
    return Status(state, f"{what} not drawn rightly with {through}.", evidence.checked_at)


def _runtimes(evidence: PackEvidence, ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Runtimes by title and version."""
    return _list([runtime_name(evidence, one, names) for one in dict.fromkeys(ids)])


def runtime_name(evidence: PackEvidence, runtime: str, names: Mapping[str, str]) -> str:
    """A runtime as users know it, with the version that proved."""
    version = evidence.runtimes.get(runtime, "").split(",")[0]
    return f"{names.get(runtime, runtime)} {version}".strip()


def _released_as_degraded(pack: Pack) -> Status | None:
    if pack.state != "degraded":
        return None
    return Status("degraded", _sentence(pack.note or "Parts of it do not work"), None)


def _signalled(signals: Sequence[Signal]) -> Status | None:
    for signal in sorted(signals, key=lambda signal: (signal.what, signal.since)):
        return Status("degraded", signal.sentence, signal.since)
    return None


def _unavailable(evidence: PackEvidence | None, cells: list[BoardEvidence]) -> Status | None:
    missing = [cell for cell in cells if cell.verdict == "unavailable"]
    if evidence is None or not missing:
        return None
    reason = f"{_boards(missing, cells, 'is', 'are')} unavailable on {_where(missing)}."
    return Status("degraded", reason, evidence.checked_at)


def _unknown(pack: Pack, evidence: PackEvidence | None, current: PackEvidence | None, at: datetime) -> Status | None:
    if evidence is None:
        return Status("unknown", "Not proven yet.", None)
    if current is None:
        reason = f"The last check, on {_day(evidence.checked_at)}, was of another state of the pack."
        return Status("unknown", reason, evidence.checked_at)
    if at - current.checked_at > timedelta(minutes=pack.evidence_limit.minutes):
        reason = f"The last check, on {_day(current.checked_at)}, is older than {pack.evidence_limit}."
        return Status("unknown", reason, current.checked_at)
    unproven = list(_unproven(pack, current))
    if unproven:
        return Status("unknown", f"Not proven as promised on {_list(unproven)}.", current.checked_at)
    return None


def _unproven(pack: Pack, evidence: PackEvidence) -> Iterator[str]:
    """Warehouses on which some board lacks the proof that is asked, or a stronger one."""
    own = [cell for cell in evidence.boards if cell.runtime == first_runtime(evidence)]
    boards = {cell.board for cell in own}
    for support in _with_promised_proof(pack):
        cells = [cell for cell in own if cell.warehouse == support.name]
        if boards - {cell.board for cell in cells if _proves(cell, support.proof)}:
            yield WAREHOUSE_NAMES[support.name]


def _with_promised_proof(pack: Pack) -> Sequence[WarehouseSupport]:
    """The warehouses for which a proof is promised; all of them where none is."""
    return [support for support in pack.warehouses if support.proof != "none"] or pack.warehouses


def _proves(cell: BoardEvidence, asked: Proof) -> bool:
    """Whether a board was asked by that kind of proof or a stronger one; none at all proves nothing."""
    return cell.verdict != "unproven" and STRENGTH.index(cell.proof) >= max(STRENGTH.index(asked), 1)


def _operational(evidence: PackEvidence | None, cells: Sequence[BoardEvidence]) -> Status:
    """What works and how that was found."""
    proven = {proof: dict.fromkeys(cell.warehouse for cell in cells if cell.proof == proof) for proof in PROOFS}
    parts = [f"{PROOFS[proof]} {_names(warehouses)}" for proof, warehouses in proven.items() if warehouses]
    number = len({cell.board for cell in cells})
    reason = f"{'The board works' if number == 1 else f'All {number} boards work'}: {', '.join(parts)}."
    return Status("operational", reason, evidence.checked_at if evidence else None)


def _worst(state: State, concerns: Iterable[Concern]) -> Status | None:
    """Of the worst concerns the oldest."""
    for concern in sorted(concerns, key=lambda each: (each.rank, each.since or date.max, each.title)):
        moment = datetime.combine(concern.since, time(), UTC) if concern.since else None
        return Status(state, concern.sentence, moment)
    return None


def _boards(
    affected: Sequence[BoardEvidence], cells: Sequence[BoardEvidence], singular: str = "fails", plural: str = "fail"
) -> str:
    number, whole = len({cell.board for cell in affected}), len({cell.board for cell in cells})
    if whole == 1:
        return f"The board {singular}"
    return f"{number} of {whole} boards {singular if number == 1 else plural}"


def _where(cells: Sequence[BoardEvidence]) -> str:
    return _names(dict.fromkeys(cell.warehouse for cell in cells))


def _names(warehouses: Iterable[str]) -> str:
    """In the order in which warehouses are listed everywhere."""
    wanted = set(warehouses)
    return _list([name for warehouse, name in WAREHOUSE_NAMES.items() if warehouse in wanted])


def _list(words: Sequence[str]) -> str:
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _sentence(text: str) -> str:
    """An author's line, ended as a sentence is."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
