"""8xx, continued: a pack's faces, schema, fixtures, narratives, regressions and evidence agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Place, Rule, Severity, nearest
from generators.model.pack import Pack, PackEvidence, PackFixtures, PackSchema, Regression
from generators.packs.reading import folder as reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts
    from generators.packs.reading.folder import PackFolder

NO_SCHEMA = Rule(
    "OPS805",
    "pack-without-schema",
    Severity.ERROR,
    "A pack has no schema.yaml beside its pack.yaml, or a schema, fixtures or evidence has no pack.",
    "Without it nothing can say which tables and columns a user must have.",
    "Write packs/<connector>/schema.yaml; `dfops new pack CONNECTOR --schema FILE` makes both.",
)
NO_LANDING = Rule(
    "OPS806",
    "pack-without-landing",
    Severity.ERROR,
    "A pack has no faces/index.yaml.",
    "It is the page a user opens first, and the one that links and quickstarts name.",
    "Write faces/index.yaml from required tables only.",
)
UNTOLD_NUMBER = Rule(
    "OPS807",
    "number-without-narrative",
    Severity.ERROR,
    "A chart shows one number that no KPI narrative explains, or a narrative explains a number that no chart shows.",
    "A number without a definition is read as whatever its reader hopes.",
    "Add or correct an entry under `kpis`: `face`, `query` and `column` are those of the chart.",
)
UNKNOWN_QUERY = Rule(
    "OPS808",
    "unknown-query",
    Severity.ERROR,
    "A chart, an override or a narrative names a face or query that the pack does not have.",
    "It would draw nothing, or be looked for in vain.",
    "Name a query of the face, or write it.",
)
OLD_EVIDENCE = Rule(
    "OPS809",
    "evidence-out-of-date",
    Severity.WARNING,
    "A pack was never proven, or has changed since it was.",
    "Its status page would say unknown, or worse, something that was true of an earlier pack.",
    "Run `dfops pack check --record` where the warehouses it claims to be executed on answer.",
)
OVERCLAIM = Rule(
    "OPS810",
    "claim-beyond-evidence",
    Severity.ERROR,
    "A pack claims more for a warehouse than its evidence shows.",
    "Users choose by the claim.",
    "Prove it with `dfops pack check --record`, mend what is broken, or claim less under `warehouses`.",
)
UNKNOWN_COLUMN = Rule(
    "OPS811",
    "unknown-fixture-column",
    Severity.ERROR,
    "Fixtures name a table or column that the pack's schema does not have.",
    "The hint would have no effect, and the rows would not be what their author believes.",
    "Name a table and column of schema.yaml.",
)
UNKNOWN_EXPECTATION = Rule(
    "OPS812",
    "unknown-expectation",
    Severity.ERROR,
    "A regression expects something of a face or KPI that its pack does not have, or names another pack's connector.",
    "It could never fail for the right reason.",
    "Name a face or KPI of the pack whose folder it lies in.",
)
FRAIL_LANDING = Rule(
    "OPS813",
    "landing-needs-optional-table",
    Severity.ERROR,
    "A pack's landing face reads a table that users may leave out.",
    "Whoever leaves it out loses the first page, and with it the way to all others.",
    "Read required tables only in faces/index.yaml, or make the table required.",
)
RULES = (
    *reading.RULES,
    NO_SCHEMA,
    NO_LANDING,
    UNTOLD_NUMBER,
    UNKNOWN_QUERY,
    OLD_EVIDENCE,
    OVERCLAIM,
    UNKNOWN_COLUMN,
    UNKNOWN_EXPECTATION,
    FRAIL_LANDING,
)
STRENGTH = ("none", "static", "emulated", "executed")
"""Kinds of proof, weakest first."""


def packs_are_whole(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every pack has a schema and a landing face; every schema, fixture and proof has a pack."""
    for entry in catalog.entries_of(Pack):
        if catalog.find(PackSchema, entry.id) is None and ("pack-schema", entry.id) not in catalog.broken:
            yield Finding(entry.at("connector"), NO_SCHEMA, f"packs/{entry.id}/schema.yaml does not exist")
    for kind in (PackSchema, PackFixtures, PackEvidence):
        for other in catalog.entries_of(kind):
            if catalog.find(Pack, other.id) is None and ("pack", other.id) not in catalog.broken:
                yield Finding(Place(other.path), NO_SCHEMA, f"packs/{other.id}/pack.yaml does not exist")
    for folder in facts.packs.values():
        if not any(face.id == "index" for face in folder.faces):
            place = folder.pack.at("connector")
            yield Finding(place, NO_LANDING, f"packs/{folder.id}/faces/index.yaml does not exist")


def faces_are_read(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the reader says about the faces' files."""
    for folder in facts.packs.values():
        yield from folder.findings


def numbers_are_told(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every number has a narrative, every narrative a number; every query that is named exists."""
    for folder in facts.packs.values():
        yield from _queries(folder)
        shown = {
            (face.id, encoding.query, encoding.column): face.document.at(*encoding.route)
            for face in folder.faces
            for chart in face.charts
            if chart.kind == "kpi"
            for encoding in face.encodings
            if encoding.route == (*chart.route, "value")
        }
        told = {(kpi.face, kpi.query, kpi.column) for kpi in folder.pack.entity.kpis}
        for (face, query, column), place in shown.items():
            if (face, query, column) not in told:
                yield Finding(place, UNTOLD_NUMBER, f"nothing under `kpis` explains '{column}' of query '{query}'")
        for index, kpi in enumerate(folder.pack.entity.kpis):
            if (kpi.face, kpi.query, kpi.column) not in shown:
                place = folder.pack.at("kpis", index, "column")
                message = f"no chart of face '{kpi.face}' shows '{kpi.column}' of query '{kpi.query}' as one number"
                yield Finding(place, UNTOLD_NUMBER, message, nearest(kpi.column, (key[2] for key in shown)))


def _queries(folder: PackFolder) -> Iterator[Finding]:
    for face in folder.faces:
        names = [query.name for query in face.queries]
        for chart in face.charts:
            if chart.query not in names and chart.kind != "callout":
                message = f"chart '{chart.name}' is fed by '{chart.query}', which this face does not have"
                place = face.document.at(*chart.route, "query")
                yield Finding(place, UNKNOWN_QUERY, message, nearest(chart.query, names))
    for index, override in enumerate(folder.pack.entity.overrides):
        found = next((face for face in folder.faces if face.id == override.face), None)
        if found is None or found.query(override.query) is None:
            names = [query.name for query in found.queries] if found else [face.id for face in folder.faces]
            word = override.query if found else override.face
            place = folder.pack.at("overrides", index, "query" if found else "face")
            yield Finding(place, UNKNOWN_QUERY, f"the pack has no '{word}' to override", nearest(word, names))


def evidence_is_of_today(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Evidence is of the pack as it is, and shows what the pack claims."""
    for folder in facts.packs.values():
        evidence = folder.evidence
        if evidence is None:
            yield Finding(folder.pack.at("version"), OLD_EVIDENCE, f"'{folder.id}' was never proven")
        elif evidence.entity.digest != folder.digest:
            yield Finding(evidence.at("digest"), OLD_EVIDENCE, f"'{folder.id}' has changed since it was proven")
        else:
            yield from _claims(folder, evidence.entity)


def _claims(folder: PackFolder, evidence: PackEvidence) -> Iterator[Finding]:
    for index, claim in enumerate(folder.pack.entity.warehouses):
        found = [face for face in evidence.faces if face.warehouse == claim.name]
        place = folder.pack.at("warehouses", index)
        weakest = min((STRENGTH.index(face.proof) for face in found), default=0)
        if weakest < STRENGTH.index(claim.proof):
            yield Finding(place, OVERCLAIM, f"{claim.name} is {STRENGTH[weakest]} in the evidence, not {claim.proof}")
        for face in found:
            if face.verdict != "ok" and folder.pack.entity.state == "available":
                yield Finding(place, OVERCLAIM, f"face '{face.face}' is {face.verdict} on {claim.name}")
    tables = folder.schema.entity.tables
    for table in evidence.reads.get("index", ()):
        if table in tables and tables[table].optional:
            yield Finding(folder.schema.at("tables", table, "optional"), FRAIL_LANDING, f"the landing reads '{table}'")


def fixtures_fit(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Fixtures name tables and columns of the schema."""
    for entry in catalog.entries_of(PackFixtures):
        schema = catalog.find(PackSchema, entry.id)
        if schema is None:
            continue
        tables = schema.entity.tables
        for name, fixture in entry.entity.tables.items():
            if name not in tables:
                place = entry.at("tables", name, key=True)
                yield Finding(place, UNKNOWN_COLUMN, f"there is no table '{name}'", nearest(name, tables))
                continue
            for column in fixture.columns:
                if column not in tables[name].columns:
                    place = entry.at("tables", name, "columns", column, key=True)
                    hint = nearest(column, tables[name].columns)
                    yield Finding(place, UNKNOWN_COLUMN, f"table '{name}' has no column '{column}'", hint)


def regressions_fit(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Regressions lie in the folder of their connector, and expect things of what is there."""
    for entry in catalog.entries_of(Regression):
        connector, expect = entry.entity.connector, entry.entity.expect
        if not entry.path.startswith(f"packs/{connector}/"):
            message = f"it lies in {entry.path.rsplit('/', 2)[0]}, and is of '{connector}'"
            yield Finding(entry.at("connector"), UNKNOWN_EXPECTATION, message)
            continue
        folder = facts.packs.get(connector)
        if folder is None:
            continue
        faces, kpis = [face.id for face in folder.faces], [kpi.id for kpi in folder.pack.entity.kpis]
        for field, given, known in (("faces", expect.faces, faces), ("kpis", expect.kpis, kpis)):
            for name in given:
                if name not in known:
                    place = entry.at("expect", field, name, key=True)
                    message = f"the pack has no {field[:-1] if field == 'faces' else 'KPI'} '{name}'"
                    yield Finding(place, UNKNOWN_EXPECTATION, message, nearest(name, known))


CHECKS = (
    packs_are_whole,
    faces_are_read,
    numbers_are_told,
    evidence_is_of_today,
    fixtures_fit,
    regressions_fit,
)
