"""The notes that a runbook page exports, read line by line, and the incident that they describe.

The page writes them as Markdown: the runbook's title, what was filled in, and what was done at which minute (UTC).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from generators.model.refs import ConnectorRef, SeverityRef, SurfaceRef
from generators.model.stability import Incident, TimelineEntry
from generators.model.text import SAMPLE
from generators.published.manifest import Unreadable
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST: Final = 1 << 20
"""Bytes of a file of notes."""
MOST_MOMENTS: Final = 500
LONGEST: Final = 500
"""Characters of a line of the timeline; what is longer is shortened."""
NAME = re.compile(r"- (?P<name>[A-Za-z0-9_.-]{1,60}): (?P<value>\S.{0,199})")
DAY = re.compile(r"## (?P<day>\d{4}-\d\d-\d\d)")
MOMENT = re.compile(r"- (?P<time>\d\d:\d\d) UTC  step (?P<what>\S.*)")
END = re.compile(r" \(end: (?P<outcome>[a-z-]{1,20})\)$")
BEGUN = " (begun)"
PAGED: Final = "paged"
RESOLVED: Final = "resolved"
SKEW: Final = timedelta(minutes=5)
"""By which the clock of the phone may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A step at the minute at which it was done, or begun where it was not finished."""

    line: int
    at: datetime
    what: str
    is_done: bool
    outcome: str
    """Of the end of the runbook that it reached; empty elsewhere."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a page exported."""

    title: str
    given: Mapping[str, str] = field(default_factory=dict)
    """Values by name: `runbook`, `paged`, and what was filled in."""
    moments: tuple[Moment, ...] = ()
    """In the order of time."""

    @property
    def runbook(self) -> str:
        """The id of the runbook."""
        return self.given["runbook"]

    @property
    def paged(self) -> datetime | None:
        """When someone was paged, to the minute; None where the notes do not say."""
        return datetime.fromisoformat(self.given[PAGED]).astimezone(UTC) if PAGED in self.given else None


def read_notes(data: bytes, at: datetime) -> Notes:
    """The notes in the bytes of a file, at a moment: nothing in them may lie after it.

    Raises Unreadable with the number of the line that no page writes.
    """
    if len(data) > MOST:
        raise Unreadable(f"is larger than {MOST >> 20} MiB")
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text") from None
    if not lines or not lines[0].startswith("# ") or not lines[0][2:].strip():
        raise Unreadable("line 1: the title of a runbook, as `# TITLE`, is missing")
    reader = _Reader()
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            reader.take(number, line)
    notes = Notes(lines[0][2:].strip(), reader.given, tuple(sorted(reader.moments, key=lambda one: one.at)))
    _refuse_incomplete(notes, at)
    return notes


def _refuse_incomplete(notes: Notes, at: datetime) -> None:
    if "runbook" not in notes.given:
        raise Unreadable("names no runbook: `- runbook: ID` is missing")
    if not notes.moments:
        raise Unreadable("has no timeline: no step was done")
    if len(notes.moments) > MOST_MOMENTS:
        raise Unreadable(f"has {len(notes.moments)} steps; {MOST_MOMENTS} are the most")
    try:
        paged = notes.paged
    except ValueError:
        raise Unreadable(f"'{notes.given[PAGED]}' is no moment at which someone was paged") from None
    latest = notes.moments[-1]
    if latest.at > at + SKEW:
        raise Unreadable(f"line {latest.line}: {latest.at:%Y-%m-%d %H:%M} UTC is still to come")
    if paged and paged > notes.moments[0].at + SKEW:
        raise Unreadable(f"line {notes.moments[0].line}: a step was done before anyone was paged")


class _Reader:
    """Takes one line after another."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        self.moments: list[Moment] = []
        self.day = ""

    def take(self, number: int, line: str) -> None:
        """Raises Unreadable for a line that no page writes."""
        if found := DAY.fullmatch(line):
            self.day = found["day"]
        elif (found := MOMENT.fullmatch(line)) and self.day:
            self.moments.append(self._moment(number, found["time"], found["what"]))
        elif (found := NAME.fullmatch(line)) and not self.day and found["name"] not in self.given:
            self.given[found["name"]] = found["value"].strip()
        else:
            raise Unreadable(f"line {number}: no page of a runbook writes this")

    def _moment(self, number: int, time: str, what: str) -> Moment:
        try:
            at = datetime.strptime(f"{self.day} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        except ValueError:
            raise Unreadable(f"line {number}: there is no {self.day} {time}") from None
        end = END.search(what)
        text = what[: end.start()] if end else what
        is_done = BEGUN not in text
        return Moment(number, at, " ".join(text.replace(BEGUN, "", 1).split()), is_done, end["outcome"] if end else "")


def incident_of(notes: Notes, surface: str, severity: str, connector: str = "") -> Incident:
    """The incident that notes describe. Its impact and its follow-ups are left for people to write."""
    entries = [_entry(moment) for moment in notes.moments]
    done = next((index for index, moment in enumerate(notes.moments) if moment.is_done), None)
    if done is not None:
        entries[done] = entries[done].model_copy(update={"mark": entries[done].mark or "acknowledged"})
    if paged := notes.paged:
        entries.insert(0, TimelineEntry(at=min(paged, entries[0].at), what="Paged", mark="paged"))
    ended = next((entry.at for entry in entries if entry.mark == "resolved"), None)
    return Incident(
        title=f"{notes.title[:110]}, {notes.moments[0].at:%Y-%m-%d}",
        surface=SurfaceRef(surface),
        severity=SeverityRef(severity),
        connector=ConnectorRef(connector) if connector else None,
        impact=f"{SAMPLE} text.",
        timeline=tuple(entries),
        ended=ended,
        follow_ups=(),
    )


def _entry(moment: Moment) -> TimelineEntry:
    what = f"Step {moment.what}" if moment.is_done else f"Step begun: {moment.what}"
    if moment.outcome:
        what = f"{what} (end: {moment.outcome})"
    short = what if len(what) <= LONGEST else f"{what[: LONGEST - 1].rstrip()}…"
    return TimelineEntry(at=moment.at, what=short, mark="resolved" if moment.outcome == RESOLVED else None)


def incident_text(incident: Incident) -> str:
    """The incident as YAML, for review."""
    record = incident.model_dump(mode="json", exclude_defaults=True)
    for written, entry in zip(record["timeline"], incident.timeline, strict=True):
        written["at"] = f"{entry.at:%Y-%m-%dT%H:%M:%SZ}"
    if incident.ended:
        record["ended"] = f"{incident.ended:%Y-%m-%dT%H:%M:%SZ}"
    return yaml_text(record, width=100)
