"""Any text in any field, through the whole way from YAML to MyST: it shows as itself and changes no page around it."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles

from generators.model import KINDS
from generators.site import prepare
from generators.source import read
from tests.clock import AT
from tests.conftest import MINIATURE
from tests.pages.filling import Spot, fill
from tests.render.corpus import code, hostile_texts, is_blank, monospace, one_line, prose
from tests.render.myst import Tree, parsed, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = re.compile(r"zq(\d{4})zq")
DIGEST = re.compile(r"[0-9a-f]{64}")

EVERYWHERE = (
    "\"'<b>*_`a`_*</b>[x](https://x.example){{ 7*7 }}${a}#&amp;\\",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{raw}`<b>` {ops:role}`x` {download}`/etc/passwd` | a | b | :: ``` ~~~ :::",
    "- # > 1. [^1] +++ %% (a)= --- --> ]]> &lt; &#60; \\n \\N",
)
"""Much that means something in a few characters: each stands in every field at once."""


def may_be_written(text: str) -> bool:
    """Whether the reader accepts it as one line or paragraph; what it refuses reaches no page."""
    if is_blank(text) or len(text) > 120 or text != text.strip() or len(prose(text)) != 1 or "\n\n" in code(text):
        return False
    reading = read("a.yaml", json.dumps({"a": text}, ensure_ascii=False).encode("utf-8", errors="replace"))
    return reading.document is not None and reading.document.tree == {"a": text}


TEXTS = [text for text in hostile_texts() if may_be_written(text)]
LINES = [text for text in TEXTS if "\n" not in text]


class Stub(Directive):
    """A directive that only Sphinx knows: what stands in it is kept, or counted where it is no MyST."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A container with the content, which names its argument; a dropdown's title is text with markup."""
        made = nodes.container("", nodes.Text(f"{self.name} "))
        if self.name in {"dropdown", "tab-set", "tab-item"}:
            titles, _ = self.state.inline_text(" ".join(self.arguments), self.lineno)
            made += nodes.inline("", "", *titles)
            self.state.nested_parse(self.content, self.content_offset, made)
        else:
            made += nodes.Text(f"{' '.join(self.arguments)} {len(self.content)} lines")
        return [made]


def as_sphinx_knows(patch: pytest.MonkeyPatch) -> None:
    """The directives and roles of the site, without Sphinx."""
    for name in ("ops:entity", "ops:section", "ops:diagram", "toctree", "dropdown", "tab-set", "tab-item"):
        patch.setitem(vars(directives)["_directives"], name, Stub)  # the registry has no way to forget
    kinds = [kind.kind for kind in KINDS] + [part for kind in KINDS for part, _ in kind.parts] + ["source", "feed"]

    def role(
        name: str, _raw: str, text: str, *_rest: object, **_more: object
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        return [nodes.emphasis("", f"{name} {text}")], []

    for name in ("doc", *(f"ops:{kind}" for kind in kinds)):
        patch.setitem(vars(roles)["_roles"], name, role)


@pytest.fixture(autouse=True)
def _known_to_sphinx(monkeypatch: pytest.MonkeyPatch) -> None:
    as_sphinx_knows(monkeypatch)


COMPARED = {("run", ("command",)), ("gate", ("criteria", "statement")), ("scope-item", ("evidence", "what"))}


def ordered(number: int, spot: Spot, text: str) -> str:
    """The text, with a number before what lists are sorted or grouped by, which is not under test here."""
    is_sorted_by = spot.form == "title" or spot.route[0] == "engines"
    # Equal texts say something else: a run is of the criterion with its command, and one reason is told once.
    is_compared = (spot.kind, spot.route) in COMPARED or spot.route[0] == "subject"
    return f"{number:04d} {text}" if is_sorted_by or is_compared else text


def pages(root: Path, text_at: Callable[[int, Spot], str]) -> dict[str, str]:
    """The internal pages of a full miniature whose free texts are numbered and replaced."""
    count = iter(range(10_000))

    def say(spot: Spot, value: Any, /) -> Any:
        if not spot.is_free:
            return value
        number = next(count)
        return ordered(number, spot, text_at(number, spot))

    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(MINIATURE, root)
    fill(root, say)
    return dict(prepare(root, "internal", AT).pages)


def filled(part: Tree | str, text_of: Callable[[int], str], shown: Callable[[str], str] = one_line) -> Tree | str:
    """The neutral tree with what each token's text must show: in code line by line, elsewhere on one line."""
    if isinstance(part, str):
        return TOKEN.sub(lambda found: shown(text_of(int(found[1]))), part)
    name, parts = part
    within = {"literal": monospace, "literal_block": code}.get(name, shown)
    return (name, tuple(filled(one, text_of, within) for one in parts))


def even(part: Tree | str) -> Tree | str:
    """A tree whose texts have single spaces: a list's short form of a text makes every white space one.

    Digests are alike: they are of the very words that differ.
    """
    if isinstance(part, str):
        return DIGEST.sub("digest", " ".join(part.split()))
    return (part[0], tuple(even(one) for one in part[1]))


def difference(wanted: Tree | str, found: Tree | str) -> str:
    """The innermost place at which two trees differ; empty where they do not."""
    if isinstance(wanted, str) or isinstance(found, str) or (wanted[0], len(wanted[1])) != (found[0], len(found[1])):
        return "" if wanted == found else f"wanted {wanted}, found {found}"
    return next((said for one, other in zip(wanted[1], found[1], strict=True) if (said := difference(one, other))), "")


@cache
def neutral_pages() -> dict[str, str]:
    """The pages with a token for each text."""
    with tempfile.TemporaryDirectory() as folder:
        return pages(Path(folder) / "repository", lambda number, _: f"zq{number:04d}zq")


@cache
def neutral_tree(path: str) -> Tree:
    """One of them, parsed."""
    return tree(parsed(neutral_pages()[path]))


def wrong(root: Path, text_at: Callable[[int, Spot], str]) -> Iterator[str]:
    """The pages on which some text is not itself, or changes what is around it."""
    texts: dict[int, str] = {}

    def noted(number: int, spot: Spot) -> str:
        texts[number] = text_at(number, spot)
        return texts[number]

    neutral = neutral_pages()
    hostile = pages(root, noted)
    if neutral.keys() != hostile.keys():
        yield f"other pages: {sorted(neutral.keys() ^ hostile.keys())}"
    reached = set()
    for path in neutral.keys() & hostile.keys():
        if neutral[path] == hostile[path]:
            continue
        wanted = neutral_tree(path)
        reached |= {int(number) for number in TOKEN.findall(repr(wanted))}
        if said := difference(even(filled(wanted, texts.__getitem__)), even(tree(parsed(hostile[path])))):
            yield f"{path}: {said}"
    if len(reached) < len(texts) * 0.85:
        yield f"only {len(reached)} of {len(texts)} texts reach a page"


def test_corpus_is_still_large() -> None:
    """The reader accepts most of what means something to a parser, so the comparisons below promise something."""
    assert len(LINES) > 300
    assert len(TEXTS) > len(LINES)


@pytest.mark.parametrize("text", EVERYWHERE, ids=["marks", "html", "roles", "blocks"])
def test_one_hostile_text_in_every_field(tmp_path: Path, text: str) -> None:
    """The same text in each free field of each entity: no page has an element more, less or other (F3)."""
    assert list(wrong(tmp_path / "repository", lambda _number, _spot: text)) == []


@pytest.mark.parametrize("shift", range(4))
def test_each_field_its_own_hostile_text(tmp_path: Path, shift: int) -> None:
    """Every text of the corpus in some field; prose and commands have several lines as well (F3)."""

    def text_at(number: int, spot: Spot) -> str:
        corpus = TEXTS if spot.form in {"prose", "command"} else LINES
        return corpus[(number * 7 + shift * 101) % len(corpus)]

    assert list(wrong(tmp_path / "repository", text_at)) == []
