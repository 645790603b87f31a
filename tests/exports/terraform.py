"""An independent reader of pagerduty.tf.json: the arguments the provider documents, and who its schedules put on call.

Turns and restrictions are read by the wall clock of the schedule's zone. A layer starts at `start`; whose turn it is
is counted from `rotation_virtual_start`; the last layer that has somebody wins.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "pagerduty_schedule": ({"time_zone", "layer"}, {"name", "description", "overflow", "teams"}),
    "layer": (
        {"start", "rotation_virtual_start", "rotation_turn_length_seconds", "users"},
        {"name", "end", "restriction"},
    ),
    "restriction": ({"type", "start_time_of_day", "duration_seconds"}, {"start_day_of_week"}),
    "pagerduty_escalation_policy": ({"name", "rule"}, {"teams", "description", "num_loops"}),
    "rule": ({"escalation_delay_in_minutes", "target"}, {"escalation_rule_assignment_strategy"}),
    "target": ({"id"}, {"type"}),
    "pagerduty_service": (
        {"name", "escalation_policy"},
        {
            "description",
            "auto_resolve_timeout",
            "acknowledgement_timeout",
            "alert_creation",
            "incident_urgency_rule",
            "support_hours",
            "scheduled_actions",
        },
    ),
    "incident_urgency_rule": ({"type"}, {"urgency", "during_support_hours", "outside_support_hours"}),
}
"""Required and optional arguments by block, from the documentation of the provider's resources."""
BLOCKS = ("layer", "restriction", "rule", "target", "incident_urgency_rule")
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:00")
DAY, WEEK = 86_400, 604_800


def check_block(kind: str, block: dict[str, Any]) -> None:
    """Only documented arguments, all required ones, and the values that the provider's own checks accept."""
    required, optional = ARGUMENTS[kind]
    names = set(block) - {"//"}
    assert required <= names <= required | optional, (kind, names)
    for name in BLOCKS:
        inner = block.get(name, ())
        for one in [inner] if isinstance(inner, dict) else inner:
            check_block(name, one)
    if kind == "layer":
        assert 3600 <= block["rotation_turn_length_seconds"] <= 365 * DAY
        assert block["users"]
        assert all(datetime.fromisoformat(block[name]).tzinfo for name in ("start", "rotation_virtual_start"))
    if kind == "restriction":
        daily = block["type"] == "daily_restriction"
        assert daily or block["type"] == "weekly_restriction"
        assert 1 <= block["duration_seconds"] < (DAY if daily else WEEK)
        assert TIME.fullmatch(block["start_time_of_day"])
        assert ("start_day_of_week" in block) is not daily
        assert daily or 1 <= block["start_day_of_week"] <= 7
    if kind == "rule":
        assert block["escalation_delay_in_minutes"] >= 1
        assert 1 <= len(block["target"]) <= 10


def person(user: str) -> str:
    """The id here of a user that Terraform looks up."""
    found = re.fullmatch(r'\$\{var\.pagerduty_users\["([a-z0-9_-]+)"\]\}', user)
    assert found, user
    return found[1]


def on_call(schedule: dict[str, Any], moment: datetime) -> str | None:
    """Whom a schedule has on call."""
    for layer in reversed(schedule["layer"]):
        user = _turn(layer, moment, ZoneInfo(schedule["time_zone"]))
        if user is not None:
            return person(user)
    return None


def _turn(layer: dict[str, Any], moment: datetime, where: ZoneInfo) -> str | None:
    starts = datetime.fromisoformat(layer["start"])
    ends = datetime.fromisoformat(layer["end"]) if "end" in layer else None
    if moment < starts or (ends is not None and moment >= ends):
        return None
    wall = _wall(moment, where)
    if "restriction" in layer and not any(_inside(one, wall) for one in layer["restriction"]):
        return None
    first = datetime.fromisoformat(layer["rotation_virtual_start"]).astimezone(where).replace(tzinfo=None)
    turns = (wall - first) // timedelta(seconds=layer["rotation_turn_length_seconds"])
    users: list[str] = layer["users"]
    return users[turns % len(users)]


def _inside(limit: dict[str, Any], wall: datetime) -> bool:
    """Whether a wall time lies in a restriction, which may reach past midnight or past Sunday."""
    hour, minute, _ = map(int, limit["start_time_of_day"].split(":"))
    start, at = hour * 3600 + minute * 60, wall.hour * 3600 + wall.minute * 60 + wall.second
    circle = DAY
    if limit["type"] == "weekly_restriction":
        circle = WEEK
        start += (limit["start_day_of_week"] - 1) * DAY
        at += wall.weekday() * DAY
    return (at - start) % circle < int(limit["duration_seconds"])


def _wall(moment: datetime, where: ZoneInfo) -> datetime:
    return moment.astimezone(where).replace(tzinfo=None)


def is_regular(moment: datetime, where: ZoneInfo) -> bool:
    """Whether the clock is not changed within the hours around a moment."""
    around = [moment + timedelta(hours=hours) for hours in (-3, 0, 3)]
    return len({one.astimezone(where).utcoffset() for one in around}) == 1


def utc(text: str) -> datetime:
    """A moment as it is written in tests."""
    return datetime.fromisoformat(text).astimezone(UTC)
