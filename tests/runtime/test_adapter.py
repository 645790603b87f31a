"""The base of the adapters, which runs as a neighbour of theirs in other environments."""

from __future__ import annotations

import subprocess
import sys

import pytest

from generators.workers import WORKERS

SCRIPT = f"""
import sys
sys.path.insert(0, {str(WORKERS)!r})
from adapter import Adapter

class Small(Adapter):
    distribution, program, package, private = "small", "small", "email", "small_private"
    def renderer(self): return self.module("utils")
    def drawn(self, session, path, form): return ""
    def failure(self, result): return None

class Lacking(Small):
    renderer = Adapter.renderer

print(Small().renderer().__name__)
try:
    Lacking()
except TypeError as error:
    print(error)
"""


@pytest.fixture
def said() -> list[str]:
    """What the script prints."""
    command = [sys.executable, "-E", "-s", "-c", SCRIPT]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()  # noqa: S603 - ours


def test_modules_are_those_of_the_package_that_the_adapter_names(said: list[str]) -> None:
    """The base names no package itself."""
    assert said[0] == "email.utils"


def test_an_adapter_without_an_answer_is_refused_at_the_start(said: list[str]) -> None:
    """Not at the question that needs it, in the middle of a check."""
    assert "abstract" in said[1]
    assert "renderer" in said[1]
