"""`{ops:source}`: a link from a page to the YAML it was made from, which the internal site carries as text files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxRole

from generators.model import KINDS
from generators.output import write_if_changed
from generators.output.paths import is_plain
from generators.sphinxext.domain import OpsDomain
from generators.sphinxext.pages import AUDIENCES, audience

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx

MODEL = frozenset(kind.folder.top for kind in KINDS)
"""The folders that hold entities."""
FOLDER = "_yaml"
"""Folder of the output that holds the sources; `.txt`, so that a browser shows them instead of saving them."""


class SourceRole(SphinxRole):
    """A link to a file of the repository, by its path relative to the root; plain text where sources are not shown."""

    audience: ClassVar[str] = AUDIENCES["docs"]

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The path in monospace, linked from as deep as this page lies."""
        env, root = self.env, self.root
        text = nodes.literal(self.text, self.text)
        if audience(Path(env.srcdir).resolve(), root) != self.audience or not _inside(root, self.text):
            return [text], []
        docname = env.current_document.docname
        OpsDomain.of(env).data["sources"].setdefault(docname, set()).add(self.text)
        up = "../" * docname.count("/")
        return [nodes.reference("", "", text, internal=True, refuri=f"{up}{FOLDER}/{self.text}.txt")], []


def _inside(root: Path, path: str) -> bool:
    """Whether it is YAML of the model: no other file of the repository is shown, whatever a page names."""
    of_model = is_plain(path) and path.endswith(".yaml") and path.split("/", 1)[0] in MODEL
    file = root / path
    return of_model and file.is_file() and file.resolve() == file


def copy_sources(app: Sphinx, exception: Exception | None) -> None:
    """Write what pages link to, where it changed."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    root = Path(app.confdir).resolve()
    linked = OpsDomain.of(app.env).data["sources"]
    for path in sorted({path for docname, paths in linked.items() if docname in app.env.all_docs for path in paths}):
        if _inside(root, path):
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            write_if_changed(Path(app.outdir) / FOLDER / f"{path}.txt", text)


def connect(app: Sphinx) -> None:
    """The role, and the copies once all pages are written."""
    OpsDomain.roles["source"] = SourceRole(Path(app.confdir).resolve())
    app.connect("build-finished", copy_sources)
