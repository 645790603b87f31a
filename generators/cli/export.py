"""`dfops export`: what is derived from the model, as files for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli import lookup
from generators.cli.derived import Derived, options, progress, require_valid, settle
from generators.cli.options import AtOption, RootOption, clock, moment, repository
from generators.exports.dbt import sources
from generators.packs.reading.collection import packs_at
from generators.schemas import schema_files
from generators.site import check as checked_at

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog

app = typer.Typer(
    no_args_is_help=True,
    help="Write what other tools read: calendars, schedules, a pager's definitions, owners, schemas, dbt sources.",
)

BUILT = "build/exports"
"""Below the root: exports that are made again whenever they are wanted, so not in git."""
DUTIES = ("ops_model/oncall/", "ops_model/organization/")
"""Where the findings lie that make a schedule doubtful: a swap must reach people, whatever else is half-written."""
PAGED = (*DUTIES, "ops_model/support/severities/", "ops_model/support/service_levels/")
DATED = (*DUTIES, "ops_model/operating/", "ops_model/launch/", "ops_model/stability/")
MODEL = "ops_model/"

CheckOption = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not what it should be.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to write into.", show_default="the root")]
BuiltOption = Annotated[Path | None, typer.Option("--out", help="Folder to write into.", show_default=BUILT)]
FeedsOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write into.", show_default=f"{BUILT}/calendars")
]
AllOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write everything into.", show_default="each in its own place")
]


@app.command("schemas")
def schemas(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """JSON Schemas of every kind in ops_model/schemas/, and the editor's table of which folder uses which."""
    settle([_schemas((out or repository(root)).resolve())], check=check, options=options(out))


@app.command("dbt")
def dbt(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """The tables of each pack as dbt sources, with keys and freshness: packs/PACK/dbt/sources.yaml."""
    top = repository(root)
    settle([_dbt(top, (out or top).resolve())], check=check, options=options(out))


@app.command("calendars")
def calendars(
    root: RootOption = Path(), at: AtOption = None, out: FeedsOption = None, check: CheckOption = False
) -> None:
    """Feeds in iCalendar (.ics): each rotation, each person's shifts, cadences, freezes, review dates, holidays.

    They reach from the first of the month 13 months ahead and stay the same all month. They are internal.
    """
    top, when = repository(root), moment(at)
    feeds = _calendars(_model(top, when, *DATED), when, (out or top / BUILT / "calendars").resolve())
    settle([feeds], check=check, options=options(out, at))


@app.command("schedules")
def schedules(
    root: RootOption = Path(), at: AtOption = None, out: BuiltOption = None, check: CheckOption = False
) -> None:
    """Every rotation as JSON: layers, shifts, holidays and gaps of the next 52 weeks, in schedules.json.

    Like the calendars from the first of the month 13 months ahead.
    """
    top, when = repository(root), moment(at)
    settle(
        [_schedules(_model(top, when, *DUTIES), when, (out or top / BUILT).resolve())],
        check=check,
        options=options(out, at),
    )


@app.command("pagerduty")
def pagerduty(
    root: RootOption = Path(), at: AtOption = None, out: BuiltOption = None, check: CheckOption = False
) -> None:
    """PagerDuty's schedules, escalation policies and services as Terraform JSON, in pagerduty.tf.json.

    What PagerDuty cannot hold is said as comments in the file and on standard error.
    """
    top, when = repository(root), moment(at)
    settle(
        [_pagerduty(_model(top, when, *PAGED), when, (out or top / BUILT).resolve())],
        check=check,
        options=options(out, at),
    )


@app.command("codeowners")
def codeowners(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """Who reviews which file, from the owners in the model: .github/CODEOWNERS."""
    top = repository(root)
    settle([_codeowners(_model(top, clock(), ""), (out or top).resolve())], check=check, options=options(out))


@app.command("issue-forms")
def forms(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """Issue forms for a public forge, one a surface, from the support routes: .github/ISSUE_TEMPLATE/."""
    top = repository(root)
    settle(
        [_forms(_model(top, clock(), MODEL, "runbooks/"), (out or top).resolve())], check=check, options=options(out)
    )


@app.command("all")
def everything(
    root: RootOption = Path(), at: AtOption = None, out: AllOption = None, check: CheckOption = False
) -> None:
    """Everything above, each in its own place, or all of it below one folder."""
    top, when = repository(root), moment(at)
    with progress("Reading the model"):
        catalog = _model(top, when, "")
    top, built = (out.resolve(), out.resolve()) if out else (top, top / BUILT)
    with progress("Working out shifts"):
        derived = [
            _schemas(top),
            _dbt(repository(root), top),
            _codeowners(catalog, top),
            _forms(catalog, top),
            _calendars(catalog, when, built / "calendars"),
            _schedules(catalog, when, built),
            _pagerduty(catalog, when, built),
        ]
    settle(derived, check=check, options=options(out, at), name="all" if out else "")


# ── each export ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _model(root: Path, at: datetime, *folders: str) -> Catalog:
    """The catalog, where nothing in these folders is at fault."""
    checked = checked_at(root, at)
    require_valid(checked, *folders)
    return checked.catalog


def _schemas(folder: Path) -> Derived:
    return Derived("schemas", folder, schema_files())


def _dbt(root: Path, folder: Path) -> Derived:
    packs = packs_at(root)
    lookup.require_valid(packs)
    files = {
        f"packs/{name}/dbt/sources.yaml": sources(name, pack.schema.entity) for name, pack in packs.folders.items()
    }
    return Derived("dbt", folder, files)


FEEDS = ("*.ics", "rotations/*.ics", "people/*.ics", "holidays/*.ics")
"""Where feeds of former times may lie."""


def _calendars(catalog: Catalog, at: datetime, folder: Path) -> Derived:
    from generators.exports.calendars import calendars as feeds  # noqa: PLC0415 - no other command must wait for it
    from generators.exports.ical import MARK  # noqa: PLC0415 - as above

    return Derived("calendars", folder, feeds(catalog, at), FEEDS, MARK)


def _schedules(catalog: Catalog, at: datetime, folder: Path) -> Derived:
    from generators.exports.schedules import schedules_json  # noqa: PLC0415 - as above

    return Derived("schedules", folder, {"schedules.json": schedules_json(catalog, at)})


def _pagerduty(catalog: Catalog, at: datetime, folder: Path) -> Derived:
    from generators.exports.pagerduty import FILE, definitions  # noqa: PLC0415 - as above

    made = definitions(catalog, at)
    return Derived("pagerduty", folder, {FILE: made.text}, remarks=made.remarks)


def _codeowners(catalog: Catalog, folder: Path) -> Derived:
    from generators.exports.codeowners import PATH, owners  # noqa: PLC0415 - as above

    return Derived("codeowners", folder, {PATH: owners(catalog)})


def _forms(catalog: Catalog, folder: Path) -> Derived:
    from generators.exports.issue_forms import FOLDER, NOTE, issue_forms  # noqa: PLC0415 - as above

    return Derived("issue-forms", folder, issue_forms(catalog), (f"{FOLDER}/*.yml",), NOTE.splitlines()[0])
