"""From a file of somebody's warehouse to its text: compression, byte order marks, and what is no text at all."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 << 20
"""Bytes of an export, compressed or not; a warehouse with more has more than one connector's schema in the file."""
SAVE = "save the columns as CSV"
_GZIP = b"\x1f\x8b"
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"is a PDF: {SAVE}"),
    (b"\xd0\xcf\x11\xe0", f"is an Excel workbook: {SAVE}"),
    (b"PAR1", f"is a Parquet file: {SAVE}"),
    (b"ORC", f"is an ORC file: {SAVE}"),
    (b"Obj\x01", f"is an Avro file: {SAVE}"),
    (b"ARROW1", f"is an Arrow file: {SAVE}"),
    (b"SQLite format 3", "is a SQLite database: export its columns as CSV"),
    (b"BZh", "is compressed with bzip2: decompress it first"),
    (b"\xfd7zXZ", "is compressed with xz: decompress it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd: decompress it first"),
    (b"7z\xbc\xaf", "is a 7z archive: extract it first"),
    (b"\x89PNG", f"is a picture: {SAVE}"),
    (b"\xff\xd8\xff", f"is a picture: {SAVE}"),
    (b"GIF8", f"is a picture: {SAVE}"),
)
_MARKS = (  # UTF-32 before UTF-16, whose mark begins like it
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_DUCKDB = slice(8, 12)
"""Where a DuckDB file says that it is one."""
_MARKUP = (
    (("<!doctype html", "<html", "<table", "<head", "<body"), f"is an HTML page: {SAVE}, not as a page"),
    (("<?xml", "<rows", "<data"), f"is XML: {SAVE}"),
    (("{\\rtf",), f"is a text document: {SAVE}"),
)


class BadExport(ValueError):  # noqa: N818 - what somebody exported, not a fault of the program
    """A file that is no export we can read: line (from 1, 0 for the whole file) and one sentence with the remedy."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        """What is wrong, and where."""
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


def text_of(path: Path) -> str:
    """The text of a file, decompressed where it is gzip. Raises BadExport and OSError."""
    if not path.is_file():
        raise BadExport("is no file that can be read: name a CSV or JSON file" if path.exists() else "does not exist")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    _bounded(data)
    if data.startswith(_GZIP):
        data = _decompressed(data)
    if sentence := _binary(data):
        raise BadExport(sentence)
    text = _decoded(data)
    if sentence := _markup(text):
        raise BadExport(sentence)
    return text


def _bounded(data: bytes) -> None:
    if len(data) > LARGEST:
        raise BadExport(f"is larger than {LARGEST >> 20} MiB: export the one schema's rows")


def _decompressed(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadExport("is a gzip file that is damaged or cut off: export it again") from error
    _bounded(plain)
    return plain


def _binary(data: bytes) -> str:
    """What a file is that holds no text, with the remedy; "" for text."""
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data[_DUCKDB] == b"DUCK":
        return "is a DuckDB database: export its columns as CSV, or check it with --project DIR"
    if data.startswith(_GZIP):
        return "is compressed twice: decompress it first"
    return next((sentence for sign, sentence in _BINARY if data.startswith(sign)), "")


def _archive(data: bytes) -> str:
    """What a zip file holds: the formats of spreadsheets and documents are zip files too."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):  # the last from zipfile: a format that it cannot read
        names = []
    if any(name.startswith("xl/") for name in names):
        return f"is an Excel workbook: {SAVE}"
    if "content.xml" in names:
        return f"is a spreadsheet or document of LibreOffice: {SAVE}"
    return "is a zip archive: extract it first"


def _decoded(data: bytes) -> str:
    mark = next(((name, title) for mark, name, title in _MARKS if data.startswith(mark)), None)
    name, title = mark or _unmarked(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        claim = "UTF-8" if title == "UTF-8" else f"{title} as its first bytes say"
        raise BadExport(f"is not {claim}: save it as UTF-8") from error
    if "\0" in text:
        raise BadExport(f"is a binary file: {SAVE} or JSON")
    return text


def _unmarked(data: bytes) -> tuple[str, str]:
    """The encoding of bytes without a mark: UTF-8, or UTF-16 where every other byte of ASCII text is zero."""
    head = data[:64]
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) > 1 and not any(zeros) and all(letters):
            return name, "UTF-16"
    return "utf-8", "UTF-8"


def _markup(text: str) -> str:
    """Which language a page or document is written in, with the remedy; "" for what may be an export."""
    head = text[:200].lstrip().lower()
    return next((sentence for signs, sentence in _MARKUP if head.startswith(signs)), "")
