"""Archives as nobody should send them, each with the words of its refusal."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING

from generators.published.archive import DEEPEST, MEBIBYTE, MOST_FILES, MOST_UNPACKED, packed, sums
from generators.published.manifest import MANIFEST, SUMS
from tests.published.samples import MOMENT, archive, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TOP = "lamps_boards"


def entry(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, **fields: object) -> bytes:
    """An entry of a tar file, with whatever its header should say."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    header = info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")
    return header + data + b"\0" * (-len(data) % tarfile.BLOCKSIZE)


def tarred(entries: Iterable[bytes], end: bytes = b"\0" * 1024) -> bytes:
    """An archive of these entries."""
    return gzip.compress(b"".join(entries) + end, mtime=0)


def sound() -> list[bytes]:
    """The entries of an archive that is as it should be."""
    return [entry(TOP, kind=tarfile.DIRTYPE), *(entry(f"{TOP}/{path}", data) for path, data in members().items())]


def with_files(*paths: str) -> bytes:
    """A sound archive with more files, all in its list."""
    files = {path: data for path, data in members().items() if path != SUMS} | dict.fromkeys(paths, b"x")
    files[SUMS] = sums(files)
    return tarred([entry(TOP, kind=tarfile.DIRTYPE), *(entry(f"{TOP}/{path}", data) for path, data in files.items())])


def in_pax(name: str) -> bytes:
    """A sound archive in which one more entry gets its true path from an extended header."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo(f"{TOP}/charts/more.yml")
        info.pax_headers = {"path": name}
        tar.addfile(info)
    return tarred([*sound(), stream.getvalue()[: -tarfile.RECORDSIZE] or stream.getvalue()])


def many_headers() -> bytes:
    """Extended headers one behind the other, which a reader that follows each to the next does not survive."""
    record = b"20 comment=aaaaaaaa\n"
    return tarred([entry("x", record, tarfile.XHDTYPE)] * 5000)


def bomb(times: int = 1) -> bytes:
    """A small file that becomes one larger than the limit, or several times as large."""
    pressing = zlib.compressobj(9, wbits=31)
    zeros = b"\0" * MEBIBYTE
    return b"".join(pressing.compress(zeros) for _ in range(times * MOST_UNPACKED // MEBIBYTE + 1)) + pressing.flush()


def damaged(old: bytes, new: bytes) -> bytes:
    """A sound archive with other bytes in its tar file."""
    whole = gzip.decompress(archive())
    assert old in whole
    return gzip.compress(whole.replace(old, new, 1), mtime=0)


def other_size() -> bytes:
    """A header that names more bytes than there are."""
    return tarred([*sound(), entry(f"{TOP}/z", size=1 << 30)])


Case = tuple[str, bytes, str]
"""Name, archive, and words of its refusal."""
ELSEWHERE, KINDS = "holds a path that leads elsewhere or too deep", "holds something that is no file or folder"


def archives() -> Iterator[Case]:
    """All of them."""
    for cases in (compressed, tar, entries, kinds, headers, paths, names, contents, manifests):
        yield from cases()


def compressed() -> tuple[Case, ...]:
    """What is no gzip file, or not one alone."""
    good = archive()
    return (
        ("empty", b"", "is no gzip file, not an archive: check its address"),
        ("text", b"hello", "is no gzip file"),
        ("page", b"<!DOCTYPE html><title>Log in</title>", "is a web page, not an archive: check its address"),
        ("page-behind-space", b"\n  <HTML>", "is a web page"),
        ("half", good[: len(good) // 2], "is cut short: get it again"),
        ("head", good[:2], "is cut short"),
        ("without-checksum", good[:-8], "is cut short"),
        ("other-checksum", good[:-8] + b"\0" * 8, "is damaged: "),
        ("bomb", bomb(), "holds more than 64 MiB"),
        ("too-large", b"\x1f\x8b" + b"\0" * (8 * MEBIBYTE), "is larger than 8 MiB"),
        ("text-behind", good + b"more", "has something behind its end: get it again"),
        ("two-in-one", good + good, "has something behind its end"),
    )


def tar() -> tuple[Case, ...]:
    """What is no tar file, or ends before or behind its end."""
    return (
        ("no-tar", gzip.compress(b"hello" * 1000), "is damaged: "),
        ("empty-gzip", gzip.compress(b""), "is damaged: "),
        ("nothing-in-it", tarred([]), f"is no archive of a pack: it has no {SUMS}"),
        ("without-end", tarred(sound(), b""), "its list of files does not end where it should"),
        ("behind-the-end", tarred(sound(), b"\0" * 512 + b"x" * 512), "its list of files does not end where it should"),
        ("other-size", other_size(), "has not the size that it names"),
        ("negative-size", tarred([*sound(), _negative()]), "is damaged: "),
        ("folder-with-bytes", tarred([*sound(), entry(f"{TOP}/f", b"x", tarfile.DIRTYPE)]), "has not the size"),
        ("broken-header", damaged(b"ustar", b"USTAR"), "is damaged: "),
    )


def entries() -> tuple[Case, ...]:
    """Entries that cannot be beside each other."""
    return (
        ("two-folders", tarred([*sound(), entry("other/x", b"x")]), "holds more than one folder"),
        ("file-on-top", tarred([*sound(), entry("x", b"x")]), "holds a file outside its folder"),
        (
            (
                "twice",
                tarred([*sound(), entry(f"{TOP}/LICENSE", b"a"), entry(f"{TOP}/LICENSE", b"b")]),
                "holds a file twice",
            )
        ),
        ("file-and-folder", with_files("charts/a", "charts/a/b"), "holds 'charts/a' as a file and as a folder"),
        (
            "many",
            with_files(*(f"charts/{number}.yml" for number in range(MOST_FILES))),
            f"more than {MOST_FILES} files",
        ),
    )


def paths() -> tuple[Case, ...]:
    """Paths that no pack has."""
    return (
        ("absolute", tarred([*sound(), entry("/etc/passwd", b"x")]), ELSEWHERE),
        ("up", tarred([*sound(), entry(f"{TOP}/../../x", b"x")]), ELSEWHERE),
        ("here", tarred([*sound(), entry(f"{TOP}/./x", b"x")]), ELSEWHERE),
        ("backslash", tarred([*sound(), entry(f"{TOP}/..\\x", b"x")]), ELSEWHERE),
        ("drive", tarred([*sound(), entry("C:/x", b"x")]), ELSEWHERE),
        ("line-break", tarred([*sound(), entry(f"{TOP}/a\nb", b"x")]), ELSEWHERE),
        ("not-utf-8", tarred([*sound(), entry(f"{TOP}/\udcff", b"x")]), "is damaged: "),
        ("deep", with_files("/".join("a" * (DEEPEST + 1))), ELSEWHERE),
        ("long", tarred([*sound(), entry(f"{TOP}/{'a' * 80}/{'b' * 50}/{'c' * 60}", b"x")]), ELSEWHERE),
    )


def kinds() -> Iterator[Case]:
    """What is no file or folder."""
    for name, kind in {
        "link": tarfile.SYMTYPE,
        "hard-link": tarfile.LNKTYPE,
        "device": tarfile.CHRTYPE,
        "block": tarfile.BLKTYPE,
        "pipe": tarfile.FIFOTYPE,
        "contiguous": tarfile.CONTTYPE,
        "sparse": tarfile.GNUTYPE_SPARSE,
        "unknown": b"Z",
    }.items():
        yield name, tarred([*sound(), entry(f"{TOP}/charts/x.yml", kind=kind, linkname="/etc/passwd")]), KINDS


def headers() -> tuple[Case, ...]:
    """Headers that say something of the next entry."""
    return (
        ("pax-path", in_pax("../../elsewhere"), KINDS),
        ("pax-nul", in_pax(f"{TOP}/a\0b"), KINDS),
        ("pax-headers", many_headers(), KINDS),
        ("global-pax", tarred([entry("x", b"11 path=ab\n", tarfile.XGLTYPE), *sound()]), KINDS),
        ("gnu-name", tarred([entry("x", b"long\0", tarfile.GNUTYPE_LONGNAME), *sound()]), KINDS),
    )


def names() -> Iterator[Case]:
    """Names that not every system can keep."""
    yield from (
        ("capitals", with_files("charts/Index.yml"), "differs only in capitals or accents"),
        ("accents", with_files("charts/\u00e4.yml", "charts/a\u0308.yml"), "differs only in capitals or accents"),
        ("dot-at-end", with_files("charts/x."), "Windows drops a dot or space"),
    )
    for name in ("nul", "COM1.txt", "charts/aux.yml", "lpt1/x"):
        yield f"windows-{name.replace('/', '-')}", with_files(name), "Windows takes"


def contents() -> tuple[Case, ...]:
    """Files that are not those of the list, or that lack what says which pack it is."""
    without = {path: data for path, data in members().items() if path != MANIFEST}
    return (
        ("without-sums", tarred([one for one in sound() if SUMS.encode() not in one[:100]]), f"it has no {SUMS}"),
        (
            "other-sums",
            packed(TOP, members() | {SUMS: b"0" * 64 + b"  LICENSE\n"}, MOMENT),
            "not those that its SHA256",
        ),
        ("changed-board", packed(TOP, members() | {"charts/index.yml": b"x"}, MOMENT), "not those that its SHA256SUMS"),
        ("more-than-sums", packed(TOP, members() | {"charts/x.yml": b"x"}, MOMENT), "not those that its SHA256SUMS"),
        ("without-manifest", packed(TOP, without | {SUMS: sums(without)}, MOMENT), f"it has no {MANIFEST}"),
    )


def manifests() -> Iterator[Case]:
    """What a pack says of itself, not as it should."""
    for name, text, words in (
        ("no-json", "hello", "pack.json of it cannot be read: Invalid JSON"),
        ("list", "[]", "pack.json of it cannot be read: Input should be an object"),
        ("no-fields", "{}", "pack.json of it cannot be read at pack: Field required"),
        ("odd-type", '{"schema_version": 1, "pack": 5}', "pack.json of it cannot be read at pack"),
        ("newer", '{"schema_version": 2, "other": 5}', "pack.json of it is made for a newer dfops: update it"),
        ("odd-version", '{"schema_version": "x"}', "cannot be read at schema_version"),
        ("page-in-it", "<html>", "is a web page, not JSON"),
        ("deep-json", "[" * 100_000, "cannot be read"),
    ):
        yield f"manifest-{name}", archive(changes={MANIFEST: text}), words


def _negative() -> bytes:
    """A size below zero, in the form that GNU's tar gives to numbers that need more room."""
    block = bytearray(entry(f"{TOP}/z"))
    block[124:136] = b"\xff" * 11 + b"\xfe"
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)
