"""Event contracts as they are executed: which fields a record of one occurrence carries, and what each may hold.

A contract is an allow-list. Text that is in no closed list matches a pattern without blanks, slashes at its beginning
or other characters that SQL, messages, addresses and paths of a machine consist of.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from generators.published.manifest import Line, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA_VERSION: Final = 1
Form = Literal[
    "string",
    "integer",
    "number",
    "boolean",
    "timestamp",
    "word",
    "path",
    "version",
    "upstream-version",
    "code",
    "digest",
]
"""What a value looks like. A `string` is one of a closed list; the other texts have a pattern of their own."""
LARGEST: Final = 1 << 53
"""Beyond it JSON readers round."""

PATTERNS: dict[str, tuple[str, int]] = {
    "word": (r"^[A-Za-z0-9_]+$", 80),
    "path": (r"^[a-z0-9_-]+(?:/[a-z0-9_-]+){0,3}$", 120),
    "version": (r"^[0-9]{1,6}(?:\.[0-9]{1,6}){2}(?:-[0-9A-Za-z.]{1,20})?$", 42),
    "upstream-version": (r"^[0-9]{1,6}(?:\.[0-9A-Za-z]{1,12}){0,5}(?:[+-][0-9A-Za-z.]{1,20})?$", 60),
    "code": (r"^(?:ERR|WARN|INFO)-[A-Z0-9]+(?:-[A-Z0-9]+)*$", 80),
    "digest": (r"^[0-9a-f]{64}$", 64),
}
"""Of a text in no closed list: its pattern and its length at most."""
_TEXT: dict[str, Any] = {
    form: Annotated[str, StringConstraints(strict=True, pattern=pattern, max_length=most)]
    for form, (pattern, most) in PATTERNS.items()
}
TYPES: dict[str, Any] = {
    **_TEXT,
    "integer": Annotated[int, Field(strict=True, ge=0, le=LARGEST)],
    "number": Annotated[float, Field(strict=True, ge=0, le=LARGEST, allow_inf_nan=False)],
    "boolean": Annotated[bool, Field(strict=True)],
    "timestamp": AwareDatetime,
}


Type: TypeAlias = type[BaseModel]


class Refused(ValueError):  # noqa: N818 - what somebody recorded, not a fault of the program
    """A record that is not as its contract says: the field and why, without its value."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ContractField(_Part):
    """A field of a record."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    form: Form
    required: bool
    meaning: Line
    values: tuple[Line, ...] = ()
    """The closed list of values; empty where the form says what a value may be."""

    @property
    def type(self) -> Any:
        """What pydantic checks a value against."""
        return Literal[self.values] if self.values else TYPES[self.form]


class Contract(_Part):
    """What a record of one occurrence carries."""

    id: Word
    title: Line
    version: Annotated[int, Field(ge=1, le=999)]
    meaning: Line
    fields: tuple[ContractField, ...]
    never: tuple[Line, ...]
    is_public: bool = True
    """Whether users' machines record it."""

    @property
    def type(self) -> str:
        """As an event names it."""
        return f"dfops.{self.id}.v{self.version}"

    @cached_property
    def _model(self) -> Type:
        fields: dict[str, Any] = {}
        for field in self.fields:
            fields[field.name] = (field.type, ...) if field.required else (field.type | None, None)
        config = ConfigDict(extra="forbid", hide_input_in_errors=True)
        made: Type = create_model(f"Record of {self.id}", __config__=config, **fields)
        return made

    def checked(self, values: Mapping[str, object]) -> dict[str, Any]:
        """The values as they are sent, without those that are absent. Raises Refused."""
        present = {name: value for name, value in values.items() if value is not None}
        try:
            made = self._model.model_validate(present)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = str(problem["loc"][0]) if problem["loc"] else ""
            own = {field.name for field in self.fields}
            name = where if where in own else "a field that the contract does not have"
            raise Refused(f"{self.id}: {name}: {_reason(problem['type'])}") from None
        checked: dict[str, Any] = made.model_dump(mode="json", exclude_none=True)
        return checked


REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is refused",
    "literal_error": "is not one of the contract's values",
    "string_pattern_mismatch": "has characters that the contract does not allow",
    "string_too_long": "is too long",
}


def _reason(kind: str) -> str:
    return REASONS.get(kind, "is not of the contract's type")


class Watch(_Part):
    """How boards are drawn on a schedule, so that what the runtime prints can be recorded."""

    install: Line
    """What pip is told to install, so that the runtime is there: `name==version`."""
    version: Line
    """Of the runtime."""
    draw: Line
    """The command that draws every board and prints diagnostics for machines on standard error."""


class Contracts(_Part):
    """Every contract, and which connector each published pack is for."""

    schema_version: Literal[1] = SCHEMA_VERSION
    contracts: tuple[Contract, ...]
    connectors: dict[Word, Word]
    """The connector of each pack, by the pack's id."""
    watch: Watch | None = None
    """With the current runtime; None where it cannot."""

    def __iter__(self) -> Iterator[Contract]:  # type: ignore[override]
        return iter(self.contracts)

    def find(self, name: str) -> Contract | None:
        """By id, or by the type of an event."""
        return next((one for one in self.contracts if name in {one.id, one.type}), None)

    def require(self, name: str) -> Contract:
        """By id. Raises Refused where these contracts are of another version of the program."""
        found = self.find(name)
        if found is None:
            raise Refused(f"{name}: there is no such contract")
        return found
