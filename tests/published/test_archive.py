from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.published.archive import MOST_UNPACKED, unpacked
from generators.published.catalog import opened
from generators.published.manifest import Index, PackManifest, Release, Unreadable, dumps, loads
from tests.published.hostile import archives, bomb, sound, tarred
from tests.published.samples import MOMENT, archive, manifest, members

if TYPE_CHECKING:
    from pydantic import BaseModel

HOSTILE = [pytest.param(data, words, id=name) for name, data, words in archives()]


def test_an_archive_is_read_as_it_was_packed() -> None:
    """The same bytes each time, one folder, plain modes, no owner, in the order of paths."""
    data = archive()
    assert (data, data[4:8]) == (archive(), bytes(4))
    assert unpacked(data, "it") == members()
    assert opened(unpacked(data, "it"), "it").manifest == manifest()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        found = tar.getmembers()
    assert [one.name for one in found] == ["lamps_boards", *(f"lamps_boards/{path}" for path in sorted(members()))]
    assert {(one.uid, one.gid, one.uname, one.gname, one.mtime) for one in found} == {
        (0, 0, "", "", int(MOMENT.timestamp()))
    }
    assert {oct(one.mode) for one in found} == {"0o644", "0o755"}


def test_the_entries_made_by_hand_are_sound() -> None:
    """What the refusals below differ from."""
    assert unpacked(tarred(sound()), "it") == members()


@pytest.mark.parametrize(("data", "words"), HOSTILE)
def test_what_is_no_archive_of_a_pack_is_refused(data: bytes, words: str) -> None:
    """With one sentence, before anything of it is used."""
    with pytest.raises(Unreadable) as refused:
        opened(unpacked(data, "it"), "it")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    """However much it would become."""
    data = bomb(4)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            unpacked(data, "it")
        assert tracemalloc.get_traced_memory()[1] < 3 * MOST_UNPACKED
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    """With the one exception."""
    for kept in (data, b"\x1f\x8b" + data, gzip.compress(data)):
        with pytest.raises(Unreadable):
            unpacked(kept, "it")


@settings(max_examples=200)
@given(st.data())
def test_a_sound_archive_with_other_bytes_is_read_or_refused(data: st.DataObject) -> None:
    """Never anything but the files that it names: what is read has the list of files that was made for it."""
    whole = bytearray(gzip.decompress(archive()))
    for _ in range(data.draw(st.integers(1, 4))):
        # Headers, where there is most to get wrong, more often than the rest.
        block = data.draw(st.integers(0, len(whole) // 512 - 1)) * 512
        whole[block + data.draw(st.integers(0, 511))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        _with_checksums(whole)
    try:
        found = unpacked(gzip.compress(bytes(whole), 1), "it")
    except Unreadable:
        return
    assert found == members()


def _with_checksums(whole: bytearray) -> None:
    """Give each block that looks like a header the checksum that it needs."""
    for start in range(0, len(whole), 512):
        block = whole[start : start + 512]
        if block[257:262] == b"ustar":
            block[148:156] = b" " * 8
            whole[start + 148 : start + 156] = f"{sum(block):06o}\0 ".encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
KINDS = (PackManifest, Release, Index)


@given(st.sampled_from(KINDS), st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_json_is_read_or_refused(kind: type[BaseModel], data: bytes) -> None:
    """With the one exception, whatever the bytes are."""
    with suppress(Unreadable):
        loads(kind, data, "it")


@settings(max_examples=200)
@given(st.data())
def test_a_manifest_with_other_values_is_read_or_refused(data: st.DataObject) -> None:
    """Values of any type, at any place; what is read can be written and read again."""
    tree = json.loads(dumps(manifest()))
    for _ in range(data.draw(st.integers(1, 3))):
        inner = tree["runtime"] if isinstance(tree["runtime"], dict) else {}
        inside = data.draw(st.booleans())
        part = inner if inner and inside else tree
        part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    try:
        found = loads(PackManifest, json.dumps(tree).encode(), "it")
    except Unreadable:
        return
    assert loads(PackManifest, dumps(found), "it") == found


@pytest.mark.parametrize("number", ["1" * 5000, "-1", "1e400", "0.5", "true", '"1"', "null"])
def test_numbers_that_no_index_has(number: str) -> None:
    """Are refused like everything else."""
    with pytest.raises(Unreadable):
        loads(Index, b'{"releases": [{"archives": [{"size": ' + number.encode() + b"}]}]}", "it")


@pytest.mark.parametrize(
    "text",
    ["\u200b", "a\nb", "\x1b[2J", "\x9b2J", "\u202ename", "x" * 3000],
    ids=["invisible", "lines", "escape", "csi", "direction", "long"],
)
def test_a_line_of_text_is_one_line(text: str) -> None:
    """What stands in it is printed: nothing in it may move the cursor, or the words around it."""
    with pytest.raises(Unreadable):
        loads(PackManifest, dumps(manifest()).replace(b'"Lamps"', json.dumps(text).encode()), "it")
