"""Section-scoped navigation: the way from the start to this page, with siblings, and this page's children.

Sphinx resolves the whole toctree for every page, which is quadratic: 300 connectors in one flat toctree cost furo
245 CPU s. Here a page costs the entries on its way, and a long section lists only the way itself, so that a connector
added or removed does not change the pages of all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING, Any

from generators.sphinxext.domain import OpsDomain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

# Entries of one section in a sidebar. More belong on the section's own page.
LISTED = 40
# furo's switch, open: only what lies on the way has entries below it, one section a depth, so the depth names it.
SWITCH = (
    '<input aria-label="Toggle navigation of {title}" checked="" class="toctree-checkbox" id="{name}" name="{name}" '
    'role="switch" type="checkbox"/><label for="{name}"><span class="icon"><svg><use href="#svg-arrow-right"></use>'
    "</svg></span></label>"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a sidebar: `on_way` when the shown page is this one or below it."""

    docname: str
    title: str
    on_way: bool
    items: tuple[Item, ...]


class Outline:
    """The tree of all pages: children as their toctrees list them, one parent each, titles as plain text."""

    def __init__(self, root: str, includes: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> None:
        self.root = root
        self.titles = titles
        self.parent: dict[str, str] = {}
        self.children: dict[str, tuple[str, ...]] = {}
        # Breadth first: a page in several toctrees belongs to the one nearest to the start; a cycle ends by itself.
        waiting = [root]
        for section in waiting:
            own = [
                name for name in dict.fromkeys(includes.get(section, ()))
                if name in titles and name not in self.parent and name != root
            ]  # fmt: skip
            self.parent.update(dict.fromkeys(own, section))
            self.children[section] = tuple(own)
            waiting.extend(own)

    def trail(self, page: str) -> tuple[str, ...]:
        """The pages from below the start down to `page`; empty for the start and for pages in no toctree."""
        trail: list[str] = []
        while page in self.parent:
            trail.append(page)
            page = self.parent[page]
        return tuple(reversed(trail))

    def sidebar(self, page: str) -> tuple[Item, ...]:
        """What the sidebar of `page` shows."""
        return self._items(self.root, self.trail(page))

    def _items(self, section: str, trail: tuple[str, ...]) -> tuple[Item, ...]:
        step, rest = (trail[0], trail[1:]) if trail else ("", ())
        pages = self.children[section]
        if len(pages) > LISTED:
            pages = tuple(name for name in pages if name == step)
        return tuple(
            Item(name, self.titles[name], name == step, self._items(name, rest) if name == step else ())
            for name in pages
        )

    def digest(self, page: str, neighbours: Sequence[str | None]) -> str:
        """Equal when everything a page shows of other pages' titles is equal."""
        linked = [(name, self.titles.get(name or "", "")) for name in neighbours]
        return _digest(self.sidebar(page), linked)


def _digest(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def render(items: Sequence[Item], page: str, link: Callable[[str], str], depth: int = 1) -> str:
    """The list in the markup of Sphinx's own toctree, with furo's switch on what can be folded; every title escaped."""
    if not items:
        return ""
    entries = []
    for item in items:
        here = item.docname == page
        below = render(item.items, page, link, depth + 1)
        states = (("current", item.on_way), ("has-children", below), ("current-page", here))
        classes = " ".join([f"toctree-l{depth}", *(name for name, true in states if true)])
        anchor = f'<a class="{"current " if here else ""}reference internal" href="{escape(link(item.docname))}">'
        title = escape(item.title)
        switch = SWITCH.format(name=f"toctree-checkbox-{depth}", title=title) if below else ""
        entries.append(f'<li class="{classes}">{anchor}{title}</a>{switch}{below}</li>')
    current = ' class="current"' if any(item.on_way for item in items) else ""
    return f"<ul{current}>{''.join(entries)}</ul>"


class Navigation:
    """The outline of one build, made once after reading."""

    def __init__(self) -> None:
        self.outline = Outline("", {}, {})

    def pages_with_new_sidebars(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Pages whose own text is unchanged but whose sidebar or neighbours are not: to write again."""
        titles = {name: title.astext() for name, title in env.titles.items()}
        self.outline = Outline(app.config.root_doc, env.toctree_includes, titles)
        data = OpsDomain.of(env).data
        whole = _digest(sorted(env.toctree_includes.items()), sorted(titles.items()))
        if data["outline"] == whole:
            return []
        data["outline"] = whole
        relations = env.collect_relations()
        outlines = {name: self.outline.digest(name, relations.get(name, (None,))) for name in titles}
        before, data["outlines"] = data["outlines"], outlines
        return [name for name, digest in sorted(outlines.items()) if before.get(name, digest) != digest]

    def put(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """A `toctree` of our own for the theme to call; its options are the theme's wishes for the whole tree."""
        del templatename, doctree

        def link(docname: str) -> str:
            return "#" if docname == pagename else app.builder.get_relative_uri(pagename, docname)

        def toctree(**options: object) -> str:
            del options
            return render(self.outline.sidebar(pagename), pagename, link)

        context["toctree"] = toctree


class Ready:
    """furo parses each sidebar with BeautifulSoup, 4 % of a build, to add what `render` can write at once."""

    @staticmethod
    def hold(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
        """Give furo nothing to parse."""
        del app, pagename, templatename, doctree
        context["ops_toctree"] = context["toctree"]
        context["toctree"] = lambda **options: ""  # noqa: ARG005 - the theme's wishes for a tree it will not get

    @staticmethod
    def give(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
        """Put the sidebar where furo's template looks for it."""
        del app, pagename, templatename, doctree
        context["toctree"] = context.pop("ops_toctree")
        context["furo_navigation_tree"] = context["toctree"]()


def around_furo(app: Sphinx, config: Config) -> None:
    """Other themes call `toctree` themselves and need none of this."""
    if config.html_theme == "furo":
        app.connect("html-page-context", Ready.hold, priority=410)
        app.connect("html-page-context", Ready.give, priority=600)


def connect(app: Sphinx) -> None:
    """After reading; and before the theme's own listener (priority 500) computes its sidebar."""
    navigation = Navigation()
    app.connect("config-inited", around_furo)
    app.connect("env-updated", navigation.pages_with_new_sidebars)
    app.connect("html-page-context", navigation.put, priority=400)
