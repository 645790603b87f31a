"""The public help page of each diagnostic code that users of packs can meet, and the list of all codes.

Public: made by naming what users may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.anchors import public_anchor
from generators.model.support import CodeGroup, Diagnostic
from generators.support.codes import met_codes
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog
    from generators.model.support import Request
    from generators.runtime.releases import Releases
    from generators.support.codes import KnownCode

FOLDER = "help/codes"
"""Where the pages lie: the address of a code can be guessed."""
NEIGHBORS = 6


@dataclass(frozen=True, slots=True)
class CodeLink:
    """A code in a list, with its page's name, relative to the folder, and its meaning."""

    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CodePage:
    """What a code means, what to do first, which releases report it, and where help goes on."""

    code: str
    is_error: bool
    meaning: str
    do_first: tuple[Request, ...]
    today: str
    """What to look for instead; empty where the current runtime reports the code."""
    successors: tuple[str, ...]
    """Codes with a page."""
    reported_by: tuple[str, ...]
    """Releases by name, oldest first."""
    lacked_by: tuple[str, ...]
    """The other releases."""
    coming: str
    """The newest pre-release, where it differs from the newest release; empty elsewhere."""
    symptom: str
    """The page with the full help, by name."""
    neighbors: tuple[CodeLink, ...]


@dataclass(frozen=True, slots=True)
class GroupSection:
    """Codes that packs do not cause."""

    anchor: str
    title: str
    reason: str
    symptom: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """Every code, those with a page first."""

    codes: tuple[CodeLink, ...]
    groups: tuple[GroupSection, ...]


def code_pages(catalog: Catalog, releases: Releases) -> Iterator[CodePage]:
    """A page for each code that a symptom lists and a diagnostic explains, by code."""
    met = _explained(catalog)
    for known in met.values():
        yield _page(catalog, known, met, releases)


def code_index(catalog: Catalog) -> CodeIndex:
    """Codes by name; groups by title."""
    groups = in_list_order(list(catalog.entries_of(CodeGroup)))
    sections = (
        GroupSection(
            public_anchor("codes", entry.id),
            entry.entity.title,
            entry.entity.reason,
            str(entry.entity.symptom),
            tuple(entry.entity.codes),
        )
        for entry in groups
    )
    return CodeIndex(explained(catalog), tuple(sections))


def explained(catalog: Catalog) -> tuple[CodeLink, ...]:
    """The codes that have a page, by name."""
    return tuple(map(_link, _explained(catalog).values()))


def often_met(catalog: Catalog) -> tuple[CodeLink, ...]:
    """The codes that someone who installs a pack is likely to meet, by name."""
    return tuple(_link(known) for known in _explained(catalog).values() if _diagnostic(known).often)


def _explained(catalog: Catalog) -> Mapping[str, KnownCode]:
    return {code: known for code, known in met_codes(catalog).items() if known.diagnostic}


def _diagnostic(known: KnownCode) -> Diagnostic:
    assert known.diagnostic is not None  # noqa: S101 - only codes that are explained have a page
    return known.diagnostic.entity


def _link(known: KnownCode) -> CodeLink:
    return CodeLink(known.code, _diagnostic(known).meaning)


def _page(catalog: Catalog, known: KnownCode, met: Mapping[str, KnownCode], releases: Releases) -> CodePage:
    diagnostic, lifetime = _diagnostic(known), releases.lifetime(known.code)
    found = (catalog.find(Diagnostic, successor) for successor in diagnostic.successors)
    successors = tuple(str(entry.entity.title) for entry in found if entry and entry.entity.title in met)
    return CodePage(
        code=known.code,
        is_error=known.code.startswith("ERR-"),
        meaning=diagnostic.meaning,
        do_first=diagnostic.do_first,
        today=diagnostic.today or "",
        successors=successors,
        reported_by=lifetime.reported_by,
        lacked_by=lifetime.lacked_by,
        coming=lifetime.coming,
        symptom=known.symptom.id,
        neighbors=tuple(map(_link, _neighbors(known, met))),
    )


def _neighbors(known: KnownCode, met: Mapping[str, KnownCode]) -> list[KnownCode]:
    """Codes that are easily taken for this one: of the same symptom, those that share the most words first."""
    others = [other for other in met.values() if other.symptom.id == known.symptom.id and other is not known]
    alike = [other for other in others if _shared(known.code, other.code)]
    return sorted(alike, key=lambda other: (-_shared(known.code, other.code), other.code))[:NEIGHBORS]


def _shared(one: str, other: str) -> int:
    """How many words two codes have in common, the leading ERR or WARN aside."""
    return len(set(one.split("-")[1:]) & set(other.split("-")[1:]))
