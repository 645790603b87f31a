"""`dfops rehearse`: a runbook walked in the terminal, and what was walked so far."""

from __future__ import annotations

import shlex
import sys
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import Catalog, Entry
from generators.cli.lookup import entry_of
from generators.cli.options import FormatOption, RootOption, Unusable, clock, repository
from generators.cli.partial import name_unread, partial_catalog
from generators.cli.rehearse_files import JournalFile, journal_of, paused_walks, write_record
from generators.cli.rehearse_sitting import Sitting, look
from generators.model.launch import Rehearsal
from generators.model.organization import Person, Role
from generators.model.runbook import Runbook
from generators.report import printable
from generators.report.rehearsal import list_json, list_text, result_text
from generators.runbooks.answers import Now, Refused, set_parameter
from generators.runbooks.coverage import coverage_of, coverages
from generators.runbooks.journal import Answer, Begun, Independent, Joined, Setting
from generators.runbooks.placeholders import bad_line
from generators.runbooks.record import name_of, rehearsal_of, text_of
from generators.runbooks.walk import Walk, digests_of, unwalkable
from generators.runtime.spelling import Spellings

RunbookArgument = Annotated[str | None, typer.Argument(metavar="[RUNBOOK]", help="The runbook to walk.")]
AsOption = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who walks: a seat or person by id.")]
WithOption = Annotated[
    list[str] | None, typer.Option("--with", metavar="PERSON", help="Who walks along; may be given again.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter's value; may be given again. Others are asked for."),
]
SettingOption = Annotated[
    str | None, typer.Option("--setting", metavar="TEXT", help="What is played, and on what. Asked for when left out.")
]
IndependentOption = Annotated[
    bool, typer.Option("--independent", help="Nobody of those who walk has written the runbook; the record says so.")
]
RestartOption = Annotated[
    bool, typer.Option("--restart", help="Begin anew; the journal of the unfinished walk is kept beside it.")
]
ListOption = Annotated[bool, typer.Option("--list", help="Show what of each runbook was walked, and walk nothing.")]


def rehearse(
    runbook: RunbookArgument = None,
    person: AsOption = None,
    along: WithOption = None,
    values: SetOption = None,
    setting: SettingOption = None,
    independent: IndependentOption = False,
    restart: RestartOption = False,
    listed: ListOption = False,
    form: FormatOption = "text",
    root: RootOption = Path(),
) -> None:
    """Walk a runbook before it is needed, and record it. Without RUNBOOK: what was walked so far.

    Shows step after step with its commands filled in, and runs nothing. Every answer is on the disk before the next
    question: after q, Ctrl-C or a lost connection the same command goes on. ? lists what may be answered.

    At the end the record stands in ops_model/launch/rehearsals/. Gates ask for walks by people who did not write the
    runbook: --independent says so, and is a claim of those whom the record names.
    """
    top = repository(root)
    catalog = partial_catalog(top)
    if listed or runbook is None:
        name_unread(catalog)
        _list(catalog, top, runbook, form)
        return
    if person is None:
        raise Unusable(f"who walks? dfops rehearse {printable(runbook)} --as PERSON; there are: {_people(catalog)}")
    entry = _runbook(catalog, runbook)
    name_unread(catalog)
    people = tuple(dict.fromkeys(_person(catalog, name) for name in (person, *(along or ()))))
    again = shlex.join(["dfops", "rehearse", entry.id, "--as", people[0], *_root(root)])
    with journal_of(top, entry.id, people[0]) as journal:
        if restart and (kept := journal.put_aside(clock())):
            sys.stdout.write(f"The journal so far is kept: {kept.relative_to(top)}\n")
        walk = _begin(journal, entry, people, values or [], setting, independent=independent)
        sitting = Sitting(
            walk, journal, frozenset(catalog.names_of(Role.kind)), again, spellings=Spellings.of(catalog, clock())
        )
        sitting.run()
        path = _conclude(sitting.walk, journal, catalog, top)
    if onward := _onward(sitting.walk):
        sys.stdout.write(f"It goes on: {shlex.join(['dfops', 'rehearse', onward, '--as', people[0], *_root(root)])}\n")
    sys.stdout.write(f"Read {path}, run dfops check, and commit it.\n")


def _root(root: Path) -> tuple[str, ...]:
    return () if root == Path() else ("--root", str(root))


def _people(catalog: Catalog) -> str:
    today = clock().date()
    people = (entry for entry in catalog.entries_of(Person) if not entry.entity.left or entry.entity.left > today)
    return ", ".join(entry.id for entry in people) or "none; dfops new person ID writes one"


def _runbook(catalog: Catalog, name: str) -> Entry[Runbook]:
    entry = entry_of(catalog, Runbook, name.rsplit("/", 1)[-1])
    if problem := unwalkable(entry.entity):
        raise Unusable(f"{name} cannot be walked: {printable(problem)}; dfops check says where")
    return entry


def _person(catalog: Catalog, name: str) -> str:
    entry = entry_of(catalog, Person, name)
    if entry.entity.left and entry.entity.left <= clock().date():
        raise Unusable(f"{name} left on {entry.entity.left}; there are: {_people(catalog)}")
    return entry.id


def _begin(
    journal: JournalFile,
    entry: Entry[Runbook],
    people: tuple[str, ...],
    values: list[str],
    setting: str | None,
    *,
    independent: bool,
) -> Walk:
    """The walk as the journal has it, with what the command line adds. Raises Unusable before anything is written."""
    read = journal.read()
    now = Now(clock(), 0)
    first = Begun(at=now.at, runbook=entry.id, people=people, digests=digests_of(entry.entity))
    try:
        walk = Walk.of(entry.id, entry.entity, read.answers or (first,))
    except ValueError as error:
        raise Unusable(f"{journal.path}: {error}; --restart keeps the file and begins anew") from error
    if walk.lost:
        raise Unusable(
            f"{entry.id} changed: it no longer has {', '.join(walk.lost)}, where the unfinished walk has been; "
            "--restart keeps its journal and begins anew"
        )
    added: list[Answer] = [] if read.answers else [first]
    added += [Joined(at=now.at, person=name) for name in people if name not in walk.people]
    if independent:
        added.append(Independent(at=now.at))
    added += [_set(walk, text, now) for text in values]
    if setting is not None:
        if problem := bad_line(setting.strip()):
            raise Unusable(f"--setting: the text {problem}")
        added.append(Setting(at=now.at, text=setting.strip()))
    for answer in added if not walk.over else ():
        journal.add(answer)
        walk = walk.after(answer)
    if read.torn:
        sys.stdout.write("The last line of the journal was torn off while it was written: it is left out.\n")
    return walk


def _set(walk: Walk, text: str, now: Now) -> Answer:
    """The value of `--set NAME=VALUE`. Raises Unusable."""
    name, _, value = text.partition("=")
    answer = set_parameter(walk, name.strip(), value.strip(), now)
    if isinstance(answer, Refused):
        raise Unusable(f"--set: {printable(answer.why)}")
    return answer


def _conclude(walk: Walk, journal: JournalFile, catalog: Catalog, top: Path) -> str:
    """Write the record, say what it came to, and put the journal aside; the record's path."""
    record = rehearsal_of(walk)
    folder = Rehearsal.folder.pattern.rsplit("/", 1)[0]
    path = write_record(top, folder, (name_of(walk, number) for number in count(1)), text_of(record))
    journal.put_aside(clock())
    identity = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    held = [(one.id, one.entity) for one in catalog.entries_of(Rehearsal) if one.entity.runbook == walk.identity]
    covered = coverage_of(walk.identity, walk.runbook, [*held, (identity, record)])
    sys.stdout.write("\n" + result_text(walk, path, covered, look()))
    return path


def _onward(walk: Walk) -> str:
    """The runbook in which the end says to go on; empty where there is none."""
    end = walk.step.end if walk.over == "ended" and walk.step else None
    return str(end.to) if end and end.to else ""


def _list(catalog: Catalog, top: Path, runbook: str | None, form: str) -> None:
    found = coverages(catalog)
    if runbook is not None:
        entry = _runbook(catalog, runbook)
        found = {entry.id: found[entry.id]}
    paused = paused_walks(top)
    if form == "json":
        sys.stdout.write(list_json(catalog, found.values(), paused))
        return
    sys.stdout.write(
        list_text(found.values(), paused) or "There is no runbook; dfops new runbook GROUP/ID writes one.\n"
    )
    if runbook is None and found:
        sys.stdout.write("To walk one: dfops rehearse RUNBOOK --as PERSON\n")
