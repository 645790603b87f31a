"""What The Update Framework protects from, tried on a catalog: each attack ends in a sentence and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tuf.api.metadata import Metadata, MetaFile, Snapshot, Targets, Timestamp

from generators.cli import trust
from generators.packs.delivery.keys import Key
from generators.packs.delivery.signing import rotated, signed
from generators.published import catalog as reading
from generators.published.catalog import published, require_not_older
from generators.published.download import fetched
from generators.published.manifest import INDEX, Unreadable
from generators.published.standing import Terms
from generators.published.trust import Seen, Trust
from tests.published import servers
from tests.published.samples import Sample, archive, manifest, tree
from tests.published.signing import AT, TERMS, Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Root

    from tests.cli.command import Dfops
    from tests.published.servers import Serving

TIMESTAMP = "metadata/timestamp.json"
ARCHIVE = "packs/lamps/1.2.0/lamps_boards-1.2.0-dbt-charts-duckdb.tar.gz"


@dataclass
class Scene:
    """A catalog as it is served, and a user who has installed from it once."""

    dfops: Dfops
    folder: Path
    """What the publisher has."""
    project: Path
    served: dict[str, bytes] = field(default_factory=dict)
    where: str = ""
    server: Serving | None = None
    copies: int = 0

    def serve(self, files: Mapping[str, bytes] | None = None) -> None:
        """These files, else those of the publisher, over the network and in a folder."""
        self.served = dict(tree(self.folder) if files is None else files)
        if self.server is not None:
            self.server.table = {f"/{path}": servers.sends(data) for path, data in self.served.items()}
            return
        copy = self.folder.with_name("served")
        shutil.rmtree(copy, ignore_errors=True)
        for path, data in self.served.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(data)
        self.where = str(copy)

    def change(self, path: str, data: bytes | None) -> None:
        """Another file in the place of one, or none."""
        files = {name: held for name, held in self.served.items() if name != path}
        self.serve(files if data is None else {**files, path: data})

    def install(self, *more: object) -> None:
        """It works."""
        self.copies += 1
        words = ("pack", "install", "lamps", "--project", self.project, "--catalog", self.where)
        ran = self.dfops(*words, "--as", f"copy{self.copies}", *more)
        assert (ran.code, ran.err) == (0, ""), ran.err

    def refused(self, *more: object) -> str:
        """The sentence, after which the project is as it was, and the publisher's catalog is still accepted."""
        before = tree(self.project)
        words = ("pack", "install", "lamps", "--project", self.project, "--catalog", self.where, "--as", "attacked")
        ran = self.dfops(*words, *more)
        assert (ran.code, tree(self.project), ran.err.count("\n")) == (2, before, 1), ran.err
        return ran.sentence


@pytest.fixture
def publisher() -> Publisher:
    """The one whom tests trust."""
    return Publisher()


@pytest.fixture(params=["folder", "address"])
def scene(request: pytest.FixtureRequest, dfops: Dfops, tmp_path: Path) -> Iterator[Scene]:
    """Version 1.2.0, signed and installed once."""
    catalog = Sample(tmp_path / "catalog")
    catalog.add()
    project = tmp_path / "shop"
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    made = Scene(dfops, catalog.folder, project)
    if request.param == "folder":
        made.serve()
        made.install()
        yield made
        return
    with servers.serving({}) as server:
        made.server, made.where = server, server.address
        made.serve()
        made.install()
        yield made


def released(scene: Scene, version: str) -> None:
    """One more version, signed."""
    catalog = Sample(scene.folder, [])
    catalog.releases = list(reading.index_of((scene.folder / INDEX).read_bytes()).releases)
    catalog.add(manifest(version=version))


def part(metadata: bytes) -> Any:
    """What is signed in a file of metadata."""
    return Metadata[Any].from_bytes(metadata).signed


def made_by(publisher: Publisher, signed: Timestamp | Snapshot | Targets) -> bytes:
    """Metadata that the holder of a role's key can make."""
    metadata: Metadata[Any] = Metadata(signed)
    metadata.sign(publisher.keys[signed.type][0].signer)
    return metadata.to_bytes()


def meta(data: bytes) -> MetaFile:
    """How another part names these metadata."""
    return MetaFile.from_data(part(data).version, data, ["sha256"])


# ── arbitrary software ──────────────────────────────────────────────────────────────────────────────────────────────
def test_another_archive(scene: Scene) -> None:
    """In the place of the one that was signed."""
    scene.change(ARCHIVE, archive(changes={"charts/index.yml": "title: Evil\n"}))
    assert f"{ARCHIVE} of the catalog is not what its publisher signed" in scene.refused()
    scene.change(ARCHIVE, scene.served[ARCHIVE][:-1])
    assert "is not what its publisher signed" in scene.refused()


def test_another_index(scene: Scene) -> None:
    """That names another archive, which lies there as well."""
    evil = Sample(scene.folder.with_name("evil"))
    evil.add(changes={"charts/index.yml": "title: Evil\n"})
    kept = {path: data for path, data in scene.served.items() if path.startswith("metadata/")}
    scene.serve({**tree(evil.folder), **kept})
    assert f"{INDEX} of the catalog is not what its publisher signed" in scene.refused()
    assert "try again in a few minutes" in scene.refused()


def test_an_archive_that_nobody_signed(scene: Scene, publisher: Publisher) -> None:
    """Though the index that names it was."""
    targets = part(scene.served["metadata/1.targets.json"])
    del targets.targets[ARCHIVE]
    files = {"metadata/2.targets.json": made_by(publisher, replaced(targets, 2))}
    files["metadata/2.snapshot.json"] = made_by(
        publisher, Snapshot(2, expires=targets.expires, meta={"targets.json": meta(files["metadata/2.targets.json"])})
    )
    files[TIMESTAMP] = made_by(
        publisher, Timestamp(2, expires=targets.expires, snapshot_meta=meta(files["metadata/2.snapshot.json"]))
    )
    scene.serve({**scene.served, **files})
    assert f"{ARCHIVE} of the catalog is not signed by its publisher; nothing of it was used" in scene.refused()


def replaced(targets: Targets, version: int) -> Targets:
    """The same list under another number."""
    return Targets(version, expires=targets.expires, targets=targets.targets)


# ── rollback, freeze, mix and match ─────────────────────────────────────────────────────────────────────────────────
def test_an_older_catalog_is_replayed(scene: Scene) -> None:
    """All of it, as it was signed: whoever has seen the newer one notices."""
    old = dict(scene.served)
    released(scene, "1.10.0")
    scene.serve()
    scene.install()
    newer = dict(scene.served)
    scene.serve(old)
    assert "the catalog is older than what was seen of it before" in scene.refused()
    scene.serve({**newer, INDEX: old[INDEX]})
    assert f"{INDEX} of the catalog is not what its publisher signed" in scene.refused()
    scene.serve(newer)
    scene.install()


@pytest.mark.parametrize("stolen", ["timestamp", "snapshot"])
def test_a_stolen_key_brings_back_an_older_part(scene: Scene, publisher: Publisher, stolen: str) -> None:
    """With the key of the timestamp an older snapshot, with that of the snapshot an older list of files."""
    old = dict(scene.served)
    released(scene, "1.10.0")
    scene.serve()
    scene.install()
    expires = part(old[TIMESTAMP]).expires
    files = dict(scene.served)
    if stolen == "timestamp":
        files[TIMESTAMP] = made_by(
            publisher, Timestamp(9, expires=expires, snapshot_meta=meta(old["metadata/1.snapshot.json"]))
        )
    else:
        listed = {"targets.json": meta(old["metadata/1.targets.json"])}
        files["metadata/9.snapshot.json"] = made_by(publisher, Snapshot(9, expires=expires, meta=listed))
        named = meta(files["metadata/9.snapshot.json"])
        files[TIMESTAMP] = made_by(publisher, Timestamp(9, expires=expires, snapshot_meta=named))
    scene.serve(files)
    said = scene.refused()
    words = {"timestamp": "is older than what was seen", "snapshot": "does not belong to the rest of the catalog"}
    assert words[stolen] in said


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_a_frozen_catalog(dfops: Dfops, scene: Scene, tmp_path: Path, role: str) -> None:
    """What has expired installs nothing and says since when; what is installed is listed and verified all the same."""
    past = Publisher(terms=Terms({**TERMS.expires, role: 30}, 14), at=datetime.now(tz=UTC) - timedelta(days=40))
    shutil.rmtree(scene.folder / "metadata")
    past.sign(scene.folder)
    root = tmp_path / "past.json"
    root.write_bytes(past.root)
    scene.serve()
    said = scene.refused("--trust", root)
    assert "the catalog expired" in said
    assert "what is installed already goes on working" in said
    ended = datetime.now(tz=UTC) - timedelta(days=10)
    assert (f"expired on {ended:%Y-%m-%d} " in said) or role == "targets"
    for asked in ("list", "verify"):
        assert dfops("pack", asked, "--project", scene.project).code == 0


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_parts_of_different_moments(scene: Scene, role: str) -> None:
    """A file of before under the name of the present one."""
    old = dict(scene.served)
    released(scene, "1.10.0")
    scene.serve({**tree(scene.folder), f"metadata/2.{role}.json": old[f"metadata/1.{role}.json"]})
    assert f"metadata/2.{role}.json does not belong to the rest of the catalog" in scene.refused()


def test_a_catalog_in_the_middle_of_a_deployment(scene: Scene) -> None:
    """The index is there and the metadata are not, or the other way round: try again; nothing is remembered wrongly."""
    old = dict(scene.served)
    released(scene, "1.10.0")
    new = tree(scene.folder)
    halves = (
        {path: data for path, data in new.items() if not path.startswith("metadata/")}
        | {path: data for path, data in old.items() if path.startswith("metadata/")},
        {path: data for path, data in new.items() if path != "metadata/2.targets.json"},
        {**new, INDEX: old[INDEX]},
    )
    for files in halves:
        scene.serve(files)
        assert "try again" in scene.refused()
    scene.serve(new)
    scene.install()


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Rotating:
    """The publisher's keys with new ones in the place of some."""

    publisher: Publisher
    new: dict[str, Key] = field(default_factory=dict)

    def signers(self, root: Root) -> Mapping[str, CryptoSigner]:
        """All that there are."""
        more = {key.signer.public_key.keyid: key.signer for key in self.new.values()}
        return {**self.publisher.signers(root), **more}

    def rotate(self, folder: Path, name: str) -> None:
        """Another key, and what it signs."""
        self.new[name] = Key.new(name)
        rotated(folder, name, self.new[name], self, TERMS, AT).write(folder)


def _driven_up(served: Mapping[str, bytes], publisher: Publisher, role: str) -> dict[str, bytes]:
    """With the highest numbers that the holder of a role's key can make users see."""
    far = 1_000_000
    files, expires = dict(served), part(served[TIMESTAMP]).expires
    if role == "snapshot":
        listed = {"targets.json": meta(files["metadata/1.targets.json"])}
        files[f"metadata/{far}.snapshot.json"] = made_by(publisher, Snapshot(far, expires=expires, meta=listed))
        named = meta(files[f"metadata/{far}.snapshot.json"])
    else:
        named = meta(files["metadata/1.snapshot.json"])
    files[TIMESTAMP] = made_by(publisher, Timestamp(far, expires=expires, snapshot_meta=named))
    return files


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_a_number_that_was_driven_up_is_forgotten_after_a_rotation(
    scene: Scene, publisher: Publisher, role: str
) -> None:
    """Fast-forward: the holder of a stolen key must not lock users out for longer than until the key is replaced."""
    scene.serve(_driven_up(scene.served, publisher, role))
    scene.install()
    scene.serve()
    assert "is older than what was seen" in scene.refused()
    keys = Rotating(publisher)
    for name in ("snapshot", "timestamp") if role == "snapshot" else ("timestamp",):
        keys.rotate(scene.folder, name)
    scene.serve()
    scene.install()
    old = dict(scene.served)
    (scene.folder / "client").mkdir()
    (scene.folder / "client/a-1-py3-none-any.whl").write_bytes(b"")
    signed(scene.folder, keys, TERMS, AT).write(scene.folder)
    scene.serve()
    scene.install()
    scene.serve(old)  # and what was seen since is remembered again
    assert "is older than what was seen" in scene.refused()


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_a_stolen_key_is_worth_nothing_after_a_rotation(scene: Scene, publisher: Publisher, role: str) -> None:
    """Users follow to the new one by themselves; what the old one signs is refused."""
    Rotating(publisher).rotate(scene.folder, role)
    scene.serve()
    scene.install()
    forged = dict(scene.served)
    if role == "root":
        root = part(forged["metadata/2.root.json"])
        root.version = 3
        metadata: Metadata[Any] = Metadata(root)
        metadata.sign(publisher.keys["root"][0].signer)
        forged["metadata/3.root.json"] = metadata.to_bytes()
    else:
        newest = max(path for path in forged if path.endswith(f"{role}.json"))
        found = part(forged[newest])
        found.version += 1
        chain = {"targets": ("targets", "snapshot", "timestamp"), "snapshot": ("snapshot", "timestamp")}
        assert role in chain.get(role, (role,))
        forged[newest if role == "timestamp" else f"metadata/{found.version}.{role}.json"] = made_by(publisher, found)
        if role != "timestamp":  # the other keys are still those of the publisher, who is made to sign the forgery
            forged = _named(forged, role, found.version, publisher)
    scene.serve(forged)
    assert "is not signed with a key that" in scene.refused()


def _named(files: dict[str, bytes], role: str, version: int, publisher: Publisher) -> dict[str, bytes]:
    """With a snapshot and a timestamp that name a forged part."""
    timestamp = part(files[TIMESTAMP])
    if role == "targets":
        listed = {"targets.json": meta(files[f"metadata/{version}.targets.json"])}
        version = timestamp.snapshot_meta.version + 1
        snapshot = Snapshot(version, expires=timestamp.expires, meta=listed)
        files[f"metadata/{version}.snapshot.json"] = made_by(publisher, snapshot)
    timestamp.version += 1
    timestamp.snapshot_meta = meta(files[f"metadata/{version}.snapshot.json"])
    return {**files, TIMESTAMP: made_by(publisher, timestamp)}


def test_the_catalog_of_somebody_else(scene: Scene, dfops: Dfops, tmp_path: Path) -> None:
    """Sound in itself, and signed by nobody who is trusted; it is not trusted because it was there first."""
    shutil.rmtree(scene.folder / "metadata")
    other = Publisher("other")
    other.sign(scene.folder)
    scene.serve()
    said = scene.refused()
    assert f"{TIMESTAMP} is not signed with a key that" in said
    assert "name the file with --trust FILE" in said
    root = tmp_path / "other.json"
    root.write_bytes(other.root)
    assert "is not the one that this project's packs came from" in scene.refused("--trust", root)
    assert "is not signed with a key" in scene.refused()
    del dfops


# ── missing, endless, odd ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_catalog_that_is_not_signed(scene: Scene) -> None:
    """Is told from a folder that is none."""
    scene.serve({path: data for path, data in scene.served.items() if not path.startswith("metadata/")})
    assert scene.refused() == (
        "the catalog is not signed, so nothing of it is used: its publisher signs it with `dfops catalog sign`"
    )


@pytest.mark.parametrize("missing", ["metadata/1.snapshot.json", "metadata/1.targets.json", INDEX, ARCHIVE])
def test_a_missing_file(scene: Scene, missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of metadata that this computer has not seen yet, and of what they name."""
    monkeypatch.setenv("DFOPS_HOME", str(tmp_path / "new"))
    scene.change(missing, None)
    said = scene.refused()
    assert missing.rpartition("/")[2] in said
    assert ("is missing: the catalog is being changed" in said) == missing.startswith("metadata/")


ODD: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "cannot be read as metadata"),
    "page": (b"<!doctype html><html>", "is a web page, not JSON: check the address"),
    "gzip": (b"\x1f\x8b\x08\x00", "is compressed, not JSON"),
    "text": (b"hello", "cannot be read as metadata"),
    "list": (b"[]", "cannot be read as metadata"),
    "deep": (b"[" * 8_000, "cannot be read as metadata"),
    "number": (b'{"signatures": [], "signed": ' + b"9" * 5_000 + b"}", "cannot be read as metadata"),
    "latin": (b'{"signatures": "\xff"}', "cannot be read as metadata"),
    "none": (b'{"signatures": [], "signed": {}}', "cannot be read as metadata"),
}


@pytest.mark.parametrize("scene", ["folder"], indirect=True)
@pytest.mark.parametrize(("data", "words"), ODD.values(), ids=ODD)
def test_metadata_that_are_none(scene: Scene, data: bytes, words: str) -> None:
    """A new root, and the timestamp."""
    for path in ("metadata/2.root.json", TIMESTAMP):
        before = dict(scene.served)
        scene.change(path, data)
        assert f"{path} of the catalog {words}" in scene.refused()
        scene.serve(before)


def test_metadata_of_another_role(scene: Scene) -> None:
    """A snapshot under the name of the timestamp, and a root under that of the next one."""
    scene.change(TIMESTAMP, scene.served["metadata/1.snapshot.json"])
    assert "cannot be read as metadata" in scene.refused()
    scene.serve()
    scene.change("metadata/2.root.json", scene.served["metadata/1.root.json"])
    assert "metadata/2.root.json does not belong to the rest of the catalog" in scene.refused()


@pytest.mark.parametrize("scene", ["address"], indirect=True)
@pytest.mark.parametrize("path", ["metadata/2.root.json", TIMESTAMP, "metadata/1.targets.json"])
def test_a_server_that_behaves_badly(scene: Scene, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Endless, slow, silent, or leading elsewhere: bounded, for each file of the metadata."""
    monkeypatch.setattr(reading, "fetched", partial(fetched, seconds=0.5, silence=0.3))
    monkeypatch.setenv("DFOPS_HOME", str(tmp_path / "new"))
    assert scene.server is not None
    for behaviour, words in (
        (servers.endless, "sends more than"),
        (servers.slow, "did not send all of it within 0.5 seconds"),
        (servers.silent, "sent nothing for 0.3 seconds"),
        (servers.status(500), "answers 500"),
        (servers.leads_to("http://packs.example.org/"), "an address begins with https://"),
        (servers.leads_to("file:///etc/passwd"), "redirects in a circle"),
    ):
        scene.serve()
        scene.server.table = {**scene.server.table, f"/{path}": behaviour}
        assert words in scene.refused()


@pytest.mark.parametrize("scene", ["address"], indirect=True)
def test_a_redirect_to_the_same_files(scene: Scene) -> None:
    """Is followed: what is signed does not depend on where it lies."""
    assert scene.server is not None
    table = dict(scene.server.table)
    moved = {f"/moved{path}": behaviour for path, behaviour in table.items()}
    scene.server.table = moved | {path: servers.leads_to(f"/moved{path}") for path in table}
    scene.install()


@pytest.mark.parametrize("scene", ["address"], indirect=True)
def test_a_store_that_says_forbidden_for_what_is_not_there(scene: Scene) -> None:
    """There is no newer root then."""
    assert scene.server is not None
    scene.server.table = {**scene.server.table, "/metadata/2.root.json": servers.status(403)}
    scene.install()
    scene.server.table = dict.fromkeys(scene.server.table, servers.status(403))
    assert "answers 403: it asks for a login, which a catalog must not" in scene.refused()


# ── whom to trust ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_is_trusted_without_a_root(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither from a folder nor from an address; a root that came with the program is enough."""
    monkeypatch.delenv("DFOPS_TRUST")
    assert "dfops does not know who signs this catalog: ask its publisher" in scene.refused()
    monkeypatch.setattr(trust, "EMBEDDED", tmp_path / "root.json")
    (tmp_path / "root.json").write_bytes(Publisher().root)
    scene.install()


@pytest.mark.parametrize("scene", ["folder"], indirect=True)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"hello", "is no root metadata of a catalog"),
        (b"x" * 600_000, "is too large for root metadata"),
        ("timestamp", "is no root metadata of a catalog"),
        ("unsigned", "is no root metadata of a catalog"),
    ],
)
def test_a_file_that_is_no_root(scene: Scene, tmp_path: Path, data: bytes | str | None, words: str) -> None:
    """Is named."""
    file = tmp_path / "given.json"
    if data == "timestamp":
        data = scene.served[TIMESTAMP]
    elif data == "unsigned":
        data = json.dumps({**json.loads(Publisher().root), "signatures": []}).encode()
    if isinstance(data, bytes):
        file.write_bytes(data)
    said = scene.refused("--trust", file)
    assert str(file) in said
    assert words in said


# ── what is remembered ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_home_that_cannot_be_written(dfops: Dfops, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run works, and says what would not be noticed."""
    home = scene.project.parent / "home"
    home.write_text("No folder.\n", encoding="utf-8")
    monkeypatch.setenv("DFOPS_HOME", str(home))
    ran = dfops("pack", "list", "--catalog", scene.where)
    assert (ran.code, ran.out.startswith("lamps 1.2.0")) == (0, True)
    assert ran.err.startswith("warning: what was seen of the catalog could not be kept, so an older one would not be")
    assert ran.err.count("\n") == 1


def test_where_it_is_remembered(dfops: Dfops, scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the folder of data that the system names, by the digest of the root."""
    monkeypatch.delenv("DFOPS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert dfops("pack", "list", "--catalog", scene.where).code == 0
    (kept,) = (tmp_path / "data/dfops/catalogs").iterdir()
    assert sorted(tree(kept)) == ["root_history/1.root.json", "snapshot.json", "targets.json", "timestamp.json"]
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert dfops("pack", "list", "--catalog", scene.where).code == 0
    assert [path.name for path in (tmp_path / "me/.local/share/dfops/catalogs").iterdir()] == [kept.name]


def test_what_is_remembered_outlives_a_newer_program(scene: Scene, publisher: Publisher, tmp_path: Path) -> None:
    """A program that came with a later root goes on where the one before was."""
    old = dict(scene.served)
    Rotating(publisher).rotate(scene.folder, "targets")
    scene.serve()
    scene.install()
    newest = tmp_path / "2.root.json"
    newest.write_bytes(scene.served["metadata/2.root.json"])
    scene.install("--trust", newest)
    (kept,) = (Path(os.environ["DFOPS_HOME"]) / "catalogs").iterdir()
    assert {path.name for path in (kept / "root_history").iterdir()} == {"1.root.json", "2.root.json"}
    scene.serve({**scene.served, TIMESTAMP: old[TIMESTAMP]})
    assert "is older than what was seen" in scene.refused("--trust", newest)


def test_two_runs_at_once(scene: Scene, tmp_path: Path) -> None:
    """Neither breaks the other, and what is remembered is the newest."""
    released(scene, "1.10.0")
    scene.serve()
    asked = Trust(Publisher().root, "the root", datetime.now(tz=UTC), tmp_path / "home")
    found: list[int] = []

    def run() -> None:
        for _ in range(5):
            packs = published(scene.where, asked)
            assert packs.trusted
            assert packs.trusted.unremembered == ""
            found.append(packs.trusted.versions["timestamp"])

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 20
    (kept,) = (tmp_path / "home/catalogs").iterdir()
    assert part((kept / "timestamp.json").read_bytes()).version == 2
    assert not [path for path in kept.rglob("*") if path.name.startswith(".")]


def test_a_slower_run_takes_nothing_back(scene: Scene, tmp_path: Path) -> None:
    """It read the catalog before the other one did, and ends after it."""
    asked = Trust(Publisher().root, "the root", datetime.now(tz=UTC), tmp_path / "home")
    published(scene.where, asked)
    old = dict(scene.served)
    released(scene, "1.10.0")
    scene.serve()
    read = reading._bytes  # noqa: SLF001 - what a slow network would do

    def slow(where: str, path: str, most: int) -> bytes:
        if path != TIMESTAMP:
            return read(where, path, most)
        published(scene.where, asked)
        return old[TIMESTAMP]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "_bytes", partial(_once, slow, read))
        _once.done = False  # type: ignore[attr-defined]
        with pytest.raises(Unreadable, match="try again"):
            published(scene.where, asked)
    (kept,) = (tmp_path / "home/catalogs").iterdir()
    assert part((kept / "timestamp.json").read_bytes()).version == 2


def _once(first: Any, then: Any, where: str, path: str, most: int) -> bytes:
    """The one the first time that the timestamp is asked for, then the other."""
    if path == TIMESTAMP and not _once.done:  # type: ignore[attr-defined]
        _once.done = True  # type: ignore[attr-defined]
        made: bytes = first(where, path, most)
        return made
    data: bytes = then(where, path, most)
    return data


# ── what a lock file remembers ──────────────────────────────────────────────────────────────────────────────────────
def _opened(scene: Scene, tmp_path: Path, root: bytes | None = None) -> reading.PublishedPacks:
    """The catalog as a computer sees it that never saw it before."""
    moment = datetime.now(tz=UTC)
    return published(scene.where, Trust(root or Publisher().root, "the root", moment, tmp_path / f"home{moment}"))


def test_a_lock_file_notices_an_older_catalog(scene: Scene, tmp_path: Path) -> None:
    """On another computer than the one that saw the newer one."""
    old = _opened(scene, tmp_path)
    released(scene, "1.10.0")
    scene.serve()
    new = _opened(scene, tmp_path)
    assert old.trusted
    assert new.trusted
    assert new.trusted.versions == {"root": 1, "timestamp": 2, "snapshot": 2, "targets": 2}
    require_not_older(new, old.trusted.seen)
    require_not_older(old, old.trusted.seen)
    with pytest.raises(Unreadable, match=r"older than what was seen of it before \(timestamp version 1 after 2\)"):
        require_not_older(old, new.trusted.seen)
    with pytest.raises(Unreadable, match="its root is another one"):
        require_not_older(new, replace(old.trusted.seen, root="0" * 64))


def test_a_lock_file_and_a_new_root(scene: Scene, publisher: Publisher, tmp_path: Path) -> None:
    """After a rotation the numbers may begin anew; before it is older; with the new root alone nothing can be told."""
    before = _opened(scene, tmp_path)
    Rotating(publisher).rotate(scene.folder, "timestamp")
    scene.serve()
    after = _opened(scene, tmp_path)
    newest = _opened(scene, tmp_path, scene.served["metadata/2.root.json"])
    assert before.trusted
    assert after.trusted
    require_not_older(after, Seen(before.trusted.root, {**before.trusted.versions, "timestamp": 99}))
    require_not_older(newest, before.trusted.seen)
    require_not_older(newest, after.trusted.seen)
    with pytest.raises(Unreadable, match=r"\(root version 1 after 2\)"):
        require_not_older(before, after.trusted.seen)
