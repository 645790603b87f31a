"""What was released and what comes next, as users may know it: versions, changes in words, digests, dates.

Public: made by naming what users may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from generators.model.anchors import public_anchor
from generators.model.operating import Cadence, ReleaseTrain
from generators.model.organization import Surface
from generators.oncall.civil import zone
from generators.oncall.departures import departures, freeze_on
from generators.views.published import archives_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.published.manifest import Release, Withdrawn
    from generators.views.published import Published, PublishedArchive

NEXT = 3
"""Release dates that are shown."""
AHEAD = timedelta(days=2 * 366)
"""How far ahead they are looked for."""


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """A day on which a release happens."""

    day: date
    holiday: str
    """The holiday that the people of the surface have on it: less help than usual. Empty where it is none."""


@dataclass(frozen=True, slots=True)
class Train:
    """How a surface releases."""

    anchor: str
    title: str
    surface: str
    when: str
    next: tuple[ReleaseDay, ...]
    """Days on which a release really happens: cancelled ones and those in a freeze are left out, moved ones moved."""
    frozen: tuple[str, ...]
    """Each freeze that is not over, in words."""
    exceptions: tuple[str, ...]
    """Releases to come that are cancelled or moved; a new day in a freeze says so."""
    versioning: str
    changelog: tuple[str, ...]
    off_schedule: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A section of a changelog entry: Added, Changed, Fixed … and its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that users can get."""

    anchor: str
    title: str
    version: str
    released: date
    changes: tuple[Changes, ...]
    numbers: tuple[str, ...]
    """Queries that give other numbers than in the version before."""
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """How releases come, and what was released."""

    trains: tuple[Train, ...]
    published: tuple[PublishedVersion, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class VersionDigests:
    """The digests of a version's packages."""

    anchor: str
    title: str
    version: str
    released: date
    is_newest: bool
    withdrawn: Withdrawn | None
    archives: tuple[PublishedArchive, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """How users find out which version they have, and whether it is the newest."""

    catalog: str
    """The address of the catalog; empty while there is none."""
    versions: tuple[VersionDigests, ...]
    valid_until: date | None = None
    """The last day on which nothing in the catalog has expired; None where there is no catalog."""


def release_page(catalog: Catalog, published: Published, at: datetime | None) -> ReleasePage:
    """The release trains, and every published version. `at` is aware; without it no next release is shown."""
    trains = tuple(_train(catalog, entry, at) for entry in catalog.entries_of(ReleaseTrain))
    releases = published.index.releases if published.site_url else ()
    newest_first = sorted(releases, key=lambda release: (release.released, release.pack), reverse=True)
    return ReleasePage(trains, tuple(_version(release, published) for release in newest_first))


def versions_page(published: Published, runtime: str) -> VersionsPage:
    """Every published version with the digests of its packages for a runtime."""
    if not published.site_url or not published.index.releases:
        return VersionsPage("", ())
    newest = {release.pack: published.newest(release.pack) for release in published.index.releases}
    versions = (
        VersionDigests(
            public_anchor("version", f"{release.pack}-{release.version}".replace(".", "-")),
            release.title,
            release.version,
            release.released,
            newest[release.pack] == release,
            published.index.withdrawal(release.pack, release.version),
            archives_of(published, release, runtime),
        )
        for release in published.index.releases
    )
    until = published.valid_until
    return VersionsPage(published.catalog, tuple(versions), (until - timedelta(seconds=1)).date() if until else None)


def _version(release: Release, published: Published) -> PublishedVersion:
    anchor = public_anchor("release", f"{release.pack}-{release.version}".replace(".", "-"))
    return PublishedVersion(
        anchor=anchor,
        title=release.title,
        version=release.version,
        released=release.released,
        changes=changes_of(release.changes),
        numbers=release.numbers,
        withdrawn=published.index.withdrawal(release.pack, release.version),
    )


def changes_of(markdown: str) -> tuple[Changes, ...]:
    """The sections of a changelog entry with the text of their lines; what is neither heading nor list is left out."""
    sections: list[tuple[str, list[str]]] = []
    heading = False
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type in {"heading_open", "heading_close"}:
            heading = token.type == "heading_open"
        elif token.type == "inline":
            text = " ".join("".join(_words(token.children or ())).split())
            if heading:
                sections.append((text, []))
            elif sections:
                sections[-1][1].append(text)
    return tuple(Changes(title, tuple(lines)) for title, lines in sections if lines)


def _words(children: Any) -> Iterator[str]:
    for child in children:
        yield " " if child.type in {"softbreak", "hardbreak"} else child.content


def _train(catalog: Catalog, entry: Entry[ReleaseTrain], at: datetime | None) -> Train:
    train = entry.entity
    found = catalog.find(Cadence, train.cadence)
    surface = catalog.find(Surface, train.surface)
    cadence = found.entity if found else None
    coming = departures(catalog, train, at, at + AHEAD) if at else ()
    days = (ReleaseDay(one.day, one.holiday) for one in coming if one.freeze is None)
    today = at.astimezone(zone(cadence.zone)).date() if at and cadence else None
    return Train(
        anchor=public_anchor("train", entry.id),
        title=train.title,
        surface=surface.entity.title if surface else "",
        when=f"{cadence.recurs} at {cadence.time} {cadence.zone}" if cadence else "",
        next=tuple(islice(days, NEXT)),
        frozen=tuple(_freeze(freeze.first, freeze.last) for freeze in train.freezes if today and freeze.last >= today),
        exceptions=tuple(_exceptions(cadence, train, today)) if cadence and today else (),
        versioning=train.versioning,
        changelog=train.changelog,
        off_schedule=train.off_schedule,
    )


def _exceptions(cadence: Cadence, train: ReleaseTrain, today: date) -> Iterator[str]:
    """In words, those whose planned day or new day is not over."""
    for exception in cadence.exceptions:
        moved = exception.moved_to
        if max(exception.day, moved.day if moved else exception.day) >= today:
            frozen = moved is not None and freeze_on(train, moved.day) is not None
            yield f"{exception.in_words}{', in a freeze: nothing is released' if frozen else ''}"


def _freeze(first: date, last: date) -> str:
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
