"""F3: texts that mean something to a parser, in every place of a page and in every field of the model."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import pytest

from tests.hardening.figure import Effort, Reached
from tests.pages import test_hostile
from tests.render.corpus import hostile_texts, is_blank
from tests.render.test_text_on_a_page import NEUTRAL, neutral, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = 50_000
"""Texts times places."""
TOGETHER = 40
"""Texts of one page."""


def drawn(seed: int, count: int) -> Iterator[str]:
    """Random punctuation, random characters, and hostile texts run together."""
    made, corpus = random.Random(seed), hostile_texts()  # noqa: S311 - texts that can be drawn again
    marks = string.punctuation + " \n\ta1\r\u2028"
    while count:
        text = made.choice((
            "".join(made.choices(marks, k=made.randrange(1, 30))),
            "".join(chr(made.randrange(0x110000)) for _ in range(made.randrange(1, 30))),
            "".join(made.choices(corpus, k=made.randrange(2, 5))),
        ))  # fmt: skip
        if not is_blank(text):
            count -= 1
            yield text


def measure(effort: Effort) -> Reached:
    """Exactly the text, and the same elements around it, through the templates and from YAML to page."""
    places = repr(neutral()).count(NEUTRAL)
    corpus = [text for text in hostile_texts() if not is_blank(text)]
    texts = [*corpus, *drawn(effort.seed, max(0, GOAL // places + 1 - len(corpus)) + 200)]
    bad = [text for start in range(0, len(texts), TOGETHER) for text in wrong(texts[start : start + TOGETHER])]
    in_fields, in_fields_wrong = _in_fields(effort)
    said = f"{len(texts)} texts in {places} places, {in_fields} in fields"
    return Reached(len(texts) * places + in_fields, (*map(ascii, bad), *in_fields_wrong), said)


def _in_fields(effort: Effort) -> tuple[int, tuple[str, ...]]:
    """Each of four dense texts in every free field of the miniature at once."""
    fields = len(set(test_hostile.TOKEN.findall("".join(test_hostile.neutral_pages().values()))))
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        test_hostile.as_sphinx_knows(patch)
        for text in test_hostile.EVERYWHERE:
            said += test_hostile.wrong(effort.folder / "repository", lambda _number, _spot, text=text: text)  # type: ignore[misc]
    return fields * len(test_hostile.EVERYWHERE), tuple(said)
