"""`dfops oncall`: who answers, until when, who is next, and what a change to the schedule moves."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from generators.catalog import Catalog
from generators.cli.duty import WithDefault, catalog_at, entry_of
from generators.cli.options import AtOption, RootOption, moment, repository
from generators.cli.revision import BaseOption, at_revision
from generators.model.oncall import Rotation
from generators.oncall.difference import Difference, difference
from generators.oncall.fairness import Load, loads
from generators.oncall.roster import Roster
from generators.oncall.schedule import Shift
from generators.report.duty import (
    SCHEMA_VERSION,
    difference_markdown,
    difference_text,
    next_shift,
    now_text,
    stamp,
    weeks_text,
)

app = typer.Typer(
    cls=WithDefault,
    help="Say who is on call: dfops oncall [ROTATION] [--at T] [--weeks N]; options of it: dfops oncall show --help.",
)
SOON = timedelta(weeks=5)
"""Far enough to see the end of the present shift and the next one, in all but the slowest rotation."""
FORMATS = Literal["text", "json"]

RotationArgument = Annotated[str | None, typer.Argument(metavar="ROTATION", help="Only this one.")]
WeeksOption = Annotated[
    int | None,
    typer.Option("--weeks", min=1, max=520, help="List every shift of so many weeks, with what is wrong in them."),
]


@app.command("show")
def show(
    rotation: RotationArgument = None,
    root: RootOption = Path(),
    at: AtOption = None,
    weeks: WeeksOption = None,
    form: Annotated[FORMATS, typer.Option("--format", help="How it is printed.")] = "text",
) -> None:
    """Who answers now, until when in local time and UTC, and who is next. With --weeks every shift, and loads."""
    when = moment(at)
    catalog = catalog_at(repository(root))
    entries = [entry_of(catalog, Rotation, rotation)] if rotation else list(catalog.entries_of(Rotation))
    titles = {entry.id: entry.entity.title for entry in entries}
    length = timedelta(weeks=weeks) if weeks else _reach(catalog)
    roster = Roster.of(catalog, when, length).only(titles)
    if form == "json":
        _print(_told(roster, when, listed=weeks is not None))
        return
    if not titles:
        sys.stdout.write("There is no rotation yet: dfops new rotation ID\n")
        return
    sys.stdout.write(weeks_text(roster, titles) if weeks else now_text(roster, titles, when))


def _reach(catalog: Catalog) -> timedelta:
    """Twice the longest turn, so that the next shift is seen."""
    days = [
        layer.length.amount * (7 if layer.length.unit == "weeks" else 1)
        for entry in catalog.entries_of(Rotation)
        for layer in entry.entity.layers
    ]
    return max(SOON, timedelta(days=2 * max(days, default=0)))


@app.command("diff")
def diff(
    base: BaseOption,
    root: RootOption = Path(),
    at: AtOption = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help="How far ahead to compare.")] = 52,
    form: Annotated[
        Literal["text", "markdown", "json"], typer.Option("--format", help="markdown: for a comment on a review.")
    ] = "text",
) -> None:
    """What the files here move against a commit: whose shifts, what is covered, who carries how much.

    Exit 1 when more hours are left to nobody than before.
    """
    when = moment(at)
    top = repository(root)
    length = timedelta(weeks=weeks)
    after = Roster.of(catalog_at(top), when, length)
    with at_revision(top, base) as earlier:
        before = Roster.of(catalog_at(earlier), when, length)
    found = difference(before, after)
    if form == "json":
        _print(_told_difference(found))
    else:
        sys.stdout.write((difference_markdown if form == "markdown" else difference_text)(found, after))
    raise typer.Exit(1 if found.opens else 0)


def _print(told: object) -> None:
    sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _told(roster: Roster, at: datetime, *, listed: bool) -> dict[str, object]:
    told = []
    for name, schedule in roster.schedules.items():
        following = next_shift(schedule, at)
        one: dict[str, object] = {
            "id": name,
            "zone": schedule.zone,
            "now": [_shift(roster, shift) for shift in schedule.at(at)],
            "next": _shift(roster, following) if following else None,
        }
        if listed:
            one["gaps"] = [{"from": stamp(gap.start), "to": stamp(gap.end)} for gap in schedule.gaps]
            one["shifts"] = [_shift(roster, shift) for shift in schedule.shifts]
        told.append(one)
    whole: dict[str, object] = {"schema_version": SCHEMA_VERSION, "at": stamp(at), "rotations": told}
    if listed:
        whole["loads"] = [_load(load) for load in loads(roster)]
    return whole


def _shift(roster: Roster, shift: Shift) -> dict[str, object]:
    return {
        "person": shift.person,
        "name": roster.title(shift.person),
        "from": stamp(shift.window.start),
        "to": stamp(shift.window.end),
        "hours": shift.hours,
        "layer": shift.duty.layer or None,
        "override": shift.duty.reason or None,
        "shadows": list(shift.duty.shadows),
    }


def _load(load: Load | None) -> dict[str, object] | None:
    if load is None:
        return None
    return {
        "person": load.person,
        "hours": load.hours,
        "nights": load.nights,
        "weekends": load.weekends,
        "holidays": load.holidays,
    }


def _told_difference(found: Difference) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "from": stamp(found.window.start),
        "to": stamp(found.window.end),
        "moved": [
            {
                "rotation": one.rotation,
                "from": stamp(one.window.start),
                "to": stamp(one.window.end),
                "was": list(one.before),
                "becomes": list(one.after),
            }
            for one in found.moved
        ],
        "cover": [
            {"rotation": one.rotation, "open_hours_before": one.open_before, "open_hours_after": one.open_after}
            for one in found.cover
        ],
        "loads": [
            {"person": one.person, "before": _load(one.before), "after": _load(one.after)} for one in found.shares
        ],
    }
