"""8xx, continued: a pack's boards, schema, fixtures, narratives, regressions and evidence agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Place, Rule, Severity, nearest
from generators.model.pack import Pack, PackEvidence, PackFixtures, PackSchema, Regression
from generators.packs.reading import folder as reading
from generators.status.state import STRENGTH

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
    "A pack has no charts/index.yml.",
    "It is the page a user opens first, and the one that links and quickstarts name.",
    "Write charts/index.yml from required tables only.",
)
UNTOLD_NUMBER = Rule(
    "OPS807",
    "number-without-narrative",
    Severity.ERROR,
    "A chart shows one number that no KPI narrative explains, or a narrative explains a number that no chart shows.",
    "A number without a definition is read as whatever its reader hopes.",
    "Add or correct an entry under `kpis`: `board`, `query` and `column` are those of the chart.",
)
UNKNOWN_QUERY = Rule(
    "OPS808",
    "unknown-query",
    Severity.ERROR,
    "A chart, an override or a narrative names a board or query that the pack does not have.",
    "It would draw nothing, or be looked for in vain.",
    "Name a query of the board, or write it.",
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
    "Prove it with `dfops pack check --record`, fix what is broken, or claim less under `warehouses`.",
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
    "A regression expects something of a board or KPI that its pack does not have, or names another pack's connector.",
    "It could never fail for the right reason.",
    "Name a board or KPI of the pack whose folder it lies in.",
)
FRAIL_LANDING = Rule(
    "OPS813",
    "landing-needs-optional-table",
    Severity.ERROR,
    "A pack's landing board reads a table that users may leave out.",
    "Whoever leaves it out loses the first page, and with it the way to all others.",
    "Read required tables only in charts/index.yml, or make the table required.",
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
LANDING = "index"
"""The board that a user opens first."""


def packs_have_a_schema(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every pack has a schema; one that could not be read is there."""
    for entry in catalog.entries_of(Pack):
        if catalog.find(PackSchema, entry.id) is None and ("pack-schema", entry.id) not in catalog.broken:
            yield Finding(entry.at("connector"), NO_SCHEMA, f"packs/{entry.id}/schema.yaml does not exist")


def pack_files_have_a_pack(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every schema, fixture and proof has a pack; one that could not be read is there."""
    for kind in (PackSchema, PackFixtures, PackEvidence):
        for entry in catalog.entries_of(kind):
            if catalog.find(Pack, entry.id) is None and ("pack", entry.id) not in catalog.broken:
                yield Finding(Place(entry.path), NO_SCHEMA, f"packs/{entry.id}/pack.yaml does not exist")


def packs_have_a_landing_board(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every pack has the board that a user opens first."""
    for folder in facts.packs.values():
        if not any(board.id == LANDING for board in folder.boards):
            place = folder.pack.at("connector")
            yield Finding(place, NO_LANDING, f"packs/{folder.id}/charts/index.yml does not exist")


def boards_are_read(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the reader says about the boards' files."""
    for folder in facts.packs.values():
        yield from folder.findings


def charts_name_a_query(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The query that feeds a chart is one of its board."""
    for folder in facts.packs.values():
        for board in folder.boards:
            names = [query.name for query in board.queries]
            for chart in board.charts:
                if chart.query not in names and chart.kind != "callout":
                    message = f"chart '{chart.name}' is fed by '{chart.query}', which this board does not have"
                    place = board.document.at(*chart.route, "query")
                    yield Finding(place, UNKNOWN_QUERY, message, nearest(chart.query, names))


def overrides_name_a_query(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The board and query that an override of SQL stands in for are the pack's."""
    for folder in facts.packs.values():
        for index, override in enumerate(folder.pack.entity.overrides):
            board = next((board for board in folder.boards if board.id == override.board), None)
            if board is None:
                field, name, names = "board", override.board, [board.id for board in folder.boards]
            elif board.query(override.query) is None:
                field, name, names = "query", override.query, [query.name for query in board.queries]
            else:
                continue
            place = folder.pack.at("overrides", index, field)
            yield Finding(place, UNKNOWN_QUERY, f"the pack has no '{name}' to override", nearest(name, names))


def numbers_have_narratives(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every number that a chart shows alone is explained."""
    for folder in facts.packs.values():
        explained = {(kpi.board, kpi.query, kpi.column) for kpi in folder.pack.entity.kpis}
        for number, place in _single_numbers(folder).items():
            if number not in explained:
                _, query, column = number
                yield Finding(place, UNTOLD_NUMBER, f"nothing under `kpis` explains '{column}' of query '{query}'")


def narratives_have_numbers(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every narrative explains a number that a chart shows alone."""
    for folder in facts.packs.values():
        numbers = _single_numbers(folder)
        for index, kpi in enumerate(folder.pack.entity.kpis):
            if (kpi.board, kpi.query, kpi.column) not in numbers:
                place = folder.pack.at("kpis", index, "column")
                message = f"no chart of board '{kpi.board}' shows '{kpi.column}' of query '{kpi.query}' as one number"
                yield Finding(place, UNTOLD_NUMBER, message, nearest(kpi.column, (column for _, _, column in numbers)))


def _single_numbers(folder: PackFolder) -> dict[tuple[str, str, str], Place]:
    """Board, query and column of each number that a chart shows alone, and where the chart asks for it."""
    numbers: dict[tuple[str, str, str], Place] = {}
    for board in folder.boards:
        for chart in board.charts:
            route = (*chart.route, "value")
            for encoding in board.encodings:
                if chart.kind == "kpi" and encoding.route == route:
                    numbers[board.id, encoding.query, encoding.column] = board.document.at(*route)
    return numbers


def evidence_is_current(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Evidence is of the pack as it is now."""
    for folder in facts.packs.values():
        evidence = folder.evidence
        if evidence is None:
            yield Finding(folder.pack.at("version"), OLD_EVIDENCE, f"'{folder.id}' was never proven")
        elif evidence.entity.digest != folder.digest:
            yield Finding(evidence.at("digest"), OLD_EVIDENCE, f"'{folder.id}' has changed since it was proven")


def _with_current_evidence(facts: Facts) -> Iterator[tuple[PackFolder, PackEvidence]]:
    """Only these can contradict what a pack claims."""
    for folder in facts.packs.values():
        if folder.evidence and folder.evidence.entity.digest == folder.digest:
            yield folder, folder.evidence.entity


def proofs_are_as_strong_as_claimed(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """On each warehouse that a pack claims, the weakest proof of a board is at least the one claimed."""
    for folder, evidence in _with_current_evidence(facts):
        for index, claim in enumerate(folder.pack.entity.warehouses):
            strengths = (STRENGTH.index(board.proof) for board in evidence.boards if board.warehouse == claim.name)
            weakest = min(strengths, default=0)
            if weakest < STRENGTH.index(claim.proof):
                message = f"{claim.name} is {STRENGTH[weakest]} in the evidence, not {claim.proof}"
                yield Finding(folder.pack.at("warehouses", index), OVERCLAIM, message)


def available_packs_work_as_claimed(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every board of an available pack works on each warehouse that the pack claims."""
    for folder, evidence in _with_current_evidence(facts):
        if folder.pack.entity.state != "available":
            continue
        for index, claim in enumerate(folder.pack.entity.warehouses):
            for board in evidence.boards:
                if board.warehouse == claim.name and board.verdict != "ok":
                    message = f"board '{board.board}' is {board.verdict} on {claim.name}"
                    yield Finding(folder.pack.at("warehouses", index), OVERCLAIM, message)


def landing_board_reads_required_tables(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The board that a user opens first works without optional tables."""
    for folder, evidence in _with_current_evidence(facts):
        tables = folder.schema.entity.tables
        for name in evidence.reads.get(LANDING, ()):
            if name in tables and tables[name].optional:
                place = folder.schema.at("tables", name, "optional")
                yield Finding(place, FRAIL_LANDING, f"the landing reads '{name}'")


def fixtures_fit_the_schema(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
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


def regressions_fit_the_pack(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
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
        boards, kpis = [board.id for board in folder.boards], [kpi.id for kpi in folder.pack.entity.kpis]
        expectations = (("boards", "board", expect.boards, boards), ("kpis", "KPI", expect.kpis, kpis))
        for field, noun, expected, names in expectations:
            for name in expected:
                if name not in names:
                    place = entry.at("expect", field, name, key=True)
                    yield Finding(place, UNKNOWN_EXPECTATION, f"the pack has no {noun} '{name}'", nearest(name, names))


CHECKS = (
    packs_have_a_schema,
    pack_files_have_a_pack,
    packs_have_a_landing_board,
    boards_are_read,
    charts_name_a_query,
    overrides_name_a_query,
    numbers_have_narratives,
    narratives_have_numbers,
    evidence_is_current,
    proofs_are_as_strong_as_claimed,
    available_packs_work_as_claimed,
    landing_board_reads_required_tables,
    fixtures_fit_the_schema,
    regressions_fit_the_pack,
)
