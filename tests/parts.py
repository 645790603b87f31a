"""Real parts that some tests need: on a user's machine their absence skips the test, in CI it fails it."""

from __future__ import annotations

import os
import shutil

import pytest

needs_dot = pytest.mark.skipif(
    shutil.which("dot") is None and not os.environ.get("CI"),
    reason="Graphviz is not installed: apt install graphviz, or brew install graphviz",
)
