"""The `ops` domain: `{ops:runbook}`, `{ops:step}` … link to where an entity is shown, under its present title.

A small index: what each page refers to and which anchors it makes is kept; where an entity is shown, and under which
title, comes fresh from the site with every build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from generators.findings import nearest
from generators.model.anchors import anchor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from docutils.nodes import Element, Node, system_message
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

Key = tuple[str, str]
# docname, anchor ("" for the page itself), title
Shown = tuple[str, str, str]


class EntityRole(XRefRole):
    """A link to an entity; the page is remembered, so that a new title there is written again here."""

    def result_nodes(
        self,
        document: nodes.document,
        env: BuildEnvironment,
        node: Element,
        is_ref: bool,  # noqa: FBT001 - Sphinx's own
    ) -> tuple[list[Node], list[system_message]]:
        """Note who refers to what, then leave the node to be resolved."""
        OpsDomain.of(env).note_reference(env.current_document.docname, node["reftype"], node["reftarget"])
        return super().result_nodes(document, env, node, is_ref)


def claim(document: nodes.document, target: nodes.target) -> None:
    """Note a target with ids of its own. A heading above whose words happen to make one of them gets another."""
    for name in target["ids"]:
        section = document.ids.get(name)
        if isinstance(section, nodes.section):
            section["ids"].remove(name)
            document.ids[name] = target
            other = document.set_id(section)
            document.nameids.update({words: other for words in section["names"] if document.nameids.get(words) == name})
    document.note_explicit_target(target)


class EntityDirective(SphinxDirective):
    """`{ops:entity} KIND ID FORMER…`: here the entity is shown, and found under its former ids. Makes no text."""

    required_arguments = 2
    optional_arguments = 1_000

    def run(self) -> list[Node]:
        """One target node with the entity's id, and those that it had before."""
        kind, name, *former = self.arguments
        target = nodes.target("", "", ids=[anchor_of(kind, each) for each in (name, *former)])
        self.set_source_info(target)
        claim(self.state.document, target)
        OpsDomain.of(self.env).note_anchor(self.env.current_document.docname, (kind, name), target["ids"][0])
        return [target]


class OpsDomain(Domain):
    """References, anchors and titles of entities."""

    name = "ops"
    label = "operations"
    directives: ClassVar[dict[str, Any]] = {"entity": EntityDirective}
    data_version = 2
    initial_data: ClassVar[dict[str, Any]] = {
        "anchors": {},  # docname -> {(kind, id): node id}
        "references": {},  # docname -> {(kind, id)}
        "sources": {},  # docname -> {path of a file it links to}
        "diagrams": set(),  # docnames with a diagram
        "shown": {},  # (kind, id) -> Shown, as of the build that last wrote pages
        "outline": "",  # digest of all navigation, as of that build
        "outlines": {},  # docname -> digest of its navigation, as of that build
    }

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        # Of this build only, so kept beside the pickled data. Generated pages are documents; feeds and calendars are
        # texts by file name, shifts scripts by surface; moved pages lead to documents.
        self.targets: dict[Key, Shown] = {}
        self.generated: frozenset[str] = frozenset()
        self.moved: dict[str, str] = {}
        self.feeds: dict[str, str] = {}
        self.shifts: dict[str, str] = {}
        self.calendars: dict[str, str] = {}

    @classmethod
    def of(cls, env: BuildEnvironment) -> OpsDomain:
        """The domain of an environment, by its own type."""
        return cast("OpsDomain", env.domains[cls.name])

    def show(self, targets: Mapping[Key, Shown], kinds: Iterable[str]) -> None:
        """Take this build's targets, and give every kind its role; kinds come from the model and from the targets."""
        self.targets = dict(targets)
        for kind in sorted({*kinds, "step", *(kind for kind, _ in targets)}):
            self.roles[kind] = EntityRole(innernodeclass=nodes.inline, warn_dangling=True)
            self.add_object_type(kind, ObjType(kind.replace("-", " "), kind))

    def note_reference(self, docname: str, kind: str, name: str) -> None:
        """This page shows the title of that entity."""
        self.data["references"].setdefault(docname, set()).add((kind, name))

    def note_anchor(self, docname: str, key: Key, anchor: str) -> None:
        """This page shows that entity, at this node id."""
        self.data["anchors"].setdefault(docname, {})[key] = anchor

    def clear_doc(self, docname: str) -> None:
        """Forget what a page said, before it is read again or when it is gone."""
        self.data["anchors"].pop(docname, None)
        self.data["references"].pop(docname, None)
        self.data["sources"].pop(docname, None)
        self.data["diagrams"].discard(docname)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for part in ("anchors", "references", "sources"):
            self.data[part].update({name: notes for name, notes in otherdata[part].items() if name in docnames})
        self.data["diagrams"].update(otherdata["diagrams"] & set(docnames))

    def find(self, kind: str, name: str) -> Shown | None:
        """Where an entity is shown; None when it is unknown or its page does not exist in this site."""
        target = self.targets.get((kind, name))
        if target is None:
            return self._noted().get((kind, name))
        docname, anchor, title = target
        if docname not in self.env.all_docs:
            return None
        return docname, anchor or self.data["anchors"].get(docname, {}).get((kind, name), ""), title

    def _noted(self) -> dict[Key, Shown]:
        """Entities that a page written by hand shows and the site does not know: their id is their title."""
        return {
            (kind, name): (docname, anchor, name)
            for docname, anchors in sorted(self.data["anchors"].items())
            for (kind, name), anchor in anchors.items()
        }

    def resolve_xref(  # noqa: PLR0913, PLR0917 - the signature is Sphinx's
        self,
        env: BuildEnvironment,  # noqa: ARG002 - the signature is Sphinx's
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        """A link under the entity's title, unless the author gave one."""
        place = self.find(typ, target)
        if place is None:
            return None
        docname, anchor, title = place
        if not node["refexplicit"]:
            contnode = nodes.inline(title, title, classes=contnode["classes"])
        return make_refnode(builder, fromdocname, docname, anchor, contnode)

    def resolve_any_xref(  # noqa: PLR0913, PLR0917 - the signature is Sphinx's
        self,
        env: BuildEnvironment,  # noqa: ARG002 - the signature is Sphinx's
        fromdocname: str,  # noqa: ARG002 - the signature is Sphinx's
        builder: Builder,  # noqa: ARG002 - the signature is Sphinx's
        target: str,  # noqa: ARG002 - the signature is Sphinx's
        node: pending_xref,  # noqa: ARG002 - the signature is Sphinx's
        contnode: Element,  # noqa: ARG002 - the signature is Sphinx's
    ) -> list[tuple[str, nodes.reference]]:
        """Nothing: an entity is named with its kind, so that two kinds may share an id."""
        return []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Everything that can be linked, for objects.inv and for the search page."""
        for kind, name in sorted({**self._noted(), **self.targets}):
            place = self.find(kind, name)
            if place is not None:
                docname, anchor, title = place
                # A line break would break the line-based inventory.
                yield name, " ".join(title.split()), kind, docname, anchor, 1

    def hint(self, kind: str, name: str) -> str:
        """The nearest name of that kind, or the kind under which that very name is known."""
        keys = {**self._noted(), **self.targets}
        others = sorted(other for other, same in keys if same == name and other != kind)
        if others:
            return f"{name!r} is known as {others[0]}"
        return nearest(name, sorted(same for other, same in keys if other == kind))


def warn_unknown(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """A reference to nothing: the place, and the name that was probably meant."""
    if not isinstance(domain, OpsDomain):
        return None
    hint = domain.hint(node["reftype"], node["reftarget"])
    exists = (node["reftype"], node["reftarget"]) in domain.targets
    fault = "has no page in this site" if exists else "is unknown"
    text = f"{node['reftype']} {node['reftarget']!r} {fault}" + (f" ({hint})" if hint and not exists else "")
    logger.warning("%s", text, location=node, type="ops", subtype="reference")
    del app  # the event passes it; the domain has what is needed
    return True


def pages_with_new_titles(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages whose own text is unchanged but that show a title, or lead to a place, that has moved: to write again."""
    del app
    domain = OpsDomain.of(env)
    before, now = domain.data["shown"], domain.targets
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    domain.data["shown"] = now
    if not changed:
        return []
    return sorted(docname for docname, keys in domain.data["references"].items() if not changed.isdisjoint(keys))


def connect(app: Sphinx) -> None:
    """The domain, its warning, and what to write again."""
    app.add_domain(OpsDomain)
    app.connect("warn-missing-reference", warn_unknown)
    app.connect("env-updated", pages_with_new_titles)
