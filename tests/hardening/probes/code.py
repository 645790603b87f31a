"""Probes that run code: while a page is read, a template printed, a diagram drawn, a query run, a version compared."""

from __future__ import annotations

from tests.hardening.probes.probe import Effect, Place, Probe

SHELL = "{{ cycler.__init__.__globals__.os.popen('touch @RAN@').read() }}"
SUBSTITUTION = "---\nmyst:\n  enable_extensions: [substitution]\n---\n"
PYTHON = "__import__('os').system('touch @RAN@')"

PAGES = (
    f"{SUBSTITUTION}# T\n\n{SHELL}\n",
    f"\ufeff{SUBSTITUTION}# T\n\n{SHELL}\n",
    f"\ufeff\ufeff{SUBSTITUTION}# T\n\n{SHELL}\n",
    f"{SUBSTITUTION}# T\n\n{SHELL}\n".replace("\n", "\r\n"),
    f"{SUBSTITUTION}# T\n\n{SHELL}\n".replace("\n", "\r"),
    f"\n{SUBSTITUTION}# T\n\n{SHELL}\n",
    f"--- \nmyst: {{enable_extensions: [substitution]}}\n...\n# T\n\n{SHELL}\n",
    f"---\n{{myst: {{enable_extensions: [substitution]}}}}\n---\n# T\n\n{SHELL}\n",
    f"---\norphan: true\n\nmyst:\n  enable_extensions: [substitution]\n---\n# T\n\n{SHELL}\n",
    f"---\norphan: true # x\nmyst: &a\n  enable_extensions: [substitution]\n---\n# T\n\n{SHELL}\n",
    f"---\nmyst:\n  enable_extensions: [substitution]\n---x\n\n# T\n\n{SHELL}\n",
    f"---\nmyst:\n  enable_extensions: [substitution]\n--- #\n\n# T\n\n{SHELL}\n",
    f"---\nmyst:\n  enable_extensions: [substitution]\n...x\n\n# T\n\n{SHELL}\n",
    f"---x\nmyst:\n  enable_extensions: [substitution]\n---y\n\n# T\n\n{SHELL}\n",
    f"---\nmyst:\n  enable_extensions: [substitution]\n\n# T\n\n#{SHELL}\n",
    f"---\norphan: true\n---x\nmyst:\n  enable_extensions: [substitution]\n---\n# T\n\n{SHELL}\n",
    f'---\nmyst:\n  substitutions:\n    a: "{SHELL}"\n---\n# T\n\n{{{{ a }}}}\n',
    "---\norphan: !!python/object/apply:os.system ['touch @RAN@']\n---\n# T\n",
    "---\ntocdepth: 1\n? !!python/object/apply:os.system ['touch @RAN@']\n: x\n---\n# T\n",
)
"""Front matter that switches something on, in each way that it can be hidden."""

PARTS = (
    SHELL,
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %} zq@N@q{{ 7 * 191 }}",
    f"```{{eval-rst}}\n.. ifconfig:: {PYTHON}\n\n   x\n```",
    f"```{{ifconfig}} {PYTHON}\nx\n```",
    f"```{{only}} {PYTHON}\nx\n```",
    f"> - ```{{only}} {PYTHON}\n>   x\n>   ```",
    f"```{{doctest}}\n>>> {PYTHON}\n```",
    f"```{{testsetup}}\n{PYTHON}\n```",
    "```{program-output} touch @RAN@\n```",
    "```{command-output} touch @RAN@\n```",
    f"```{{plot}}\n{PYTHON}\n```",
    f"```{{code-cell}} python3\n{PYTHON}\n```",
    f"```{{jupyter-execute}}\n{PYTHON}\n```",
    f"```{{exec}}\n{PYTHON}\n```",
    f"```{{python}}\n{PYTHON}\n```",
    "```{automodule} antigravity\n:members:\n```",
    "```{autosummary}\n:toctree: x\n\nantigravity\n```",
    "```{argparse}\n:filename: @SECRET@.py\n```",
    '```{graphviz}\ndigraph { a [image="|touch @RAN@"] }\n```',
    '```{ops:diagram}\ndigraph { a [image="|touch @RAN@", shapefile="`touch @RAN@`"] }\n```',
    '```{ops:diagram}\n:of: $(touch @RAN@) `touch @RAN@`\ndigraph { "$(touch @RAN@)" }\n```',
    "{eval}`__import__('os').system('touch @RAN@')`",
    "```{role} run(raw)\n:format: python\n```",
    "```{ops:entity} role {{ cycler.__init__.__globals__.os.system('touch @RAN@') }}\n```",
)

FIELDS = (
    SHELL,
    "zq@N@q{{ 7 * 191 }} {% raw %}zq@N@q{{ 7 * 191 }}{% endraw %} ${7 * 191} <%= 7 * 191 %> #{7 * 191}",
    "{% include 'kinds/risk.md.jinja' %}{% set x = 1 %}",
    "```{only} __import__('os').system('touch @RAN@')```",
    "$(touch @RAN@) `touch @RAN@` ; touch @RAN@ | touch @RAN@ && touch @RAN@",
    '"]; a [label="x", image="|touch @RAN@"]; b [label="',
)

QUERIES = (
    "COPY (SELECT 1) TO '@RAN@'",
    "SELECT 1 AS litres_left; COPY (SELECT 1) TO '@RAN@'",
    "EXPORT DATABASE '@RAN@'",
    "ATTACH '@RAN@' AS x",
    f"SELECT '{SHELL}' AS litres_left",
    "SELECT {{ ''.__class__.__mro__[1].__subclasses__() }} AS litres_left",
    "SELECT getenv('HOME') AS litres_left, 1 AS \"$(touch @RAN@)\"",
    "LOAD '@SECRET@.txt'",
)

FILES = (
    "Makefile\nX := $(shell touch @RAN@)\nhtml:\n\ttrue\n",
    "docs/conf.py\nimport os\nos.system('touch @RAN@')\n",
    "docs/public/conf.py\nimport os\nos.system('touch @RAN@')\n",
    f"docs/_templates/page.html\n{SHELL}\n",
    f"docs/_static/probe@N@.css_t\nzq@N@q{{{{ 7 * 191 }}}} {SHELL}\n",
    f"docs/_static/probe@N@.txt.jinja\nzq@N@q{{{{ 7 * 191 }}}} {SHELL}\n",
    "docs/_static/probe@N@.css_t\nzq@N@q{{ 7 * 191 }}\n",
    "docs/_static/probe@N@.txt.jinja\nzq@N@q{{ 7 * 191 }}\n",
    "docs/public/guides/sitecustomize.py\nimport os\nos.system('touch @RAN@')\n",
    "ops_model/launch/unsupported/probe-@N@.yml\n!!python/object/apply:os.system ['touch @RAN@']\n",
    "packs/oil_feed/dbt/macros/probe@N@.sql\n{{ modules.re }}{% do run_query('touch @RAN@') %}\n",
    "packs/oil_feed/charts/probe@N@.py\nimport os\nos.system('touch @RAN@')\n",
)

YAML = (
    "title: !!python/object/apply:os.system ['touch @RAN@']\n",
    "title: !!python/object/new:os.system ['touch @RAN@']\n",
    "!!python/object/apply:os.system ['touch @RAN@']\n",
    "? !!python/object/apply:os.system ['touch @RAN@']\n: x\n",
    "%TAG ! tag:yaml.org,2002:python/object/apply:\n---\ntitle: !os.system ['touch @RAN@']\n",
    "title: x\n--- !!python/object/apply:os.system ['touch @RAN@']\n",
)

PROBES = (
    *(Probe(Effect.CODE, Place.WHOLE_PAGE, text) for text in PAGES),
    *(Probe(Effect.CODE, Place.PAGE, text) for text in PARTS),
    *(Probe(Effect.CODE, place, text) for place in (Place.FIELD, Place.RUNBOOK) for text in FIELDS),
    *(Probe(Effect.CODE, Place.QUERY, text) for text in QUERIES),
    *(Probe(Effect.CODE, Place.FILE, text) for text in FILES),
    *(Probe(Effect.CODE, Place.YAML, text) for text in YAML),
)
