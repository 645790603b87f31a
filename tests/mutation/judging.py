"""What the check and the diff say of one changed fact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from generators import checks
from generators.catalog import Entry, Places, catalog_of, load
from generators.catalog.shape import shape
from generators.changes import Facts, compare
from generators.checks.baseline import applied
from generators.model import KINDS
from generators.model.pack import Pack
from generators.packs.reading.folder import read_packs
from generators.runtime.known import known_runtimes
from generators.site import facts_of
from generators.source import LIMITS, Repository, read
from generators.source.writing import yaml_text
from generators.status.packs import pack_statuses
from tests.mutation.mutating import changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.findings import Finding
    from generators.model import Entity
    from generators.packs.reading.folder import PackFolder
    from generators.source import Document, Reading
    from tests.mutation.mutating import Mutation

Verdict = Literal["at the line", "elsewhere", "only in the diff", "silent", "crashed"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Said = tuple[str, str, str]
"""A finding without its line: code, path and message."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutation and what became of it; `said` is the finding or the line of the diff that tells it."""

    mutation: Mutation
    verdict: Verdict
    said: str = ""


class _Changed(Repository):
    """The files below a root, of which one says something else."""

    def __init__(self, root: Path, path: str, text: str) -> None:
        super().__init__(root, LIMITS)
        self._path, self._text = path, text

    def load(self, path: str, plain_keys: frozenset[str] = frozenset()) -> Reading:
        """As the other files are read."""
        if path != self._path:
            return super().load(path, plain_keys)
        return read(path, self._text.encode(), replace(LIMITS, plain_keys=plain_keys))


class Judge:
    """A repository that was read and checked once, beside which one changed fact at a time is held."""

    def __init__(self, root: Path, at: datetime) -> None:
        """`at` is aware."""
        self.root, self.at = root, at
        repository = Repository(root, LIMITS)
        self.catalog, findings = load(repository, KINDS)
        self.facts = facts_of(repository, self.catalog, at)
        assert findings == (), "what cannot be read is not changed"
        found = checks.run(self.catalog, self.facts)
        self._known = Counter(map(_said, found))
        self._standing = Counter(map(_said, self._after_baselines(self.catalog, found)))
        self._before = self._facts(self.catalog, self.facts.packs)

    def judge(self, mutation: Mutation) -> Judged:
        """Read the changed file as the product would, ask every rule, then compare."""
        try:
            return self._judged(mutation)
        except Exception as error:  # noqa: BLE001 - a defect that the mutation found; it is listed with the others
            return Judged(mutation, "crashed", f"{type(error).__name__}: {error}")

    def _judged(self, mutation: Mutation) -> Judged:
        entry = next(entry for entry in self.catalog.everything() if entry.path == mutation.path)
        text = yaml_text(changed(entry.document.tree, mutation.route, mutation.new))
        reading = read(mutation.path, text.encode())
        kind, identity = _place(mutation.path)
        document = reading.document
        entity, problems = shape(document, kind) if document else (None, ())
        if reading.findings or problems or entity is None or document is None:
            lines = _lines(document, yaml_text(entry.document.tree), text, mutation) if document else frozenset()
            return _caught(mutation, lines, (*reading.findings, *problems))
        lines = _lines(document, yaml_text(entry.document.tree), text, mutation)
        others = [one for one in self.catalog.everything() if one is not entry]
        catalog = catalog_of([*others, Entry(kind.kind, identity, entity, document)])
        packs = self._packs_with(catalog, mutation.path, text)
        if caught := self._found(mutation, catalog, packs, lines):
            return caught
        told = compare(self._before, self._facts(catalog, packs), self.at)
        if told:
            return Judged(
                mutation,
                "only in the diff",
                " | ".join(f"[{one.weight}] {one.what}: {one.before} → {one.after}" for one in told),
            )
        return Judged(mutation, "silent")

    def _found(
        self, mutation: Mutation, catalog: Catalog, packs: Mapping[str, PackFolder], lines: frozenset[int]
    ) -> Judged | None:
        """What is found that was not found before; the first at the line ends the search."""
        facts = replace(self.facts, packs=packs, installed=self._installed(catalog, mutation.path))
        found: list[Finding] = []
        for check in checks.CHECKS:
            mine = tuple(check(catalog, facts))
            found += mine
            at_the_line = [one for one in _new(mine, self._known) if _is_at(one, mutation, lines)]
            if at_the_line:
                return _caught(mutation, lines, at_the_line)
        news = _new(self._after_baselines(catalog, found), self._standing)
        return _caught(mutation, lines, news) if news else None

    def _after_baselines(self, catalog: Catalog, found: Iterable[Finding]) -> tuple[Finding, ...]:
        return applied(catalog, found, checks.RULES, self.at).findings

    def _installed(self, catalog: Catalog, path: str) -> Any:
        if path.startswith("ops_model/operating/runtimes/"):
            return replace(self.facts.installed, runtimes=known_runtimes(catalog, self.root))
        return self.facts.installed

    def _packs_with(self, catalog: Catalog, path: str, text: str) -> Mapping[str, PackFolder]:
        """The packs, of which the one that holds the path is read again."""
        top, _, rest = path.partition("/")
        name = rest.partition("/")[0]
        if top != "packs":
            return self.facts.packs
        only = {Pack.kind: {name: catalog.entries[Pack.kind][name]}}
        return {
            **self.facts.packs,
            **read_packs(replace(catalog, entries={**catalog.entries, **only}), _Changed(self.root, path, text)),
        }

    def _facts(self, catalog: Catalog, packs: Mapping[str, PackFolder]) -> Facts:
        return Facts(catalog, pack_statuses(catalog, packs, self.facts.released, self.at))


def _place(path: str) -> tuple[type[Entity], str]:
    found = Places(KINDS).kind_of(path)
    assert found is not None
    return found


def _said(finding: Finding) -> Said:
    return finding.rule.code, finding.place.path, finding.message


def _new(found: Iterable[Finding], known: Counter[Said]) -> list[Finding]:
    """The findings that are not known, or more often than that."""
    left = known.copy()
    news = []
    for finding in found:
        left[_said(finding)] -= 1
        if left[_said(finding)] < 0:
            news.append(finding)
    return news


def _is_at(finding: Finding, mutation: Mutation, lines: frozenset[int]) -> bool:
    return finding.place.path == mutation.path and finding.place.line in lines


def _caught(mutation: Mutation, lines: frozenset[int], found: Iterable[Finding]) -> Judged:
    listed = list(found)
    for finding in listed:
        if _is_at(finding, mutation, lines):
            return Judged(mutation, "at the line", f"{finding.rule.code} {finding.rule.severity} {finding.message}")
    first = listed[0]
    return Judged(
        mutation,
        "elsewhere",
        f"{first.rule.code} {first.rule.severity} {first.place.path}:{first.place.line} {first.message}",
    )


def _lines(document: Document, was: str, now: str, mutation: Mutation) -> frozenset[int]:
    """The lines of the changed file that are different, and those on which the value and its key begin."""
    before, after = was.splitlines(), now.splitlines()
    shorter = min(len(before), len(after))
    first = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    same_end = next(
        (index for index in range(shorter - first) if before[-1 - index] != after[-1 - index]), shorter - first
    )
    route = mutation.route
    begins = {document.at(*route).line, document.at(*route, key=True).line}
    return frozenset(range(first + 1, max(first + 1, len(after) - same_end) + 1)) | begins
