"""Rotations, moments and zones as hypothesis draws them, and a slow reading of a rotation to compare with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from hypothesis import strategies as st

from generators.model.oncall import Handoff, Layer, Length, Override, Restriction, Rotation
from generators.model.refs import PersonRef, SurfaceRef
from generators.model.text import Weekday
from generators.oncall.civil import DAYS
from generators.oncall.civil import zone as zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
PEOPLE = tuple(PersonRef(f"seat-{number}") for number in range(1, 6))
FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)

times = st.builds(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}", st.integers(0, 1439))
weekdays: st.SearchStrategy[Weekday] = st.sampled_from(get_args(Weekday))
moments = st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(lambda m: FIRST + timedelta(minutes=m))
restrictions = st.builds(
    Restriction, days=st.lists(weekdays, min_size=1, max_size=7, unique=True).map(tuple), start=times, end=times
)


@st.composite
def layers(draw: st.DrawFn, number: int) -> Layer:
    """A layer that has begun before every moment that is drawn."""
    return Layer(
        id=f"layer-{number}",
        participants=tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))),
        level=draw(st.none() | st.integers(1, 3)),
        starts=draw(st.dates(date(2023, 1, 1), date(2024, 6, 1))),
        handoff=Handoff(weekday=draw(weekdays), time=draw(times)),
        length=Length(amount=draw(st.integers(1, 3)), unit=draw(st.sampled_from(["days", "weeks"]))),
        restrictions=tuple(draw(st.lists(restrictions, max_size=2))),
    )


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    """One to three layers, up to three overrides, some of a layer."""
    made = tuple(draw(layers(number)) for number in range(draw(st.integers(1, 3))))
    overrides = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(moments)
        overrides.append(
            Override(
                person=draw(st.sampled_from(PEOPLE)),
                layer=draw(st.none() | st.sampled_from([layer.id for layer in made])),
                start=start,
                end=start + timedelta(minutes=draw(st.integers(1, 60 * 24 * 10))),
                reason="Drawn",
            )
        )
    return Rotation(
        title="Drawn",
        surface=SurfaceRef("lamp"),
        zone=draw(st.sampled_from(ZONES)),
        layers=made,
        overrides=tuple(overrides),
    )


def answering(rotation: Rotation, moment: datetime) -> set[str]:
    """Who answers at a moment, read from the model minute by wall clock alone: no turns, no intervals, no UTC."""
    whole = [one for one in rotation.overrides if one.layer is None and one.start <= moment < one.end]
    if whole:
        return {min(whole, key=lambda one: one.start).person}
    best: tuple[int, set[str]] = (0, set())
    for number, layer in enumerate(rotation.layers, 1):
        level = layer.level or number
        person = _of_layer(rotation, layer, moment)
        if person and level >= best[0]:
            best = (level, best[1] | {person}) if level == best[0] else (level, {person})
    return best[1]


def _of_layer(rotation: Rotation, layer: Layer, moment: datetime) -> str:
    local = moment.astimezone(zone_of(rotation.zone))
    if layer.restrictions and not any(_within(one, local) for one in layer.restrictions):
        return ""
    taken = [one for one in rotation.overrides if one.layer == layer.id and one.start <= moment < one.end]
    if taken:
        return min(taken, key=lambda one: one.start).person
    begun = [number for number, at in enumerate(_handoffs(layer, moment)) if at <= local.replace(tzinfo=None)]
    return layer.participants[begun[-1] % len(layer.participants)] if begun else ""


def _handoffs(layer: Layer, until: datetime) -> Iterator[datetime]:
    """Wall times of handoffs, in order, a little past a moment."""
    day = layer.starts
    while DAYS[day.weekday()] != layer.handoff.weekday:
        day += timedelta(days=1)
    step = timedelta(days=layer.length.amount * (7 if layer.length.unit == "weeks" else 1))
    hour, minute = map(int, layer.handoff.time.split(":"))
    while day <= until.date() + timedelta(days=2):
        yield datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - wall time
        day += step


def _within(limit: Restriction, local: datetime) -> bool:
    now, today = f"{local:%H:%M}", DAYS[local.weekday()]
    yesterday = DAYS[(local.weekday() - 1) % 7]
    if limit.end > limit.start:
        return today in limit.days and limit.start <= now < limit.end
    return (today in limit.days and now >= limit.start) or (yesterday in limit.days and now < limit.end)


def unchanged_clock(zone: str, moment: datetime) -> bool:
    """Whether no clock is changed within two days of a moment: the slow reading knows nothing of such days."""
    where = zone_of(zone)
    days = (moment + timedelta(hours=hours) for hours in range(-49, 50, 7))
    return len({day.astimezone(where).utcoffset() for day in days}) == 1
