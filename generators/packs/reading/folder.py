"""A pack's folder as one value: its entities, its boards, and the digest that proofs are bound to."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.findings import Finding, Place, Rule, Severity, in_order
from generators.model.forms import SLUG
from generators.model.pack import Pack, PackEvidence, PackFixtures, PackSchema, Regression
from generators.model.text import SLUG_LENGTH
from generators.packs.reading import relations
from generators.packs.reading.boards import META, PRIVATE, SHARED, Board, board_of, shared_queries
from generators.packs.reading.grammars import CURRENT, STAMP, grammar_of
from generators.packs.reading.language import OUTSIDE, outside, outside_shared, source_of
from generators.packs.reading.templates import UnreadableTemplate, beyond

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.catalog import Catalog, Entry
    from generators.packs.reading.composition import Written
    from generators.source import Document, Repository
    from generators.source.document import Tree

BEYOND = Rule(
    "OPS814",
    "template-beyond-filters",
    Severity.ERROR,
    "A board's template does more than name variables, filter() and conditions.",
    "Runtimes evaluate templates as they stand, attributes of Python objects included: they could run anything.",
    "Use {{ variable }}, {{ filter('column', variable) }} and {% if variable %}.",
)
BESIDE = Rule(
    "OPS815",
    "lost-beside-boards",
    Severity.ERROR,
    "A pack's charts/ holds more beside its boards than meta.yml with the name of the source, and _shared.yml.",
    "Neither the check, nor the evidence, nor the install takes it along: users would get other dashboards.",
    "Write it in each board that needs it; keep only `source` in charts/meta.yml, and no file that is private.",
)
BAD_BOARD_NAME = Rule(
    "OPS819",
    "bad-board-name",
    Severity.ERROR,
    "A board's file has a name that addresses, evidence and expectations cannot hold.",
    "The pack could be checked, but what was found could not be recorded, and no page could lead to the board.",
    "Rename the file: lower-case letters and digits, joined by `-` or `_`, at most 80; and keep it in charts/ itself.",
)
NO_QUERY = Rule(
    "OPS820",
    "pack-without-query",
    Severity.ERROR,
    "A pack has boards and no query that a check could count.",
    "Nothing of it could be proven, and a check of nothing would find nothing wrong.",
    "Write the queries that its charts show under `queries`, or remove the pack.",
)
UNREAD = Rule(
    "OPS109",
    "unread-pack-file",
    Severity.ERROR,
    "A YAML file in a pack's folder is no part of a pack, or its dbt sources have another shape than dbt's.",
    "Its author believes that it counts; teams with dbt would install what dbt refuses.",
    "Rename or move the file to what the guide to packs lists; `make bless` writes dbt/sources.yaml.",
)
OLDER = Rule(
    "OPS825",
    "older-grammar",
    Severity.WARNING,
    "The boards of a pack are written in an older grammar.",
    "They are still checked and delivered. The current runtime warns about each of them, in every user's project.",
    "Write the board in the current grammar, as the guide to packs describes, with its version in `_schema_version`.",
)
MIXED = Rule(
    "OPS826",
    "mixed-grammars",
    Severity.ERROR,
    "One pack has boards in two grammars.",
    "Its boards look and warn differently, and no one can say in which words the next one is written.",
    "Write all boards of the pack in the current grammar.",
)
RULES = (BEYOND, BESIDE, OUTSIDE, BAD_BOARD_NAME, NO_QUERY, UNREAD, *relations.RULES, OLDER, MIXED)
BOARDS = "charts"
SOURCE = "source"
"""The one field of charts/meta.yml; `dfops pack install` writes the user's own."""
OWN = frozenset({"pack.yaml", "schema.yaml", "fixtures.yaml", "evidence.yaml"})
OWN_FOLDERS = re.compile(rf"{BOARDS}/.*|regressions/[^/]*")
"""Files of a pack that the catalog or the boards' reader takes."""
AXES = frozenset({"y"})
"""A chart's field in the language of boards, where everybody writes it unquoted."""
PROVER = 2
"""Changes when the check itself asks more: proofs made before are then asked for again."""


@dataclass(frozen=True, slots=True)
class PackFolder:
    """Everything a check needs to know about one pack."""

    id: str
    pack: Entry[Pack]
    schema: Entry[PackSchema]
    fixtures: Entry[PackFixtures] | None
    evidence: Entry[PackEvidence] | None
    regressions: tuple[Entry[Regression], ...]
    boards: tuple[Board, ...]
    findings: tuple[Finding, ...]
    """What the reader says about the boards' files."""
    digest: str

    @property
    def schema_name(self) -> str:
        """The schema's default name, as the boards write it."""
        return self.schema.entity.schema_name

    @property
    def written(self) -> tuple[Written, ...]:
        """Every query of the boards and of their shared file as its author wrote it, each once."""
        known = {(w.document.path, w.route): w for board in self.boards for w in board.known.values()}
        return tuple(known.values())

    def sql(self, board: Board, query: str, warehouse: str) -> str | None:
        """The override of a query for a warehouse, if the pack has one."""
        for override in self.pack.entity.overrides:
            if (override.board, override.query, override.warehouse) == (board.id, query, warehouse):
                return override.sql
        return None


def read_packs(catalog: Catalog, repository: Repository) -> dict[str, PackFolder]:
    """Every pack with a schema, by id. Packs whose own files are malformed are left to the catalog's findings."""
    listing = repository.yaml_files(["packs"])
    packs = {}
    for pack in catalog.entries_of(Pack):
        schema = catalog.find(PackSchema, pack.id)
        if schema is None:
            continue
        inside = f"packs/{pack.id}/{BOARDS}/"
        paths = [path for path in listing.paths if path.startswith(inside)]
        boards, findings = _boards(repository, inside, paths, frozenset(schema.entity.tables))
        findings = in_order((*findings, *_queries(pack, boards), *_others(repository, pack.id, listing.paths)))
        fixtures = catalog.find(PackFixtures, pack.id)
        regressions = tuple(e for e in catalog.entries_of(Regression) if e.entity.connector == pack.id)
        packs[pack.id] = PackFolder(
            pack.id,
            pack,
            schema,
            fixtures,
            catalog.find(PackEvidence, pack.id),
            regressions,
            boards,
            findings,
            digest_of(pack.entity, schema.entity, fixtures.entity if fixtures else None, boards),
        )
    return packs


def _boards(
    repository: Repository, inside: str, paths: list[str], tables: frozenset[str]
) -> tuple[tuple[Board, ...], tuple[Finding, ...]]:
    """The boards below a folder, and what the reader says about all that lies there."""
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    for path in paths:
        reading = repository.load(path, AXES)
        findings += reading.findings
        if reading.document:
            documents[path.removeprefix(inside).removesuffix(".yml")] = reading.document
    common = documents.get(SHARED)
    shared = shared_queries(common) if common else {}
    for name, document in documents.items():
        findings += (*_beyond(document), *_beside(name, document))
    boards = [board_of(name, document, shared) for name, document in documents.items() if _is_board(name)]
    for board in boards:
        findings += (*outside(board.document), *relations.of_board(board, shared, tables))
    if not any(finding.rule is relations.UNRESOLVED for finding in findings):  # what no board imports may be meant
        findings += relations.of_shared(shared, boards)
    findings += _grammars(boards)
    # The landing page first: it is what a user opens.
    boards.sort(key=lambda board: (board.id != "index", board.id))
    return tuple(boards), in_order(findings)


def _grammars(boards: Sequence[Board]) -> Iterator[Finding]:
    """Boards in an older grammar; an error where the pack has others as well."""
    older = [board for board in boards if grammar_of(board.document.tree) is not CURRENT]
    mixed = len(older) < len(boards)
    for board in older:
        if mixed:
            message = f"this board is written in an older grammar, and others of its pack in {CURRENT.version}"
            yield Finding(board.document.at(), MIXED, message)
        else:
            message = f"this board has no `{STAMP}`: it is written in a grammar older than {CURRENT.version}"
            yield Finding(board.document.at(), OLDER, message)


def _queries(pack: Entry[Pack], boards: tuple[Board, ...]) -> Iterator[Finding]:
    """Boards that cannot be recorded by their names, and a pack without a query."""
    for board in boards:
        if not re.fullmatch(SLUG, board.id) or len(board.id) > SLUG_LENGTH:
            yield Finding(board.document.at(), BAD_BOARD_NAME, f"'{board.id[:60]}' cannot be the name of a board")
    if boards and not any(board.queries for board in boards):
        yield Finding(pack.at("connector"), NO_QUERY, f"no board of '{pack.id}' has a query")


def _others(repository: Repository, pack: str, paths: Iterable[str]) -> Iterator[Finding]:
    """What the reader says about files that are neither a board nor one of the pack's own; dbt's have dbt's shape."""
    for path in paths:
        top, _, inside = path.partition(f"packs/{pack}/")
        if top or not inside or inside in OWN or OWN_FOLDERS.fullmatch(inside):
            continue
        reading = repository.load(path)
        yield from reading.findings
        if reading.document and not (inside.startswith("dbt/") and _is_dbt(reading.document.tree)):
            yield Finding(Place(path), UNREAD, f"nothing reads '{inside}'")


def _is_dbt(tree: dict[str, Tree]) -> bool:
    """Whether a file has the outline of dbt's sources: a version, and tables under the names of sources."""
    sources = tree.get("sources")
    if tree.get("version") != 2 or not isinstance(sources, list) or not sources:  # noqa: PLR2004 - dbt's own number
        return False
    return all(isinstance(source, dict) and isinstance(source.get("tables"), list) for source in sources)


def _is_board(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return last != META and not last.startswith(PRIVATE)


def _beside(name: str, document: Document) -> Iterator[Finding]:
    """What is in no board, and so is neither checked nor installed."""
    if name == META:
        for field in document.tree:
            if field != SOURCE:
                message = f"'{field}' would be lost: only `{SOURCE}` is taken along"
                yield Finding(document.at(field, key=True), BESIDE, message)
        yield from source_of(document, SOURCE)
    elif name == SHARED:
        yield from outside_shared(document)
    elif not _is_board(name):
        yield Finding(document.at(), BESIDE, f"'{name}.yml' would be lost: it is no board")


def _beyond(document: Document) -> Iterator[Finding]:
    """Every text of a board whose template could do more than a board needs: such a pack is never evaluated."""
    pending: list[tuple[tuple[str | int, ...], Tree]] = [((), document.tree)]
    while pending:
        route, node = pending.pop()
        if isinstance(node, dict):
            pending += (((*route, key), value) for key, value in node.items())
        elif isinstance(node, list):
            pending += (((*route, index), value) for index, value in enumerate(node))
        elif isinstance(node, str):
            try:
                sentence = beyond(node)
            except UnreadableTemplate as error:
                sentence = error.sentence
            if sentence:
                yield Finding(document.at(*route), BEYOND, sentence)
            else:
                yield from relations.of_text(document, route, node)


def digest_of(pack: Pack, schema: PackSchema, fixtures: PackFixtures | None, boards: tuple[Board, ...]) -> str:
    """SHA-256 over the canonical JSON of all that decides whether queries run: 64 hexadecimal digits.

    Layout, comments and texts for readers do not count.
    """
    facts = {
        "prover": PROVER,
        "version": pack.version,
        "warehouses": [support.model_dump() for support in pack.warehouses],
        "overrides": [override.model_dump(exclude={"why"}) for override in pack.overrides],
        "schema": schema.model_dump(mode="json", include={"schema_name", "tables"}),
        "fixtures": fixtures.model_dump(mode="json") if fixtures else None,
        "boards": {board.id: board.tree for board in boards},
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
