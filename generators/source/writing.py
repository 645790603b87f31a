"""The one writer of YAML: text that our reader, and every reader of YAML 1.1 or 1.2, takes as it is meant.

A text stays plain where all readers agree that it is text, is a block where it has several lines, and is quoted
elsewhere. Equal values are written twice, never as an alias.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_NUMBER_LIKE = re.compile(r"[-+.:0-9][-+.,:_ \t0-9A-FXOTZa-fxotz]*|[eE][-+]?[0-9]+")
_OTHER_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
WIDTH = 110
"""Columns after which a long text is folded."""


class Inline(dict[str, object]):
    """A mapping that is written on one line: `{name: duckdb, proof: executed}`."""


class InlineList(list[object]):
    """A list that is written on one line: `[unique, not_null]`."""


class Quoted(str):
    """A text that is quoted even where it need not be, for readers that know other words than ours."""

    __slots__ = ()


def yaml_text(fields: Mapping[str, object], *, head: str = "", width: int = WIDTH, spaced: bool = False) -> str:
    """A document with its fields in the order given, below comment lines made of the lines of `head`.

    Takes what JSON has, and dates; a field that is None is written as null. `spaced` sets sections apart.
    """
    comments = "".join(f"# {line}".rstrip() + "\n" for line in head.splitlines())
    if not spaced:
        return comments + _dumped(fields, width)
    sections = (
        ("\n" if isinstance(value, dict) else "") + _dumped({name: value}, width) for name, value in fields.items()
    )
    return comments + "".join(sections)


def _dumped(fields: Mapping[str, object], width: int) -> str:
    text: str = yaml.dump(
        fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=False
    )
    return text


class _Dumper(yaml.SafeDumper):
    """PyYAML's, with lists two spaces in and without aliases, which our reader refuses."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's
        """Lists stand two spaces in, as people write them here."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Never an anchor."""
        return True


def _style(text: str) -> str | None:
    """How a text is quoted; None where it may stay plain.

    Of the readers: YAML 1.1 has `1_000`, `22:00` and `yes`; 1.2 has `0o14`; Ruby takes `yEs`, `1,000` and `:x` for
    something else as well, JavaScript `e1`. What begins like a number or date and holds nothing else is quoted,
    whichever it is.
    """
    if not text or text.casefold() in _WORDS or _NUMBER_LIKE.fullmatch(text) or _OTHER_LINE_ENDS.search(text):
        return '"'
    return None if text[0].isalnum() or text[0] in "_/" else "'"


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = _style(text)
    if "\n" in text.rstrip("\n") and not _OTHER_LINE_ENDS.search(text):
        style = "|"  # where a block cannot hold the text, PyYAML quotes it
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


_Dumper.add_multi_representer(str, _represent_text)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Quoted, _represent_quoted)
_Dumper.add_representer(
    Inline, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)
_Dumper.add_representer(
    InlineList, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
