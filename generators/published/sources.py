"""One more source in the file of a user's project; comments, layout and all other settings stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.source import read
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.source import Document
    from generators.source.document import Tree

SOURCES = "sources"
INDENT = 2


class Unextendable(ValueError):  # noqa: N818 - what a user's file holds, not a fault of the program
    """A file that no source can be added to without a risk for the rest of it: one clause that says why."""


def extended(file: str, data: bytes, name: str, fields: Mapping[str, str]) -> str:
    """The text of a project's file with one more source; unchanged where it has this one already.

    What was made is read again: it holds what was there and the source, or nothing is changed. Raises Unextendable.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unextendable("it is not UTF-8") from error
    if _is_empty(text):
        return _checked(file, _appended(text, name, fields), {}, name, fields)
    document = read(file, data).document
    if document is None or document.text != text:
        raise Unextendable("it cannot be read as YAML without doubt")
    sources = document.tree.get(SOURCES)
    if isinstance(sources, dict) and name in sources:
        if sources[name] != fields:
            raise Unextendable(f"it has another source {name}")
        return text
    if SOURCES not in document.tree:
        made = _appended(text, name, fields)
    else:
        made = _inserted(document, _indent(document), name, fields)
    return _checked(file, made, document.tree, name, fields)


def lines(name: str, fields: Mapping[str, str]) -> str:
    """The source by itself, as a user adds it."""
    return yaml_text({SOURCES: {name: dict(fields)}})


def _is_empty(text: str) -> bool:
    """Whether a file holds nothing but comments."""
    return all(line.lstrip().startswith("#") for line in text.splitlines() if line.strip())


def _appended(text: str, name: str, fields: Mapping[str, str]) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else end if text.endswith("\n") else 2 * end
    return text + gap + lines(name, fields).replace("\n", end)


def _indent(document: Document) -> int:
    """How far the sources of a file stand in. Raises Unextendable where they are not one below the other."""
    sources, key = document.tree[SOURCES], document.at(SOURCES, key=True)
    if sources is None:
        return key.column - 1 + INDENT
    if not isinstance(sources, dict) or not sources:
        raise Unextendable(f"its {SOURCES} are no block of names")
    first = document.at(SOURCES, next(iter(sources)), key=True)
    if first.line == key.line or first.column <= key.column:
        raise Unextendable(f"its {SOURCES} are no block of names")
    return first.column - 1


def _inserted(document: Document, indent: int, name: str, fields: Mapping[str, str]) -> str:
    """The source as the first one: right below the name of the section, so that each comment stays with its source."""
    rows = document.text.split("\n")
    at = document.at(SOURCES, key=True).line
    end = "\r" if rows[at - 1].endswith("\r") else ""
    added = yaml_text({name: dict(fields)}).splitlines()
    rows[at:at] = [" " * indent + line + end for line in added]
    return "\n".join(rows)


def _checked(file: str, made: str, before: dict[str, Tree], name: str, fields: Mapping[str, str]) -> str:
    after = read(file, made.encode()).document
    sources = before.get(SOURCES)
    wanted = {**before, SOURCES: {**(sources if isinstance(sources, dict) else {}), name: dict(fields)}}
    if after is None or after.tree != wanted:
        raise Unextendable("a source cannot be added to it without a change of something else")
    return made
