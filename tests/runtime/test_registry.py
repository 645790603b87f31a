from __future__ import annotations

import hashlib
import json
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from generators.runtime import environments
from generators.runtime.environments import NotInstallable
from generators.runtime.registry import (
    CLIENT,
    PIP,
    NotListed,
    Releases,
    Wanted,
    ask,
    install,
    is_newer,
    refused_pins,
    releases_of,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path

LOCK = """\
# how it was made
alpha==1.0 \\
    --hash=sha256:aa
beta-parts==2.0.1 ; sys_platform == 'win32' \\
    --hash=sha256:bb
lamp==1.2.0 \\
    --hash=sha256:cc
"""
WANTED = Wanted("lamp", "1.3.0.dev1", LOCK)


def program(path: Path, text: str) -> Path:
    """A program in the shell's language."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def client(folder: Path, text: str) -> None:
    """An environment that is taken for the one with pip, whose Python is a program of the shell."""
    program(folder / CLIENT / "bin/python", text)
    stamp = hashlib.sha256(PIP.encode()).hexdigest()
    (folder / CLIENT / environments.STAMP).write_text(stamp, encoding="ascii")


def test_order_of_versions() -> None:
    """By what versions mean and not as text; a spelling that the model does not know is left out."""
    names = ["0.9.1", "0.10.0", "0.9.2.dev4", "0.10.1.dev3", "0.10.1.dev12", "1!2.0", "0.11.0+local", "nightly"]
    assert releases_of(names) == Releases("0.10.0", "0.10.1.dev12")
    assert releases_of(["0.10.1.dev3", "0.10.1"]) == Releases("0.10.1", None)
    assert releases_of(["0.1.0a1"]) == Releases(None, "0.1.0a1")
    assert releases_of([]) == Releases(None, None)
    assert is_newer("0.10.0", ["0.9.1"])
    assert not is_newer("0.10.0", ["0.9.1", "0.10.0"])


def test_newer_ones() -> None:
    """What is tried: a release that is newer, and the pre-release where it is asked for."""
    releases = Releases("0.10.0", "0.10.1.dev3")
    assert releases.newer_than("0.10.0", pre=False) == ()
    assert releases.newer_than("0.10.0", pre=True) == ("0.10.1.dev3",)
    assert releases.newer_than("0.9.1", pre=True) == ("0.10.0", "0.10.1.dev3")
    assert releases.newer_than("0.11.0", pre=True) == ()


def test_registry_is_asked_for_every_version(tmp_path: Path) -> None:
    """Pre-releases and versions for other Pythons count, so that none goes unnoticed because of this machine."""
    said = json.dumps({"name": "lamp", "versions": ["1.3.0.dev1", "1.2.0"]})
    client(tmp_path, f'echo "$@" > {tmp_path}/asked; echo {shlex.quote(said)}')
    assert ask("lamp", tmp_path, sys.executable, {}) == Releases("1.2.0", "1.3.0.dev1")
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.startswith("-m pip index versions lamp")
    assert {"--pre", "--json", "--ignore-requires-python"} <= set(asked.split())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("echo 'WARNING: a mirror at file:///opt/x' >&2; echo 'ERROR: No distribution found for lamp' >&2; exit 1",
         "No distribution found for lamp"),
        ("echo 'ERROR: https://mirror.example.org/simple refuses' >&2; exit 1", "… refuses"),
        ("exit 2", "the registry does not answer"),
        ("echo '{}'", "the registry does not answer"),
        ("echo 'no JSON'", "the registry does not answer"),
    ],
)  # fmt: skip
def test_registry_without_an_answer(tmp_path: Path, said: str, sentence: str) -> None:
    """One sentence, without addresses of the machine's mirrors."""
    client(tmp_path, said)
    with pytest.raises(NotListed) as raised:
        ask("lamp", tmp_path, sys.executable, {})
    assert str(raised.value) == sentence


def test_list_of_packages_for_another_version() -> None:
    """The version in place of the one of the list, the others as they are pinned, without digests."""
    assert WANTED.requirements(WANTED.pins.values()).splitlines() == [
        "lamp==1.3.0.dev1",
        "alpha==1.0",
        "beta-parts==2.0.1 ; sys_platform == 'win32'",
    ]


def test_packages_that_an_installer_names() -> None:
    """Only those whose pin stands in its message, whole."""
    message = "Cannot install lamp and alpha==1.0 because these package versions have conflicting dependencies."
    assert refused_pins(message, WANTED.pins) == ("alpha",)
    assert refused_pins("alpha==1.0.5 and not-alpha==1.0 conflict", WANTED.pins) == ()


def test_pin_that_does_not_go_with_the_version_is_dropped(tmp_path: Path) -> None:
    """The others stay, it is said which one was dropped, and a second call finds the environment as it was made."""
    refusal = 'if grep -q "alpha==1.0" "$7"; then echo "ERROR: lamp and alpha==1.0 conflict" >&2; exit 1; fi'
    uv = program(tmp_path / "bin/uv", f'echo "$@" >> {tmp_path}/ran\nif [ "$2" = install ]; then {refusal}; fi')
    environment = {"PATH": f"{uv.parent}:/usr/bin:/bin"}
    folder = tmp_path / "lamp-1.3.0.dev1"
    refused = install(WANTED, folder, sys.executable, environment)
    assert refused == ("alpha",)
    assert words_of(refused, "Lamp 1.2.0") == "with the packages of Lamp 1.2.0, except for alpha"
    assert "alpha" not in (folder / "requirements.txt").read_text(encoding="utf-8")
    ran = (tmp_path / "ran").read_text(encoding="utf-8")
    assert install(WANTED, folder, sys.executable, environment) == ("alpha",)
    assert (tmp_path / "ran").read_text(encoding="utf-8") == ran


def test_version_that_cannot_be_installed(tmp_path: Path) -> None:
    """What the installer says, without paths of this machine; nothing is tried again where no package is named."""
    uv = program(tmp_path / "bin/uv", f'echo "error: no wheel in {tmp_path}/cache/x for this platform" >&2; exit 1')
    with pytest.raises(NotInstallable) as raised:
        install(WANTED, tmp_path / "lamp", sys.executable, {"PATH": f"{uv.parent}:/usr/bin:/bin"})
    assert str(raised.value) == "error: no wheel in … for this platform"
