from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import DictLoader, FileSystemLoader, Template, nodes

from generators import render as render_package
from generators.model import KINDS
from generators.model.base import Part
from generators.packs.pictures.cache import Pictures
from generators.published.manifest import Index, dumps
from generators.render import environment, fields_asked
from generators.render import pages as rendered
from generators.site import prepare
from generators.stability.summary import FILE, Summary
from generators.views import (
    alerting,
    boards,
    codes,
    connectors,
    defects,
    dossier,
    entity,
    errors,
    incidents,
    launch,
    live,
    met,
    night,
    oncall,
    pack_state,
    packs,
    pages,
    provenance,
    public,
    quickstarts,
    rehearsals,
    releases,
    rhythm,
    runbook,
    runtimes,
    stability,
    telemetry,
    tranches,
    warehouses,
)
from tests.changes import change, tree, write
from tests.clock import AT
from tests.pages.filling import fill
from tests.views.test_quickstarts import CLIENT
from tests.views.test_releases import release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Environment

    from generators.model import Entity
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime

FOLDER = Path(render_package.__file__).parent / "templates"
OWN = environment(FileSystemLoader(FOLDER))

VIEWS: dict[str, type] = {
    "boards/launch.md.jinja": launch.LaunchBoard,
    "boards/oncall.md.jinja": oncall.OncallBoard,
    "boards/operating.md.jinja": boards.DecisionMap,
    "boards/stability.md.jinja": stability.StabilityBoard,
    "boards/support.md.jinja": errors.SupportDoor,
    "chapter.md.jinja": rendered.ChapterIndex,
    "dossier.md.jinja": dossier.Dossier,
    "foot.md.jinja": provenance.Provenance,
    "exports.md.jinja": rendered.ExportsPage,
    "kind-list.md.jinja": pages.KindList,
    "kind.md.jinja": rendered.KindPage,
    "kinds/incident.md.jinja": incidents.IncidentPage,
    "live/alert.md.jinja": alerting.AlertNow,
    "live/cadence.md.jinja": rhythm.CadenceNow,
    "live/decision.md.jinja": rhythm.DecisionNow,
    "live/defect.md.jinja": defects.DefectNow,
    "live/escalation-policy.md.jinja": live.PolicyNow,
    "live/gate.md.jinja": launch.GateNow,
    "live/scope-item.md.jinja": launch.ItemNow,
    "live/role.md.jinja": rhythm.RoleNow,
    "live/rotation.md.jinja": live.RotationNow,
    "live/runtime.md.jinja": runtimes.RuntimeNow,
    "live/tranche.md.jinja": tranches.TrancheNow,
    "lost.md.jinja": runbook.LostPage,
    "model-index.md.jinja": pages.ModelIndex,
    "model.md.jinja": pages.ModelChapter,
    "own.md.jinja": rendered.OwnPage,
    "pack.md.jinja": packs.PackPage,
    "public/code-index.md.jinja": codes.CodeIndex,
    "public/code.md.jinja": codes.CodePage,
    "public/connector-index.md.jinja": connectors.ConnectorIndex,
    "public/connector.md.jinja": connectors.ConnectorPage,
    "public/help-index.md.jinja": public.HelpIndex,
    "public/lost.md.jinja": quickstarts.LostPage,
    "public/promises.md.jinja": public.PromisePage,
    "public/quickstart-index.md.jinja": quickstarts.QuickstartIndex,
    "public/quickstart.md.jinja": quickstarts.QuickstartPage,
    "public/releases.md.jinja": releases.ReleasePage,
    "public/symptom.md.jinja": public.SymptomPage,
    "public/telemetry.md.jinja": telemetry.TelemetryPage,
    "public/unsupported.md.jinja": public.UnsupportedPage,
    "public/versions.md.jinja": releases.VersionsPage,
    "rehearsal-coverage.md.jinja": rehearsals.RehearsalCoverage,
    "rule-index.md.jinja": pages.RuleIndex,
    "rule.md.jinja": pages.RulePage,
    "runbook-index.md.jinja": runbook.RunbookIndex,
    "runbook.md.jinja": runbook.RunbookPage,
    "see-an-error.md.jinja": errors.ErrorPage,
}
UNSHOWN: dict[str, set[str]] = {
    "public/symptom.md.jinja": {"id"},
    "public/quickstart.md.jinja": {"id"},
}
"""Fields that name the page's file and are not printed on it."""

QUICKSTART = {f"public/quickstart-{part}.md.jinja" for part in ("dbt", "folder", "sample", "fit", "checkout")}
SHARED = {
    "dossier.html.jinja",  # generators.render.printed
    "launch-parts.jinja",
    "parts.jinja",
    "met-parts.jinja",
    "pack-parts.jinja",
    "public/quickstart-parts.jinja",
    "public/withdrawal-parts.jinja",
} | QUICKSTART
INDEX = Index(releases=(release("oil_feed", "0.1.0", changes="### Added\n\n- Oil."),), client=CLIENT)
FRAMED = {"title", "former"}
"""Fields that the frame around every entity shows."""
ABOVE = {"gate": {"purpose", "criteria", "scope"}, "scope-item": {"accept", "evidence"}}
"""Fields that the answer above the body shows, each with what shows that it holds."""
KINDS_ELSEWHERE = {"runbook", "pack", "incident"}
"""Kinds whose pages have a view of their own."""


def names() -> set[str]:
    """Every template, by the name it is asked for."""
    return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.jinja")}


def entity_fields(within: Environment, name: str) -> set[str]:
    """The attributes of `page.entity` that a template asks for. Raises ValueError where the entity is used whole."""
    source = within.loader.get_source(within, name)[0] if within.loader else ""
    tree = within.parse(source, name)
    asked = {by.attr: by for by in _entity_attributes(tree)}
    wholes = [node for node in tree.find_all(nodes.Getattr) if _is_entity(node)]
    if len(wholes) != len(list(_entity_attributes(tree))):
        message = f"{name}: `page.entity` must be asked for its fields by name"
        raise ValueError(message)
    return set(asked)


def _entity_attributes(tree: nodes.Template) -> Iterator[nodes.Getattr]:
    return (node for node in tree.find_all(nodes.Getattr) if _is_entity(node.node))


def _is_entity(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Getattr)
        and node.attr == "entity"
        and isinstance(node.node, nodes.Name)
        and node.node.name == "page"
    )


def test_helper_sees_each_field_and_refuses_the_whole() -> None:
    """What the tests below rest on."""
    within = environment(
        DictLoader(
            {"a": "{{ page.entity.x }}{% for i in page.entity.y %}{{ i.z }}{% endfor %}", "b": "{{ page.entity }}"}
        )
    )
    assert entity_fields(within, "a") == {"x", "y"}
    with pytest.raises(ValueError, match="by name"):
        entity_fields(within, "b")


def test_every_template_has_a_view_and_every_view_a_template() -> None:
    """A template that nothing renders rots; a view without one is never seen."""
    kinds = {f"kinds/{kind.kind}.md.jinja" for kind in KINDS if kind.kind not in KINDS_ELSEWHERE}
    assert names() == {*VIEWS, *SHARED, *kinds}
    assert {board.removesuffix(".md.jinja") for board in VIEWS if board.startswith("boards/")} == {
        f"boards/{chapter}" for chapter in boards.BOARDS
    }


@pytest.mark.parametrize("name", sorted(names()))
def test_every_heading_has_an_id_before_it(name: str) -> None:
    """An id made of a title would change with it, and break links. The heading of the page is its top."""
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    headings = [number for number, line in enumerate(lines) if line.startswith(("## ", "### ", "#### "))]
    named = ("| section", "| entity(", "| anchor")
    assert [lines[number] for number in headings if not any(word in lines[number - 2] for word in named)] == []


@pytest.mark.parametrize("name", VIEWS)
def test_template_asks_for_exactly_what_its_view_has(name: str) -> None:
    """A field that nobody prints is worked out in vain; one that is not there would fail at night."""
    assert fields_asked(OWN, name) | UNSHOWN.get(name, set()) == {field.name for field in fields(VIEWS[name])}


@pytest.mark.parametrize("kind", [k for k in KINDS if k.kind not in KINDS_ELSEWHERE], ids=lambda kind: kind.kind)
def test_page_of_a_kind_shows_every_field(kind: type[Entity]) -> None:
    """Whatever an author writes is shown; the title is the frame's heading, former ids are its anchors."""
    name = f"kinds/{kind.kind}.md.jinja"
    derived = {field for field in vars(kind) if isinstance(vars(kind)[field], property)}
    assert entity_fields(OWN, name) - derived == set(kind.model_fields) - FRAMED - ABOVE.get(kind.kind, set())
    assert fields_asked(OWN, name) <= {"entity", "id"}


# ── below the first level: what is really asked while the miniature is rendered ─────────────────────────────────────
NESTED = {
    cls
    for module in (
        alerting,
        boards,
        codes,
        connectors,
        defects,
        entity,
        errors,
        incidents,
        launch,
        met,
        night,
        pack_state,
        packs,
        pages,
        provenance,
        public,
        quickstarts,
        rehearsals,
        rhythm,
        runbook,
        stability,
        tranches,
        warehouses,
        rendered,
    )
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and cls.__module__ == module.__name__
    if not cls.__name__.startswith("_")
}
INDIRECT: dict[str, set[str]] = {
    "EntityView": {"path", "used_by"},  # the frame around it prints these
    "Now": {"at", "occurrences", "ready", "validations"},  # what a build knows, no view
    "ConnectorTables": {"packs", "cases", "defects", "at"},  # a table for making views, no view
    "ChapterPage": {"title", "intro", "shelves", "pages"},  # becomes a ChapterIndex
    "Row": {"docname"},  # makes the navigation
    "SymptomPage": {"id"},
    "ConnectorLine": {"title", "state", "since", "updated", "runtimes"},  # for the feeds
    "RuntimeLine": {"name", "warehouses"},  # as above
    "CriterionRow": {"id"},  # the anchor of a criterion that rests on several things
    "TimelineEntry": {"at"},  # printed in two zones
    "Incident": {"timeline", "follow_ups"},  # the rows of its page
    "Matrix": {"proofs"},  # as above
}


def write_summary(root: Path) -> None:
    """What a store says: a defect that was met again, and boards that drew."""
    name = next(path.stem for path in sorted((root / "ops_model/stability/defects").glob("soot*.yaml")))
    met = {"recent": 2, "installs": 2, "first": AT.date(), "last": date.max}  # whenever it was fixed
    week = {"connector": "oil_feed", "monday": AT.date() - timedelta(days=AT.weekday() + 7), "events": 9, "good": 8}
    counts = Summary.model_validate(
        {"day": AT.date(), "stored": True, "recorded": 2, "defects": {name: met}, "reliability": [week]}
    )
    (root / FILE).parent.mkdir(parents=True)
    (root / FILE).write_bytes(dumps(counts))


def parts() -> set[type[Part]]:
    """Every class of the model that an entity is made of."""
    found: set[type[Part]] = set()
    waiting: list[type[Part]] = [Part]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            if cls.__module__.startswith("generators.model.") and cls not in found:
                found.add(cls)
                waiting.append(cls)
    return found


def watched(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Class to the attributes that templates ask for, filled while pages are rendered."""
    asked: dict[str, set[str]] = {}
    depth: list[None] = []
    really: Callable[..., str] = Template.render

    def rendering(template: Template, **view: Any) -> str:
        depth.append(None)
        try:
            return really(template, **view)
        finally:
            depth.pop()

    def watch(cls: type) -> None:
        plain: Any = cls.__getattribute__

        def noting(self: object, name: str) -> Any:
            if depth and not name.startswith("_"):
                asked.setdefault(cls.__name__, set()).add(name)
            return plain(self, name)

        monkeypatch.setattr(cls, "__getattribute__", noting)

    for cls in (*NESTED, *parts()):
        watch(cls)
    monkeypatch.setattr(Template, "render", rendering)
    return asked


BY_THEIR_VIEW = {
    "Entity",
    "Gate",
    "ScopeItem",
    "Proof",
    "Criterion",
    "Evidence",
    "Runbook",
    "Step",
    "Branch",
    "Pack",
    "WarehouseSupport",
}
"""Parts of the model that reach a page through a view made of them."""


def drawing(folders: Mapping[str, PackFolder], _runtime: KnownRuntime) -> dict[str, Pictures]:
    """A picture of each board, not worth looking at."""
    return {
        name: Pictures({board.id: '<svg viewBox="0 0 1 1"/>' for board in pack.boards})
        for name, pack in folders.items()
    }


def test_every_field_at_every_depth_is_printed(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every optional field filled in, each field of each part and view reaches a page; each template is used."""
    alert = miniature / "ops_model/telemetry/alerts/lamp-dark.yaml"
    looks = {"event": "lamp-check", "minutes_ago": [1], "data": [{"field": "lit", "value": "false"}]}
    examples = [{"title": "x", "fires": fires, "events": [looks]} for fires in (True, False)]
    asking = {"objective": None, "burn": None, "condition": "It smokes", "query": "SELECT 1", "examples": examples}
    write(alert.with_stem("lamp-smokes"), tree(alert) | {"title": "x"} | asking)
    soot = miniature / "ops_model/stability/defects/soot-on-the-east-pane.yaml"
    write(soot.with_stem("dust"), tree(soot) | {"title": "x"})  # no case shows it
    asked = watched(monkeypatch)
    prepare(miniature, "internal", AT, draw=drawing, index=INDEX)  # sample SQL makes a pack that is not drawn
    fill(miniature)
    write_summary(miniature)
    for listed in (pages.LISTED, 0):  # a chapter with few entities, and one with many
        monkeypatch.setattr(pages, "LISTED", listed)
        prepare(miniature, "internal", AT, draw=drawing, index=INDEX)
    evidence = miniature / "packs/oil_feed/evidence.yaml"
    bad = [cell | {"verdict": "broken", "reason": "It fails"} for cell in tree(evidence)["boards"]]
    change(evidence, boards=bad)
    connector = miniature / "ops_model/operating/connectors/oil_feed.yaml"
    write(connector.with_stem("bare"), tree(connector))
    prepare(miniature, "internal", AT)  # without a publication
    has = {cls.__name__: {field.name for field in fields(cls)} for cls in NESTED}
    has |= {cls.__name__: set(cls.model_fields) - FRAMED for cls in parts() if cls.__name__ not in BY_THEIR_VIEW}
    forgotten = {name: left for name, all_of_it in has.items() if (left := all_of_it - asked.get(name, set()))}
    assert forgotten == INDIRECT, {k: v for k, v in forgotten.items() if v != INDIRECT.get(k)}
