"""Calendar feeds of the internal site: written beside the on-call pages, linked from the chapter and each rotation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder

from generators.exports.stamps import carried
from generators.output import write_if_changed
from generators.sphinxext.domain import OpsDomain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CHAPTER = "oncall"
PAGE = f"{CHAPTER}/index"
FOLDER = f"{CHAPTER}/calendars"
"""Of the feeds, in the finished site."""
ROTATIONS = "rotations/"
KNOWN = "calendars"
"""In the domain's memory: the titles of the feeds that the pages link to, by name."""
ABOUT = "Addresses that a calendar can subscribe to; each reaches from the first of this month 13 months ahead."


def write_calendars(app: Sphinx, exception: Exception | None) -> None:
    """Write what changed, and take away what no rotation or person stands behind any more."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    folder, feeds = Path(app.outdir) / FOLDER, OpsDomain.of(app.env).calendars
    for name, text in feeds.items():
        path = folder / name
        former = path.read_bytes().decode(errors="replace") if path.is_file() else ""
        write_if_changed(path, carried(text, former))
    for file in sorted(folder.rglob("*.ics")):
        if file.relative_to(folder).as_posix() not in feeds:
            file.unlink()


def link_calendars(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The rotation's own feed below its title; all of them at the end of the chapter's page."""
    feeds = OpsDomain.of(app.env).calendars
    own = f"{docname.removeprefix(f'{CHAPTER}/')}.ics"
    up = "../" * docname.count("/")
    section = next(iter(doctree.findall(nodes.section)), None)
    if section is None:
        return
    if docname == PAGE and feeds:
        listed = nodes.section("", nodes.title("", "Calendars"), nodes.paragraph("", ABOUT), ids=["calendars"])
        listed += nodes.bullet_list("", *(_item(_link(up, name, title)) for name, title in _titles(feeds).items()))
        section += listed
    elif own.startswith(ROTATIONS) and own in feeds:
        paragraph = nodes.paragraph("", "", _link(up, own, "Calendar of these shifts"), nodes.Text(" (.ics)"))
        section.insert(1, paragraph)


def pages_with_other_feeds(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The chapter's page and the rotations', when there are other feeds than at the last build: to write again."""
    del app
    domain = OpsDomain.of(env)
    before, now = domain.data.get(KNOWN, {}), _titles(domain.calendars)
    domain.data[KNOWN] = now
    if before == now:
        return []
    own = (
        f"{CHAPTER}/{name.removesuffix('.ics')}" for name in before.keys() ^ now.keys() if name.startswith(ROTATIONS)
    )
    return sorted({PAGE, *own} & set(env.all_docs))


def _titles(feeds: Mapping[str, str]) -> dict[str, str]:
    """What each feed calls itself, by its name."""
    return {name: _name(text) or name for name, text in feeds.items()}


def _name(text: str) -> str:
    """The calendar's own name, unfolded and without the escapes of RFC 5545."""
    lines = text.replace("\r\n ", "").split("\r\n")
    name = next((line.removeprefix("NAME:") for line in lines if line.startswith("NAME:")), "")
    return name.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")


def _link(up: str, name: str, title: str) -> nodes.reference:
    return nodes.reference("", title, internal=True, refuri=f"{up}{FOLDER}/{name}")


def _item(link: nodes.reference) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", "", link))


def connect(app: Sphinx) -> None:
    """The files, the links, and when the links are written again."""
    app.connect("env-updated", pages_with_other_feeds)
    app.connect("doctree-resolved", link_calendars)
    app.connect("build-finished", write_calendars)
