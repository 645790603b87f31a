"""Pages that list or gather: a chapter, a kind, the rules, the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.findings.families import FAMILIES, Family, family_of
from generators.views.entity import Row, row
from generators.views.layout import CHAPTERS, Chapter, docname_of, folder_of, kinds_of, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.catalog import Catalog, Entry
    from generators.findings import Rule
    from generators.findings.examples import ExampleFile
    from generators.model import Entity

LISTED = 40
"""A chapter lists a kind's entities up to this number; beyond it only the kind's page does."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind in a chapter's index."""

    kind: str
    """In the plural, as its folder is named."""
    title: str
    about: str
    docname: str
    count: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ChapterPage:
    """The index of a chapter."""

    title: str
    intro: str
    shelves: tuple[Shelf, ...]
    pages: tuple[str, ...]
    """Documents below it, in the order of the navigation."""


@dataclass(frozen=True, slots=True)
class KindList:
    """The list of a kind whose entities have pages of their own."""

    title: str
    about: str
    rows: tuple[Row, ...]
    pages: tuple[str, ...]


def heading(kind: type[Entity]) -> str:
    """`escalation-policies` as people write it: Escalation policies."""
    return kind.plural.replace("-", " ").capitalize()


def about(kind: type[Entity]) -> str:
    """The first sentence of a kind's own description."""
    return " ".join((kind.__doc__ or "").split())


def in_list_order(entries: Sequence[Entry[Any]]) -> list[Entry[Any]]:
    """By the rank a kind gives its entities where it does, else by title."""
    return sorted(entries, key=lambda entry: (entry.entity.list_rank, entry.entity.title.casefold(), entry.id))


def chapter_page(catalog: Catalog, chapter: Chapter) -> ChapterPage:
    """The index of a chapter: its kinds, and their entities where they are few."""
    shelves = []
    for kind in kinds_of(chapter.name):
        entries = in_list_order(list(catalog.entries_of(kind)))
        listed = entries if len(entries) <= LISTED else []
        rows = tuple(row(entry, docname_of(entry)) for entry in listed)
        shelves.append(Shelf(kind.plural, heading(kind), about(kind), page_of(kind), len(entries), rows))
    filled = tuple(shelf for shelf in shelves if shelf.count)
    return ChapterPage(chapter.title, chapter.intro, filled, tuple(shelf.docname for shelf in filled))


def kind_list(catalog: Catalog, kind: type[Entity]) -> KindList:
    """The list of a kind with own pages."""
    rows = tuple(row(entry, docname_of(entry)) for entry in in_list_order(list(catalog.entries_of(kind))))
    chapter = next((chapter for chapter in CHAPTERS if folder_of(kind) == chapter.name), None)
    title, intro = (chapter.title, chapter.intro) if chapter else (heading(kind), about(kind))
    return KindList(title, intro, rows, tuple(item.docname for item in rows))


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule with the example that breaks it and the one that keeps it."""

    rule: Rule
    family: Family
    broken: tuple[ExampleFile, ...]
    fixed: tuple[ExampleFile, ...]


@dataclass(frozen=True, slots=True)
class RuleSection:
    """The rules of a family."""

    chapter: str
    title: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """Every rule, by family."""

    sections: tuple[RuleSection, ...]
    documents: tuple[str, ...]


def rule_index(rules: Sequence[Rule]) -> RuleIndex:
    """Rules in the order of their numbers, by family; a family without rules is not there."""
    ordered = sorted(rules, key=lambda rule: rule.number)
    sections = []
    for family in FAMILIES:
        own = tuple(rule for rule in ordered if family_of(rule) is family)
        if own:
            sections.append(RuleSection(family.chapter, family.title, own))
    return RuleIndex(tuple(sections), tuple(f"rules/{rule.code}" for rule in ordered))


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a kind or part."""

    name: str
    form: str
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A class of the model: a kind, or a part that kinds are made of."""

    name: str
    about: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind in the model reference."""

    kind: str
    folder: str
    parts: tuple[ModelPart, ...]


@dataclass(frozen=True, slots=True)
class ModelIndex:
    """The chapters of the model reference."""

    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelChapter:
    """The kinds of a chapter."""

    title: str
    kinds: tuple[ModelKind, ...]


def model_chapter(chapter: Chapter, schemas: Mapping[str, Mapping[str, Any]]) -> ModelChapter:
    """The model reference of a chapter, from the JSON Schemas of its kinds."""
    return ModelChapter(chapter.title, tuple(_model_kind(kind, schemas[kind.kind]) for kind in kinds_of(chapter.name)))


def _model_kind(kind: type[Entity], schema: Mapping[str, Any]) -> ModelKind:
    named = {kind.__name__: schema, **schema.get("$defs", {})}
    parts = tuple(_part(name, part) for name, part in named.items() if "properties" in part)
    return ModelKind(kind.kind, kind.folder.pattern, parts)


def _part(name: str, schema: Mapping[str, Any]) -> ModelPart:
    required = set(schema.get("required", ()))
    fields = (
        FieldRow(field, form_of(value), field in required, " ".join(value.get("description", "").split()))
        for field, value in schema["properties"].items()
    )
    return ModelPart(name, " ".join(schema.get("description", "").split()), tuple(fields))


def form_of(schema: Mapping[str, Any]) -> str:
    """What a field takes, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(form_of(part) for part in schema["anyOf"] if part.get("type") != "null")
    return _form_of_type(schema)


def _form_of_type(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"list of {form_of(schema['items'])}"
    if schema.get("type") == "object":
        named = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
        return f"{form_of(named[0])} by name" if isinstance(named[0], dict) else "mapping"
    if schema.get("x-kind"):
        return f"id of a {schema['x-kind']}"
    return str(
        schema.get("format") or {"string": "text", "integer": "whole number"}.get(schema["type"], schema["type"])
    )
