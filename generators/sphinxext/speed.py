"""Levers that make a build of many pages cheap. Each is a few lines, with the measured reason beside it."""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING, Any

from sphinx.highlighting import PygmentsBridge
from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Doctrees are cyclic and die by the page: collecting every 700 allocations walks the whole living environment in vain,
# never collecting keeps them all.
THRESHOLD = (200_000, 20, 100)


class Forgetful(dict[str, Any]):
    """A cache that keeps nothing."""

    def __setitem__(self, key: str, value: object) -> None:
        """Sphinx offers an entry; let it go."""


def forget_doctrees(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Every page is read back once, when it is written: holding all of them in between only costs memory."""
    del app, docnames
    env._write_doc_doctree_cache = Forgetful()  # noqa: SLF001 - no setting for it in Sphinx 9
    env._pickled_doctree_cache = Forgetful()  # noqa: SLF001 - no setting for it in Sphinx 9


class Collector:
    """The garbage collector's settings around one build; given back at its end."""

    def __init__(self) -> None:
        self.before = gc.get_threshold()

    def relax(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """From the first page read: from here on Sphinx always says when a build has ended."""
        del app, env, docnames
        self.before = gc.get_threshold()
        gc.set_threshold(*THRESHOLD)

    def freeze(self, app: Sphinx, env: BuildEnvironment) -> None:
        """What was read lives to the end: no later collection needs to look at it."""
        del app, env
        gc.freeze()

    def restore(self, app: Sphinx, exception: Exception | None) -> None:
        """As it was before the build."""
        del app, exception
        gc.unfreeze()
        gc.set_threshold(*self.before)


@cache
def _stem(word: str) -> str:
    return str(SearchEnglish({}).stem(word))


class Memorised(SearchEnglish):
    """English search; Sphinx remembers stems within a page, this one across pages: the same words recur."""

    def stem(self, word: str) -> str:
        """The stem of a word."""
        return _stem(word)


def keep_formatter(app: Sphinx) -> None:
    """Sphinx makes a Pygments formatter, with its whole style sheet, for every code block: 2 ms each for the same."""
    highlighter = getattr(app.builder, "highlighter", None)
    if isinstance(highlighter, PygmentsBridge):
        make, plain = highlighter.get_formatter, highlighter.get_formatter(linenos=False)

        def get_formatter(**options: Any) -> Any:
            return plain if options == {"linenos": False} else make(**options)

        highlighter.get_formatter = get_formatter  # type: ignore[method-assign]


def connect(app: Sphinx) -> None:
    """Relax first, freeze after every other listener, restore last."""
    collector = Collector()
    app.add_search_language(Memorised)
    app.connect("env-before-read-docs", collector.relax)
    app.connect("builder-inited", keep_formatter)
    app.connect("env-before-read-docs", forget_doctrees)
    app.connect("env-updated", collector.freeze, priority=900)
    app.connect("build-finished", collector.restore, priority=900)
