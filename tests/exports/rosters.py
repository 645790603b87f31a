"""Rotations for tests of exports: written by hand, or drawn at random in five zones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from generators.catalog import Catalog, Entry, catalog_of, load
from generators.model import KINDS
from generators.model.oncall import Rotation
from generators.model.organization import Person
from generators.oncall.civil import DAYS
from generators.source import LIMITS, Repository, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.model import Entity

ZONES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
PEOPLE = ("ann", "bob", "cyd", "dee")
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
WATCH = "ops_model/oncall/rotations/watch.yaml"


def layer(name: str = "watch", **fields: Any) -> dict[str, Any]:
    """A layer as a file says it: turns of a week, on Mondays at nine."""
    said = {
        "id": name,
        "participants": ["ann", "bob"],
        "starts": "2026-01-01",
        "handoff": {"weekday": "monday", "time": "09:00"},
        "length": {"amount": 1, "unit": "weeks"},
    }
    return said | fields


def rotation(*layers: dict[str, Any], zone: str = "Europe/London", **fields: Any) -> Rotation:
    """A rotation of these layers."""
    said = {"title": "Watch", "surface": "lamp", "zone": zone, "layers": list(layers or [layer()])} | fields
    return Rotation.model_validate_json(json.dumps(said))


def alone(made: Rotation, people: Mapping[str, Person] | None = None) -> Catalog:
    """A catalog of one rotation, `watch`, and some people."""
    document = read(WATCH, b"title: Watch\n").document
    assert document is not None
    entries: list[Entry[Entity]] = [Entry(Rotation.kind, "watch", made, document)]
    entries += [Entry(Person.kind, name, person, document) for name, person in (people or {}).items()]
    return catalog_of(entries)


def catalog_at(root: Path) -> Catalog:
    """Everything in a repository, whatever is wrong with it."""
    return load(Repository(root, LIMITS), KINDS)[0]


_TIMES = st.sampled_from(["00:00", "00:30", "01:00", "01:30", "01:45", "02:00", "02:15", "02:30", "09:00", "23:30"])
_DAYS = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)


@st.composite
def _restrictions(draw: st.DrawFn) -> list[dict[str, Any]]:
    count = draw(st.integers(0, 2))
    return [{"days": draw(_DAYS), "start": draw(_TIMES), "end": draw(_TIMES)} for _ in range(count)]


@st.composite
def _participants(draw: st.DrawFn, who: str) -> str | dict[str, str]:
    """Somebody, now and then with a first or last day."""
    plan = draw(st.sampled_from(["", "", "", "from", "until"]))
    return {"person": who, plan: draw(st.dates(date(2026, 11, 1), date(2027, 8, 1))).isoformat()} if plan else who


@st.composite
def people(draw: st.DrawFn) -> dict[str, Person]:
    """Everybody, some with time off or a last day."""
    made = {}
    for name in PEOPLE:
        first = draw(st.dates(date(2026, 11, 1), date(2027, 8, 1)))
        last = first + timedelta(days=draw(st.integers(0, 30)))
        plan = draw(st.sampled_from(["", "", "off", "part", "left"]))
        off = {"first": first.isoformat(), "last": last.isoformat()}
        part = {"start": "08:30", "end": "17:00"} if plan == "part" else {}
        said = {
            "title": name,
            "zone": draw(st.sampled_from(ZONES)),
            **({"time_off": [off | part]} if plan in ("off", "part") else {}),
            **({"left": first.isoformat()} if plan == "left" else {}),
        }
        made[name] = Person.model_validate_json(json.dumps(said))
    return made


@st.composite
def _layers(draw: st.DrawFn, *, levels: bool) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(1, 3))):
        unit = draw(st.sampled_from(["days", "weeks", "business-days", "months"]))
        zone = draw(st.sampled_from([None, None, *ZONES]))
        ends = draw(st.none() | st.dates(date(2027, 3, 2), date(2027, 12, 1)))
        made.append(
            layer(
                f"layer-{number}",
                participants=[
                    draw(_participants(who))
                    for who in draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
                ],
                starts=draw(st.dates(date(2025, 10, 1), date(2027, 3, 1))).isoformat(),
                **({"zone": zone} if zone else {}),
                **({"ends": ends.isoformat()} if ends else {}),
                handoff={"weekday": draw(st.sampled_from(DAYS)), "time": draw(_TIMES)},
                length={"amount": draw(st.integers(1, 3)), "unit": unit},
                restrictions=draw(_restrictions()),
                **({"level": draw(st.integers(1, 2))} if levels else {}),
            )
        )
    return made


@st.composite
def _overrides(draw: st.DrawFn, layers: int) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(0, 3))):
        start = AT + timedelta(minutes=15 * draw(st.integers(-4000, 35_000)))
        whose = draw(st.integers(0, layers))
        made.append(
            {
                "person": draw(st.sampled_from(PEOPLE)),
                "start": start.isoformat(),
                "end": (start + timedelta(minutes=15 * draw(st.integers(1, 2000)))).isoformat(),
                "reason": f"Swap {number}",
                **({"layer": f"layer-{whose}"} if whose < layers else {}),
            }
        )
    return made


@st.composite
def rotations(draw: st.DrawFn, *, levels: bool = False) -> Rotation:
    """Any rotation: one to three layers, restrictions at odd hours, overrides of a layer or of everything."""
    layers = draw(_layers(levels=levels))
    return rotation(*layers, zone=draw(st.sampled_from(ZONES)), overrides=draw(_overrides(len(layers))))
