"""Probes that read a file of the machine or of the repository, or copy one into a site."""

from __future__ import annotations

from tests.hardening.probes.probe import Effect, Place, Probe

PARTS = (
    "```{include} @SECRET@.txt\n```",
    "1. x\n\n   ~~~{include} @SECRET@.txt\n   ~~~",
    ":::{note} ```{include} @SECRET@.txt\n:::",
    "```{literalinclude} @SECRET@.txt\n```",
    "```{literalinclude} @ROOT@.txt\n```",
    "```{csv-table}\n:file: @SECRET@.csv\n```",
    "```{raw} html\n:file: @SECRET@.txt\n```",
    "```{raw} html\n:url: file://@ABSOLUTE@.txt\n```",
    "```{eval-rst}\n.. include:: @SECRET@.txt\n```",
    "```{eval-rst}\n.. literalinclude:: @SECRET@.txt\n```",
    "```{image} @SECRET@.png\n```",
    "```{figure} @SECRET@.png\nx\n```",
    "```{figure-md}\n![x](@SECRET@.png)\n\nx\n```",
    "![x](@SECRET@.png)",
    "![x](<@SECRET@.png>)",
    "![x](@ROOT@.png)",
    "![x](@ROOT@.svg)",
    "![x](@ROOT@.*)",
    "![x](@INTERNAL@.png)",
    "![x][a]\n\n[a]: @ROOT@.png",
    "![x](file://@ABSOLUTE@.png)",
    "[x](@SECRET@.txt)",
    "[x](@ROOT@.txt)",
    "[x](@INTERNAL@.png)",
    "[x](<path:@ROOT@.txt>)",
    "[x](<project:@ROOT@.txt>)",
    "<path:@ROOT@.txt>",
    "[x](file://@ABSOLUTE@.txt)",
    "[x](@ROOT@%2etxt)",
    "[x][a]\n\n[a]: @ROOT@.txt",
    "{download}`@SECRET@.txt`",
    "{download}`x <@ROOT@.txt>`",
    "| a |\n|---|\n| {download}`@ROOT@.txt` |",
    "```{toctree}\n@ROOT@\n```",
    "```{toctree}\n:glob:\n\n@ROOT@*\n```",
    "{doc}`@ROOT@`",
    "{ops:source}`@SECRET@.yaml`",
    "{ops:source}`../@ROOT@.yaml`",
    "{ops:source}`private/@N@.txt`",
    "{ops:source}`ops_model/../private/@N@.yaml`",
    "{ops:source}`private/@N@.yaml`",
    "~~~{ops:picture} @SECRET@.svg\n:size: 1x1\n\nx\n~~~",
    "~~~{ops:picture} @ROOT@.svg\n:size: 1x1\n\nx\n~~~",
    "~~~{ops:picture} @INTERNAL@.png\n:size: 1x1\n\nx\n~~~",
    '```{ops:diagram}\ndigraph { a [image="@ABSOLUTE@.svg"] }\n```',
    '```{ops:diagram}\ndigraph { imagepath="/"; stylesheet="@ABSOLUTE@.css"; a [image="@ABSOLUTE@.png"] }\n```',
    '```{ops:diagram}\n#include "@ABSOLUTE@.txt"\ndigraph { fontpath="@ABSOLUTE@.txt"; a }\n```',
    "{ops:feed}`x <@ROOT@.txt>`",
    "::::{grid} 1\n:::{grid-item-card} x\n:img-top: @SECRET@.png\n:::\n::::",
    ":::{card} x\n:img-background: @ROOT@.png\n:::",
    ":::{card} x\n:link: @ROOT@.txt\n:::",
    ":::{card} x\n:link: @INTERNAL@.png\n:link-type: url\n:::",
)

FIELDS = (
    "![x](@SECRET@.png) [x](@SECRET@.txt) {download}`@SECRET@.txt` ```{include} @SECRET@.txt```",
    '<!--#include file="@SECRET@.txt" --> <xi:include href="@SECRET@.txt"/> {{ include(\'@SECRET@.txt\') }}',
    '" image="@SECRET@.svg" shapefile="@SECRET@.svg" x="',
    '<<img src="@SECRET@.svg"/>>',
)

QUERIES = (
    "SELECT content AS litres_left FROM read_text('@SECRET@.txt')",
    "SELECT content AS litres_left FROM read_blob('@SECRET@.txt')",
    "SELECT * FROM read_csv('@SECRET@.csv', header = false) AS t(litres_left)",
    "SELECT * FROM '@SECRET@.csv' AS t(litres_left)",
    "SELECT (SELECT content FROM read_text('@SECRET@.txt')) AS litres_left",
    "WITH x AS (FROM read_text('@SECRET@.txt')) SELECT content AS litres_left FROM x",
    "SELECT file AS litres_left FROM glob('@SECRET@*')",
    "SELECT * FROM query('SELECT content AS litres_left FROM read_text(''@SECRET@.txt'')')",
    "SELECT litres_left FROM query_table('@SECRET@.csv')",
    "SELECT * FROM sniff_csv('@SECRET@.csv')",
    "SELECT pg_read_file('@SECRET@.txt') AS litres_left",
    "SELECT {{ queries.places }} AS litres_left",
)

INTRODUCTION = (
    "Dashboards for Fivetran connectors, called packs, and the inspect profiler of Dataface. These pages say how to "
    "install a pack, whether it can be relied on today, what to do when something goes "
    "wrong, and what you can count on."
)
"""What the public site begins with."""
FILES = (
    'docs/locales/en/LC_MESSAGES/index.po\nmsgid "Start"\nmsgstr "Start zq@N@q"\n',
    f'docs/public/locales/en/LC_MESSAGES/index.po\nmsgid "{INTRODUCTION}"\nmsgstr "zq@N@q1337"\n',
    "docs/_static/probe@N@.css_t\n{% include '@SECRET@.txt' %}\n",
    "docs/_static/probe@N@.txt.jinja\n{% include '../../private/@N@.txt' %}{{ srcdir }}\n",
    "docutils.conf\n[general]\nfile_insertion_enabled: 1\nraw_enabled: 1\n",
    "docs/docutils.conf\n[general]\nfile_insertion_enabled: 1\nraw_enabled: 1\n",
)
YAML = (
    "title: !include @SECRET@.txt\n",
    "title: !ENV ${HOME}\nhappens: !secret @SECRET@.txt\n",
    "<<: !include @SECRET@.yaml\n",
)
CHANGELOGS = ("# Changelog\n\n```{include} @SECRET@.txt\n```\n\n## [1.0.0] - 2026-11-01\n\n![x](@SECRET@.png)\n",)

PROBES = (
    *(Probe(Effect.FILE, Place.PAGE, text) for text in PARTS),
    *(Probe(Effect.FILE, place, text) for place in (Place.FIELD, Place.RUNBOOK) for text in FIELDS),
    *(Probe(Effect.FILE, Place.QUERY, text) for text in QUERIES),
    *(Probe(Effect.FILE, Place.FILE, text) for text in FILES),
    *(Probe(Effect.FILE, Place.YAML, text) for text in YAML),
    *(Probe(Effect.FILE, Place.CHANGELOG, text) for text in CHANGELOGS),
)
