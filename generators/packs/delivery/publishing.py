"""A version of a pack becomes files of a catalog: made whole, compared with what was published, and only added."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import product
from typing import TYPE_CHECKING, Literal

from generators import published, source
from generators.packs import building, delivery, reading
from generators.packs.delivery.boards import forms
from generators.packs.delivery.package import LICENCE, Words, file_of, members, needed, package_of
from generators.packs.delivery.promises import MAJOR, MINOR, STEPS, added, breaking, promised, required_tables, step
from generators.packs.delivery.samples import sample_file, sample_members, sample_of
from generators.packs.proof.code import digest_of_code, package_version
from generators.published.archive import packed
from generators.published.catalog import order
from generators.published.manifest import RELEASE, SUMS, Archive, Release, SampleArchive, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generators.model.runtime import Runtime
    from generators.packs.reading.changelog import Changelog
    from generators.packs.reading.folder import PackFolder

    Moved = Callable[[Release], Sequence[str]]

ROOMS = (building, delivery, reading, published, source)
"""The code that decides what is in an archive."""
EXPLAINING = ("Changed", "Fixed", "Security", "Removed")
"""Sections of a changelog that say why a number is another one now."""


class Unpublishable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """A version that cannot be published as it is: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version of a pack that is to be published."""

    pack: PackFolder
    changelog: Changelog
    runtimes: Mapping[str, Runtime]
    """By id: an archive is made for each, on each warehouse of the pack."""
    licence: str
    """The text of the licence."""
    limitations: tuple[str, ...]

    @property
    def version(self) -> str:
        """As the pack declares it."""
        return self.pack.pack.entity.version

    @property
    def name(self) -> str:
        """Pack and version."""
        return f"{self.pack.id} {self.version}"

    @property
    def inputs(self) -> str:
        """SHA-256 over all that the archives are made from, the code that makes them included."""
        documents = {board.document.path: board.document.digest for board in self.pack.boards}
        documents |= {query.document.path: query.document.digest for query in self.pack.written}
        facts = {
            "documents": documents,
            "pack": self.pack.pack.document.digest,
            "schema": self.pack.schema.document.digest,
            "fixtures": self.pack.fixtures.document.digest if self.pack.fixtures else None,
            "changelog": self.changelog.text,
            "licence": self.licence,
            "limitations": self.limitations,
            "runtimes": {name: runtime.model_dump(mode="json") for name, runtime in self.runtimes.items()},
            "code": digest_of_code(ROOMS),
            "sqlglot": package_version("sqlglot"),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """What publishing came to: the version, and its files where it is new."""

    release: Release
    state: Literal["published", "unchanged"]
    files: Mapping[str, bytes]


def made(candidate: Candidate, before: Sequence[Release], today: date, moved: Moved) -> Made:
    """The files of a version. `before` holds the pack's published versions, newest first.

    `moved` names the queries whose rows differ from those of a published version. Raises Unpublishable, Undeliverable,
    and what `moved` raises.
    """
    same = next((release for release in before if release.version == candidate.version), None)
    inputs = candidate.inputs
    if same is not None:
        if same.inputs != inputs:
            _require_equal(candidate, same, _built(candidate, same.released, inputs)[0])
        return Made(same, "unchanged", {})
    _require_ready(candidate, today)
    release, files = _built(candidate, today, inputs)
    earlier = [one for one in before if order(one.version) < order(release.version)]
    if earlier:
        release = _compared(candidate, earlier[0], release, moved)
    return Made(release, "published", {**files, RELEASE: dumps(release)})


def _require_ready(candidate: Candidate, today: date) -> None:
    """Raises Unpublishable for a version that is withdrawn, broken, unproven, or without an entry of today."""
    pack, name = candidate.pack, candidate.name
    if pack.pack.entity.state == "withdrawn":
        raise Unpublishable(f"{name} is withdrawn: {pack.pack.entity.note}")
    _require_proven(candidate)
    day = candidate.changelog.day(candidate.version)
    path = f"packs/{pack.id}/CHANGELOG.md"
    if day is None:
        raise Unpublishable(f"{path} has no entry for {candidate.version}: add `## [{candidate.version}] - {today}`")
    if day != today:
        raise Unpublishable(
            f"{path} dates {candidate.version} to {day}, and it is published on {today}: correct the heading"
        )
    if not candidate.changelog.entry(candidate.version):
        raise Unpublishable(f"{path} says nothing about {candidate.version}: write what changes for a user")


def _require_proven(candidate: Candidate) -> None:
    """Raises Unpublishable unless each board holds with each runtime on each warehouse that it gets an archive for."""
    pack, name = candidate.pack, candidate.name
    remedy = f"run `dfops pack check {pack.id} --record`"
    evidence = pack.evidence.entity if pack.evidence else None
    if evidence is None or evidence.digest != pack.digest:
        raise Unpublishable(f"{name} has no evidence of its present state: {remedy}")
    found = {(str(one.runtime), str(one.warehouse), one.board): one for one in evidence.boards}
    served = product(candidate.runtimes, (support.name for support in pack.pack.entity.warehouses), pack.boards)
    for runtime, warehouse, board in served:
        one = found.get((runtime, warehouse, board.id))
        where = f"board {board.id} on {warehouse} with {runtime}"
        if one is None or one.verdict == "unproven":
            raise Unpublishable(f"{name} is not proven for {where}: {remedy}")
        if one.verdict == "broken":
            raise Unpublishable(f"{name} is broken: {where}{f': {one.reason}' if one.reason else ''}")


def _built(candidate: Candidate, released: date, inputs: str) -> tuple[Release, dict[str, bytes]]:
    pack = candidate.pack
    words = Words(
        released,
        candidate.licence,
        candidate.changelog.text,
        candidate.changelog.entry(candidate.version),
        candidate.limitations,
    )
    midnight = datetime.combine(released, time(), UTC)
    archives, files = [], {}
    for support in pack.pack.entity.warehouses:
        written = forms(pack, support.name, package_of(pack.id))
        for name, runtime in candidate.runtimes.items():
            contents = members(written, name, runtime, words)
            data = packed(package_of(pack.id), contents, midnight)
            archive = Archive(
                runtime=name,
                warehouse=support.name,
                file=file_of(pack, name, support.name),
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                contents=hashlib.sha256(contents[SUMS]).hexdigest(),
            )
            archives.append(archive)
            files[archive.file] = data
    sample = _sample(pack, words, midnight, files)
    release = Release(
        pack=pack.id,
        package=package_of(pack.id),
        title=pack.pack.entity.title,
        version=candidate.version,
        released=released,
        licence=LICENCE,
        runtimes=tuple(needed(name, runtime) for name, runtime in candidate.runtimes.items()),
        inputs=inputs,
        boards=promised(pack),
        required=required_tables(pack),
        archives=tuple(archives),
        sample=sample,
        changes=words.changes,
        limitations=words.limitations,
    )
    return release, files


def _sample(pack: PackFolder, words: Words, midnight: datetime, files: dict[str, bytes]) -> SampleArchive | None:
    """What the release says of the pack's sample, whose archive joins the files."""
    contents = sample_members(pack, words)
    if contents is None:
        return None
    data = packed(sample_of(pack.id), contents, midnight)
    files[sample_file(pack)] = data
    return SampleArchive(
        file=sample_file(pack),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        contents=hashlib.sha256(contents[SUMS]).hexdigest(),
    )


def _require_equal(candidate: Candidate, old: Release, new: Release) -> None:
    """Raises Unpublishable where a version that is published would get other content."""
    contents = {archive.file: archive.contents for archive in _all(old)}
    # A version that was published without a sample gets none later.
    compared = _all(new) if old.sample else new.archives
    other = [archive.file for archive in compared if contents.get(archive.file) != archive.contents]
    if other:
        more = f" and {len(other) - 1} more archives differ" if len(other) > 1 else " differs"
        raise Unpublishable(
            f"{candidate.name} is published with other content, {other[0]}{more}: "
            f"raise the version in packs/{candidate.pack.id}/pack.yaml, and add its changelog entry"
        )


def _all(release: Release) -> tuple[Archive | SampleArchive, ...]:
    return (*release.archives, *([release.sample] if release.sample else []))


def _compared(candidate: Candidate, old: Release, new: Release, moved: Moved) -> Release:
    """The release with the numbers that differ. Raises Unpublishable where its version says too little."""
    numbers = tuple(moved(old))
    lost = [*breaking(old, new), *(f"{number} gives other numbers" for number in numbers)]
    got = step(old.version, new.version)
    if lost and got > MAJOR:
        raise Unpublishable(_too_small(candidate, old, MAJOR, lost))
    gained = added(old, new)
    if gained and got > MINOR and order(old.version).major:
        raise Unpublishable(_too_small(candidate, old, MINOR, gained))
    _require_explained(candidate, numbers)
    return new.model_copy(update={"numbers": numbers})


def _too_small(candidate: Candidate, old: Release, least: int, changes: Sequence[str]) -> str:
    more = f", and {len(changes) - 3} changes more" if len(changes) > 3 else ""  # noqa: PLR2004 - enough to act on
    name = STEPS[least] if order(old.version).major else STEPS[MINOR]
    return f"{candidate.name} needs a new {name} number after {old.version}: {'; '.join(changes[:3])}{more}"


def _require_explained(candidate: Candidate, numbers: Sequence[str]) -> None:
    """Raises Unpublishable for another number without a line of the changelog that names its board or query."""
    said = _explaining(candidate.changelog.entry(candidate.version)).casefold()
    titles = {board.id: board.title for board in candidate.pack.boards}
    for number in numbers:
        board, _, query = number.partition("/")
        if not any(word.casefold() in said for word in (board, titles.get(board, board), query)):
            raise Unpublishable(
                f"{candidate.name}: query {number} gives other numbers, and the changelog does not say why: "
                f"name '{titles.get(board, board)}' under ### Changed or ### Fixed"
            )


def _explaining(entry: str) -> str:
    """The lines of an entry below the headings that explain a change."""
    kept, lines = False, []
    for line in entry.splitlines():
        if line.startswith("### "):
            kept = line.removeprefix("### ").strip() in EXPLAINING
        elif kept:
            lines.append(line)
    return "\n".join(lines)
