from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from generators.model.organization import TimeOff
from generators.model.refs import PersonRef, PolicyRef
from generators.oncall.paging import chain, fallbacks, notifications, round_minutes, voids
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from tests.oncall.roster import START, catalog, person, policy, role, weekly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model import Entity

PAGED = datetime(2026, 12, 1, 3, tzinfo=UTC)
OFF = (TimeOff(first=date(2026, 12, 1), last=date(2026, 12, 1)),)


def paged(**entities: Mapping[str, Entity]) -> list[tuple[int, str]]:
    """Minutes after the page, and who."""
    made = catalog(**entities)
    found = notifications(made, Roster.of(made, PAGED - timedelta(days=1), timedelta(days=15)), "policy", PAGED)
    return [(int((one.at - PAGED).total_seconds() // 60), person.person) for one in found for person in one.people]


PEOPLE = {"ann": person(), "ben": person(), "cid": person()}


def test_minutes_count_from_the_page() -> None:
    """0, 5 and 10 are minutes after the page, not after one another."""
    found = paged(
        p=PEOPLE,
        r={"watch": weekly("ann")},
        o={"lead": role("ben"), "owner": role("cid")},
        e={"policy": policy((0, "watch"), (5, "role:lead"), (10, "role:owner"))},
    )
    assert found == [(0, "ann"), (5, "ben"), (10, "cid")]


def test_an_empty_step_passes_on_at_once() -> None:
    """Ann is away: Ben is notified in the minute of the page, and Cid five minutes after him."""
    found = paged(
        p={**PEOPLE, "ann": person(time_off=OFF)},
        r={"watch": weekly("ann")},
        o={"lead": role("ben"), "owner": role("cid")},
        e={"policy": policy((0, "watch"), (5, "role:lead"), (10, "role:owner"))},
    )
    assert found == [(0, "ben"), (5, "cid")]


def test_repeats_begin_again_after_the_last_step_had_as_long_as_the_one_before() -> None:
    """0 and 10, again at 20 and 30; a policy of one step comes back after five minutes."""
    twice = policy((0, "watch"), (10, "role:lead"), repeat=1)
    found = paged(p=PEOPLE, r={"watch": weekly("ann")}, o={"lead": role("ben")}, e={"policy": twice})
    assert found == [(0, "ann"), (10, "ben"), (20, "ann"), (30, "ben")]
    assert round_minutes(policy((0, "watch"))) == 5


def test_the_policy_after_it_goes_on() -> None:
    """`then` begins when the last round is over; a circle of policies ends where it closes."""
    first = policy((0, "watch"), then=PolicyRef("second"))
    second = policy((0, "role:lead"), then=PolicyRef("policy"))
    policies = {"policy": first, "second": second}
    assert paged(p=PEOPLE, r={"watch": weekly("ann")}, o={"lead": role("ben")}, e=policies) == [(0, "ann"), (5, "ben")]
    assert [name for name, _ in chain(catalog(e=policies), "policy")] == ["policy", "second"]


def test_shadows_are_notified_and_do_not_count() -> None:
    """A step in which only a shadow is left passes on."""
    watch = weekly("ann")
    watch = watch.model_copy(update={"layers": (watch.layers[0].model_copy(update={"shadows": (PersonRef("cid"),)}),)})
    found = paged(
        p={**PEOPLE, "ann": person(time_off=OFF)},
        r={"watch": watch},
        o={"lead": role("ben")},
        e={"policy": policy((0, "watch"), (5, "role:lead"))},
    )
    assert found == [(0, "cid"), (0, "ben")]


def test_an_empty_last_step_begins_the_next_round_at_once() -> None:
    """Nobody waits for a step that reaches nobody: minutes are those that really pass."""
    again = policy((0, "watch"), (10, "role:lead"), repeat=1)
    people = {**PEOPLE, "ben": person(time_off=OFF)}
    made = catalog(p=people, r={"watch": weekly("ann")}, o={"lead": role("ben")}, e={"policy": again})
    found = list(notifications(made, Roster.of(made, PAGED, timedelta(days=15)), "policy", PAGED))
    assert [(one.minutes, one.planned.minutes, one.passes_on) for one in found] == [
        (0, 0, False),
        (10, 10, True),
        (10, 20, False),
        (20, 30, True),
    ]
    assert [one.person for one in found[1].away] == ["ben"]


def test_a_rotation_without_anybody_has_a_fallback() -> None:
    """The policy passes on at once to the role after it; a policy of that rotation alone reaches nobody."""
    people = {**PEOPLE, "ann": person(time_off=OFF)}
    policies = {"policy": policy((0, "watch"), (10, "role:lead")), "alone": policy((0, "watch"))}
    made = catalog(p=people, r={"watch": weekly("ann")}, o={"lead": role("ben")}, e=policies)
    roster = Roster.of(made, PAGED, timedelta(days=15))
    found = {one.policy: one.notification for one in fallbacks(made, roster, "watch", PAGED)}
    assert found["alone"] is None
    assert found["policy"] is not None
    assert [one.person for one in found["policy"].people] == ["ben"]


def test_a_last_day_ahead_is_no_void_and_one_that_has_come_is() -> None:
    """The plan that the only holder leaves is no finding until that day."""
    made = catalog(p={"ann": person(left=date(2027, 1, 13))}, o={"lead": role("ann")})
    steps = policy((0, "role:lead"))
    assert list(voids(made, Roster.of(made, START, YEAR), steps)) == []
    (void,) = voids(made, Roster.of(made, datetime(2027, 1, 13, tzinfo=UTC), YEAR), steps)
    assert void.step == 0


def test_a_step_is_void_only_while_all_that_it_names_are_away() -> None:
    """Two holders: void from when the second leaves to when the first comes back."""
    both = {
        "ann": person(time_off=(TimeOff(first=date(2026, 12, 1), last=date(2026, 12, 3)),)),
        "ben": person(time_off=(TimeOff(first=date(2026, 12, 3), last=date(2026, 12, 5)),)),
    }
    made = catalog(p=both, o={"lead": role("ann", "ben")})
    roster = Roster.of(made, START, YEAR)
    (void,) = voids(made, roster, policy((0, "role:lead")))
    assert (void.step, void.window.start, void.window.end) == (
        0,
        datetime(2026, 12, 3, tzinfo=UTC),
        datetime(2026, 12, 4, tzinfo=UTC),
    )


def test_who_left_is_never_notified() -> None:
    """From the first day on which they are no longer there."""
    gone = {**PEOPLE, "ann": person(left=date(2026, 12, 1))}
    found = paged(p=gone, o={"lead": role("ann", "ben")}, e={"policy": policy((0, "role:lead"))})
    assert found == [(0, "ben")]
