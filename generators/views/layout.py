"""Where each entity is shown: one chapter a folder, one page a kind, and a page of its own where a kind asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model import KINDS
from generators.model.anchors import anchor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog, Entry, Key
    from generators.model import Entity


@dataclass(frozen=True, slots=True)
class Chapter:
    """A folder of pages: its name in paths, its title, and what a reader finds there."""

    name: str
    title: str
    intro: str


CHAPTERS = (
    Chapter("runbooks", "Runbooks", "What to do when something is wrong, step by step."),
    Chapter("support", "Support", "From what a user sees to severity, promise, owner and runbook."),
    Chapter("oncall", "On call", "Who is on call, and who is paged next."),
    Chapter("operating", "Operating", "What is decided again and again, by whom, when, and where it is written down."),
    Chapter(
        "launch", "Launch", "What is in, what is left for later and why, and what must hold before it goes public."
    ),
    Chapter("stability", "Stability", "What recurs, what it costs users, and what keeps a fix fixed."),
    Chapter("telemetry", "Telemetry", "What is measured, what is promised, and which step answers an alert."),
    Chapter("packs", "Packs", "The dashboard packs and what their numbers mean."),
    Chapter("organization", "Organization", "Who there is, and what is operated."),
    Chapter("onboarding", "Onboarding", "The way into a seat, task by task."),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is shown: the document, the anchor on it ("" for the page itself), and its title."""

    docname: str
    anchor: str
    title: str


def kinds_of(chapter: str) -> tuple[type[Entity], ...]:
    """The kinds of a chapter, in the order they are listed."""
    return tuple(kind for kind in KINDS if kind.chapter == chapter)


def folder_of(kind: type[Entity]) -> str:
    """The folder of a kind's own pages: the chapter itself when the kind is all there is in it."""
    return kind.chapter if len(kinds_of(kind.chapter)) == 1 else f"{kind.chapter}/{kind.plural}"


def page_of(kind: type[Entity]) -> str:
    """The document that shows or lists a kind. The only kind of a chapter is listed on the chapter's first page."""
    folder = folder_of(kind)
    return f"{folder}/index" if kind.own_page or folder == kind.chapter else folder


def docname_of(entry: Entry[Entity]) -> str:
    """The document that shows an entity."""
    kind = type(entry.entity)
    return f"{folder_of(kind)}/{entry.id}" if kind.own_page else page_of(kind)


def former_names(identity: str, former: tuple[str, ...], part: str, former_part: tuple[str, ...]) -> tuple[str, ...]:
    """What a part was called before: each id that it and its entity have had, without the present name."""
    names = [f"{owner}/{own}" for owner in (identity, *former) for own in (part, *former_part)]
    return tuple(dict.fromkeys(names[1:]))


def moved(catalog: Catalog) -> Mapping[str, str]:
    """The former document of each entity that has a page of its own and had another id, to the present one."""
    return {
        f"{folder_of(type(entry.entity))}/{former}": docname_of(entry)
        for entry in catalog.everything()
        if entry.entity.own_page
        for former in entry.entity.former
    }


def targets(catalog: Catalog) -> Mapping[Key, Target]:
    """Where every entity and every part of one is shown."""
    placed: dict[Key, Target] = {}
    for entry in catalog.everything():
        docname = docname_of(entry)
        anchor = "" if entry.entity.own_page else anchor_of(entry.kind, entry.id)
        placed[entry.key] = Target(docname, anchor, entry.entity.title)
        for kind, field in entry.entity.parts:
            for part in getattr(entry.entity, field):
                identity = f"{entry.id}/{part.id}"
                title = getattr(part, "title", None) or part.question
                placed[kind, identity] = Target(docname, anchor_of(kind, identity), title)
    return placed
