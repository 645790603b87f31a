"""A Content-Security-Policy in every page: only the site's own files and the theme's own inline parts run.

The hashes are those of the theme's templates, never of a page: what came into a page with its content stays blocked.
A static page cannot carry `frame-ancestors`; docs/guides/hosting.md has the header for it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from generators.sphinxext import lost
from generators.sphinxext.theme import corrected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.theming import Theme

logger = logging.getLogger(__name__)

NONE = "'none'"

_FRAME, _COLOURS = "base.html", "partials/_head_css_variables.html"
"""The theme's templates with an inline script and an inline style sheet."""
_INLINE = re.compile(r"<(?P<kind>script|style)(?P<about>(?:\s[^>]*)?)>(?P<text>.*?)</(?P=kind)>", re.DOTALL)
_DATA = 'type="application/json"'
"""What a script that no browser runs says of itself."""
_VALUE = re.compile(r'="[^"]*"')
_ATTRIBUTE = re.compile(r"""<[a-z][^>]*\s(?P<name>style|on[a-z]+)\s*=""", re.IGNORECASE)


def digest(text: str) -> str:
    """How a policy names an inline script or style sheet."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(scripts: Iterable[str], styles: Iterable[str], own: str = "'self'") -> str:
    """The policy of a page that holds these inline scripts and style sheets.

    `own`: where other scripts, style sheets and pictures come from; empty for a page that loads no file.
    """
    sources = {
        "default-src": NONE,
        "base-uri": NONE,
        "connect-src": own,
        "form-action": own,
        "img-src": f"{own} data:",
        "object-src": NONE,
        "script-src": " ".join([own, *map(digest, scripts)]),
        "style-src": " ".join([own, *map(digest, styles)]),
    }
    return "; ".join(f"{name} {' '.join(value.split()) or NONE}" for name, value in sources.items())


def meta(text: str) -> str:
    """The policy as the first element of a page's head."""
    return f'<meta http-equiv="Content-Security-Policy" content="{text}">'


def inline(kind: str, page: str) -> list[str]:
    """The texts of inline scripts (`script`, without data) or style sheets (`style`) in a page or template."""
    found = (part for part in _INLINE.finditer(page) if part["kind"] == kind)
    return [part["text"] for part in found if "src=" not in part["about"] and _DATA not in part["about"]]


def blocked(page: str, allowed: str) -> Iterator[str]:
    """What in a page its policy keeps from running, one sentence each."""
    for kind in ("script", "style"):
        for text in inline(kind, page):
            if digest(text) not in allowed:
                yield f"an inline {kind} that is not the theme's: {' '.join(text.split())[:60]!r}"
    unquoted = _VALUE.sub("=", page)
    for name in sorted({found["name"].lower() for found in _ATTRIBUTE.finditer(unquoted)}):
        yield f"an element with the attribute {name!r}"


class PolicyTemplates(BuiltinTemplateLoader):
    """Sphinx's templates; every page that they make begins its head with the policy."""

    _policy = ""
    _base = "/"

    def init(self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None) -> None:
        """Note where the site is published."""
        super().init(builder, theme, dirs)
        self._base = lost.base_of(builder.config.html_baseurl)

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """The page, and a warning for what in it the policy blocks."""
        page = super().render(template, context)
        if "<head>" not in page:
            return page
        self._policy = self._policy or self._of_theme(context)
        page = corrected(page)
        if context["pagename"] == lost.PAGE:
            page = lost.rooted(page, self._base)
        page = page.replace("<head>", f"<head>\n    {meta(self._policy)}", 1)
        for problem in blocked(page, self._policy):
            logger.warning(
                "the policy of the page blocks %s", problem, location=context["pagename"], type="ops", subtype="policy"
            )
        return page

    def _of_theme(self, context: dict[str, Any]) -> str:
        source, _, _ = self.get_source(self.environment, _FRAME)
        return policy(inline("script", source), inline("style", super().render(_COLOURS, context)))


def choose_templates(app: Sphinx, config: Config) -> None:
    """Pages with the policy, unless `-D ops_policy=0` says otherwise: a preview has a script of its server's in it."""
    del app
    if config.ops_policy:
        config.template_bridge = f"{PolicyTemplates.__module__}.{PolicyTemplates.__qualname__}"


def connect(app: Sphinx) -> None:
    """Before the builder makes its templates."""
    app.add_config_value("ops_policy", True, "html", bool)  # noqa: FBT003 - the signature is Sphinx's
    app.connect("config-inited", choose_templates)
