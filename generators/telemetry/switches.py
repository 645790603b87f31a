"""What turns telemetry on and off, as far as it can be seen without reading anything: imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONSENT: Final = "dataface-telemetry.json"
"""In the project, committed with it."""
VARIABLE: Final = "DFOPS_TELEMETRY"
OFF, LOCAL = "off", "local"
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})
"""As dbt reads a variable that is false."""


def may_record(project: Path, environment: Mapping[str, str]) -> bool:
    """Whether anyone has said anything that may be a yes: else nothing more is read or imported. Raises OSError."""
    said = bool(environment.get(VARIABLE, "").strip()) or (project / CONSENT).exists()
    return said and not refusal(environment)


def refusal(environment: Mapping[str, str]) -> str:
    """The variable by which tracking is refused on this machine, with its value; empty where none is set."""
    tracked = environment.get("DO_NOT_TRACK", "").strip().lower()
    if tracked and tracked not in _FALSE:
        return "DO_NOT_TRACK is set"
    if environment.get("DBT_SEND_ANONYMOUS_USAGE_STATS", "").strip().lower() in _FALSE:
        return "DBT_SEND_ANONYMOUS_USAGE_STATS is false"
    return ""
