"""`dfops route`: from what a user sees, or a code, to who answers by when, and what to tell them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import Catalog, Key
from generators.cli.options import (
    AtOption,
    FormatOption,
    RootOption,
    SiteOption,
    Unusable,
    clock,
    moment,
    repository,
)
from generators.cli.partial import conclude, name_unread, needs, partial_catalog
from generators.cli.runtimes import runtimes_of
from generators.findings.naming import Unanswerable, named
from generators.model.oncall import Rotation
from generators.model.organization import Surface
from generators.model.support import Route, ServiceLevel, Symptom
from generators.model.text import zone_names
from generators.oncall.civil import zone as zone_of
from generators.packs.reading.folder import read_packs
from generators.report import routing
from generators.report.codes import require_supported
from generators.runtime.releases import releases
from generators.runtime.spelling import Spellings, spelled_part
from generators.source import LIMITS, Repository
from generators.status.packs import pack_statuses
from generators.status.state import Status
from generators.support.codes import known_codes
from generators.support.routing import Answer, Question, answer
from generators.views.links import step_link

SurfaceOption = Annotated[
    str | None,
    typer.Option("--surface", metavar="S", help="What is operated; may be left out where only one shows the symptom."),
]
SymptomOption = Annotated[
    str | None, typer.Option("--symptom", metavar="X", help="What the user sees; without any, all are listed.")
]
ErrorOption = Annotated[
    str | None, typer.Option("--error", metavar="CODE", help="The code in a message, such as ERR-INTERNAL.")
]
ConnectorOption = Annotated[str | None, typer.Option("--connector", metavar="C", help="Whose pack it is.")]
WarehouseOption = Annotated[str | None, typer.Option("--warehouse", metavar="W", help="What the user's tables lie in.")]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--zone", metavar="Z", help="Also show times here, such as Europe/London.", show_default="this machine's"
    ),
]


def route(
    surface: SurfaceOption = None,
    symptom: SymptomOption = None,
    error: ErrorOption = None,
    connector: ConnectorOption = None,
    warehouse: WarehouseOption = None,
    at: AtOption = None,
    zone: ZoneOption = None,
    site: SiteOption = "",
    form: FormatOption = "text",
    root: RootOption = Path(),
) -> None:
    """Say who answers a report by when, with which runbook, and what to tell the user.

    --at is when the report came. Without --symptom and --error it lists what users see, by surface.
    """
    now, local = moment(at), _zone(zone)
    asked = Question(surface or "", symptom or "", error or "", connector or "", warehouse or "")
    _answerable(asked)
    files = Repository(repository(root), LIMITS)
    catalog = partial_catalog(files.root)
    needed: frozenset[Key] = frozenset()
    try:
        if asked.symptom or asked.code:
            text, needed = _answer(catalog, files, asked, now, site, form, local)
        else:
            text, needed = routing.listed(catalog, asked.surface, form), frozenset(_broken(catalog, LISTED))
    except Unanswerable as problem:
        name_unread(catalog)
        raise Unusable(str(problem)) from None
    sys.stdout.write(text)
    conclude(catalog, needed)


def _answerable(asked: Question) -> None:
    """Raises Unusable for options that contradict each other, or mean nothing without another."""
    if asked.symptom and asked.code:
        raise Unusable("--symptom and --error are two answers to one question: leave one out")
    if (asked.connector or asked.warehouse) and not asked.symptom and not asked.code:
        raise Unusable("say what the user sees with --symptom, or the code with --error; `dfops route` lists them")


def _answer(
    catalog: Catalog, files: Repository, asked: Question, now: datetime, site: str, form: str, local: tzinfo | None
) -> tuple[str, frozenset[Key]]:
    """The answer as text, and what it depends on."""
    known = releases(runtimes_of(catalog, files.root))
    require_supported(asked.code.strip().upper(), known_codes(catalog), known)
    found = answer(catalog, asked, now, _statuses(catalog, files, now) if asked.connector else {})
    found = _spelled(found, Spellings.of(catalog, now))
    step = f"{found.runbook.id}/{found.runbook.entity.entry}"
    link = step_link(found.runbook.id, step, found.question.parameters, site)
    rotation = (Rotation.kind, str(found.surface.entity.rotation))
    text = (
        routing.answer_json(catalog, found, link, known)
        if form == "json"
        else routing.answer_text(catalog, found, link, known, local)
    )
    start = [found.route.key, found.owner.key, rotation, *_broken(catalog, (ServiceLevel.kind,))]
    return text, needs(catalog, start)


def _spelled(found: Answer, spellings: Spellings) -> Answer:
    """The answer with the commands that readers of each runtime type."""
    symptom = replace(found.symptom, entity=spelled_part(found.symptom.entity, spellings))
    code = found.code
    if code and code.diagnostic:
        code = replace(
            code, diagnostic=replace(code.diagnostic, entity=spelled_part(code.diagnostic.entity, spellings))
        )
    return replace(found, symptom=symptom, code=code)


LISTED = (Route.kind, Symptom.kind, Surface.kind)
"""What the list of symptoms is made of."""


def _broken(catalog: Catalog, kinds: Iterable[str]) -> list[Key]:
    """Everything of some kinds that cannot be read: any of it could be what the answer needs."""
    return [key for key in catalog.broken if key[0] in kinds]


def _zone(name: str | None) -> tzinfo | None:
    """The zone that was named; None stands for this machine's, UTC where that is none that clocks can have."""
    if name is not None:
        return zone_of(_zone_name(name))
    try:
        clock().astimezone()
    except ValueError:  # TZ may say anything
        return UTC
    return None


def _zone_name(name: str) -> str:
    try:
        return named("time zone", name, {known: known for known in zone_names()})
    except Unanswerable as problem:
        raise Unusable(f"--zone: {problem}") from None


def _statuses(catalog: Catalog, files: Repository, at: datetime) -> dict[str, Status]:
    """The status of every pack at a moment, by connector."""
    found = pack_statuses(catalog, read_packs(catalog, files), {}, at)
    return {str(one.pack.entity.connector): one.status for one in found.values()}
