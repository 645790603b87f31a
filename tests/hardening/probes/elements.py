"""Probes that make an element: a tag, an attribute that runs, or an address that does."""

from __future__ import annotations

from tests.hardening.probes.probe import Effect, Place, Probe

TAG = "<@MARK@ id=x></@MARK@>"
SCRIPT = "<script>var @MARK@</script>"
IMAGE = "<img src=x onerror=@MARK@>"

ATTRIBUTES = "---\nmyst:\n  enable_extensions: [html_image, html_admonition, attrs_inline, attrs_block]\n---\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>@MARK@</script></svg>'

PARTS = (
    TAG,
    f"a {TAG} b",
    f"{SCRIPT}\n",
    f"# {IMAGE}",
    f"```{{raw}} html\n{TAG}\n```",
    f"~~~{{ raw }} html\n{TAG}\n~~~",
    f"- 1. ```{{raw}} html\n     {TAG}\n     ```",
    f"{{raw-html}}`{TAG}`",
    f"```{{role}} h(raw)\n:format: html\n```\n\n{{h}}`{TAG}`",
    f"```{{default-role}} raw\n```\n\n`{TAG}`",
    f"```{{eval-rst}}\n.. raw:: html\n\n   {TAG}\n```",
    f"```{{parsed-literal}}\n{TAG}\n```",
    f"```{{math}}\n\\text{{{TAG}}}\n```",
    "```{meta}\n:@MARK@: x\n:http-equiv=@MARK@: x\n```",
    '---\nhtml_meta:\n  "http-equiv=refresh @MARK@": "0;url=https://@MARK@.example"\n---\n# T',
    '---\nmyst:\n  html_meta:\n    "property=@MARK@": x\n---\n# T',
    f"{ATTRIBUTES}# T\n\n<img src=@MARK@ onload=@MARK@>\n\n[x](https://x.example){{onclick=@MARK@}}",
    "{onclick=@MARK@}\nparagraph",
    '[x](https://x.example){onclick="@MARK@"}',
    "[x](javascript:@MARK@)",
    "[x](JaVaScRiPt:@MARK@)",
    "[x](java&#115;cript:@MARK@)",
    "[x](<java\\script:@MARK@>)",
    "[x](&#x1;javascript:@MARK@)",
    "<javascript:@MARK@>",
    "[x](data:text/html,@MARK@)",
    "[x](vbscript:@MARK@)",
    "![x](javascript:@MARK@)",
    "![x](data:image/svg+xml,@MARK@)",
    "![x](https://@MARK@.example/x.png)",
    '![" onerror="@MARK@](x.png)',
    '[x](https://x.example "\\" onclick=\\"@MARK@")',
    "[x][a]\n\n[a]: javascript:@MARK@",
    '{abbr}`x (" onclick="@MARK@)`',
    "{kbd}`<@MARK@>`",
    "{sub}`<script>@MARK@</script>`",
    "{term}`x <javascript:@MARK@>`",
    "{ref}`x <javascript:@MARK@>`",
    f"::::{{card}} {TAG}\n:link: javascript:@MARK@\nx\n::::",
    ":::{card} x\n:link: javascript:@MARK@\n:link-type: url\n:::",
    ':::{card} x\n:class-card: "><@MARK@>\n:link-alt: " onclick=@MARK@\n:::',
    "```{button-link} javascript:@MARK@\nx\n```",
    '```{dropdown} x\n:class-title: x" onclick="@MARK@\n:icon: x"><@MARK@\n```',
    '```{admonition} x\n:class: x" onclick="@MARK@\n:name: "><@MARK@>\n```',
    '```{container} x" onclick="@MARK@\n```',
    '```{tab-set}\n:sync-group: x" onclick="@MARK@\n```',
    f'{{octicon}}`x"{TAG}`',
    f'```{{ops:night}}\n{{"a": "</script>{TAG}<!--<script>"}}\n```',
    '```{ops:night}\n{"surface": "x\\" onload=\\"@MARK@"}\n```',
    '```{ops:night}\n{"surface": "../../@MARK@"}\n```',
    f'```{{ops:clock}}\n{{"a": "</script>{TAG}"}}\n```',
    f'```{{ops:diagram}}\ndigraph {{ a [label="{TAG}", tooltip="{TAG}"] }}\n```',
    '```{ops:diagram}\ndigraph { a [label="x", URL="javascript:@MARK@", target="@MARK@"] }\n```',
    '```{ops:diagram}\ndigraph { a [id="@MARK@", class="x\\" onclick=\\"@MARK@", fillcolor="url(@MARK@)"] }\n```',
    '```{ops:diagram}\n:of: role "><@MARK@>\ndigraph { a }\n```',
    '~~~{ops:picture} x.svg\n:size: 1x1\n\n" onerror="@MARK@\n~~~',
    "~~~{ops:picture} https://@MARK@.example/x.svg\n:size: 1x1\n\nx\n~~~",
    f"{{ops:offline}}`{TAG}`",
    f"{{ops:role}}`{TAG} <keeper>`",
    f"{{ops:feed}}`{TAG} <status.json>`",
    f"{{ops:source}}`x{TAG}.yaml`",
    '```{ops:entity} role "><@MARK@>\n```',
    f'+++ {{"class": "{TAG}"}}',
    f"(<@MARK@>)=\n# T\n\n% {TAG}",
    f"[^1]\n\n[^1]: {TAG}",
    f":{TAG}: x",
    f"x\n: {TAG}",
)

FIELDS = (
    TAG,
    f"\"'>{SCRIPT}{IMAGE}",
    '[x](javascript:@MARK@) ![x](x "@MARK@") <https://@MARK@.example> https://@MARK@.example',
    '" onclick="@MARK@" x="',
    "--> ]]> </textarea></title></style></script><@MARK@>",
    "&lt;@MARK@&gt; &#60;@MARK@&#62; \\u003c@MARK@\\u003e",
    '{raw}`<@MARK@>` {abbr}`x (" onclick=@MARK@)` {@MARK@=1}',
    '<<b>@MARK@</b>> \\N" URL="javascript:@MARK@',
)

BESIDE = "docs/public/guides/probe@N@"
PAIRS = (
    f"{BESIDE}.svg\n{SVG}\n=\n![x](probe@N@.svg)",
    f'{BESIDE}.svg\n<svg xmlns="http://www.w3.org/2000/svg" onload="@MARK@"/>\n=\n![x](probe@N@.svg)',
    f"{BESIDE}.html\n<@MARK@></@MARK@>\n=\n[x](probe@N@.html)",
    f"{BESIDE}.svg\n{SVG}\n=\n~~~{{ops:picture}} probe@N@.svg\n:size: 1x1\n\nx\n~~~",
    f"{BESIDE}.PNG\n<@MARK@></@MARK@>\n=\n[x](probe@N@.PNG)",
    f"{BESIDE}.png.html\n<@MARK@></@MARK@>\n=\n[x](probe@N@.png.html)",
)
FILES = (
    "docs/_static/probe@N@.html\n<@MARK@></@MARK@>\n",
    'docs/_static/probe@N@.svg\n<svg xmlns="http://www.w3.org/2000/svg" onload="@MARK@"/>\n',
    'docs/_static/deep/probe@N@.xhtml\n<html xmlns="http://www.w3.org/1999/xhtml"><@MARK@/></html>\n',
    'docs/public/guides/probe@N@ "onclick=@MARK@.md\n# T\n',
    "docs/public/guides/probe@N@<@MARK@>.md\n# T\n",
    "docs/_templates/layout.html\n<@MARK@></@MARK@>\n",
    "README.md\n# T\n\n<@MARK@></@MARK@>\n",
)
CHANGELOGS = (
    "# Changelog\n\n## [1.0.0<@MARK@>] - 2026-11-01\n",
    "# Changelog\n\n## [1.0.0] - 2026-11-01 <@MARK@>\n\n## [1.0.0-<@MARK@>] - 2026-11-01\n\n<@MARK@>\n",
)
QUERIES = (
    "SELECT '<@MARK@ onload=@MARK@>' AS litres_left",
    "SELECT '</text><script>@MARK@</script>' AS litres_left",
)

PROBES = (
    *(Probe(Effect.ELEMENT, Place.WHOLE_PAGE if text.startswith("---") else Place.PAGE, text) for text in PARTS),
    *(Probe(Effect.ELEMENT, place, text) for place in (Place.FIELD, Place.RUNBOOK) for text in FIELDS),
    *(Probe(Effect.ELEMENT, Place.PAIR, text) for text in PAIRS),
    *(Probe(Effect.ELEMENT, Place.FILE, text) for text in FILES),
    *(Probe(Effect.ELEMENT, Place.CHANGELOG, text) for text in CHANGELOGS),
    *(Probe(Effect.ELEMENT, Place.QUERY, text) for text in QUERIES),
)
