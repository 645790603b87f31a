"""Real parts that some tests need: on a user's machine their absence skips the test, in CI it fails it."""

from __future__ import annotations

import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ENGINES = Path(__file__).parents[1] / "build/engines"
"""Where `make engines` and `make engines-slow` put what they start and make."""

needs_dot = pytest.mark.skipif(
    shutil.which("dot") is None and not os.environ.get("CI"),
    reason="Graphviz is not installed: apt install graphviz, or brew install graphviz",
)

needs_ruby = pytest.mark.skipif(
    shutil.which("ruby") is None and not os.environ.get("CI"),
    reason="Ruby is not installed: apt install ruby",
)


def _postgres() -> str | None:
    """The address that is set, or that of a running `make engines`; a file left behind by a stopped one is none."""
    if given := os.environ.get("DFOPS_POSTGRES"):
        return given
    with suppress(OSError):
        address = (ENGINES / "postgres.dsn").read_text(encoding="utf-8").strip()
        url = urlsplit(address)
        with socket.create_connection((url.hostname or "", url.port or 0), timeout=5):
            return address
    return None


POSTGRES = _postgres()
"""The address of a PostgreSQL that tests may use, if there is one."""

needs_postgres = pytest.mark.skipif(
    POSTGRES is None and not os.environ.get("CI"),
    reason="no PostgreSQL is running: make engines",
)


PSQL = shutil.which("psql")
"""The command, where it is installed."""

# Where CI is set it is not skipped: .ci/run installs psql, and the tests fail there without it.
needs_psql = pytest.mark.skipif(
    PSQL is None and not os.environ.get("CI"), reason="psql is not installed: apt install postgresql-client"
)

PROMETHEUS = ("promtool", "prometheus", "amtool", "prometheus-alertmanager")
"""The commands of Prometheus and Alertmanager, as Debian names them."""

needs_prometheus = pytest.mark.skipif(
    not all(map(shutil.which, PROMETHEUS)) and not os.environ.get("CI"),
    reason="Prometheus or Alertmanager is not installed: apt install prometheus prometheus-alertmanager",
)


def _python(name: str) -> str | None:
    """The interpreter that is set, or that of the environment that `make engines-slow` made."""
    made = ENGINES / name / "bin/python"
    return os.environ.get(f"DFOPS_{name.upper()}") or (str(made) if made.exists() else None)


SPARK, FAKESNOW = _python("spark"), _python("fakesnow")
"""The interpreters of environments with them, if there are any."""

needs_spark = pytest.mark.skipif(
    (SPARK is None or shutil.which("java") is None) and not os.environ.get("CI"),
    reason="no environment with Spark, or no Java: make engines-slow",
)
needs_fakesnow = pytest.mark.skipif(
    FAKESNOW is None and not os.environ.get("CI"),
    reason="no environment with fakesnow: make engines-slow",
)
