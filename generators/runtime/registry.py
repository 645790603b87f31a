"""What the registry has of a runtime, and an environment for a version that the repository keeps no list of.

The registry is asked by pip, in an environment of its own, so that mirrors and credentials of the machine are used as
they are set up for it.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from generators.model.forms import UPSTREAM_VERSION
from generators.runtime import environments
from generators.runtime.environments import NotInstallable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

CLIENT = "registry-client"
"""The folder of the environment that asks, beside those of runtimes."""
PIP = "pip>=25.1\n"
"""From 25.1 on it prints versions as JSON."""
SECONDS = 120
ATTEMPTS = 6
"""Lists of packages that are tried for one version."""
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)[ \t]*(;[^\\\n]*)?", re.MULTILINE)
_ADDRESS = re.compile(r"\b(?:https?|file)://\S+")
_PATH = re.compile(r"(?<![\w.])/(?:[\w.@+~-]+/)+[\w.@+~-]*")


class NotListed(RuntimeError):  # noqa: N818 - what a registry or a network refuses, not a fault of the program
    """The registry does not say which versions there are: one sentence."""


@dataclass(frozen=True, slots=True)
class Releases:
    """The newest versions of a distribution, as the registry spells them."""

    release: str | None
    pre_release: str | None
    """The newest one of all, where it is newer than the newest release."""

    def newer_than(self, version: str, *, pre: bool) -> tuple[str, ...]:
        """The newest release, and with `pre` the newest pre-release, as far as they are newer than a version."""
        names = (self.release, self.pre_release if pre else None)
        return tuple(name for name in names if name and Version(name) > Version(version))


def releases_of(names: Iterable[str]) -> Releases:
    """The newest of the versions that are named; spellings that the model does not know are left out."""
    versions = sorted((Version(name), name) for name in names if re.fullmatch(UPSTREAM_VERSION, name))
    finals = [name for version, name in versions if not version.is_prerelease]
    release = finals[-1] if finals else None
    newest = versions[-1][1] if versions else None
    return Releases(release, newest if newest != release else None)


def is_newer(version: str, than: Iterable[str]) -> bool:
    """Whether a version is newer than all of the others."""
    return all(Version(version) > Version(other) for other in than)


def ask(distribution: str, folder: Path, python: str, environment: Mapping[str, str]) -> Releases:
    """What the registry has of a distribution. Raises NotListed.

    Versions for other Pythons count as well: that one cannot be installed here is said when it is tried. `folder` holds
    the environments; `python` and `environment` are those of `environments.make`.
    """
    client = folder / CLIENT
    try:
        if not environments.is_made(client, PIP):
            environments.make(client, PIP, python, environment)
    except NotInstallable as error:
        raise NotListed(_plain(str(error))) from error
    command = [str(client / "bin/python"), "-m", "pip", "index", "versions", distribution]
    command += ["--pre", "--json", "--ignore-requires-python", "--disable-pip-version-check"]
    try:
        answer = subprocess.run(  # noqa: S603 - pip, with the name of a distribution of the model
            command,
            env=dict(environment),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return releases_of(json.loads(answer.stdout)["versions"])
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotListed(f"pip: {type(error).__name__}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NotListed(_errors(answer.stderr)) from error


# ── environments ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Wanted:
    """A version to be installed: of which distribution, and the text of a list of packages that goes with another."""

    distribution: str
    version: str
    lock: str

    @property
    def pins(self) -> dict[str, str]:
        """The other packages of the list by name, each as a line without digests."""
        found = {pin[1]: f"{pin[1]}=={pin[2]} {pin[3] or ''}".strip() for pin in _PIN.finditer(self.lock)}
        return {name: line for name, line in found.items() if name != self.distribution}

    def requirements(self, pins: Iterable[str]) -> str:
        """The text of a list: the version itself and these packages."""
        return "".join(f"{line}\n" for line in (f"{self.distribution}=={self.version}", *pins))


def install(wanted: Wanted, folder: Path, python: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Make the environment of a version with the packages of a list; which of those it refused. Raises NotInstallable.

    Where a package of the list does not go with the version, it is left to the installer, so that as little as possible
    differs between two versions besides themselves.
    """
    kept = wanted.pins
    if (made := _made(folder, wanted)) is not None:
        return tuple(sorted(kept.keys() - made))
    for _ in range(ATTEMPTS):
        try:
            environments.make(folder, wanted.requirements(kept.values()), python, environment)
        except NotInstallable as error:
            refused = refused_pins(str(error), kept)
            if not refused:
                raise NotInstallable(_plain(str(error))) from error
            kept = {name: line for name, line in kept.items() if name not in refused}
        else:
            return tuple(sorted(wanted.pins.keys() - kept.keys()))
    raise NotInstallable("its packages do not go with those of the list")


def _made(folder: Path, wanted: Wanted) -> set[str] | None:
    """The packages of the list that a whole environment was made with; None where there is none."""
    try:
        text = (folder / "requirements.txt").read_text(encoding="utf-8")
    except OSError:
        return None
    lines = set(text.splitlines())
    pins = {name: line for name, line in wanted.pins.items() if line in lines}
    whole = environments.is_made(folder, text) and text == wanted.requirements(pins.values())
    return set(pins) if whole else None


def refused_pins(message: str, pins: Mapping[str, str]) -> tuple[str, ...]:
    """The packages of a list that an installer names as the reason of a conflict."""
    pairs = [(name, line.partition(";")[0].strip()) for name, line in pins.items()]
    return tuple(name for name, pin in pairs if re.search(rf"(?<![\w.-]){re.escape(pin)}(?![\w.])", message))


def _errors(text: str) -> str:
    """What pip says went wrong, without its warnings: they hold addresses of the machine's own mirrors."""
    lines = [line.partition("ERROR:")[2].strip() for line in text.splitlines() if line.startswith("ERROR:")]
    return _plain(" ".join(lines) or "the registry does not answer")


def _plain(message: str) -> str:
    """A message without addresses and paths of this machine."""
    return _PATH.sub("…", _ADDRESS.sub("…", message))


def words_of(refused: Sequence[str], beside: str) -> str:
    """How a version was installed, in words."""
    others = f", except for {', '.join(refused)}" if refused else ""
    return f"with the packages of {beside}{others}"
