"""The levers change the cost of a build and nothing else."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from pygments.formatters.html import HtmlFormatter
from sphinx.search.en import SearchEnglish

from generators.sphinxext import speed
from tests.sphinxext.conftest import Repository, Site, runbooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def test_collector_is_given_back(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a build, broken or not, the process collects as before and nothing stays frozen."""
    before = gc.get_threshold()
    repository.site["internal"] = runbooks()
    repository.build()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
    repository.site["internal"].pages["guide.md"] += "More.\n"
    monkeypatch.setattr("generators.sphinxext.domain.make_refnode", None)
    with pytest.raises(TypeError):
        repository.build()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_no_page_is_held_between_reading_and_writing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """When reading ends, Sphinx holds no doctree."""
    held: list[int] = []
    freeze: Callable[..., None] = speed.Collector.freeze

    def look(self: speed.Collector, app: Sphinx, env: BuildEnvironment) -> None:
        held.append(len(env._write_doc_doctree_cache))  # noqa: SLF001 - the promise is about this very table
        freeze(self, app, env)

    monkeypatch.setattr(speed.Collector, "freeze", look)
    repository.site["internal"] = runbooks()
    assert repository.build().read == 3
    assert held == [0]


def test_stems_are_the_ones_the_search_page_computes() -> None:
    """Remembered or not, a word has Sphinx's own stem."""
    words = ["connections", "connections", "rolling", "dashboards", "Stripe", "x"]
    assert [speed.Memorised({}).stem(word) for word in words] == [SearchEnglish({}).stem(word) for word in words]


def test_one_formatter_serves_all_plain_blocks(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty blocks cost no formatter each; a block with options of its own still gets its own."""
    made: list[dict[str, Any]] = []
    make = HtmlFormatter.__init__

    def count(self: HtmlFormatter[str], **options: Any) -> None:
        made.append(options)
        make(self, **options)

    monkeypatch.setattr(HtmlFormatter, "__init__", count)
    blocks = "\n".join("```console\n$ dft check\n```\n" for _ in range(30))
    emphasised = "```{code-block} console\n:emphasize-lines: 1\n\n$ dft check\n```\n"
    repository.site["internal"] = Site(pages={"index.md": f"# Start\n\n{blocks}\n{emphasised}"})
    assert repository.build().ok
    assert repository.html("index").count('class="highlight"') == 31
    assert repository.html("index").count('class="hll"') == 1
    assert len(made) < 12
