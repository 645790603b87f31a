"""The command in this process, as the console script runs it."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from generators.cli import main
from generators.runtime.known import KnownRuntime
from tests.cli.command import Dfops, Ran
from tests.runtimes import shared_port

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _signals_as_at_a_terminal() -> Iterator[None]:
    """However the tests were started: in the background of a shell without job control SIGINT is ignored."""
    interrupted = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in (before | {signal.SIGINT: interrupted}).items():
        signal.signal(number, handler)


@pytest.fixture
def dfops(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dfops]:
    """Runs `dfops ARGUMENTS` and gives exit code, output and errors. Commands share one process of each runtime."""
    before = gc.get_threshold()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("DFOPS_HOME", str(tmp_path_factory.getbasetemp() / f"home-{uuid4()}"))
    monkeypatch.setattr(KnownRuntime, "port", shared_port)

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
