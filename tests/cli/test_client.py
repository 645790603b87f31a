"""The small client: published packs are installed with the base of the distribution and nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from generators.cli.extras import EXTRAS
from tests.client import BASE, NEWEST, ROOT, catalog, modules_of, normal, run, with_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = frozenset({"generators"})
WORKERS = ROOT / "generators/workers"
"""What runs in environments of its own."""
ELSEWHERE = frozenset({"_typeshed"})
"""What type checkers alone import."""
PROJECT_FILE = "sources:\n  lamp:\n    type: duckdb\n    path: lamp.duckdb\n"


def distributions(*extras: str) -> set[str]:
    """The distributions that pyproject.toml names: those of the base, or of extras."""
    listed = [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    found = [Requirement(line) for line in (listed if extras else PROJECT["dependencies"])]
    own = {one.name for one in found if one.name == PROJECT["name"]}
    return {normal(one.name) for one in found} - own


def closure(names: set[str]) -> set[str]:
    """Those distributions and all that they need on this computer."""
    found, pending = set(), sorted(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        needed = [Requirement(line) for line in metadata.requires(name) or ()]
        pending += [normal(one.name) for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def imports() -> Iterator[tuple[str, Path]]:
    """Every module of others that the engine imports, by its first name, and where."""
    for path in sorted((ROOT / "generators").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                first = name.partition(".")[0]
                if first not in sys.stdlib_module_names | OWN | ELSEWHERE:
                    yield first, path


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder whose presence on PYTHONPATH leaves the base of the distribution."""
    return with_only(BASE, tmp_path / "alone")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a source."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dbt_charts.yml").write_text(PROJECT_FILE, encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_base_is_what_is_written_down() -> None:
    """Whoever installs the client gets these distributions beside their runtime, and no other."""
    assert closure(distributions()) == BASE


def test_every_import_belongs_to_the_base_or_to_an_extra() -> None:
    """A module of no extra would be a traceback where it is missing."""
    base = modules_of(distributions() | {"pydantic-core"})
    known = base.union(*EXTRAS.values())
    assert {(name, path) for name, path in imports() if name not in known and not path.is_relative_to(WORKERS)} == set()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_declares_what_is_imported_of_it(extra: str) -> None:
    """Whoever follows the sentence has the module afterwards; no module of an extra is one of the base."""
    assert EXTRAS[extra] <= modules_of(distributions(extra))
    assert not EXTRAS[extra] & modules_of(distributions())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("pack", "--help"), ("pack", "install", "--help")])
def test_help_needs_no_extra(alone: Path, arguments: tuple[str, ...]) -> None:
    """What every user reads first is the same everywhere."""
    small, whole = run(alone, *arguments), run(None, *arguments)
    assert (small.returncode, small.stdout, small.stderr) == (0, whole.stdout, "")


@pytest.mark.long
def test_packs_are_listed_installed_and_verified_with_the_base_alone(alone: Path, project: Path, shared: Path) -> None:
    """From a catalog, with the same files as where everything is installed."""
    listed = run(alone, "pack", "list", "--catalog", catalog(shared))
    assert (listed.returncode, listed.stderr, f"stripe {NEWEST.version}" in listed.stdout) == (0, "", True)
    words = ("pack", "install", "stripe", "--catalog", catalog(shared), "--project", project)
    small = run(alone, *words)
    assert (small.returncode, small.stderr) == (0, "")
    made = files(project / "charts/stripe")
    assert "index.yml" in made
    for asked in ("list", "verify"):
        ran = run(alone, "pack", asked, "--project", project)
        assert (ran.returncode, ran.stderr, f"stripe {NEWEST.version}" in ran.stdout) == (0, "", True)
    assert run(None, *words, "--as", "second").returncode == 0
    assert set(files(project / "charts/second")) == set(made)


@pytest.mark.parametrize(
    "words", [("check",), ("pack", "list"), ("pack", "check", "stripe"), ("pack", "publish", "--into", "{here}/new")]
)
def test_a_command_of_the_repository_says_which_extra_it_needs(
    alone: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Whoever has the client alone and a checkout reads what to install, and nothing is written."""
    ran = run(alone, *(word.format(here=tmp_path) for word in words), "--root", ROOT)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("dfops: ")
    assert " is not installed; install the extra named '" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["alone"]


EVERY_COMMAND = """
import io, sys
from contextlib import redirect_stderr, redirect_stdout
from typer.main import get_command
from generators.cli import app, main

def leaves(words, command):
    for name in getattr(command, "entries", ()):
        try:
            below = command.commands[name]
        except ModuleNotFoundError:
            below = None
        yield from leaves((*words, name), below) if getattr(below, "entries", None) else [(*words, name)]

for words in leaves((), get_command(app)):
    sys.argv = ["dfops", *words, "--help"]
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            main()
            code = 0
        except SystemExit as stopped:
            code = stopped.code
    print(*words, code or 0, bool(out.getvalue()), err.getvalue().strip(), sep="|")
"""


def test_each_command_says_which_extra_it_needs(alone: Path) -> None:
    """One sentence with the line that installs it, exit 2; no traceback, no half of a help text."""
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", EVERY_COMMAND],
        env={"PYTHONPATH": f"{alone}:{ROOT}", "COLUMNS": "200", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
        text=True,
    )
    said = [line.split("|") for line in done.stdout.splitlines()]
    ready = {" ".join(words) for *words, code, out, err in said if (code, out, err) == ("0", "True", "")}
    others = [(code, out, err) for *words, code, out, err in said if " ".join(words) not in ready]
    assert {"pack eject", "pack install", "pack list", "pack sample", "pack verify"} <= ready
    assert ready.isdisjoint({"build", "check", "explain"})
    assert len(others) > 5
    for code, out, err in others:
        assert (code, out) == ("2", "False")
        assert err.startswith("dfops: ")
        assert " is not installed; install the extra named '" in err
        assert ": python -m pip install " in err
