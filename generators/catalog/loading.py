"""Reads a repository into a catalog: each file once, all faults of all files, nothing hidden by anything."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.catalog import shape
from generators.catalog.entries import Catalog, Entry, Key, catalog_of
from generators.findings import Finding, Place, Rule, Severity, nearest
from generators.model.text import SLUG_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.model.base import Entity
    from generators.source import Reading, Repository
    from generators.source.document import Tree

MISPLACED = Rule(
    "OPS106",
    "misplaced-file",
    Severity.ERROR,
    "A YAML file stands where no kind of entity lives.",
    "Nobody would read it, and its author would believe that somebody does.",
    "Move it to the folder of its kind; the authoring guide lists them.",
)
BAD_NAME = Rule(
    "OPS107",
    "bad-file-name",
    Severity.ERROR,
    "A file's name, which is the entity's id, has a shape that ids do not have.",
    "Ids stand in links, commands, labels and calendars.",
    "Rename the file: lower-case letters and digits, joined by `-` or `_`, at most 80, not `index`; then `.yaml`.",
)
ID_TWICE = Rule(
    "OPS108",
    "id-twice",
    Severity.ERROR,
    "Two files of one kind, in different folders, have the same name and so the same id.",
    "A reference to that id would mean either, and only one of them would be shown.",
    "Rename one of the files, and the references that mean it.",
)
RULES = (*shape.RULES, MISPLACED, BAD_NAME, ID_TWICE)
NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
"""What may be the id of something, as a file's name and in a text that could not be read as YAML."""
RESERVED = frozenset({"index"})
"""Names of the pages that list entities."""


class Places:
    """Which kind a path belongs to."""

    def __init__(self, kinds: Sequence[type[Entity]]) -> None:
        """Compiles each kind's folder pattern once, under the literal folders it starts with."""
        self.kinds = kinds
        self._patterns: dict[str, list[tuple[re.Pattern[str], type[Entity]]]] = defaultdict(list)
        for kind in kinds:
            pattern = kind.folder.pattern
            self._patterns[_stem(pattern)].append((re.compile(_expression(pattern)), kind))

    def kind_of(self, path: str) -> tuple[type[Entity], str] | None:
        """The kind and the id that a path stands for, or None."""
        for stem in (_stem(path), path.split("/", 1)[0]):
            for pattern, kind in self._patterns.get(stem, ()):
                if match := pattern.fullmatch(path):
                    return kind, match["id"]
        return None

    def judged(self, path: str) -> bool:
        """Whether a file that no kind claims is misplaced here."""
        top = path.split("/", 1)[0]
        return not any(kind.folder.shared for kind in self.kinds if kind.folder.top == top)

    @property
    def tops(self) -> list[str]:
        """The top folders that hold entities, sorted."""
        return sorted({kind.folder.top for kind in self.kinds})

    @property
    def folders(self) -> list[str]:
        """Every kind's folder pattern, for hints."""
        return [kind.folder.pattern for kind in self.kinds]


def _stem(path: str) -> str:
    """The first two folders of a path, or the first alone where the second is a placeholder or the file."""
    first, _, rest = path.partition("/")
    second = rest.partition("/")[0]
    return first if not second or "{" in second or second.endswith(".yaml") else f"{first}/{second}"


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\{id\}", "(?P<id>[^/]+)").replace(r"\{group\}", "[^/]+")


def load(repository: Repository, kinds: Sequence[type[Entity]]) -> tuple[Catalog, tuple[Finding, ...]]:
    """The catalog and every finding of source and shape.

    Where not every file may be read nothing is: what the others say would be called missing, thousands of times.
    """
    places = Places(kinds)
    listing = repository.yaml_files(places.tops)
    if not listing.whole:
        return catalog_of(()), listing.findings
    shelf = _Shelf(places, list(listing.findings))
    for path in listing.paths:
        if kind_and_id := places.kind_of(path):
            shelf.take(path, *kind_and_id, repository.load(path))
        else:
            shelf.findings.extend(_misplaced(path, places))
    for key, finding in _refused(listing.findings, places):
        shelf.broken.setdefault(key, finding)
    return catalog_of(shelf.entries, shelf.broken, shelf.mentioned), tuple(shelf.findings)


@dataclass(slots=True)
class _Shelf:
    """What has been read so far."""

    places: Places
    findings: list[Finding]
    entries: list[Entry[Entity]] = field(default_factory=list)
    broken: dict[Key, Finding] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    seen: dict[Key, str] = field(default_factory=dict)

    def take(self, path: str, kind: type[Entity], identity: str, reading: Reading) -> None:
        """File what a reading gave: an entry, or a key that exists and is broken."""
        self.findings.extend(reading.findings)
        document, key = reading.document, (kind.kind, identity)
        entity, problems = shape.shape(document, kind) if document else (None, ())
        self.findings.extend(_news(problems, reading.findings))
        if entity is None or document is None or reading.findings:
            self.broken.setdefault(key, (*reading.findings, *problems)[0])
            self.mentioned.update(_texts(document.tree) if document else NAME.findall(reading.text))
        if not _is_id(identity):
            self.findings.append(Finding(Place(path), BAD_NAME, f"'{identity[:60]}' cannot be an id"))
        elif (first := self.seen.setdefault(key, path)) != path:
            self.findings.append(Finding(Place(path), ID_TWICE, f"'{first}' has the id '{identity}' already"))
        elif entity is not None and document is not None:
            self.entries.append(Entry(kind.kind, identity, entity, document))


def _is_id(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name not in RESERVED and len(name) <= SLUG_LENGTH


def _refused(findings: Iterable[Finding], places: Places) -> Iterator[tuple[Key, Finding]]:
    """What exists but is no file that may be read."""
    for finding in findings:
        path = finding.place.path
        if kind_and_id := places.kind_of(path.removesuffix(".yml") + ".yaml" if path.endswith(".yml") else path):
            kind, identity = kind_and_id
            yield (kind.kind, identity), finding


def _misplaced(path: str, places: Places) -> Iterator[Finding]:
    if places.judged(path):
        yield Finding(Place(path), MISPLACED, "no kind of entity lives here", nearest(path, places.folders))


def _news(problems: Iterable[Finding], reported: Iterable[Finding]) -> Iterator[Finding]:
    """Shape findings, less those at a place where the reader has already reported what is wrong."""
    places = {(finding.place.line, finding.place.column) for finding in reported}
    return (finding for finding in problems if (finding.place.line, finding.place.column) not in places)


def _texts(tree: Tree) -> Iterator[str]:
    pending: list[Tree] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
