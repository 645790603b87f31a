"""Reports from outside as occurrences: what their labels mean, which of them are taken, and why others are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, get_args

from generators.findings import nearest
from generators.measures.occurrences import Occurrence
from generators.model.operating import Connector
from generators.model.pack import Warehouse
from generators.model.stability import Defect, DefectClass
from generators.model.support import Severity
from generators.stability.exports import Bad, LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Table

    from generators.catalog import Catalog, Entry
    from generators.model import Entity
    from generators.stability.exports import Read, Row
    from generators.stability.mapping import Mapping, Meaning

EARLIEST: Final = date(2000, 1, 1)
LONGEST: Final = 500
"""Characters of a reference."""
MOST_INSTALLS: Final = 10**9
SAID_BY_LABELS: Final = ("connector", "warehouse", "severity", "defect_class")
FACTS: Final = (*SAID_BY_LABELS, "defect")
"""Fields of a row that hold a name; those that labels can say as well."""
_NUMBER: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is kept, and what a person needs to tell which defect it is."""

    occurrence: Occurrence
    place: str
    title: str
    body: str
    severity: str
    """Empty where no label says it; the class likewise."""
    defect_class: str


@dataclass(slots=True)
class Taken:
    """What a file came to."""

    reports: list[Report] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    ignored: int = 0
    """Rows that are no reports: pull requests, and those with a label that the mapping leaves out."""
    repeated: int = 0
    """Rows that say again what another says."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a report may use."""

    names: Table[str, frozenset[str]]
    """By field of a row."""
    defects: Table[str, Entry[Defect]]

    @classmethod
    def of(cls, catalog: Catalog) -> Known:
        """Of a catalog."""
        kinds: dict[str, type[Entity]] = {
            "connector": Connector,
            "severity": Severity,
            "defect_class": DefectClass,
            "defect": Defect,
        }
        names = {name: frozenset(entry.id for entry in catalog.entries_of(kind)) for name, kind in kinds.items()}
        names["warehouse"] = frozenset(get_args(Warehouse))
        return cls(names, {entry.id: entry for entry in catalog.entries_of(Defect)})


class _Refused(Exception):  # noqa: N818 - what a row says, not a fault of the program
    """Why a row is not taken: one sentence."""


def taken(rows: Iterable[Read], mapping: Mapping, known: Known, today: date) -> Taken:
    """Every row as a report, or why it is none. Raises what reading the rows raises."""
    done = Taken()
    first: dict[tuple[str, date], Report] = {}
    for row in rows:
        judged = row if isinstance(row, Bad | LeftOut) else _judged(row, mapping, known, today)
        if isinstance(judged, Bad):
            done.bad.append(judged)
        elif isinstance(judged, LeftOut):
            done.ignored += 1
        elif (before := first.setdefault(_key(judged), judged)) is judged:
            done.reports.append(judged)
        elif before.occurrence == judged.occurrence:
            done.repeated += 1
        else:
            done.bad.append(Bad(judged.place, f"is {before.place} again, with other facts of the same report and day"))
    return done


def _key(report: Report) -> tuple[str, date]:
    """What tells the reports of one file apart; the source is the same for all."""
    return report.occurrence.reference, report.occurrence.day


def _judged(row: Row, mapping: Mapping, known: Known, today: date) -> Report | Bad | LeftOut:
    meanings = [mapping.labels[label] for label in row.labels if label in mapping.labels]
    if any(meaning.ignored for meaning in meanings):
        return LeftOut()
    try:
        return _report(row, meanings, mapping, known, today)
    except _Refused as refused:
        return Bad(row.place, str(refused))


def _report(row: Row, meanings: list[Meaning], mapping: Mapping, known: Known, today: date) -> Report:
    facts = {name: _fact(name, getattr(row, name), meanings, known) for name in FACTS}
    reference = _reference(row.reference)
    if assigned := mapping.assigned.get(reference):
        facts["defect"] = assigned
    if facts["defect"]:
        facts["connector"] = _of_defect(known.defects[facts["defect"]], facts["connector"])
    occurrence = Occurrence(
        defect=facts["defect"],
        connector=facts["connector"],
        warehouse=facts["warehouse"],
        day=_day(row.day, today),
        installs=_installs(row.installs),
        source=mapping.source,
        reference=reference,
    )
    return Report(occurrence, row.place, row.title, row.body, facts["severity"], facts["defect_class"])


def _fact(name: str, cell: str, meanings: list[Meaning], known: Known) -> str:
    """What a row's own column says; else what its labels say, where they agree."""
    if cell:
        if cell not in known.names[name]:
            hint = nearest(cell, known.names[name])
            raise _Refused(f"unknown {name.replace('_', ' ')} '{cell[:60]}'" + (f" ({hint})" if hint else ""))
        return cell
    if name not in SAID_BY_LABELS:
        return ""
    said = {value: None for meaning in meanings if (value := getattr(meaning, name))}
    if len(said) > 1:
        raise _Refused(f"its labels name more than one {name.replace('_', ' ')}: {', '.join(said)}")
    return next(iter(said), "")


def _of_defect(entry: Entry[Defect], connector: str) -> str:
    """The connector of a report that is assigned: its own, else the defect's."""
    own = entry.entity.connector or ""
    if own and connector and own != connector:
        raise _Refused(f"is of '{connector}', and its defect '{entry.id}' of '{own}'")
    return connector or own


def _reference(text: str) -> str:
    text = text.strip()
    if not text:
        raise _Refused("has no reference: neither an address nor an id says where it was met")
    if len(text) > LONGEST or not text.isprintable():
        raise _Refused(f"its reference is longer than {LONGEST} characters, or holds some that cannot be printed")
    return text


def _day(text: str, today: date) -> date:
    """The day, UTC, of a day or a moment."""
    try:
        moment = datetime.fromisoformat(text.strip())
        day = moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise _Refused(f"'{text[:40]}' is no day like 2026-11-30 and no moment like 2026-11-30T09:00:00Z") from None
    if day > today:
        raise _Refused(f"{day} is in the future")
    if day < EARLIEST:
        raise _Refused(f"{day} is before {EARLIEST.year}")
    return day


def _installs(text: str) -> int:
    if not text:
        return 1
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= MOST_INSTALLS:
        raise _Refused(f"'{text[:40]}' is no number of installations, 1 or more")
    return int(text)
