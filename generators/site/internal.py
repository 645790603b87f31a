"""The internal pages: every chapter, every kind, every runbook, the rules and the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generators.exports.table import EXPORTS
from generators.findings.examples import examples
from generators.findings.families import family_of
from generators.model import KINDS
from generators.model.launch import Gate, Rehearsal, ScopeItem
from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.operating import Cadence, Decision
from generators.model.organization import Role
from generators.model.pack import Pack
from generators.model.runbook import Runbook
from generators.model.runtime import Runtime
from generators.model.stability import Defect, Incident, Tranche
from generators.model.telemetry import Alert
from generators.render import Safe, render
from generators.render.pages import ChapterIndex, ExportRow, ExportsPage, KindPage, KindSection, OwnPage, page_with_foot
from generators.schemas import schemas
from generators.stability.cycles import changes_of_decisions, rhythms
from generators.views.alerting import AlertNow, alert_now
from generators.views.boards import BOARDS, Now
from generators.views.defects import DefectNow, defect_now
from generators.views.dossier import dossier
from generators.views.entity import entity_view
from generators.views.incidents import incident_page
from generators.views.launch import GateNow, ItemNow, gate_now, item_now
from generators.views.layout import CHAPTERS, docname_of, kinds_of, page_of
from generators.views.live import PolicyNow, RotationNow, policy_now, rotation_now
from generators.views.packs import pack_page
from generators.views.pages import (
    ModelIndex,
    RulePage,
    about,
    chapter_page,
    heading,
    in_list_order,
    kind_list,
    model_chapter,
    rule_index,
)
from generators.views.proofs import files_of, foot_of_entry, foot_of_list, proofs
from generators.views.provenance import derived_from, release_dates
from generators.views.rehearsals import rehearsal_coverage
from generators.views.rhythm import CadenceNow, DecisionNow, RoleNow, cadence_now, decision_now, role_now
from generators.views.runbook import lost_page, runbook_index, runbook_page
from generators.views.runtimes import RuntimeNow, runtime_now
from generators.views.tranches import TrancheNow, tranche_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog, Entry, Key
    from generators.findings import Rule
    from generators.model import Entity
    from generators.status.packs import PackStatus
    from generators.views.provenance import Proven

    Shown = (
        RotationNow
        | PolicyNow
        | RuntimeNow
        | AlertNow
        | CadenceNow
        | DecisionNow
        | RoleNow
        | TrancheNow
        | DefectNow
        | GateNow
        | ItemNow
        | None
    )
    Live = Mapping[str, Callable[[Catalog, Entry[Any], datetime], Shown]]

Page = tuple[str, str]
LIVE: Live = {
    Alert.kind: alert_now,
    Rotation.kind: rotation_now,
    EscalationPolicy.kind: policy_now,
    Runtime.kind: runtime_now,
    Tranche.kind: tranche_now,
}
"""Kinds whose pages say how things stand now; None: there is nothing to say."""


def internal_pages(
    catalog: Catalog,
    rules: Sequence[Rule],
    packs: Mapping[str, PackStatus],
    drawn: Mapping[str, Mapping[str, str]],
    now: Now,
) -> dict[str, str]:
    """Path below the source folder to MyST text, or SVG for pictures; `packs` by id.

    `drawn` is SVG by pack and board; `now` is what the build knows besides, and when the tables of shifts begin.
    """
    ready, at = now.ready, now.at
    proven = proofs(catalog, packs, ready, at)
    live = _live(catalog, now)
    pages = dict(_chapters(catalog, proven, now))
    for kind in KINDS:
        pages.update(_runbooks(catalog, proven, at) if kind is Runbook else _kind(catalog, kind, live, proven, at))
    pages.update(_packs(catalog, packs, drawn, proven))
    pages.update(_rules(rules))
    pages.update(_model())
    lost = foot_of_list(_of(catalog, Runbook, Alert), proven, "404")
    pages["404.md"] = page_with_foot("lost.md.jinja", lost_page(catalog), lost)
    rehearsed = foot_of_list(_of(catalog, Runbook, Rehearsal), proven, "launch/rehearsal-coverage")
    view = rehearsal_coverage(catalog)
    pages["launch/rehearsal-coverage.md"] = page_with_foot("rehearsal-coverage.md.jinja", view, rehearsed)
    approved = foot_of_list(_of(catalog, Gate, ScopeItem), proven, "launch/dossier")
    pages["launch/dossier.md"] = page_with_foot("dossier.md.jinja", dossier(catalog, ready, at), approved)
    return pages


def _of(catalog: Catalog, *kinds: type[Entity]) -> tuple[Entry[Any], ...]:
    """The entries of kinds."""
    return tuple(entry for kind in kinds for entry in catalog.entries_of(kind))


def _live(catalog: Catalog, now: Now) -> Live:
    """With what is worked out once for all pages of a kind."""
    held = {rhythm.cadence.id: rhythm for rhythm in rhythms(catalog, now.at)}
    changes = changes_of_decisions(catalog, now.at)
    return {
        **LIVE,
        Gate.kind: lambda _, entry, at: gate_now(now.ready, entry, at),
        ScopeItem.kind: lambda _, entry, at: item_now(now.ready, entry, at),
        Cadence.kind: lambda _, entry, _at: cadence_now(held[entry.id]),
        Decision.kind: lambda _, entry, _at: decision_now(changes.get(entry.id, ())),
        Role.kind: lambda _, entry, _at: role_now(entry, held.values()),
        Defect.kind: lambda everything, entry, at: defect_now(everything, entry, now.validations, at),
    }


def _chapters(catalog: Catalog, proven: Mapping[Key, Proven], now: Now) -> Iterator[Page]:
    for chapter in CHAPTERS:
        foot = foot_of_list(_of(catalog, *kinds_of(chapter.name)), proven, f"{chapter.name}/index")
        if chapter.name == Runbook.chapter:
            view = runbook_index(catalog, chapter.title, chapter.intro)
            yield f"{chapter.name}/index.md", page_with_foot("runbook-index.md.jinja", view, foot)
        elif any(page_of(kind) != f"{chapter.name}/index" for kind in kinds_of(chapter.name)):
            page, board = chapter_page(catalog, chapter), BOARDS.get(chapter.name)
            above = Safe(render(f"boards/{chapter.name}.md.jinja", board(catalog, now))) if board else Safe()
            # A board has shown the entities already: below it, each kind is one line.
            shelves = tuple(replace(shelf, rows=()) for shelf in page.shelves) if board else page.shelves
            index = ChapterIndex(page.title, page.intro, above, shelves, page.pages)
            yield f"{chapter.name}/index.md", page_with_foot("chapter.md.jinja", index, foot)


def _kind(
    catalog: Catalog, kind: type[Entity], live: Live, proven: Mapping[Key, Proven], at: datetime
) -> Iterator[Page]:
    entries = in_list_order(list(catalog.entries_of(kind)))
    foot = foot_of_list(entries, proven, page_of(kind))
    if not kind.own_page:
        if entries:
            sections = tuple(_section(catalog, entry, live, at) for entry in entries)
            page = KindPage(kind.kind, heading(kind), about(kind), sections)
            yield f"{page_of(kind)}.md", page_with_foot("kind.md.jinja", page, foot)
        return
    if entries or page_of(kind).count("/") == 1:
        yield f"{page_of(kind)}.md", page_with_foot("kind-list.md.jinja", kind_list(catalog, kind), foot)
    for entry in entries if kind is not Pack else ():
        view = entity_view(catalog, entry)
        own = OwnPage(
            entry.kind,
            entry.id,
            entry.entity.former,
            entry.entity.title,
            view.used_by,
            _above(catalog, entry, live, at),
            _body(catalog, entry, at),
        )
        yield f"{docname_of(entry)}.md", page_with_foot("own.md.jinja", own, foot_of_entry(entry, proven))


def _section(catalog: Catalog, entry: Entry[Any], live: Live, at: datetime) -> KindSection:
    view = entity_view(catalog, entry)
    body = Safe(f"{_above(catalog, entry, live, at)}\n{_body(catalog, entry, at)}")
    return KindSection(entry.id, entry.entity.former, entry.entity.title, entry.path, view.used_by, body)


def _above(catalog: Catalog, entry: Entry[Any], live: Live, at: datetime) -> Safe:
    """What a page of that kind says of a moment, before what its file says."""
    view = live[entry.kind](catalog, entry, at) if entry.kind in live else None
    return Safe(render(f"live/{entry.kind}.md.jinja", view)) if view else Safe()


def _body(catalog: Catalog, entry: Entry[Any], at: datetime) -> Safe:
    is_incident = entry.kind == Incident.kind  # its follow-ups and promises are judged by the moment
    view = incident_page(catalog, entry, at) if is_incident else entity_view(catalog, entry)
    return Safe(render(f"kinds/{entry.kind}.md.jinja", view))


def _runbooks(catalog: Catalog, proven: Mapping[Key, Proven], at: datetime) -> Iterator[Page]:
    for entry in catalog.entries_of(Runbook):
        view, foot = runbook_page(catalog, entry, at), foot_of_entry(entry, proven)
        yield f"{docname_of(entry)}.md", page_with_foot("runbook.md.jinja", view, foot)


def _packs(
    catalog: Catalog,
    packs: Mapping[str, PackStatus],
    drawn: Mapping[str, Mapping[str, str]],
    proven: Mapping[Key, Proven],
) -> Iterator[Page]:
    for entry in catalog.entries_of(Pack):
        name, own = docname_of(entry), drawn.get(entry.id, {})
        page = pack_page(catalog, entry, packs[entry.id], own)
        status = packs[entry.id]
        foot = foot_of_entry(entry, proven, files_of(status), release_dates(status))
        yield f"{name}.md", page_with_foot("pack.md.jinja", page, foot)
        for picture in page.pictures:
            yield f"{name.rpartition('/')[0]}/{picture.path}", own[picture.board]


def _rules(rules: Sequence[Rule]) -> Iterator[Page]:
    foot = derived_from("the rules in code")
    yield "rules/index.md", page_with_foot("rule-index.md.jinja", rule_index(rules), foot)
    foot = derived_from("the rule in code", "its examples, which are tests")
    for rule in rules:
        view = RulePage(rule, family_of(rule), examples(rule.code, "broken"), examples(rule.code, "mended"))
        yield f"rules/{rule.code}.md", page_with_foot("rule.md.jinja", view, foot)


def _model() -> Iterator[Page]:
    documents = (*(f"model/{chapter.name}" for chapter in CHAPTERS), "model/exports")
    foot = derived_from("the classes of the model")
    yield "model/index.md", page_with_foot("model-index.md.jinja", ModelIndex(documents), foot)
    rows = tuple(
        ExportRow(one.name, one.summary, one.detail, one.writes, one.committed, one.dated, one.reads) for one in EXPORTS
    )
    yield "model/exports.md", page_with_foot("exports.md.jinja", ExportsPage(rows), derived_from("the exports in code"))
    for chapter in CHAPTERS:
        yield f"model/{chapter.name}.md", page_with_foot("model.md.jinja", model_chapter(chapter, schemas()), foot)
