"""How the stability programme stands, on one screen: text, JSON, and the ranking as CSV."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from generators.report.measures import table
from generators.report.text import printable
from generators.stability.ranking import FORMULA, number
from generators.stability.wording import day_in_words, direction_in_words, mean_in_words, recurring_in_words, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from generators.stability.ranking import Ranked, Tally
    from generators.stability.standing import Standing
    from generators.stability.trends import Response

SCHEMA_VERSION: Final = 1
TOP, FEW, SHOWN_WEEKS = 8, 4, 6
"""Rows of the ranking, of other lists, and of weeks: together with their heads one screen."""
RANKING: Final = (
    "place",
    "defect",
    "score",
    "formula",
    "severity",
    "weight",
    "affected_installs",
    "occurrences_90_days",
    "state",
    "reopened",
    "owner",
    "connector",
    "defect_class",
    "first_met",
    "last_met",
)
"""Columns of the CSV."""


def report_text(found: Standing) -> str:
    """What a lead reads."""
    return "".join(f"{printable(line)}\n" for line in _lines(found))


def _lines(found: Standing) -> Iterator[str]:
    yield f"Stability, {day_in_words(found.counts.day)}"
    yield from found.notes
    yield ""
    yield "What recurs"
    yield from _recurring(found)
    yield ""
    yield "What it costs users"
    yield from _costs(found)
    yield ""
    yield "What comes next"
    yield from _next(found)
    yield ""
    yield "Is it getting better"
    yield from _trends(found)


def _recurring(found: Standing) -> Iterator[str]:
    yield f"  {recurring_in_words(found)}"
    for one in found.reopened[:FEW]:
        yield f"  Met after its fix: {one.defect.id}, fixed on {one.defect.fixed}, met on {one.last}"
    yield from _more(len(found.reopened), FEW)
    repeats = found.counts.repeats
    if repeats:
        heads = ("connector", "met repeatedly", "occurrences", "days", "installs")
        rows = [
            (one.connector, one.defect, f"{one.occurrences:,}", str(one.days), f"{one.installs:,}")
            for one in repeats[:FEW]
        ]
        yield from table(heads, rows)
        yield from _more(len(repeats), FEW)


def _costs(found: Standing) -> Iterator[str]:
    yield f"  Score: {FORMULA}"
    if not found.met:
        yield "  No open defect was met in the last 90 days: every score is 0."
        return
    rows = [(number(one.score.value), one.defect.id, one.score.formula) for one in found.met[:TOP]]
    yield from table(("score", "defect", "how"), rows)
    yield from _more(len(found.met), TOP)
    classes = [_tally_cells(one) for one in found.classes[:FEW]]
    yield from table(("class", "score", "occurrences", "not fixed", "all"), classes)


def _tally_cells(one: Tally) -> tuple[str, ...]:
    return (one.name, number(one.score), f"{one.recent:,}", f"{one.open:,}", f"{one.total:,}")


def _next(found: Standing) -> Iterator[str]:
    left = {one.defect.id for one in found.open}
    for entry in found.tranches[:FEW]:
        tranche, days = entry.entity, f"{entry.entity.starts} to {entry.entity.ends}"
        still = sum(str(name) in left for name in tranche.defects)
        yield f"  Tranche {entry.id}, {days}: {still} of {len(tranche.defects)} defects open"
    if not found.tranches:
        yield "  No tranche is planned: `dfops stability plan` proposes one."
    for due in found.follow_ups[:FEW]:
        late = ", overdue" if due.is_overdue(found.counts.day) else ""
        yield f"  Follow-up of {due.incident.id}, due {due.follow_up.due}{late}: {due.follow_up.what}"
    yield from _more(len(found.follow_ups), FEW)


def _trends(found: Standing) -> Iterator[str]:
    yield f"  {direction_in_words(found.direction)}"
    rows = [
        (str(one.monday), f"{one.arrived:,}", f"{one.fixed:,}", f"{one.open:,}", f"{one.occurrences:,}")
        for one in found.weeks[-SHOWN_WEEKS:]
    ]
    yield from table(("week of", "arrived", "fixed", "not fixed", "occurrences"), rows)
    if any(one.reached or one.unmarked for one in found.responses):
        yield from table(("incidents", "mean time", "reached", "promise kept", "broken"), list(_responses(found)))
    else:
        yield "  No incident is recorded."
    shares = [(one.connector, share(one.share), share(one.before)) for one in found.reliability[:FEW]]
    if shares:
        yield from table(("boards drew completely", "last 4 weeks", "4 before"), shares)
        yield from _more(len(found.reliability), FEW)
    else:
        yield "  No telemetry: nothing says how reliably boards draw."


def _responses(found: Standing) -> Iterator[tuple[str, ...]]:
    for one in found.responses:
        whole = one.reached + one.unmarked
        yield (one.mark, mean_in_words(one), f"{one.reached} of {whole}", str(one.kept), str(one.broken))


def _more(whole: int, shown: int) -> Iterator[str]:
    if whole > shown:
        yield f"  … and {whole - shown:,} more: --format json prints all"


def report_csv(found: Standing) -> str:
    """The open defects in the order of the ranking, with every part of each score. No cell is read as a formula."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(RANKING)
    for place, one in enumerate(found.open, 1):
        writer.writerow(list(_ranked(place, one).values()))
    return stream.getvalue()


def report_json(found: Standing, at: datetime) -> str:
    """Everything; scores and shares are decimals as text, durations are minutes."""
    counts = found.counts
    made = {
        "schema_version": SCHEMA_VERSION,
        "at": at.isoformat(),
        "stored": counts.stored,
        "synthetic": counts.synthetic,
        "notes": list(found.notes),
        "formula": FORMULA,
        "ranking": [_ranked(place, one) for place, one in enumerate(found.open, 1)],
        "reopened": [{"defect": one.defect.id, "fixed": one.defect.fixed, "met": one.last} for one in found.reopened],
        "repeats": [one.model_dump() for one in counts.repeats],
        "unassigned": counts.unassigned,
        "classes": _tallies(found.classes),
        "connectors": _tallies(found.connectors),
        "weeks": [
            {
                "monday": one.monday,
                "arrived": one.arrived,
                "fixed": one.fixed,
                "open": one.open,
                "occurrences": one.occurrences,
            }
            for one in found.weeks
        ],
        "direction": {
            "verdict": found.direction.verdict,
            "occurrences": found.direction.occurrences,
            "before": found.direction.before,
        },
        "responses": [_response(one) for one in found.responses],
        "reliability": [
            {"connector": one.connector, "share": one.share, "before": one.before} for one in found.reliability
        ],
        "tranches": [entry.id for entry in found.tranches],
        "follow_ups": [
            {"incident": due.incident.id, "what": due.follow_up.what, "due": due.follow_up.due}
            for due in found.follow_ups
        ],
    }
    return json.dumps(made, indent=1, default=str, ensure_ascii=False) + "\n"


def _ranked(place: int, one: Ranked) -> dict[str, Any]:
    """A row of the ranking. Ids, numbers and days hold nothing that a spreadsheet takes for a formula."""
    values = (
        place,
        one.defect.id,
        str(one.score.value),
        one.score.formula,
        one.defect.severity,
        one.score.weight,
        one.score.installs,
        one.score.recent,
        one.defect.state,
        one.is_reopened,
        one.defect.owner,
        one.defect.connector,
        one.defect.defect_class,
        one.first,
        one.last,
    )
    return dict(zip(RANKING, values, strict=True))


def _tallies(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    return [
        {"id": one.name, "score": one.score, "occurrences_90_days": one.recent, "open": one.open, "total": one.total}
        for one in tallies
    ]


def _response(one: Response) -> dict[str, Any]:
    return {
        "mark": one.mark,
        "reached": one.reached,
        "unmarked": one.unmarked,
        "mean_minutes": None if one.mean is None else round(one.mean / timedelta(minutes=1), 1),
        "promises_kept": one.kept,
        "promises_broken": one.broken,
    }
