"""`dfops catalog`: keys that lie outside, signatures of what was published, a key replaced, what is due."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from generators.published.manifest import INDEX
from generators.published.standing import EMBEDDED
from tests.published.samples import Sample, manifest, tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

AT = ("--at", "2026-11-30T10:00")
LATER = ("--at", "2026-12-20")


class Desk:
    """Where a publisher works: a repository, a catalog and keys, each in a folder of its own."""

    def __init__(self, top: Path, root: Path, dfops: Dfops) -> None:
        self.catalog, self.keys, self.root, self.dfops = top / "catalog", top / "keys", root, dfops
        self.trust = self.catalog / "metadata/1.root.json"

    def run(self, *words: object) -> Ran:
        """A command of the group."""
        return self.dfops("catalog", *words, "--root", self.root)

    def init(self, *words: object) -> Ran:
        """New keys."""
        return self.run("init", "--keys", self.keys, "--into", self.catalog, *words)

    def sign(self, *words: object) -> Ran:
        """What lies there."""
        return self.run("sign", "--keys", self.keys, self.catalog, *words)

    def status(self, *words: object) -> Ran:
        """How it stands."""
        return self.run("status", self.catalog, *words)

    def add(self, version: str = "1.2.0") -> None:
        """A version, as `pack publish` writes it, unsigned."""
        sample = Sample(self.catalog.with_name("sample"))
        sample.add(manifest(version=version))
        kept = self.catalog.with_name("sample")
        shutil.rmtree(kept / "metadata")
        shutil.copytree(kept, self.catalog, dirs_exist_ok=True)
        shutil.rmtree(kept)

    def listed(self) -> Ran:
        """What a user sees."""
        return self.dfops("pack", "list", "--catalog", self.catalog, "--trust", self.trust)

    def key(self, name: str) -> Path:
        """The file of a key."""
        (found,) = self.keys.glob(f"{name}-*.pem")
        return found


@pytest.fixture
def desk(tmp_path: Path, miniature: Path, dfops: Dfops) -> Desk:
    """Without keys yet."""
    return Desk(tmp_path, miniature, dfops)


@pytest.fixture
def signed(desk: Desk) -> Desk:
    """With keys, and a version that is signed."""
    assert desk.init(*AT).code == 0
    desk.add()
    assert desk.sign(*AT).code == 0
    return desk


def test_from_new_keys_to_a_user(desk: Desk) -> None:
    """Keys that nobody else can read, a root that names them, a signature, and a user who accepts it."""
    ran = desk.init(*AT)
    assert (ran.code, ran.err) == (0, "")
    assert "the files are not encrypted: DFOPS_KEY_PASSWORD was not set" in ran.out
    assert "PRIVATE" not in ran.out
    assert desk.keys.stat().st_mode & 0o777 == 0o700
    names = sorted(path.name.rsplit("-", 1)[0] for path in desk.keys.iterdir())
    assert names == ["root-1", "root-2", "snapshot", "targets", "timestamp"]
    assert {path.stat().st_mode & 0o777 for path in desk.keys.iterdir()} == {0o600}
    assert list(tree(desk.catalog)) == ["metadata/1.root.json"]
    assert b"PRIVATE" not in desk.trust.read_bytes()
    assert "has no index.json: publish into it first" in desk.sign().sentence
    desk.add()
    assert "the catalog is not signed" in desk.listed().sentence
    assert desk.sign(*AT).out == (
        "2 files are new, changed or gone since the last signature\n"
        "targets 1, valid until 2027-05-29\nsnapshot 1, valid until 2027-05-29\ntimestamp 1, valid until 2026-12-28\n"
    )
    assert desk.listed().out == "lamps 1.2.0, released on 2026-11-30, for duckdb\n"


def test_keys_lie_outside(desk: Desk, tmp_path: Path) -> None:
    """Neither in the catalog, which is served, nor in a repository, where they could be committed; nothing is made."""
    (tmp_path / "other/.git").mkdir(parents=True)
    for keys, words in (
        (desk.catalog / "keys", "is in the catalog, which is served to everybody"),
        (desk.root / "keys", "is in the repository"),
        (desk.root / "build/keys", "is in the repository"),
        (tmp_path / "other/deep/keys", "is in the repository"),
    ):
        desk.keys = keys
        assert words in desk.init().sentence
        assert not keys.exists()
    assert not desk.catalog.exists()


def test_a_second_init_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Over keys, and over a catalog that has some."""
    assert desk.init().code == 0
    before = tree(desk.keys)
    assert "is already there; name a new folder with --keys" in desk.init().sentence
    desk.keys = tmp_path / "more"
    assert "a catalog gets other keys with `dfops catalog rotate`" in desk.init().sentence
    assert tree(tmp_path / "keys") == before
    assert not desk.keys.exists()
    assert "needs at least so many root keys" in desk.init("--threshold", 3).sentence


def test_a_catalog_that_cannot_be_written_leaves_no_keys(desk: Desk) -> None:
    """Nobody trusts them yet."""
    desk.catalog.write_text("No folder.\n", encoding="utf-8")
    assert desk.init().code == 2
    assert not desk.keys.exists()


def test_encrypted_keys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the password of the environment, which the next commands need; none and another one are told."""
    monkeypatch.setenv("DFOPS_KEY_PASSWORD", "a long one")
    assert "not encrypted" not in desk.init().out
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in desk.key("targets").read_bytes()
    desk.add()
    assert desk.sign().code == 0
    monkeypatch.setenv("DFOPS_KEY_PASSWORD", "another one")
    assert "is no private key, or DFOPS_KEY_PASSWORD is another one" in desk.sign().sentence
    monkeypatch.delenv("DFOPS_KEY_PASSWORD")
    assert "cannot be opened: set DFOPS_KEY_PASSWORD" in desk.sign().sentence


def test_what_did_not_change_is_not_signed_again(signed: Desk) -> None:
    """The timestamp alone is, and what is due."""
    assert signed.sign(*AT).out == "timestamp 2, valid until 2026-12-28\n"
    assert signed.sign("--only-timestamp", *LATER).out == "timestamp 3, valid until 2027-01-17\n"
    due = signed.sign("--at", "2027-05-20")
    assert [line.split(",")[0] for line in due.out.splitlines()] == ["targets 2", "snapshot 2", "timestamp 4"]
    signed.add("1.10.0")
    assert "the timestamp alone says nothing about it; sign all of it" in signed.sign("--only-timestamp").sentence
    assert signed.sign("--root-metadata", *LATER).out == "root 2, valid until 2027-12-20\n"
    assert "leave one out" in signed.sign("--root-metadata", "--only-timestamp").sentence


def test_the_timestamp_needs_its_key_alone(signed: Desk) -> None:
    """So that what renews it every week cannot publish."""
    for name in ("root-1", "root-2", "targets", "snapshot"):
        signed.key(name).unlink()
    assert signed.sign("--only-timestamp").code == 0
    said = signed.sign().sentence
    assert "targets needs the signatures of 1 of targets, and 0 of them lie in the folder of --keys" in said


def test_a_published_version_that_changed_is_not_signed(signed: Desk) -> None:
    """Nor what belongs to no catalog, nor a link, nor a key; nothing is written."""
    before = tree(signed.catalog / "metadata")
    archive = next((signed.catalog / "packs").rglob("*.tar.gz"))
    data = archive.read_bytes()
    archive.write_bytes(data + b"x")
    assert "was signed with other content, and versions never change" in signed.sign().sentence
    archive.write_bytes(data)
    stray = signed.catalog / "notes.txt"
    for text, words in (("x", "belongs to no catalog"), ("-----BEGIN PRIVATE KEY-----", "looks like a private key")):
        stray.write_text(text, encoding="utf-8")
        assert words in signed.sign().sentence
    stray.unlink()
    stray.symlink_to("/etc/passwd")
    assert "a catalog holds no links" in signed.sign().sentence
    stray.unlink()
    assert tree(signed.catalog / "metadata") == before
    assert signed.sign().code == 0


@pytest.mark.parametrize("name", ["root-1", "targets", "snapshot", "timestamp"])
def test_a_key_is_replaced(signed: Desk, name: str) -> None:
    """With the file at hand, and when it is lost; users follow without doing anything, and go on after it."""
    assert signed.listed().code == 0
    old = signed.key(name)
    ran = signed.run("rotate", name, signed.catalog, "--keys", signed.keys, *AT)
    assert (ran.code, ran.err, f"The old key, {old.name}, is not accepted any more" in ran.out) == (0, "", True)
    assert signed.listed().code == 0
    old.unlink()
    signed.key(name).unlink()
    words = ("rotate", name, signed.catalog, "--keys", signed.keys, *AT)
    assert "name another folder with --keys, or say --lost" in signed.run(*words).sentence
    assert signed.run(*words, "--lost").code == 0
    signed.add("1.10.0")
    assert signed.sign(*AT).code == 0
    assert signed.listed().out.startswith("lamps 1.10.0")
    assert json.loads(signed.status("--format", "json", *AT).out)["roles"][0]["version"] == 3


@pytest.mark.parametrize("name", ["targets", "snapshot", "timestamp"])
def test_a_rotation_that_was_killed(signed: Desk, name: str) -> None:
    """After its root and before its timestamp: the next signature finishes it, and numbers go on."""
    kept = (signed.catalog / "metadata/timestamp.json").read_bytes()
    assert signed.listed().code == 0
    assert signed.run("rotate", name, signed.catalog, "--keys", signed.keys, *AT).code == 0
    (signed.catalog / "metadata/timestamp.json").write_bytes(kept)
    assert signed.sign(*AT).out.splitlines()[-1].startswith("timestamp 2, ")
    assert signed.listed().code == 0
    assert signed.status(*AT).code == 0


def test_the_root_is_due(signed: Desk) -> None:
    """Every signature says so; its renewal needs the root keys."""
    late = ("--at", "2027-11-20")
    assert "warning: the root ends on 2027-11-30: renew it with --root-metadata" in signed.sign(*late).out
    assert signed.sign("--root-metadata", *late).out == "root 2, valid until 2028-11-19\n"
    assert "warning" not in signed.sign(*late).out


def test_too_few_root_keys(signed: Desk) -> None:
    """No way is left but another root: said, and nothing is written."""
    for name in ("root-1", "root-2"):
        signed.key(name).unlink()
    before = tree(signed.catalog), tree(signed.keys)
    said = signed.run("rotate", "root-1", signed.catalog, "--keys", signed.keys, "--lost").sentence
    assert "root needs the signatures of 1 of root-1, root-2, and 0 of them lie in the folder" in said
    assert (tree(signed.catalog), tree(signed.keys)) == before
    assert "the catalog has no key called nobody; it has: root-1, root-2, snapshot" in (
        signed.run("rotate", "nobody", signed.catalog, "--keys", signed.keys).sentence
    )


def test_a_threshold_of_two(desk: Desk) -> None:
    """A new root needs both; a user accepts no other."""
    assert desk.init("--root-keys", 3, "--threshold", 2, *AT).code == 0
    desk.add()
    assert desk.sign(*AT).code == 0
    assert desk.run("rotate", "root-2", desk.catalog, "--keys", desk.keys, *AT).code == 0
    assert desk.listed().code == 0
    desk.key("root-1").unlink()
    desk.key("root-3").unlink()
    said = desk.run("rotate", "root-1", desk.catalog, "--keys", desk.keys, "--lost").sentence
    assert "root needs the signatures of 2 of" in said


def test_status_says_what_is_due_and_what_is_not_signed(signed: Desk) -> None:
    """Exit 1 for both; as text and for programs; nothing is said where all is well."""
    ran = signed.status(*AT)
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "root 1: valid until 2027-11-30 10:00 UTC, 365 days left; signs: 1 of root-1, root-2",
        "timestamp 1: valid until 2026-12-28 10:00 UTC, 28 days left; signs: 1 of timestamp",
    ]
    late = signed.status(*LATER)
    assert (late.code, "8 days left, due to be renewed; signs: 1 of timestamp" in late.out) == (1, True)
    over = signed.status("--at", "2027-01-20")
    assert (over.code, "2026-12-28 10:00 UTC, EXPIRED; signs: 1 of timestamp" in over.out) == (1, True)
    signed.add("1.10.0")
    next((signed.catalog / "packs/lamps/1.2.0").glob("*.gz")).unlink()
    (signed.catalog / "client").mkdir()
    with zipfile.ZipFile(signed.catalog / "client/a-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(EMBEDDED, b"{}")
    (signed.catalog / "notes.txt").write_text("x", encoding="utf-8")
    ran = signed.status(*AT)
    assert ran.code == 1
    assert f"  {INDEX}: changed\n" in ran.out
    assert ".tar.gz: missing\n" in ran.out
    assert "  packs/lamps/1.10.0/lamps_boards-1.10.0-dbt-charts-duckdb.tar.gz: not signed\n" in ran.out
    assert "notes.txt belongs to no catalog: move it away\n" in ran.out
    assert "client/a-1-py3-none-any.whl trusts no root of this catalog: build it anew with `make client`" in ran.out
    found = json.loads(signed.status("--format", "json", *LATER).out)
    assert [(role["role"], role["due"]) for role in found["roles"]] == [
        ("root", False),
        ("timestamp", True),
        ("snapshot", False),
        ("targets", False),
    ]
    assert found["changed"] == [INDEX]


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("timestamp.json", None, "the catalog is not signed"),
        ("1.root.json", None, "has no root metadata: make its keys with `dfops catalog init"),
        ("1.targets.json", None, "is missing"),
        ("1.snapshot.json", b"{}", "is not the one that is signed"),
        ("timestamp.json", b"[", "does not hold"),
        ("1.root.json", b"{}", "is no root metadata"),
        ("3.root.json", b"{}", "2.root.json is missing"),
    ],
)
def test_metadata_that_do_not_hold(signed: Desk, path: str, data: bytes | None, words: str) -> None:
    """Exit 2, for the status and for the next signature, which would begin again with numbers that users have seen."""
    file = signed.catalog / "metadata" / path
    file.unlink(missing_ok=True)
    if data is not None:
        file.write_bytes(data)
    assert words in signed.status().sentence
    assert signed.sign().code == 2


def test_a_build_refuses_what_users_would(signed: Desk, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not signed, and a key, before anything is read; it only warns of what is due, and fails with --strict."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795608000")  # 2026-11-25
    build = ("build", "--audience", "public", "--catalog", signed.catalog, "--root", furnished)
    signed.add("1.10.0")
    assert "the catalog is not what is signed (index.json: changed and 1 more)" in signed.dfops(*build).sentence
    assert signed.sign(*AT).code == 0
    (signed.catalog / "k.txt").write_text("-----BEGIN PRIVATE KEY-----", encoding="utf-8")
    assert "looks like a private key" in signed.dfops(*build).sentence
    (signed.catalog / "k.txt").unlink()
    assert not (furnished / "build/public").exists()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798800000")  # 2027-01-01
    strict = signed.dfops(*build, "--strict")
    assert (strict.code, "warning: the timestamp of the catalog ended on 2026-12-28" in strict.out) == (1, True)


def test_an_expired_catalog_is_built(signed: Desk, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages survive it: they say until when it was valid. Only what is signed is served."""
    (signed.catalog / "notes.txt").write_text("x", encoding="utf-8")
    publication = next((furnished / "ops_model/operating/publications").glob("*.yaml"))
    text = publication.read_text(encoding="utf-8")
    publication.write_text(f"{text}site_url: https://packs.example.org/\n", encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798800000")  # 2027-01-01
    ran = signed.dfops("build", "--audience", "public", "--catalog", signed.catalog, "--root", furnished)
    assert (ran.code, "warning: the timestamp of the catalog ended on 2026-12-28" in ran.out) == (0, True), ran.out
    built = furnished / "build/public"
    served, kept = tree(built / "catalog"), tree(signed.catalog)
    assert served == {path: data for path, data in kept.items() if path != "notes.txt"}
    page = (built / "versions.html").read_text(encoding="utf-8")
    assert "The signatures of the catalog hold until" in page
    assert "28 December 2026" in page
    assert "dbt asks no catalog" in page


def test_a_repository_without_a_publication(signed: Desk) -> None:
    """Does not say for how long; one that cannot be read is named."""
    (file,) = (signed.root / "ops_model/operating/publications").glob("*.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}renew_before: 28\n", encoding="utf-8")
    assert "renew_before must be less than each number of expires" in signed.sign().sentence
    file.unlink()
    assert "declares no publication" in signed.sign().sentence
