"""The command in this process, as the console script runs it."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest

from generators.cli import main
from tests.cli.command import Dfops, Ran

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def dfops(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Dfops]:
    """Runs `dfops ARGUMENTS` and gives exit code, output and errors."""
    before = gc.get_threshold()
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["dfops", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 0
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    yield run
    gc.set_threshold(*before)
