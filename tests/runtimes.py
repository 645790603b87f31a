"""The runtimes of this repository, for tests: one process each, started when the first test asks, ended with Python."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog import load
from generators.model import KINDS
from generators.packs.proof.check import Plan
from generators.runtime.known import ENVIRONMENTS, RUNTIMES, known_runtimes
from generators.runtime.port import Environment, Missing, Rendered, RuntimePort
from generators.source import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.runtime.known import KnownRuntime

ROOT = Path(__file__).parents[1]
HERE = Path(os.environ.get(RUNTIMES) or ROOT / ENVIRONMENTS)
"""Where `make install` and `make runtimes` put them."""


@cache
def known() -> tuple[KnownRuntime, ...]:
    """Each runtime of this repository, the current one first."""
    catalog, _ = load(Repository(ROOT), KINDS)
    return known_runtimes(catalog, ROOT, HERE)


@cache
def ports() -> Mapping[str, RuntimePort]:
    """A port to each, by id, the current one first; nothing is started before it is asked."""
    made = {runtime.id: runtime.port() for runtime in known()}
    for port in made.values():
        atexit.register(port.close)
    return made


class _Shared(RuntimePort):
    """A port that several commands use after each other: its process ends with Python."""

    def __exit__(self, *_: object) -> None:
        """Stay for the next command."""


_SHARED: dict[Environment, RuntimePort] = {}


def shared_port(runtime: KnownRuntime) -> RuntimePort:
    """Instead of a new process for each command of a test: starting one takes seconds, and nothing is kept in it."""
    environment = runtime.environment
    if environment not in _SHARED:
        _SHARED[environment] = _Shared(environment)
        atexit.register(_SHARED[environment].close)
    return _SHARED[environment]


def current() -> Mapping[str, RuntimePort]:
    """The one that packs are written for."""
    return dict(list(ports().items())[:1])


def planned(**asked: Any) -> Plan:
    """A check through the current runtime."""
    return Plan(runtimes=current(), **asked)


def rendered(sql: str, variables: Mapping[str, object], dialect: str) -> Rendered:
    """A template as the current runtime sends it."""
    (port,) = current().values()
    answers = port.rendered([(sql, variables)], dialect)
    assert not isinstance(answers, Missing), answers
    (answer,) = answers
    assert isinstance(answer, Rendered), answer
    return answer


def _is_missing(status: str) -> bool:
    return not all(runtime.environment.python.exists() for runtime in known() if runtime.runtime.status == status)


needs_runtime = pytest.mark.skipif(
    not os.environ.get("CI") and _is_missing("current"), reason="the current runtime is not installed: make install"
)
needs_runtimes = pytest.mark.skipif(
    not os.environ.get("CI") and (_is_missing("current") or _is_missing("older")),
    reason="not all runtimes are installed: make runtimes",
)
