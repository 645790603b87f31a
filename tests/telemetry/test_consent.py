from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generators.published.manifest import Unreadable
from generators.telemetry.consent import agree, consent_of, decide, withdraw
from generators.telemetry.switches import CONSENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HTTPS = "https://events.example.org/v1"
SENT, KEPT = ("send", HTTPS, True), ("local", None, True)
NOTHING = ("off", None, False)
TABLE = [
    # the project's file     the environment                                       what holds
    (None, {}, NOTHING),
    ("local", {}, KEPT),
    ("send", {}, SENT),
    ("send", {"DFOPS_TELEMETRY": "off"}, NOTHING),
    ("send", {"DFOPS_TELEMETRY": " OFF "}, NOTHING),
    ("send", {"DFOPS_TELEMETRY": "local"}, KEPT),
    ("send", {"DFOPS_TELEMETRY": ""}, SENT),
    ("local", {"DFOPS_TELEMETRY": HTTPS}, SENT),
    (None, {"DFOPS_TELEMETRY": HTTPS}, ("send", HTTPS, False)),
    (None, {"DFOPS_TELEMETRY": "local"}, ("local", None, False)),
    ("send", {"DO_NOT_TRACK": "1"}, NOTHING),
    ("send", {"DO_NOT_TRACK": "anything"}, NOTHING),
    ("send", {"DO_NOT_TRACK": "0"}, SENT),
    ("send", {"DO_NOT_TRACK": "False"}, SENT),
    ("send", {"DO_NOT_TRACK": ""}, SENT),
    ("send", {"DO_NOT_TRACK": "1", "DFOPS_TELEMETRY": HTTPS}, NOTHING),
    ("send", {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}, NOTHING),
    ("send", {"DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}, NOTHING),
    ("send", {"DBT_SEND_ANONYMOUS_USAGE_STATS": "true"}, SENT),
    ("send", {"DBT_SEND_ANONYMOUS_USAGE_STATS": ""}, SENT),
    ("send", {"DBT_SEND_ANONYMOUS_USAGE_STATS": "no", "DFOPS_TELEMETRY": "local"}, NOTHING),
]


@pytest.mark.parametrize(("file", "environment", "holds"), TABLE)
def test_a_refusal_wins_then_the_variable_then_the_file(
    tmp_path: Path, file: str | None, environment: Mapping[str, str], holds: tuple[str, str | None, bool]
) -> None:
    """Mode, address, and whether the run is counted under the project's id."""
    if file is not None:
        agree(tmp_path, HTTPS if file == "send" else None)
    found = decide(tmp_path, environment)
    assert (found.mode, found.address, found.installation is not None) == holds


def test_an_id_is_random_and_stays(tmp_path: Path) -> None:
    """As long as the project says yes; another yes is another id."""
    first = agree(tmp_path, None).installation
    assert agree(tmp_path, HTTPS).installation == first
    assert withdraw(tmp_path)
    assert not withdraw(tmp_path)
    assert agree(tmp_path, None).installation != first


@pytest.mark.parametrize("address", ["http://events.example.org", "ftp://x", "https://me:pass@example.org", "x"])
def test_an_address_that_would_betray_is_refused(tmp_path: Path, address: str) -> None:
    """By the option, by the variable and in the file."""
    with pytest.raises(Unreadable):
        agree(tmp_path, address)
    assert consent_of(tmp_path) is None
    with pytest.raises(Unreadable):
        decide(tmp_path, {"DFOPS_TELEMETRY": address})
    made = agree(tmp_path, None)
    (tmp_path / CONSENT).write_text(json.dumps(made.model_dump() | {"send_to": address}), encoding="utf-8")
    with pytest.raises(Unreadable):
        decide(tmp_path, {})


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema_version": 1, "installation": "me@example.org"}', "x" * 70_000]
)
def test_a_file_that_is_no_yes_is_said_and_is_none(tmp_path: Path, text: str) -> None:
    """It is not taken for one."""
    (tmp_path / CONSENT).write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable):
        decide(tmp_path, {})
    assert decide(tmp_path, {"DO_NOT_TRACK": "1"}).mode == "off"
