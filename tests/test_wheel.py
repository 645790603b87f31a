"""The distribution as users get it: a small wheel, alone in an environment, beside the runtime, on a published pack."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from generators.published.standing import EMBEDDED
from generators.runtime.environments import lock_of
from tests.client import BASE, NEWEST, ROOT, catalog, normal
from tests.once import once
from tests.published.signing import Publisher
from tests.runtimes import known

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 1_300_000
"""Bytes of the wheel: it is fetched by every user, and grows by decision."""
KINDS = {".py", ".jinja", ".txt"}
"""What the engine is made of: code, templates, and the lists of packages of environments."""
ALSO = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE"}
SECONDS = 600
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input")
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)


def _run(*command: object, cwd: Path, more: dict[str, str] | None = None) -> str:
    """What a command prints; it must end well."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "DFOPS_HOME": str(cwd.parent / "seen"),
        "DO_NOT_TRACK": "1",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
    }
    environment |= {
        name: value for name, value in os.environ.items() if name.lower().startswith(("pip_", "https_proxy"))
    }
    done = subprocess.run(  # noqa: S603 - ours, the interpreter's own and the runtime's
        [str(word) for word in command],
        cwd=cwd,
        env=environment | (more or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _built(into: Path, epoch: str | None = None) -> Path:
    """The wheel that `make client` puts into a catalog that has keys."""
    (into / "metadata").mkdir(parents=True)
    (into / "metadata/1.root.json").write_bytes(Publisher().root)
    return _made(into, epoch)


def _made(into: Path, epoch: str | None = None) -> Path:
    binaries = Path(sys.executable).parent
    words = ("make", "--no-print-directory", "--old-file", "install", "client", f"BIN={binaries}", f"CATALOG={into}")
    _run(*words, cwd=ROOT, more={"SOURCE_DATE_EPOCH": epoch} if epoch else {})
    (wheel,) = (into / "client").glob("*.whl")
    return wheel


@pytest.fixture
def wheel(shared: Path) -> Path:
    """The wheel, built once."""
    (found,) = once(shared / "wheel", _built).glob("client/*.whl")
    return found


def test_wheel_holds_the_engine_and_nothing_else(wheel: Path) -> None:
    """No tests, no pages, no model; small."""
    with zipfile.ZipFile(wheel) as archive:
        paths = [PurePosixPath(name) for name in archive.namelist() if name != EMBEDDED]
    assert {path.parts[0] for path in paths} == {"generators", f"dataface_ops-{wheel.name.split('-')[1]}.dist-info"}
    engine = {path for path in paths if path.parts[0] == "generators"}
    contracts = PurePosixPath("generators/telemetry/contracts.json")
    assert contracts in engine
    assert {path.suffix for path in engine if path != contracts} == KINDS
    assert {path.name for path in set(paths) - engine} == ALSO
    sources = (path for path in (ROOT / "generators").rglob("*") if path.suffix in KINDS)
    assert {PurePosixPath(path.relative_to(ROOT).as_posix()) for path in sources} == engine - {contracts}
    assert wheel.stat().st_size < LARGEST


def test_wheel_carries_the_newest_root_of_its_catalog(wheel: Path, tmp_path: Path) -> None:
    """Of a catalog without keys none: a checkout has none either."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(EMBEDDED) == Publisher().root
    (tmp_path / "metadata").mkdir()
    for version in (1, 9, 10):
        (tmp_path / f"metadata/{version}.root.json").write_text(str(version), encoding="utf-8")
    with zipfile.ZipFile(_made(tmp_path)) as archive:
        assert archive.read(EMBEDDED) == b"10"
    with zipfile.ZipFile(_made(tmp_path / "none")) as archive:
        assert EMBEDDED not in archive.namelist()
    assert not (ROOT / EMBEDDED).exists()


def test_wheel_is_the_same_each_time(wheel: Path, tmp_path: Path) -> None:
    """The index of a catalog names its digest."""
    assert _built(tmp_path / "again").read_bytes() == wheel.read_bytes()
    one, two = (_built(tmp_path / name, "1793000000") for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_catalog_lists_the_wheel(wheel: Path, shared: Path, tmp_path: Path) -> None:
    """Quickstarts name it from there."""
    from generators.packs.delivery.catalog_folder import write_index  # noqa: PLC0415 - most tests here need none

    folder = shutil.copytree(catalog(shared), tmp_path / "catalog")
    shutil.copytree(wheel.parent, folder / "client")
    write_index(folder, [])
    client = json.loads((folder / "index.json").read_text(encoding="utf-8"))["client"]
    assert (client["file"], client["size"]) == (wheel.name, wheel.stat().st_size)


def _constraints(file: Path, lists: Iterable[Path]) -> Path:
    """The versions of lists of pinned packages; of the first list that names a package."""
    versions: dict[str, str] = {}
    for path in lists:
        for name, version in PINNED.findall(path.read_text(encoding="utf-8")):
            versions.setdefault(normal(name), version)
    file.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()), encoding="utf-8")
    return file


def _distributions(python: Path, cwd: Path) -> set[str]:
    listed = json.loads(_run(python, "-m", "pip", "list", "--format", "json", *QUIET[1:], cwd=cwd))
    return {normal(one["name"]) for one in listed} - {"pip", "setuptools"}


@pytest.mark.long
@pytest.mark.minutes
def test_pack_reaches_a_user(wheel: Path, shared: Path, tmp_path: Path) -> None:
    """The wheel alone brings what is written down; beside the runtime a published pack that it trusts is drawn."""
    current = known()[0]
    released = current.runtime.newest.version
    lock = lock_of(ROOT, current.runtime.distribution, released)
    _run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python, own = tmp_path / "venv/bin/python", tmp_path / "venv/bin"
    pins = _constraints(tmp_path / "pins.txt", [lock, ROOT / "requirements.lock"])
    pip = (python, "-m", "pip", "install", *QUIET, "--no-compile", "--constraint", pins)
    _run(*pip, wheel, cwd=tmp_path)
    assert _distributions(python, tmp_path) == BASE | {"dataface-ops"}

    runtime = f"{current.runtime.distribution}=={released}"
    _run(*pip, wheel, runtime, "dbt-core<1.12", "plotext<6", "duckdb", cwd=tmp_path)
    _run(python, "-m", "pip", "check", *QUIET, cwd=tmp_path)

    project, packs = tmp_path / "project", ("--catalog", catalog(shared))
    project.mkdir()
    assert f"stripe {NEWEST.version}" in _run(own / "dfops", "pack", "list", *packs, cwd=project)
    _run(own / "dfops", "pack", "sample", "stripe", *packs, "--project", ".", cwd=project)
    _run(own / "dfops", "pack", "install", "stripe", *packs, "--source", "stripe_sample", cwd=project)
    assert "changed" not in _run(own / "dfops", "pack", "verify", cwd=project)
    program = own / current.runtime.program
    _run(program, "validate", "--strict", cwd=project)
    data = json.loads(_run(program, "render", "charts/stripe/index.yml", "--format", "data", cwd=project))
    assert data["id"] == "stripe_payments"
    assert any(query.get("rows") or query.get("data") for query in data["queries"].values())
