"""Recurrence rules read as people say them."""

from __future__ import annotations

import pytest

from generators.model.recurrence import in_words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "every week on Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=1TU", "every month on the first Tuesday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "every 3 months on the last Friday"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=15", "every year on day 15 in January and July"),
        ("FREQ=DAILY", "every day"),
    ],
)
def test_common_rules_read_as_people_say_them(rule: str, words: str) -> None:
    """Meetings are announced in words."""
    assert in_words(rule) == words


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYDAY=9MO", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO"])
def test_other_rules_stay_rules(rule: str) -> None:
    """A rule that has no plain words is shown as it is, not wrongly."""
    assert in_words(rule) == rule
