"""What a value may look like: one line, prose, ids, commands, addresses, wall times, zones, spans, recurrence rules."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError, core_schema

from generators.clock import CALENDAR_YEARS
from generators.model import forms
from generators.model.recurrence import objection

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

SLUG_LENGTH = 80

# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────
SAMPLE = "Change this"
"""How the texts of a newly written entity begin."""

Title = Annotated[str, Field(min_length=1, max_length=140, pattern=forms.ONE_LINE, examples=["Change this title"])]
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=forms.ONE_LINE, examples=["Change this line"])]
Prose = Annotated[str, Field(pattern=forms.NOT_BLANK, max_length=6000, examples=["Change this text."])]


class Pasted:
    """Marks the type of a text that readers paste: `model.pasted` finds each one, and each of its characters counts."""


PASTED = Pasted()


class Repeats:
    """Marks a list whose order or count matters, so that it may hold the same thing twice. All others are sets."""


REPEATS = Repeats()
Command = Annotated[str, Field(pattern=forms.NOT_BLANK, max_length=4000, examples=["dfops check"]), PASTED]
Sql = Annotated[Prose, PASTED]
Value = Annotated[Line, PASTED]
"""What stands for a name in a command."""
Slug = Annotated[str, Field(pattern=forms.SLUG, max_length=SLUG_LENGTH, examples=["change-me"])]
StepName = Annotated[str, Field(pattern=forms.STEP, max_length=2 * SLUG_LENGTH, examples=["a/b"])]
"""A step as `runbook/step`, where it need not be there any more."""
Name = Annotated[str, Field(pattern=forms.NAME, max_length=40, examples=["change_me"])]
"""A parameter's name, as it stands in `{braces}`."""
Identifier = Annotated[str, Field(pattern=forms.IDENTIFIER, max_length=128, examples=["id"])]
"""A table's, column's or schema's name as a warehouse stores it: lower case, reserved words included."""
Url = Annotated[str, Field(pattern=forms.HTTPS, max_length=300, examples=["https://example.org/"])]
RepoPath = Annotated[str, Field(pattern=forms.REPO_PATH, max_length=200, examples=["ops_model"])]
PytestNode = Annotated[str, Field(pattern=forms.TEST, max_length=300, examples=["tests/test_lamp.py::test_it_is_lit"])]
"""A test as pytest names it, without the brackets of one that runs with several values."""
SemVer = Annotated[str, Field(pattern=forms.SEMVER, examples=["0.1.0"])]
Release = Annotated[str, Field(pattern=forms.RELEASE, max_length=80, examples=["example 1.2.0"])]
"""A version of a package that others publish: `example 1.2.0`; `example after 1.2.0` where only that is known."""
FileText = Annotated[str, Field(pattern=forms.NOT_BLANK, max_length=4000, examples=["title: A board"]), PASTED]
"""The content of a small file, line for line."""
RuleCode = Annotated[str, Field(pattern=forms.RULE_CODE, examples=["OPS202"])]
DiagnosticCode = Annotated[str, Field(pattern=forms.DIAGNOSTIC_CODE, max_length=80, examples=["ERR-INTERNAL"])]

LONGEST_ACCOUNT = 39
"""Characters of a user's name on the forge, the short code of an enterprise included."""


def _handle(value: str) -> str:
    if len(value) > LONGEST_ACCOUNT and not {"/", "@"} & set(value):
        raise PydanticCustomError("handle", "is longer than a name on the forge can be")
    return value


Handle = Annotated[str, Field(pattern=forms.HANDLE, examples=["change-me"]), AfterValidator(_handle)]
"""Who is asked on the forge: a user, a user whom an enterprise manages (`name_acme`), `org/team`, an e-mail address."""
_PER_CENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,5})?[ ]?%?")


def _share(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(forms.SHARE, value):
        return value
    meant = _meant(str(value))
    hint = f'write "{meant}"' if meant else '99.9 % is "0.999"'
    message = "needs a share below 1 with at most five decimals, in quotes: {hint}"
    raise PydanticCustomError("share" if isinstance(value, str) else "share_type", message, {"hint": hint})


def _meant(text: str) -> str:
    """The share that a per cent or a number without quotes stands for; empty where it is none."""
    if not _PER_CENT.fullmatch(text):
        return ""
    number = Decimal(text.rstrip("% ").replace(",", "."))
    share = f"{number / 100 if number > 1 or '%' in text else number:f}".rstrip("0")
    return share if re.fullmatch(forms.SHARE, share) else ""


Share = Annotated[str, Field(pattern=forms.SHARE, examples=["0.99"]), BeforeValidator(_share)]
"""A decimal as text, so that nothing rounds it: `"0.995"`."""

SshKey = Annotated[str, Field(pattern=forms.SSH_KEY, max_length=400, examples=[forms.FORMS[forms.SSH_KEY].example])]
"""A public SSH key on one line: `ssh-ed25519 AAAA…`, with or without a comment."""

# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────
LocalTime = Annotated[str, Field(pattern=forms.LOCAL_TIME, examples=["09:00"])]
"""Wall time, 24 hours: `"09:00"`."""
Digest = Annotated[str, Field(pattern=forms.DIGEST, examples=["sha256:" + "0" * 64])]
"""SHA-256 over canonical JSON (`model.digest`)."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 30)]


def _within_years(value: date) -> date:
    if value.year not in CALENDAR_YEARS:
        raise PydanticCustomError("year", "lies outside the years 1970 to 2199")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise PydanticCustomError("zone", "needs an offset or Z")
    return value


Day = Annotated[date, AfterValidator(_within_years)]
Instant = Annotated[datetime, AfterValidator(_within_years), AfterValidator(_aware)]
"""A moment, with its offset."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Region/City names of the IANA database, and UTC. Offsets and abbreviations have no daylight saving: left out."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(name for name in names if "/" in name and not name.startswith("Etc/")) | {"UTC"}


def _zone(value: str) -> str:
    if value not in zone_names():
        raise PydanticCustomError(
            "zone", "is not a Region/City zone of the IANA database (offsets and abbreviations are refused)"
        )
    return value


Zone = Annotated[str, Field(max_length=60, examples=["UTC"]), AfterValidator(_zone)]


class Span(str):
    """A length of time as people write it: `15 minutes`, `4 hours`, `10 days`."""

    __slots__ = ()
    units: ClassVar[dict[str, int]] = {"minute": 1, "hour": 60, "day": 60 * 24}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """A strict string such as `4 hours`."""
        text = core_schema.str_schema(strict=True, pattern=forms.SPAN)
        return core_schema.no_info_after_validator_function(cls, text)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The text's pattern, with an example."""
        return {**handler(schema), "examples": ["4 hours"]}

    @property
    def amount(self) -> int:
        """The number in front of the unit, ≥ 1."""
        return int(self.split(" ")[0])

    @property
    def unit(self) -> str:
        """`minute`, `hour` or `day`."""
        return self.split(" ")[1].rstrip("s")

    @property
    def minutes(self) -> int:
        """Minutes by the wall clock; a business day is the service level's matter."""
        return self.amount * self.units[self.unit]


def _recurrence(value: str) -> str:
    if sentence := objection(value):
        raise PydanticCustomError("recurrence", "{sentence}", {"sentence": sentence})
    return value


Recurrence = Annotated[
    str,
    Field(
        max_length=200,
        pattern=forms.RECURRENCE,
        examples=["FREQ=WEEKLY;BYDAY=MO"],
    ),
    AfterValidator(_recurrence),
]
"""RFC 5545 RRULE without its prefix: `FREQ=WEEKLY;BYDAY=MO`."""
