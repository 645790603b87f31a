from __future__ import annotations

import subprocess
import sys
import warnings
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Never

from generators.installed import dataface
from generators.installed.dataface import ABSENT, Diagnostic, Missing

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def test_every_code_has_one_sentence() -> None:
    """All 105 codes of the pinned version: 78 errors, 27 warnings, sorted, each with a summary."""
    codes = dataface.diagnostic_codes()
    assert not isinstance(codes, Missing)
    names = [code.code for code in codes]
    assert names == sorted(set(names))
    assert sum(name.startswith("ERR-") for name in names) == 78
    assert sum(name.startswith("WARN-") for name in names) == 27
    assert all(code.summary.endswith(".") and "\n" not in code.summary for code in codes)
    assert Diagnostic("WARN-QUERY-RETURNED-ZERO-ROWS", "Fires on any chart whose query returned zero rows.") in codes


def test_version_is_the_pinned_one() -> None:
    """The facts asserted here are those of 0.4.0."""
    assert dataface.version() == "0.4.0"


def test_command_is_the_root_of_dft() -> None:
    """Hidden commands belong to it."""
    command = dataface.command()
    assert not isinstance(command, Missing)
    assert {"render", "validate", "inspect"} <= set(getattr(command, "commands", {}))


def test_absent_package_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, nothing raises and the remedy is named."""

    def absent(name: str) -> Never:
        raise metadata.PackageNotFoundError(name)

    class Nowhere:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "dataface":
                raise ModuleNotFoundError(f"No module named '{name}'", name="dataface")

    for name in [name for name in sys.modules if name.partition(".")[0] == "dataface"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Nowhere(), *sys.meta_path])
    monkeypatch.setattr(metadata, "version", absent)
    assert dataface.version() is dataface.diagnostic_codes() is dataface.command() is ABSENT
    assert ABSENT.sentence == "dataface could not be looked up: it is not installed; install the extra named 'packs'"


def test_package_that_cannot_be_imported_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that lost its command, or one that fails, is told apart from none."""
    monkeypatch.setitem(sys.modules, "dataface.cli.main", ModuleType("dataface.cli.main"))
    command = dataface.command()
    assert isinstance(command, Missing)
    assert command.reason.startswith("importing it fails with ImportError: cannot import name 'app'")
    assert command.remedy == "reinstall the extra named 'packs'"


def test_warning_of_a_foreign_package_is_not_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where warnings are errors, as here, an import that warns still succeeds."""

    def warn() -> tuple[Diagnostic, ...]:
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return ()

    monkeypatch.setattr(dataface, "_codes", warn)
    assert dataface.diagnostic_codes() == ()


def test_dependency_that_is_absent_is_not_called_absence_of_dataface(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names what is really wrong."""
    monkeypatch.setitem(sys.modules, "dataface.core.diagnostics", None)
    codes = dataface.diagnostic_codes()
    assert isinstance(codes, Missing)
    assert "ModuleNotFoundError" in codes.reason


def test_private_package_that_is_there_lets_inspect_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dft inspect` alone is refused only where it would exit 1."""
    assert set(dataface.idle_groups()) == {("inspect",)}
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    assert dataface.idle_groups() == {}


def test_dataface_is_imported_only_when_it_is_needed() -> None:
    """Pages without a `dft` line and without codes pay nothing for it."""
    program = """
import sys
from generators.installed import installed
facts = installed({}, "html:")
assert facts.problems("make htm; echo") == [(0, "the Makefile has no target 'htm'; did you mean 'html'?")]
assert "dft" in facts.grammars and facts.missing == ()
assert "dataface" not in sys.modules
assert facts.problems("dft rendr")
assert "dataface.cli.main" in sys.modules
import logging
assert logging.getLogger().handlers == [], "importing dft set up its own logging"
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 -- our own text
    assert done.returncode == 0, done.stderr


def test_no_other_module_imports_dataface() -> None:
    """Version 0.5 renames much of its interface: the change is made in one file."""
    importing = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "generators").rglob("*.py"))
        if any(line.split()[:1] in (["import"], ["from"]) and line.split()[1].split(".")[0] == "dataface"
               for line in path.read_text(encoding="utf-8").splitlines())
    ]  # fmt: skip
    assert importing == ["generators/installed/dataface.py"]
