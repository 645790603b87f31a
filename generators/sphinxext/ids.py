"""Ids of sections: what is linked from alerts and other sites has an id of its own, never one made of its title.

`{ops:section} ID` stands before a heading. On a page of ours a heading without an id is a warning; on a page written by
hand it has the id that its words make.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from generators.sphinxext.domain import OpsDomain, claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Node
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

TOP = "top"
"""The id of a page's own heading where nothing gives it another."""
_ID = re.compile(r"[a-z][a-z0-9_-]*")


class SectionDirective(SphinxDirective):
    """The argument is the id of the heading that follows. Makes no text."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """One target node. It has no name, so that each page may have a section of that id."""
        if not _ID.fullmatch(self.arguments[0]):
            raise self.error("expected an id: lower-case letters, digits, hyphens and underscores")
        target = nodes.target("", "", ids=[self.arguments[0]])
        self.set_source_info(target)
        claim(self.state.document, target)
        return [target]


class OwnIds(SphinxTransform):
    """Sections lose the ids made of their titles where another is given, and on pages of ours everywhere."""

    default_priority = 255  # docutils moves the ids of targets to what follows them at 260

    def apply(self, **kwargs: object) -> None:
        """Look at each section of the page."""
        del kwargs
        ours = self.env.current_document.docname in OpsDomain.of(self.env).generated
        given = set(_with_targets(self.document))
        for section in self.document.findall(nodes.section):
            if section not in given and not ours:
                continue
            for name in section["ids"]:
                self.document.ids.pop(name, None)
            section["ids"] = []
            if section not in given:
                self._name(section)

    def _name(self, section: nodes.section) -> None:
        if section.parent is self.document:
            section["ids"] = [TOP]
            self.document.ids[TOP] = section
            return
        logger.warning(
            "no id for the section %r", section.next_node(nodes.title), location=section, type="ops", subtype="section"
        )
        self.document.set_id(section)


def _with_targets(document: nodes.document) -> Iterator[Node]:
    """Sections that a target with an id stands before."""
    for target in document.findall(nodes.target):
        following = target.next_node(ascend=True) if target["ids"] else None
        while isinstance(following, nodes.target):
            following = following.next_node(ascend=True)
        if isinstance(following, nodes.section):
            yield following


def connect(app: Sphinx) -> None:
    """The directive in the domain, and the transform."""
    app.add_directive_to_domain("ops", "section", SectionDirective)
    app.add_transform(OwnIds)
