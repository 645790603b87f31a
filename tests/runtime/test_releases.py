"""Which release reports a code: the order of versions, what came and went, and what is supported on a day."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generators.model.runtime import RuntimeVersion
from generators.runtime.known import known_runtimes
from generators.runtime.releases import Release, Releases, order, releases
from generators.runtime.snapshots import FOLDER, taken
from generators.site import check
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path


def release(version: str, *codes: str, until: date | None = None, title: str = "Lantern") -> Release:
    """A release that packs are proven on until a day."""
    snapshot = taken("lantern", version, {}, [{"code": code, "level": "error"} for code in codes])
    proven = RuntimeVersion(version=version, since=date(2026, 1, 1), until=until, why="Newest")
    return Release(title, snapshot, proven, is_current=True)


def test_versions_stand_in_the_order_of_their_release() -> None:
    """Numbers count as numbers, pre-releases come before their release, and post-releases behind it."""
    expected = [
        "0.4.0",
        "0.9.1",
        "0.10.0.dev1",
        "0.10.0a2",
        "0.10.0b1",
        "0.10.0rc1",
        "0.10.0",
        "0.10.0.post1",
        "0.10.1",
    ]
    assert sorted(sorted(expected), key=order) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ERR-KEPT", (("1.0", "2.0"), "", "", "")),
        ("ERR-NEW", (("2.0",), "2.0", "", "2.1.dev1")),
        ("ERR-GONE", (("1.0",), "", "1.0", "")),
        ("ERR-SOON", ((), "", "", "2.1.dev1")),
        ("ERR-NEVER", ((), "", "", "")),
    ],
)
def test_code_came_and_went(code: str, expected: tuple[tuple[str, ...], str, str, str]) -> None:
    """A pre-release counts only as what is coming, and only where it differs from the newest release."""
    known = Releases(
        (
            release("1.0", "ERR-KEPT", "ERR-GONE"),
            release("2.0", "ERR-KEPT", "ERR-NEW"),
            release("2.1.dev1", "ERR-KEPT", "ERR-SOON"),
        )
    )
    found = known.lifetime(code)
    assert set(found.reported_by) | set(found.lacked_by) == {"Lantern 1.0", "Lantern 2.0"}
    said = (found.reported_by, found.since, found.until, found.coming)
    assert json.loads(json.dumps(said).replace("Lantern ", "")) == json.loads(json.dumps(expected))


def test_older_pre_release_is_not_coming() -> None:
    """Once its release is out, a pre-release says nothing any more."""
    known = Releases((release("2.0.dev1", "ERR-A"), release("2.0", "ERR-B")))
    assert known.coming is None
    assert known.lifetime("ERR-A").coming == ""


def test_release_is_supported_to_its_last_day() -> None:
    """The last day counts whole; without one there is no end."""
    known = Releases((release("1.0", until=date(2027, 3, 31)), release("2.0")))
    assert [one.name for one in known.supported(date(2027, 3, 31))] == ["Lantern 1.0", "Lantern 2.0"]
    assert [one.name for one in known.supported(date(2027, 4, 1))] == ["Lantern 2.0"]


def test_what_was_written_down_is_found_and_what_cannot_be_read_is_left_out(miniature: Path) -> None:
    """Three releases of the miniature; only the one that packs are proven on is supported."""
    runtimes = known_runtimes(check(miniature, AT).catalog, miniature)
    known = releases(runtimes)
    assert [one.name for one in known.all] == ["dbt Charts 0.9.1", "dbt Charts 0.10.0", "dbt Charts 0.10.1.dev3"]
    assert [one.name for one in known.supported(AT.date())] == ["dbt Charts 0.10.0"]
    assert known.current is known.all[1]
    (miniature / FOLDER / "dbt-charts-0.10.0.json").write_text("{", encoding="utf-8")
    assert releases(runtimes).current is None
