"""Issue forms for a public forge, one a surface: what the routes ask for, and nothing that is internal.

The form is GitHub's ("Syntax for issue forms", "Syntax for GitHub's form schema" in its documentation). A form is
public: it is made by naming titles, what users see, what is asked of them, and parameters of first steps; no owner, no
person, no touchpoint comes near it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from html import escape
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from generators.exports.table import Made
from generators.installed.lines import placeholders
from generators.model.organization import Surface
from generators.model.runbook import Runbook
from generators.model.support import Route, Symptom
from generators.runtime.spelling import Spellings, spelled_catalog
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generators.catalog import Catalog, Entry
    from generators.exports.table import Sources
    from generators.model.runbook import Parameter
    from generators.model.support import Request

FOLDER = ".github/ISSUE_TEMPLATE"
CHOOSER = "config"
"""The name that the forge keeps for its own settings."""
NOTE = "Written by `dfops export issue-forms` from the routes in ops_model/support/. Change those instead."
RESERVED = frozenset({"symptom", "details", "public"})
"""Ids of fields that every form has."""
SYMPTOM, DETAILS, PUBLIC = "What do you see?", "What happened", "Before you send it"
PROMISE = "There are no rows of data, no personal data, no passwords and no tokens in this report."
LABELS = (SYMPTOM, DETAILS, PUBLIC, PROMISE)
"""Labels of fields that every form has."""
SECRETS = ("password", "passphrase", "credential")
"""Words that the forge refuses in labels; what is called so has no place in a public form anyway."""
NONE = "none"
"""A word that the forge keeps for itself among the choices of a list."""
WARNING = (
    "**This form is public.** Leave out rows of your data, names and addresses of people, passwords, tokens and "
    "connection strings. Put `?` in place of values in a query."
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A parameter that first steps need."""

    name: str
    meaning: str
    """The shortest that a runbook has for it."""
    example: str
    always: bool
    """Whether every first step that the form can lead to needs it."""


def issue_forms(catalog: Catalog) -> dict[str, str]:
    """Path to YAML: a form for each surface that has routes, and the settings of the list of forms.

    Equal catalogs give equal texts. No form without routes; the settings are always there.
    """
    routes: dict[str, list[Route]] = defaultdict(list)
    for route in catalog.entries_of(Route):
        routes[route.entity.surface].append(route.entity)
    files = {f"{FOLDER}/{CHOOSER}.yml": _written({"blank_issues_enabled": False})}
    titles = Counter(surface.entity.title.casefold() for surface in catalog.entries_of(Surface))
    for surface in catalog.entries_of(Surface):
        own = _symptoms(catalog, routes.get(surface.id, []))
        if own:
            name = surface.id if surface.id != CHOOSER else f"{CHOOSER}-surface"
            title = surface.entity.title
            title = title if titles[title.casefold()] == 1 else f"{title} ({surface.id})"
            files[f"{FOLDER}/{name}.yml"] = _written(_form(title, own, gaps(catalog, routes[surface.id])))
    return files


def gaps(catalog: Catalog, routes: Iterable[Route]) -> tuple[Gap, ...]:
    """The parameters in the first steps of the runbooks that routes lead to: what all need first, then by name."""
    runbooks = {str(route.runbook): catalog.find(Runbook, route.runbook) for route in routes}
    entries = [entry for entry in runbooks.values() if entry]
    needed: dict[str, list[Parameter]] = defaultdict(list)
    for entry in entries:
        placeholders_used = _needed(entry)
        for parameter in entry.entity.parameters:
            if parameter.name in placeholders_used:
                needed[parameter.name].append(parameter)
    unsorted = (
        Gap(
            name,
            min((parameter.meaning for parameter in parameters), key=lambda meaning: (len(meaning), meaning)),
            parameters[0].example,
            len(parameters) == len(entries),
        )
        for name, parameters in needed.items()
    )
    return tuple(sorted(unsorted, key=lambda gap: (not gap.always, gap.name)))


def _needed(entry: Entry[Runbook]) -> frozenset[str]:
    """The placeholders of the first step."""
    runbook = entry.entity
    steps = [step for step in runbook.steps if step.id == runbook.entry]
    return frozenset(name for step in steps for text in (step.do, step.command or "") for name in placeholders(text))


def _symptoms(catalog: Catalog, routes: Iterable[Route]) -> list[Symptom]:
    """What users can see, by title, each title once."""
    symptoms = (catalog.find(Symptom, route.symptom) for route in routes)
    entries = sorted((entry for entry in symptoms if entry), key=lambda e: (e.entity.title.casefold(), e.id))
    return list({entry.entity.title.casefold(): entry.entity for entry in entries}.values())


# ── the form ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _form(title: str, symptoms: Sequence[Symptom], asked: Iterable[Gap]) -> dict[str, Any]:
    return {
        "name": f"Report: {title}",
        "description": f"Something fails, looks wrong or is unclear: {title}.",
        "body": [
            {"type": "markdown", "attributes": {"value": WARNING}},
            _dropdown(symptoms),
            *(_input(gap, label) for gap, label in _labelled(asked)),
            {"type": "markdown", "attributes": {"value": "\n\n".join(_asked(symptoms))}},
            _details(),
            _promise(),
        ],
    }


def _dropdown(symptoms: Sequence[Symptom]) -> dict[str, Any]:
    return {
        "type": "dropdown",
        "id": "symptom",
        "attributes": {
            "label": SYMPTOM,
            "description": "Take the nearest. What it means is said below.",
            "options": _choices(symptom.title for symptom in symptoms),
        },
        "validations": {"required": True},
    }


def _choices(titles: Iterable[str]) -> list[str]:
    """The titles, ended by a dot where the forge keeps the word for itself or another title is the same."""
    chosen = {NONE: ""}
    for title in titles:
        choice = title
        while choice.casefold() in chosen:
            choice = f"{choice}."
        chosen[choice.casefold()] = choice
    return [choice for choice in chosen.values() if choice]


def _labelled(asked: Iterable[Gap]) -> Iterator[tuple[Gap, str]]:
    """What is asked for with its label, each label once; nothing that is called a secret."""
    taken = {_reference(label) for label in LABELS}
    for gap in asked:
        if not any(word in gap.name for word in SECRETS):
            label = " ".join(gap.name.replace("_", " ").split()).capitalize()
            numbered = chain((label, f"{label} ({gap.name})"), (f"{label} ({number})" for number in count(2)))
            chosen = next(one for one in numbered if _reference(one) not in taken)
            taken.add(_reference(chosen))
            yield gap, chosen


def _reference(label: str) -> str:
    """What the forge makes of a label in addresses: labels that come to the same are too similar for it."""
    return re.sub(r"[^a-z0-9_]+", "-", label.casefold()).strip("-")


def _input(gap: Gap, label: str) -> dict[str, Any]:
    identity = f"parameter-{gap.name}" if gap.name in RESERVED else gap.name
    return {
        "type": "input",
        "id": identity,
        "attributes": {
            "label": label,
            "description": _plain(
                gap.meaning if gap.always else f"{_ended(gap.meaning)} Leave it empty where it does not apply."
            ),
            "placeholder": f"For example {gap.example}",
        },
        "validations": {"required": gap.always},
    }


def _details() -> dict[str, Any]:
    return {
        "type": "textarea",
        "id": "details",
        "attributes": {
            "label": DETAILS,
            "description": "What you did, what you expected, what you saw, and the answers to the list of your case.",
        },
        "validations": {"required": True},
    }


def _promise() -> dict[str, Any]:
    return {
        "type": "checkboxes",
        "id": "public",
        "attributes": {"label": PUBLIC, "options": [{"label": PROMISE, "required": True}]},
    }


def _asked(symptoms: Iterable[Symptom]) -> Iterator[str]:
    """What each case is, and what is asked for: folded, so that the form stays short."""
    yield "Open your case: what it means, and what to answer further down."
    for symptom in symptoms:
        requests = "\n".join(_request(request) for request in symptom.ask)
        parts = [_plain(" ".join(symptom.seen.split())), requests]
        body = "\n\n".join(part for part in parts if part)
        yield f"<details><summary>{escape(symptom.title)}</summary>\n\n{body}\n\n</details>"


def _request(request: Request) -> str:
    item = f"- {_plain(request.what)}"
    if not request.command:
        return item
    command = request.command.strip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", command)), default=0))
    lines = "\n".join(f"  {line}" if line else "" for line in command.splitlines())
    return f"{item}\n\n  {fence}sh\n{lines}\n  {fence}"


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands: its own signs, and those of HTML, stand for themselves."""
    signs = re.sub(r"([\\`*_\[\]<>#|~@&$])", r"\\\1", text)
    return re.sub(r"^([0-9]{0,9})([.)+=-])", r"\1\\\2", signs)


def _ended(text: str) -> str:
    """A line, ended as a sentence is."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _written(form: dict[str, Any]) -> str:
    return yaml_text(form, head=NOTE)


def make_export(sources: Sources) -> Made:
    """The forms, and the settings of the list of forms. A form has the current runtime's commands: it has no tabs."""
    current = Spellings(Spellings.of(sources.catalog, sources.at).current)
    return Made(issue_forms(spelled_catalog(sources.catalog, current)), (f"{FOLDER}/*.yml",), NOTE)
