from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from generators.cli import COMMANDS, app
from generators.cli.oncall import OnCall
from generators.cli.pack import Packs
from generators.cli.tree import CommandGroup, Entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

TABLES: dict[str, dict[str, Entry]] = {"": COMMANDS, "oncall": OnCall.entries, "pack": Packs.entries}
LINES = [(group, name, entry) for group, table in TABLES.items() for name, entry in table.items()]


@pytest.mark.parametrize(("group", "name", "entry"), LINES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_line_of_a_table_is_the_first_of_the_command_itself(group: str, name: str, entry: Entry) -> None:
    """The list is printed without importing what it lists, so it could say something else."""
    help_text = " ".join((entry.load(name).help or "").split())
    assert help_text.startswith(entry.summary.removesuffix(".")), f"{group} {name}"


def test_every_command_is_listed_in_order(dfops: Dfops) -> None:
    """What is in no table is no command."""
    command = get_command(app)
    assert isinstance(command, CommandGroup)
    assert list(command.commands) == list(COMMANDS)
    listed = dfops("--help").out
    assert re.findall(r"^│ ([a-z]+) ", listed, re.MULTILINE) == list(COMMANDS)


IMPORTED = """
import sys
from generators.cli import main
sys.argv = ["dfops", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("IMPORTED", *sorted(name for name in sys.modules if name.partition(".")[0] in {"generators", "pydantic", "sphinx",
    "jinja2", "yaml", "sqlglot", "duckdb", "icalendar", "dataface"}))
"""


def imported(*words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    done = subprocess.run([sys.executable, "-c", IMPORTED, *words], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return set(done.stdout.rpartition("IMPORTED")[2].split())


def test_help_imports_nothing_of_the_model() -> None:
    """Nor of any command."""
    found = imported("--help")
    assert not {name.partition(".")[0] for name in found} - {"generators"}
    assert {name for name in found if name.startswith("generators.cli.")} <= {
        "generators.cli.extras",
        "generators.cli.options",
        "generators.cli.tree",
    }


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (("oncall",), {"sphinx", "jinja2", "sqlglot", "duckdb", "icalendar", "dataface"}),
        (
            ("page", "--alert", "lamp-dark"),
            {"sphinx", "jinja2", "sqlglot", "duckdb", "icalendar", "dataface"},
        ),
        (("check",), {"sphinx", "duckdb", "icalendar"}),  # SQL of packs is read by its parser
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_only_what_it_uses(miniature: Path, words: tuple[str, ...], absent: set[str]) -> None:
    """Nobody waits at night for what draws pictures by day."""
    found = imported(*words, "--root", str(miniature))
    assert not {name.partition(".")[0] for name in found} & absent
    assert "generators.cli.build" not in found


def test_root_may_stand_before_and_after_the_command(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """The one beside the command is the one that counts; both win over the environment."""
    for words in (("--root", miniature, "oncall"), ("oncall", "--root", miniature)):
        ran = dfops(*words)
        assert (ran.code, "lamp-watch" in ran.out) == (0, True)
    assert dfops("--root", miniature, "pack", "list").out.startswith("oil_feed")
    assert dfops("--root", tmp_path, "oncall", "--root", miniature).code == 0
    assert "holds no ops_model/" in dfops("--root", tmp_path, "check").sentence


def test_root_of_the_environment(
    dfops: Dfops, miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what is meant where nobody says otherwise."""
    monkeypatch.setenv("DFOPS_ROOT", str(tmp_path))
    assert "holds no ops_model/" in dfops("oncall").sentence
    assert dfops("--root", miniature, "oncall").code == 0


def test_version(dfops: Dfops) -> None:
    """What support asks first."""
    ran = dfops("--version")
    assert (ran.code, ran.out.split()[0], ran.out.count("\n")) == (0, "dfops", 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_of_commands(shell: str) -> None:
    """The script that a shell loads, and the words that it then asks for."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "DO_NOT_TRACK": "1",
        "_DFOPS_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "dfops pack ",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "dfops pack ",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    program = "import sys; sys.argv = ['dfops']; from generators.cli import app; app(prog_name='dfops')"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert "install" in done.stdout
