"""Files: only regular ones, only inside the root, only as many and as large as the limits allow."""

from __future__ import annotations

import dataclasses
import os
import socket
from pathlib import Path

import pytest

from generators.source import LIMITS, Listing, Reading, Repository


def write(root: Path, *paths: str, data: bytes = b"a: 1\n") -> None:
    """Files with the same content, and the folders they need."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def seen(result: Listing | Reading) -> list[tuple[str, str]]:
    """Code and path of every finding."""
    return [(finding.rule.code, finding.place.path) for finding in result.findings]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty repository, with something to steal beside it."""
    write(tmp_path, "outside/secret.yaml", data=b"secret: 1\n")
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def test_the_yaml_files_of_the_folders_asked_for_are_listed(root: Path) -> None:
    """Sorted, each once, nothing from other or hidden folders, nothing but .yaml; an absent folder is no fault."""
    write(root, "b/z.yaml", "b/a/y.yaml", "b/a.yaml", "a/x.yaml", "c/w.yaml", "top.yaml", "b/notes.md", "b/x.yaml.orig")
    write(root, ".git/x.yaml", "b/.venv/x.yaml", "b/.hidden.yaml", "b/.x.yml")
    (root / "b/.#lock.yaml").symlink_to("nowhere")
    listing = Repository(root).yaml_files(["b", "a", "b/a", "absent"])
    assert listing == Listing(("a/x.yaml", "b/a.yaml", "b/a/y.yaml", "b/z.yaml"), ())


def test_a_listed_file_is_read(root: Path) -> None:
    """With its place relative to the root."""
    write(root, "a/x.yaml", data=b"b: no\n")
    reading = Repository(root).load("a/x.yaml")
    assert reading.document is not None
    assert (reading.document.path, seen(reading)) == ("a/x.yaml", [("OPS010", "a/x.yaml")])


def test_the_root_may_be_reached_through_a_link(root: Path) -> None:
    """A checkout may live anywhere."""
    write(root, "a/x.yaml")
    (root.parent / "link").symlink_to(root)
    repository = Repository(root.parent / "link")
    assert repository.yaml_files(["a"]).paths == ("a/x.yaml",)
    assert repository.load("a/x.yaml").document is not None


@pytest.mark.parametrize("target", ["../../outside/secret.yaml", "/etc/hostname", "y.yaml", "nowhere", "x.yaml"])
def test_a_linked_file_is_refused(root: Path, target: str) -> None:
    """Whether it leads outside, to a neighbour, nowhere or to itself."""
    write(root, "a/y.yaml")
    (root / "a/x.yaml").symlink_to(target)
    assert Repository(root).yaml_files(["a"]).paths == ("a/y.yaml",)
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a/x.yaml")]
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS012", "a/x.yaml")]
    assert Repository(root).load("a/x.yaml").document is None


@pytest.mark.parametrize("target", ["../outside", "b", ".", ".."])
def test_a_linked_folder_is_refused(root: Path, target: str) -> None:
    """Below a folder asked for, as the folder itself, and on the way to a file."""
    write(root, "b/y.yaml", "a/y.yaml")
    (root / "link").symlink_to(target)
    (root / "a/link").symlink_to(f"../{target}")
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a/link")]
    assert Repository(root).yaml_files(["a"]).paths == ("a/y.yaml",)
    assert Repository(root).yaml_files(["link", "link/b"]).paths == ()
    assert seen(Repository(root).yaml_files(["link"])) == [("OPS012", "link")]
    for name in ("secret", "y", "b/y", "root/b/y"):
        assert seen(Repository(root).load(f"link/{name}.yaml")) == [("OPS012", f"link/{name}.yaml")]


def test_a_pipe_does_not_hang(root: Path) -> None:
    """Neither listing nor opening waits for a writer."""
    write(root, "a/y.yaml")
    os.mkfifo(root / "a/x.yaml")
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a/x.yaml")]
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS012", "a/x.yaml")]


def test_a_socket_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a pipe."""
    monkeypatch.chdir(root)
    (root / "a").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a/x.yaml")  # relative: the name of a socket may not be long
        assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a/x.yaml")]
        assert seen(Repository(root).load("a/x.yaml")) == [("OPS012", "a/x.yaml")]


def test_a_device_is_refused() -> None:
    """`/dev/zero` never ends; through a link or from a root beside it, it is not read."""
    assert seen(Repository(Path("/dev")).load("zero.yaml")) == [("OPS013", "zero.yaml")]
    with pytest.raises(OSError, match="not a regular file"):
        Repository(Path("/dev"))._bytes("zero")  # noqa: SLF001  # no device has a name that ends in .yaml


def test_a_folder_named_like_a_file_is_refused(root: Path) -> None:
    """It is neither listed nor walked."""
    write(root, "a/x.yaml/y.yaml", "a/z.yml/y.yaml")
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a/x.yaml"), ("OPS012", "a/z.yml")]
    assert Repository(root).yaml_files(["a"]).paths == ()
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS012", "a/x.yaml")]


@pytest.mark.parametrize("name", ["x.yml", "x.YAML", "x.Yml"])
def test_another_ending_is_refused_and_not_passed_over(root: Path, name: str) -> None:
    """A file that nobody reads would be trusted all the same."""
    write(root, f"a/{name}")
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", f"a/{name}")]
    assert seen(Repository(root).load(f"a/{name}")) == [("OPS012", f"a/{name}")]


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.yaml",
        "a/../../outside/secret.yaml",
        "a/../a/y.yaml",
        "./a/y.yaml",
        "a//y.yaml",
        "/a/y.yaml",
        "{outside}",
        "a\\y.yaml",
        "a/x\0.yaml",
        "a\0/y.yaml",
        "",
        ".yaml/..",
        "a/\ud800.yaml",
        "\udcff/y.yaml",
    ],
)
def test_a_path_that_is_no_path_inside_the_root_is_refused(root: Path, path: str) -> None:
    """Upwards, absolute, roundabout, or impossible: a finding, and nothing is opened."""
    write(root, "a/y.yaml")
    reading = Repository(root).load(path.format(outside=root.parent / "outside/secret.yaml"))
    assert reading.document is None
    assert [finding.rule.code for finding in reading.findings] == ["OPS012"]
    reading.findings[0].place.path.encode()


@pytest.mark.parametrize("folder", ["..", "../outside", "/", "a/..", "a\0", "\ud800"])
def test_a_folder_that_is_not_inside_the_root_is_refused(root: Path, folder: str) -> None:
    """A listing never leaves the root."""
    write(root, "a/y.yaml")
    listing = Repository(root).yaml_files([folder])
    assert (listing.paths, [finding.rule.code for finding in listing.findings]) == ((), ["OPS012"])


def test_a_file_instead_of_a_folder_is_refused(root: Path) -> None:
    """The folder asked for is a file."""
    write(root, "a")
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS012", "a")]


@pytest.mark.parametrize(
    "name", [b"\xff.yaml", b"x\n::error::.yaml", "x\u202e.yaml".encode(), b"x\\y.yaml", b"\x1b[0m.yaml"]
)
def test_a_file_name_that_cannot_be_shown_is_refused(root: Path, name: bytes) -> None:
    """Undecodable bytes, line feeds and invisible characters neither crash nor reach the terminal."""
    write(root, "a/y.yaml")
    (Path(os.fsdecode(os.fsencode(root / "a") + b"/" + name))).write_bytes(b"a: 1\n")
    listing = Repository(root).yaml_files(["a"])
    assert listing.paths == ("a/y.yaml",)
    assert [finding.rule.code for finding in listing.findings] == ["OPS012"]
    assert listing.findings[0].place.path.isprintable()


def test_a_folder_name_that_cannot_be_shown_is_refused(root: Path) -> None:
    """It is not walked; files that are no YAML may be named as they like."""
    write(root, "a/y.yaml")
    Path(os.fsdecode(os.fsencode(root / "a") + b"/\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(root / "a") + b"/\xff.png")).write_bytes(b"")
    listing = Repository(root).yaml_files(["a"])
    assert (listing.paths, [finding.rule.code for finding in listing.findings]) == (("a/y.yaml",), ["OPS012"])


def test_what_is_gone_is_a_finding(root: Path) -> None:
    """A file that vanished between listing and reading, a root that is not there."""
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS013", "a/x.yaml")]
    assert seen(Repository(root / "absent").load("x.yaml")) == [("OPS013", "x.yaml")]
    assert Repository(root / "absent").yaml_files(["a"]) == Listing((), ())


@pytest.mark.parametrize(
    "failure", [PermissionError(13, "no"), OSError(5, "input/output"), OSError(24, "too many files")]
)
def test_what_the_system_refuses_is_a_finding(root: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError) -> None:
    """Permissions, a broken disk, no descriptors left (as an exception: the superuser may read everything)."""
    write(root, "a/x.yaml")

    def refuse(*_arguments: object, **_options: object) -> int:
        raise failure

    monkeypatch.setattr(os, "open", refuse)
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS013", "a/x.yaml")]
    assert seen(Repository(root).yaml_files(["a"])) == [("OPS013", "a")]


def test_no_descriptor_stays_open(root: Path) -> None:
    """Whatever happened, as many are open as before."""
    write(root, "a/b/x.yaml")
    (root / "a/link.yaml").symlink_to("x")
    os.mkfifo(root / "a/pipe.yaml")
    before = len(list(Path("/proc/self/fd").iterdir()))
    repository = Repository(root)
    repository.yaml_files(["a", "absent", "a/link.yaml", ".."])
    for path in ("a/b/x.yaml", "a/link.yaml", "a/pipe.yaml", "a/b", "a/b.yaml", "c/d.yaml", "../x.yaml"):
        repository.load(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_too_large_a_file_is_not_read_whole(root: Path) -> None:
    """A sparse terabyte costs one byte more than the limit."""
    write(root, "a/x.yaml")
    os.truncate(root / "a/x.yaml", 1 << 40)
    assert seen(Repository(root).load("a/x.yaml")) == [("OPS011", "a/x.yaml")]
    assert len(Repository(root, dataclasses.replace(LIMITS, file_bytes=99))._bytes("a/x.yaml")) == 100  # noqa: SLF001


def test_too_many_files_are_a_finding(root: Path) -> None:
    """Exactly the limit passes; one more stops the search and says so."""
    write(root, *(f"a/{number}.yaml" for number in range(5)))
    assert len(Repository(root, dataclasses.replace(LIMITS, files=5)).yaml_files(["a"]).paths) == 5
    listing = Repository(root, dataclasses.replace(LIMITS, files=4)).yaml_files(["a"])
    assert (len(listing.paths), seen(listing)) == (4, [("OPS011", "a/4.yaml")])


def test_too_many_refused_files_are_a_finding(root: Path) -> None:
    """A folder full of links is no way round the limit."""
    write(root, *(f"a/{number}.yml" for number in range(50)))
    listing = Repository(root, dataclasses.replace(LIMITS, files=4)).yaml_files(["a"])
    assert [finding.rule.code for finding in listing.findings].count("OPS011") == 1
    assert len(listing.findings) == 6


def test_too_large_a_tree_is_a_finding(root: Path) -> None:
    """The sizes of all files together count, each file once however often it is read."""
    write(root, "a/x.yaml", "a/y.yaml", "a/z.yaml")
    repository = Repository(root, dataclasses.replace(LIMITS, tree_bytes=10))
    for path in ("a/x.yaml", "a/y.yaml", "a/x.yaml", "a/y.yaml"):
        assert repository.load(path).document is not None
    assert seen(repository.load("a/z.yaml")) == [("OPS011", "a/z.yaml")]
    assert repository.load("a/z.yaml").document is None


def test_folders_that_nest_too_deep_are_a_finding(root: Path) -> None:
    """A chain of folders ends at the limit."""
    write(root, "a/b/c/x.yaml", "a/b/c/d/y.yaml")
    listing = Repository(root, dataclasses.replace(LIMITS, depth=3)).yaml_files(["a"])
    assert (listing.paths, seen(listing)) == (("a/b/c/x.yaml",), [("OPS011", "a/b/c/d")])
