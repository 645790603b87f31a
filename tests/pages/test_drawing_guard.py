from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generators.site import prepare

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pack_whose_template_could_run_something_is_not_drawn(miniature: Path) -> None:
    """Dataface would evaluate it while a site is built, a reviewer's machine included."""
    board = miniature / "packs/oil_feed/charts/spouts.yml"
    board.write_text(board.read_text(encoding="utf-8").replace("title: Spouts", 'title: "{{ cycler.__init__ }}"'))
    asked: list[str] = []

    def draw(packs: dict[str, object], _repository: object) -> dict[str, object]:
        asked.extend(packs)
        return {}

    at = datetime(2026, 1, 1, tzinfo=UTC)
    prepare(miniature, "public", at, draw=draw)  # type: ignore[arg-type]
    assert asked == []
    board.write_text(board.read_text(encoding="utf-8").replace("{{ cycler.__init__ }}", "Spouts"))
    prepare(miniature, "public", at, draw=draw)  # type: ignore[arg-type]
    assert asked == ["oil_feed"]


def test_a_pack_whose_query_reaches_beyond_its_tables_is_not_drawn(miniature: Path) -> None:
    """Nor one that asks an address: the build would send the request."""
    board = miniature / "packs/oil_feed/charts/spouts.yml"
    text = board.read_text(encoding="utf-8")
    asked: list[str] = []

    def draw(packs: dict[str, object], _repository: object) -> dict[str, object]:
        asked.extend(packs)
        return {}

    at = datetime(2026, 1, 1, tzinfo=UTC)
    request = "queries:\n  makers: {type: http, method: POST, url: 'http://127.0.0.1:9/latest'}\n"
    for broken in (text.replace("SUM(s.drips)", "READ_TEXT('/etc/hostname')"), text.replace("queries:\n", request)):
        assert broken != text
        board.write_text(broken, encoding="utf-8")
        prepare(miniature, "public", at, draw=draw)  # type: ignore[arg-type]
    assert asked == []
