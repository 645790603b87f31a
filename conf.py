"""Both sites: `sphinx-build -c . docs OUT` is internal, `sphinx-build -c . docs/public OUT` is public.

The source folder decides the audience; nothing else differs. What a page may contain is closed here a second time:
the generated text is escaped already (generators/render), and the output is scanned afterwards.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

project = "Dataface Ops"
author = "Dataface Ops"
language = "en"
extensions = ["myst_parser", "sphinx_design", "generators.sphinxext"]
source_suffix = {".md": "markdown"}
# Internal sources contain the public ones; a public build cannot see above its own folder.
exclude_patterns = ["_static", "_build", "**/_static", "**/_build", "**/.*"]

# A reference that leads nowhere is a warning, and a warning fails the build.
nitpicky = True
show_warning_types = True

# No HTML of the author's own, no schemes that run, no substitution (it evaluates templates), no attributes on elements.
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_disable_syntax = ["html_block", "html_inline"]
myst_url_schemes = ["https", "mailto"]
# No ids made of a heading's free text: what is linked has an id of its own, `(id)=` or an entity's.
myst_heading_anchors = 0
# A link by anchor is looked up in these domains only; asking C++ parses the anchor as a declaration, 5 ms a link.
myst_ref_domains = ["std", "ops"]
# A quotation mark stays the character that was written: commands are copied from these pages.
smartquotes = False

html_theme = "furo"
html_title = project
# Relative to this file: an absolute path would reach the digest in .buildinfo and differ from folder to folder.
html_static_path = ["docs/_static"]
html_css_files = ["ops.css", "pages.css"]
# The sources stay at home, and no page carries a time, so that equal inputs give equal bytes.
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_last_updated_fmt = None
html_use_index = False
