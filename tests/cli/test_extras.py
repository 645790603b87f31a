from __future__ import annotations

import json
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from generators.cli.extras import install_line, remedy

if TYPE_CHECKING:
    from collections.abc import Mapping


class Installed:
    """A distribution as the packaging tools left it."""

    def __init__(self, record: Mapping[str, object] | str | None) -> None:
        self.record = record

    def read_text(self, name: str) -> str | None:
        """The record of where it came from; None where an index is."""
        assert name == "direct_url.json"
        return json.dumps(self.record) if isinstance(self.record, dict) else self.record  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (None, "python -m pip install 'dataface-ops[site]'"),
        ("", "python -m pip install 'dataface-ops[site]'"),
        ("[1]", "python -m pip install 'dataface-ops[site]'"),
        ("not JSON", "python -m pip install 'dataface-ops[site]'"),
        (
            {"url": "https://packs.example.org/client/a-1-py3-none-any.whl", "archive_info": {}},
            "python -m pip install 'dataface-ops[site] @ https://packs.example.org/client/a-1-py3-none-any.whl'",
        ),
        (
            {"url": "file:///home/a%20b/ops", "dir_info": {}},
            "python -m pip install 'dataface-ops[site] @ file:///home/a%20b/ops'",
        ),
        (
            {"url": "file:///home/a%20b/ops", "dir_info": {"editable": True}},
            "python -m pip install --editable '/home/a b/ops[site]'",
        ),
    ],
    ids=["index", "empty", "list", "broken", "wheel", "folder", "checkout"],
)
def test_install_line_names_where_the_distribution_came_from(
    record: Mapping[str, object] | str | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line can be pasted: it gets the extra of the version that is there."""
    monkeypatch.setattr(metadata, "distribution", lambda _: Installed(record))
    assert install_line("site") == line


def test_install_line_of_code_that_was_never_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read from a folder on the path: the index is all there is to name."""

    def absent(name: str) -> Installed:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    assert install_line("packs") == "python -m pip install 'dataface-ops[packs]'"


@pytest.mark.parametrize(
    ("module", "extra"),
    [("lxml.etree", "site"), ("duckdb", "sample"), ("sqlglot.errors", "packs"), ("cryptography", "sign")],
)
def test_remedy_names_the_extra_of_the_module(module: str, extra: str) -> None:
    """Also where a part of a module is what was asked for."""
    first = module.partition(".")[0]
    found = remedy(ModuleNotFoundError(name=module))
    assert found.startswith(f"{first} is not installed; install the extra named '{extra}': python -m pip install ")


@pytest.mark.parametrize("name", ["generators.gone", "nothing_of_the_sort", None])
def test_module_of_no_extra_is_a_bug(name: str | None) -> None:
    """It stays the error that it is."""
    error = ModuleNotFoundError(name=name)
    with pytest.raises(ModuleNotFoundError) as raised:
        remedy(error)
    assert raised.value is error
