"""What the extras of the distribution hold, and what a command says that needs one that is not installed."""

from __future__ import annotations

import json
import shlex
from importlib import metadata
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

from generators.cli.options import Unusable

DISTRIBUTION = "dataface-ops"
EXTRAS = {
    "site": frozenset(
        {
            "click",
            "dateutil",
            "docutils",
            "icalendar",
            "jinja2",
            "junitparser",
            "lxml",
            "markupsafe",
            "markdown_it",
            "mdit_py_plugins",
            "recurring_ical_events",
            "sphinx",
            "sphinx_autobuild",
            "tinycss2",
            "tzdata",
        }
    ),
    "sample": frozenset({"duckdb"}),
    "sign": frozenset({"cryptography", "securesystemslib"}),
    "packs": frozenset({"psycopg", "pyarrow", "sqlglot"}),
    "telemetry": frozenset({"ibis", "prometheus_client", "rapidfuzz"}),
    "cluster": frozenset({"distributed"}),
}
"""The modules of each extra that we import. What installs published packs imports none of them."""


def remedy(error: ModuleNotFoundError) -> str:
    """What to install, in one sentence. Raises the error itself where the module is of no extra."""
    module = (error.name or "").partition(".")[0]
    extra = next((name for name, modules in EXTRAS.items() if module in modules), None)
    if extra is None:
        raise error
    return f"{module} is not installed; install the extra named '{extra}': {install_line(extra)}"


def require(extra: str, *modules: str) -> None:
    """Raises Unusable for the first of an extra's modules that is not installed.

    For an extra that shares all of its modules with larger ones, which `remedy` would name.
    """
    missing = next((module for module in modules if find_spec(module) is None), None)
    if missing is not None:
        raise Unusable(f"{missing} is not installed; install the extra named '{extra}': {install_line(extra)}")


def install_line(extra: str) -> str:
    """The command that installs an extra from where the distribution came: a checkout, a wheel, an index."""
    url, is_editable = _origin()
    if is_editable:
        wanted = f"{unquote(urlsplit(url).path)}[{extra}]"
        return f"python -m pip install --editable {shlex.quote(wanted)}"
    wanted = f"{DISTRIBUTION}[{extra}]" + (f" @ {url}" if url else "")
    return f"python -m pip install {shlex.quote(wanted)}"


def _origin() -> tuple[str, bool]:
    """The address that the distribution was installed from, and whether as a checkout that stays editable."""
    try:
        record = json.loads(metadata.distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
        return str(record.get("url", "")), bool(record.get("dir_info", {}).get("editable"))
    except (metadata.PackageNotFoundError, ValueError, AttributeError):
        return "", False
