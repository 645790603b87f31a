"""`dfops oncall time-off`: somebody's absences from an iCalendar file, as the model writes them."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.catalog import shape
from generators.cli.lookup import entry_of
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.cli.partial import partial_catalog
from generators.model.organization import Person, TimeOff
from generators.oncall.civil import zone
from generators.oncall.intervals import Window
from generators.oncall.time_off import LARGEST, BadCalendar, absences, with_new
from generators.output import write_if_changed
from generators.source import read
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.catalog import Entry

FIELD = "time_off"
SECTION = re.compile(rf"^{FIELD}:.*\n(?:(?:[ \t-].*)?\n)*", re.MULTILINE)
"""The field with everything that belongs to it: lines that are indented, list items, empty lines."""

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="An iCalendar file (.ics) that holds time off only.")
]
PersonOption = Annotated[str, typer.Option("--person", metavar="ID", help="Whose time off it is.")]
WeeksOption = Annotated[int, typer.Option("--weeks", min=1, max=520, help="How far ahead to read.")]
WriteOption = Annotated[bool, typer.Option("--write", help="Write it into the person's file instead of printing it.")]


def time_off(
    file: FileArgument,
    person: PersonOption,
    root: RootOption = Path(),
    at: AtOption = None,
    weeks: WeeksOption = 52,
    write: WriteOption = False,
) -> None:
    """Take over somebody's time off from an iCalendar file: every event that is not cancelled, in the person's zone.

    Only times are taken: titles and descriptions stay in the calendar. What the model knows already is kept.
    """
    when = moment(at)
    top = repository(root)
    entry = entry_of(partial_catalog(top), Person, person)
    where = zone(entry.entity.zone)
    try:
        found = absences(_bytes(file), where, Window(when, when + timedelta(weeks=weeks)))
    except BadCalendar as problem:
        raise Unusable(f"{file} {problem}") from None
    merged = with_new(entry.entity.time_off, found, where)
    added = [one for one in merged if one not in entry.entity.time_off]
    section = yaml_text({FIELD: [_fields(one) for one in merged]})
    if not added:
        sys.stdout.write(f"Nothing new: {entry.path} has everything that the calendar has for {weeks} weeks.\n")
    elif write:
        _write(top, entry, merged, section)
        sys.stdout.write("".join(f"{_words(one)}\n" for one in added))
        sys.stdout.write(f"{len(added)} added to {entry.path}; `dfops check` names the turns that they meet.\n")
    else:
        sys.stdout.write(f"# {entry.path}: {len(added)} new; --write puts it there\n{section}")


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror}") from error


def _fields(off: TimeOff) -> dict[str, object]:
    return {name: value for name in TimeOff.model_fields if (value := getattr(off, name)) is not None}


def _words(off: TimeOff) -> str:
    return f"  {off.first} {off.start or ''} to {off.last} {off.end or ''}".rstrip()


def _write(root: Path, entry: Entry[Person], merged: Sequence[TimeOff], section: str) -> None:
    """Replace the field in the file, or add it; everything else stays as it is. Raises Unusable where it would not."""
    path = root / entry.path
    with writing(path):
        text = path.read_bytes().decode()
    lines = section.replace("\n", "\r\n") if "\r\n" in text else section
    ended = text if text.endswith("\n") else f"{text}\n"
    former = SECTION.search(ended)
    changed = SECTION.sub(lambda _: lines, ended, count=1) if former else f"{ended}{lines}"
    has_comments = former is not None and "#" in former[0]
    if has_comments or not _says(entry, changed, merged):
        why = "it has comments beside its time off" if has_comments else "its form is not the usual one"
        raise Unusable(f"{entry.path} is not edited, because {why}: paste what is printed without --write")
    with writing(path):
        write_if_changed(path, changed)


def _says(entry: Entry[Person], text: str, merged: Sequence[TimeOff]) -> bool:
    """Whether a text can be read, and is the same person with that time off."""
    reading = read(entry.path, text.encode())
    if reading.findings or reading.document is None:
        return False
    person, _ = shape.shape(reading.document, Person)
    return person == entry.entity.model_copy(update={FIELD: tuple(merged)})
