"""The page for an address that is not there: `404.html`, with which static hosts answer at any depth.

Its links therefore begin at the root of the host, or at the path of `html_baseurl`. `{ops:search}` is a box for words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from generators.sphinxext.pages import audience

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

PAGE = "404"
_LINK = re.compile(r' (?P<name>href|src|action|data-content_root)="(?![#/]|[a-z]+:)(?:\./)?(?P<path>[^"]*)"')


def base_of(address: str) -> str:
    """The path at which a site begins, with a slash at its end, from the address it is published under."""
    return f"{urlsplit(address).path.rstrip('/')}/"


def rooted(page: str, base: str) -> str:
    """A page of the first level whose links within the site begin with `base`."""
    return _LINK.sub(lambda link: f' {link["name"]}="{base}{link["path"]}"', page)


class search(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes as elements
    """A box for words that opens the search."""


class SearchDirective(SphinxDirective):
    """Takes nothing."""

    def run(self) -> list[Node]:
        """One node without text."""
        node = search()
        self.set_source_info(node)
        return [node]


def write_search(translator: HTML5Translator, node: search) -> None:
    """A form, which needs no script."""
    del node
    up = "../" * translator.builder.current_docname.count("/")
    translator.body.append(
        f'<form class="ops-search" role="search" aria-label="Search this site" action="{up}search.html" method="get">'
        '<label for="ops-words">Search</label><input id="ops-words" type="search" name="q" autocomplete="off">'
        '<button type="submit">Search</button></form>\n'
    )
    raise nodes.SkipNode


def skip(translator: nodes.NodeVisitor, node: search) -> None:
    """Only HTML has forms."""
    del translator, node
    raise nodes.SkipNode


def choose_address(app: Sphinx, config: Config) -> None:
    """The address of this site among those of both, unless `-D html_baseurl` says another."""
    if not config.html_baseurl:
        config.html_baseurl = config.ops_addresses[audience(Path(app.srcdir).resolve(), Path(app.confdir).resolve())]


def connect(app: Sphinx) -> None:
    """The addresses, the node and the directive in the domain."""
    app.add_config_value("ops_addresses", {"internal": "", "public": ""}, "html", dict)
    app.add_node(search, html=(write_search, None), text=(skip, None), latex=(skip, None), man=(skip, None))
    app.add_directive_to_domain("ops", "search", SearchDirective)
    app.connect("config-inited", choose_address)
