"""What every model is made of: strict parts, entities, and references that are types.

Models are frozen and know no files. The text types say what a value may look like; that it is only ever shown as
text is the renderer's promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from generators.model.forms import SLUG
from generators.model.text import SLUG_LENGTH, Slug, Title

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


class Part(BaseModel):
    """A piece of an entity: nothing extra, nothing coerced, nothing changed later, inputs never echoed."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class Ref(str):
    """The id of an entity of one kind: a field declared with it is checked, hinted, linked and backlinked."""

    __slots__ = ()
    kind: ClassVar[str] = ""
    pattern: ClassVar[str] = SLUG

    def __myst__(self) -> str:
        """How a page links to it: the role of its kind, which knows the title. Ids hold nothing that needs escaping."""
        return f"{{ops:{self.kind}}}`{self}`"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """A strict string of the id's shape that arrives as this type."""
        text = core_schema.str_schema(strict=True, pattern=cls.pattern, max_length=2 * SLUG_LENGTH)
        return core_schema.no_info_after_validator_function(cls, text)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A string with the id's pattern; `x-kind` says which kind is meant."""
        return {**handler(schema), "x-kind": cls.kind}


def new_with(*wanted: str, **sample: str) -> ConfigDict:
    """What a newly written one has besides the required fields: optional fields by name, and values of its own."""
    return ConfigDict(json_schema_extra={"x-wanted": list(wanted), "x-sample": dict(sample)})


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files of a kind live: `ops_model/oncall/rotations/{id}.yaml`. One `{id}`, at most one `{group}`."""

    pattern: str
    shared: bool = False
    """Whether files of other formats live beside the entities: what no kind claims there is not judged."""

    @property
    def top(self) -> str:
        """The first folder of the pattern."""
        return self.pattern.split("/", 1)[0]


Former = Annotated[tuple[Slug, ...], Field(exclude=True)]
"""Ids of another time. They are no part of what people signed, walked or proved, so no digest has them."""


class Entity(Part):
    """One file that defines one thing. The file's name is the id, so the id is not a field."""

    kind: ClassVar[str]
    folder: ClassVar[Folder]
    chapter: ClassVar[str]
    plural: ClassVar[str]
    lead: ClassVar[str] = ""
    """The field that says in lists what an entity is about."""
    own_page: ClassVar[bool] = False
    """Whether each entity has a page of its own; otherwise all of a kind share one page."""
    stands_alone: ClassVar[bool] = False
    """Whether an entity that nothing refers to is still used: people read it directly."""
    parts: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Parts that others may refer to, as (kind, field): their id is `entity/part`."""

    title: Title
    former: Former = ()
    """Ids that this entity had before: links to them lead here."""

    @property
    def list_rank(self) -> tuple[int, ...]:
        """What lists sort by before the title: small comes first."""
        return ()
