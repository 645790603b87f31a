from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from generators.model.text import (
    Command,
    DiagnosticCode,
    Line,
    LocalTime,
    Minutes,
    Name,
    Prose,
    Recurrence,
    RepoPath,
    SemVer,
    Slug,
    Span,
    Title,
    Url,
    Zone,
    zone_names,
)
from tests.timeouts import ends_in_time


def accepts(form: Any, value: object) -> bool:
    """Whether a value is of a form, strictly."""
    try:
        TypeAdapter(form).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("form", [Title, Line, Prose, Command, Slug, Name, Url, RepoPath, SemVer, DiagnosticCode])
def test_examples_are_of_their_own_form(form: Any) -> None:
    """`dfops new` writes the examples, so each must be valid."""
    examples = TypeAdapter(form).json_schema()["examples"]
    assert examples
    assert all(accepts(form, example) for example in examples)


@pytest.mark.parametrize("form", [Title, Line])
@pytest.mark.parametrize("value", ["", " ", " a", "a ", "a\nb", "a\n", "\ta", "\u00a0", 1, True, None, ["a"], b"a"])
def test_line_is_one_line_of_text_without_margins(form: Any, value: object) -> None:
    """Titles and lines stand in lists, headings and annotations, where a line end or a number would be a surprise."""
    assert not accepts(form, value)


@pytest.mark.parametrize("form", [Prose, Command])
@pytest.mark.parametrize("value", ["", " ", "\n", " \n\t", 1, None])
def test_prose_says_something(form: Any, value: object) -> None:
    """Blank text would make an empty paragraph or code block, and hide that something is missing."""
    assert not accepts(form, value)


@pytest.mark.parametrize(
    ("form", "length"), [(Title, 140), (Line, 500), (Prose, 6000), (Command, 4000), (Slug, 80), (Name, 40)]
)
def test_length_has_a_limit(form: Any, length: int) -> None:
    """The limit itself fits, one character more does not; characters count, not bytes."""
    letter = "a" if form in (Slug, Name) else "語"
    assert accepts(form, letter * length)
    assert not accepts(form, letter * (length + 1))


@pytest.mark.parametrize(
    ("form", "value"),
    [
        *((Slug, value) for value in ("A", "a--b", "-a", "a-", "a/b", "..", "a b", "ä", "a\n", "", "a.b", "\u0663")),
        *((Name, value) for value in ("1a", "_a", "a-b", "A", "a{b}", "a\n", "")),
        *((SemVer, value) for value in ("1.0", "01.0.0", "1.0.0\n", "v1.0.0", "1.0.0-", "1.0.0+b", " 1.0.0")),
        *((DiagnosticCode, value) for value in ("ERR", "ERR-", "err-a", "ERR-A-", "INFO-A", "ERR-A\n", "XERR-A")),
        *((RepoPath, value) for value in ("/etc", "-a", "~", "C:/x", "a b", "a\n", "", "a\\b", "a|b", "{x}")),
        *((Url, value) for value in ("http://a.b", "https://", "https://a\n", "https://u:p@h/", "javascript:1", "//a")),
        *((Url, value) for value in ("https://a/\0", "https://a/é", "https://a b/", "HTTPS://a/", "https://a:123456/")),
        *(
            (LocalTime, value)
            for value in ("24:00", "9:00", "09:60", "09:00\n", "09:00:00", "0900", "\u0660\u0669:00", 540)
        ),
        *((Minutes, value) for value in (-1, 43_201, 1.0, "5", True)),
    ],
)
def test_value_of_another_shape_is_refused(form: Any, value: object) -> None:
    """Ids become paths, anchors and roles; versions, times and addresses are read by other tools."""
    assert not accepts(form, value)


@pytest.mark.parametrize(
    "zone",
    ["UTC", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "America/Port-au-Prince"],
)
def test_region_and_city_is_a_zone(zone: str) -> None:
    """What a rotation may be in is known to the time zone database, with its daylight saving."""
    assert accepts(Zone, zone)
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    "zone",
    [
        *("+01:00", "-08:00", "UTC+1", "GMT+1", "GMT", "Etc/GMT+1", "Etc/UTC", "Z"),
        *("EST", "EST5EDT", "CET", "PST8PDT", "MST"),
        *("posixrules", "localtime", "Factory", "posix/Europe/London", "right/UTC", "SystemV/EST5"),
        *("europe/london", "Europe/Lond", "Europe/", "/etc/passwd", "../UTC", "Europe/../UTC", "Europe/London\n"),
        *("", " ", "Europe/London\0", "\ud800", "a" * 61, "Europe"),
    ],
)
def test_offset_abbreviation_or_file_is_no_zone(zone: str) -> None:
    """Offsets and abbreviations know no daylight saving; ZoneInfo itself accepts several of these, or raises oddly."""
    assert not accepts(Zone, zone)


def test_zones_come_from_the_locked_database() -> None:
    """The names are those of tzdata as it was locked, not of the machine; there are hundreds."""
    assert len(zone_names()) > 400
    assert not [name for name in zone_names() if name.startswith(("Etc/", "posix", "right"))]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1 minute", 1), ("15 minutes", 15), ("1 hour", 60), ("4 hours", 240), ("1 day", 1440), ("10 days", 14_400)],
)
def test_span_in_words(text: str, minutes: int) -> None:
    """A length of time says its minutes, and prints as it was written."""
    span = TypeAdapter(Span).validate_python(text, strict=True)
    assert (str(span), span.minutes) == (text, minutes)
    assert span.amount * Span.units[span.unit] == minutes


@pytest.mark.parametrize(
    "text",
    [
        *("0 minutes", "-1 day", "01 minutes", "1.5 hours", "1e3 days", "100000 days", "\u0661 hour"),
        *("hour", "1hour", "1  hour", " 1 hour", "1 hours\n", "1 week", "1 Hour", "1 hour 5 minutes", "PT1H", 60, 1.5),
    ],
)
def test_span_of_another_shape_is_refused(text: object) -> None:
    """A promise is never read as longer or shorter than it was written."""
    assert not accepts(Span, text)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=+1MO,-1FR"]
)
def test_recurrence_of_the_calendar(rule: str) -> None:
    """What calendars understand is accepted as it stands."""
    assert accepts(Recurrence, rule)


@pytest.mark.parametrize(
    "rule",
    [
        *("", "WEEKLY", "RRULE:FREQ=WEEKLY", "freq=weekly", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=NEVER", "BYDAY=MO"),
        *("FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYDAY=0MO"),
        *("FREQ=WEEKLY;FOO=1", "FREQ=WEEKLY;CACHE=1", "FREQ=WEEKLY;DTSTART=20260101", "FREQ=WEEKLY;TZID=A"),
        *("FREQ=WEEKLY\n", "FREQ=WEEKLY\nEXDATE:20260101", "FREQ=WEEKLY;\r\nRDATE:20260101", "FREQ=WEEKLY;BYHOUR=99"),
        "FREQ=WEEKLY;",
        *("FREQ=DAILY;UNTIL=99999999", "FREQ=DAILY;INTERVAL=1,2", "FREQ=DAILY;BYSETPOS=0", "FREQ=DAILY;BYSECOND=61"),
        *("FREQ=DAILY;BYHOUR=" + "1," * 100 + "1", "FREQ=DAILY;BYMONTHDAY=-", 1, None),
    ],
)
def test_recurrence_that_no_calendar_reads(rule: object) -> None:
    """Whatever is written, the answer is a refusal with a reason and comes at once; nothing else is raised."""
    with ends_in_time():
        assert not accepts(Recurrence, rule)


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=999999999999", "FREQ=DAILY;COUNT=0"),
        *("FREQ=DAILY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=999"),
        *("FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU"),
    ],
)
def test_recurrence_that_never_comes_or_says_two_things(rule: str) -> None:
    """INTERVAL=0 keeps whoever walks the rule for ever; the others never happen, or are read differently elsewhere."""
    assert not accepts(Recurrence, rule)


@pytest.mark.parametrize(
    ("form", "value"), [(LocalTime, "0\u0669:00"), (LocalTime, "09:0\u0669"), (SemVer, "1\u0660.0.0")]
)
def test_digits_of_another_script(form: Any, value: str) -> None:
    """Versions and times are compared as text and read by other tools: ASCII digits only."""
    assert not accepts(form, value)
