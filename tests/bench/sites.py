"""One build of a site in a process of its own: `python -m tests.bench.sites ops|plain ROOT`. Prints the pages read."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

from generators.sphinxext.build import build

PLAIN = {
    "extensions": ["myst_parser", "sphinx_design"],
    "source_suffix": {".md": "markdown"},
    "html_theme": "alabaster",
    "myst_enable_extensions": ["colon_fence", "deflist", "fieldlist"],
    "html_copy_source": False,
}


def ops(root: Path) -> int:
    """The internal site as this project builds it. Ends the process when there is a warning."""
    result = build(root, "internal", root / "out", fail_on_warning=True)
    if not result.ok:
        sys.exit("\n".join(result.warnings))
    return result.read


def plain(root: Path) -> int:
    """Sphinx as it comes, with alabaster, over the Markdown below `root`; whatever it warns about."""
    app = Sphinx(
        root, None, root / "out", root / "doctrees", "html", confoverrides=dict(PLAIN), status=None, warning=None
    )
    read: list[str] = []
    app.connect("env-before-read-docs", lambda _app, _env, docnames: read.extend(docnames))
    app.build()
    return len(read)


if __name__ == "__main__":
    sys.stdout.write(f"{ {'ops': ops, 'plain': plain}[sys.argv[1]](Path(sys.argv[2])) }\n")
