"""What a value may look like: one line, prose, ids, commands, addresses, wall times, zones, spans, recurrence rules."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError, core_schema

from generators.clock import CALENDAR_YEARS
from generators.model.recurrence import objection

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

SLUG = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"
SLUG_LENGTH = 80

# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────
SAMPLE = "Change this"
"""How the texts of a newly written entity begin."""
ONE_LINE = r"^\S(?:[^\n]*\S)?$"

Title = Annotated[str, Field(min_length=1, max_length=140, pattern=ONE_LINE, examples=["Change this title"])]
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=ONE_LINE, examples=["Change this line"])]
Prose = Annotated[str, Field(pattern=r"\S", max_length=6000, examples=["Change this text."])]
Command = Annotated[str, Field(pattern=r"\S", max_length=4000, examples=["dfops check"])]
Slug = Annotated[str, Field(pattern=SLUG, max_length=SLUG_LENGTH, examples=["change-me"])]
StepName = Annotated[str, Field(pattern=rf"{SLUG[:-1]}/{SLUG[1:]}", max_length=2 * SLUG_LENGTH, examples=["a/b"])]
"""A step as `runbook/step`, where it need not be there any more."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40, examples=["change_me"])]
"""A parameter's name, as it stands in `{braces}`."""
Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=128, examples=["id"])]
"""A table's, column's or schema's name as a warehouse stores it: lower case, reserved words included."""
Url = Annotated[
    str,
    Field(
        pattern=r"^https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?$",
        max_length=300,
        examples=["https://example.org/"],
    ),
]
RepoPath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_./{}*-]*$", max_length=200, examples=["ops_model"])]
SemVer = Annotated[
    str,
    Field(pattern=r"^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?$", examples=["0.1.0"]),
]
DiagnosticCode = Annotated[
    str, Field(pattern=r"^(?:ERR|WARN)-[A-Z0-9]+(?:-[A-Z0-9]+)*$", max_length=80, examples=["ERR-INTERNAL"])
]

# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────
LocalTime = Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
"""Wall time, 24 hours: `"09:00"`."""
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$", examples=["sha256:" + "0" * 64])]
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
        text = core_schema.str_schema(strict=True, pattern=r"^[1-9][0-9]{0,4} (?:minute|hour|day)s?$")
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
        pattern=r"^FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;[A-Z]+=[A-Z0-9,+-]+)*$",
        examples=["FREQ=WEEKLY;BYDAY=MO"],
    ),
    AfterValidator(_recurrence),
]
"""RFC 5545 RRULE without its prefix: `FREQ=WEEKLY;BYDAY=MO`."""
