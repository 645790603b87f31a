"""`dfops oncall`: who answers, until when, who is next, and what a change to the schedule moves."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import typer

from generators.catalog import Catalog, Key
from generators.cli.lookup import entry_of
from generators.cli.options import AtOption, FormatOption, RootOption, moment, repository
from generators.cli.partial import all_of, conclude, needs, partial_catalog
from generators.cli.revision import BaseOption, at_revision
from generators.cli.tree import CommandGroup, Entry, group
from generators.model.oncall import EscalationPolicy, Rotation
from generators.oncall.difference import difference
from generators.oncall.paging import rotations_of
from generators.oncall.roster import Roster, look_ahead
from generators.report.duty import (
    difference_json,
    difference_markdown,
    difference_text,
    now_text,
    roster_json,
    weeks_text,
)

RotationArgument = Annotated[str | None, typer.Argument(metavar="ROTATION", help="Only this one.")]
WeeksOption = Annotated[
    int | None,
    typer.Option("--weeks", min=1, max=520, help="List every shift of so many weeks, with what is wrong in them."),
]
DifferenceFormat = Annotated[
    Literal["text", "markdown", "json"], typer.Option("--format", help="markdown: for a comment on a review.")
]


class OnCall(CommandGroup):
    """Without a command: who is on call."""

    default_command = "show"
    entries: ClassVar = {
        "show": Entry("oncall:show", "Who answers now, until when in local time and UTC, and who is next."),
        "time-off": Entry("time_off:time_off", "Take over somebody's time off from an iCalendar file."),
        "diff": Entry("oncall:diff", "What the files here move against a commit: whose shifts, what is covered."),
    }


app = group(
    OnCall,
    "Say who is on call: dfops oncall [ROTATION] [--at T] [--weeks N]. Its options: dfops oncall show --help.",
)


def show(
    rotation: RotationArgument = None,
    root: RootOption = Path(),
    at: AtOption = None,
    weeks: WeeksOption = None,
    form: FormatOption = "text",
) -> None:
    """Who answers now, until when in local time and UTC, and who is next. With --weeks every shift, and loads."""
    when = moment(at)
    catalog = partial_catalog(repository(root))
    entries = [entry_of(catalog, Rotation, rotation)] if rotation else list(catalog.entries_of(Rotation))
    titles = {entry.id: entry.entity.title for entry in entries}
    everything = Roster.of(catalog, when, look_ahead(catalog, when))
    listed = Roster.of(catalog, when, timedelta(weeks=weeks), titles) if weeks else None
    if form == "json":
        sys.stdout.write(roster_json(catalog, everything, titles, when, listed))
    elif not titles and not any(kind == Rotation.kind for kind, _ in catalog.broken):
        sys.stdout.write("There is no rotation yet: dfops new rotation ID\n")
    elif titles:
        sys.stdout.write(weeks_text(listed, titles) if listed else now_text(catalog, everything, titles, when))
    conclude(catalog, _needed(catalog, everything, titles, when, rotation))


def _needed(
    catalog: Catalog, roster: Roster, names: Iterable[str], at: datetime, rotation: str | None
) -> frozenset[Key]:
    """What the answer depends on: the rotations asked about, and the policies that go on where one has nobody."""
    start = [(Rotation.kind, name) for name in names] if rotation else all_of(catalog, Rotation)
    empty = {name for name in names if not roster.schedules[name].at(at)}
    if empty:
        start += [key for key in catalog.broken if key[0] == EscalationPolicy.kind]
        start += [
            entry.key for entry in catalog.entries_of(EscalationPolicy) if empty & set(rotations_of(entry.entity))
        ]
    return needs(catalog, start)


def _whole(catalog: Catalog) -> Catalog:
    """A catalog whose duties can all be read: what is missing on one side would be called a change."""
    conclude(catalog, needs(catalog, all_of(catalog, Rotation)))
    return catalog


def diff(
    base: BaseOption,
    root: RootOption = Path(),
    at: AtOption = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help="How far ahead to compare.")] = 52,
    form: DifferenceFormat = "text",
) -> None:
    """What the files here move against a commit: whose shifts, what is covered, who carries how much.

    Exit 1 when more hours are left to nobody than before.
    """
    when = moment(at)
    top = repository(root)
    length = timedelta(weeks=weeks)
    after = Roster.of(_whole(partial_catalog(top)), when, length)
    with at_revision(top, base) as earlier:
        before = Roster.of(_whole(partial_catalog(earlier)), when, length)
    found = difference(before, after)
    if form == "json":
        sys.stdout.write(difference_json(found))
    else:
        sys.stdout.write((difference_markdown if form == "markdown" else difference_text)(found, after))
    raise typer.Exit(1 if found.opens else 0)
