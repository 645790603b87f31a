from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

from generators.catalog import Catalog, load
from generators.exports.issue_forms import FOLDER, gaps, issue_forms
from generators.installed.lines import placeholders
from generators.model import KINDS
from generators.model.organization import Surface
from generators.model.runbook import Runbook
from generators.model.support import Route, Symptom
from generators.source import LIMITS, Repository
from tests.changes import change, tree, write
from tests.conftest import TESTS

if TYPE_CHECKING:
    from pathlib import Path

LAMP, CONFIG = f"{FOLDER}/lamp.yml", f"{FOLDER}/config.yml"
SYMPTOM = "ops_model/support/symptoms/no-light.yaml"
RUNBOOK = "runbooks/lamp/lamp-out.yaml"
ASKING = ("input", "dropdown", "textarea", "checkboxes")
NASTY = (
    "yes",
    "# no comment",
    "- item",
    "{a: b}",
    "'quoted\" twice'",
    "*alias &anchor !tag %dir",
    "</summary><script>alert(1)</script>",
    "`code` **bold** [link](https://example.org) @somebody #1",
    "1. first",
    "\u2028 next \x07",
    "| pipe : colon",
)


def catalog_of(root: Path) -> Catalog:
    """What a root says."""
    return load(Repository(root, LIMITS), KINDS)[0]


def form_of(text: str) -> dict[str, Any]:
    """A form as the forge reads it."""
    return dict(yaml.safe_load(text))


FORMS, SETTINGS = (Draft7Validator(get_builtin_schema(f"vendor.github-issue-{name}")) for name in ("forms", "config"))


def faults(files: dict[str, str]) -> list[str]:
    """What the schemas of the forge say against all files."""
    return [
        fault.message
        for name, text in files.items()
        for fault in (SETTINGS if name == CONFIG else FORMS).iter_errors(form_of(text))
    ]


def keeps_the_rules(form: dict[str, Any]) -> None:
    """What the forge's documentation says and its schema cannot: unique ids and labels, choices, no empty text."""
    asking = [part for part in form["body"] if part["type"] in ASKING]
    ids = [part["id"] for part in asking]
    labels = [part["attributes"]["label"].casefold() for part in asking]
    labels += [
        option["label"].casefold()
        for part in asking
        if part["type"] == "checkboxes"
        for option in part["attributes"]["options"]
    ]
    assert asking
    assert len(set(ids)) == len(ids)
    assert len({re.sub("[^a-z0-9_]+", "-", label).strip("-") for label in labels}) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in ids)
    assert not any(
        word in label for label in labels[: len(asking)] for word in ("password", "passphrase", "credential")
    )
    for part in form["body"]:
        for value in part["attributes"].values():
            assert value
            assert not isinstance(value, str) or value.strip()
        if part["type"] == "dropdown":
            options = part["attributes"]["options"]
            assert len({option.casefold() for option in options}) == len(options)
            assert "none" not in {option.casefold() for option in options}
            assert all(isinstance(option, str) for option in options)


def test_repositorys_own_forms_fit_the_forges_schema() -> None:
    """One form a surface, and the settings of the list."""
    catalog = catalog_of(TESTS.parent)
    files = issue_forms(catalog)
    assert set(files) == {CONFIG, *(f"{FOLDER}/{entry.id}.yml" for entry in catalog.entries_of(Surface))}
    assert faults(files) == []
    for name, text in files.items():
        if name != CONFIG:
            keeps_the_rules(form_of(text))


def test_schema_is_really_asked() -> None:
    """A form without a body is refused: the test above can fail."""
    assert faults({LAMP: "name: Report\ndescription: Something fails.\n"}) == ["'body' is a required property"]


def test_choices_are_the_routes(miniature: Path) -> None:
    """Every symptom that a route of the surface names, in the user's words, and no other."""
    shutil.copytree(TESTS / "cases/ground", miniature, dirs_exist_ok=True)
    catalog = catalog_of(miniature)
    (choice,) = [part for part in form_of(issue_forms(catalog)[LAMP])["body"] if part["type"] == "dropdown"]
    assert choice["attributes"]["options"] == ["I see no light", "The signal is faint", "The signal is strange"]
    assert choice["validations"] == {"required": True}
    assert f"{FOLDER}/horn.yml" not in issue_forms(catalog)  # no route of its own


def test_asked_is_what_first_steps_need() -> None:
    """For each surface exactly the parameters in the first steps of the runbooks behind its routes."""
    catalog = catalog_of(TESTS.parent)
    for surface in catalog.entries_of(Surface):
        routes = [route.entity for route in catalog.entries_of(Route) if route.entity.surface == surface.id]
        runbooks = [catalog.find(Runbook, name) for name in {str(route.runbook) for route in routes}]
        needs = []
        for entry in runbooks:
            assert entry is not None
            (step,) = [step for step in entry.entity.steps if step.id == entry.entity.entry]
            needs.append({*placeholders(step.do), *placeholders(step.command or "")})
        found = gaps(catalog, routes)
        assert {gap.name for gap in found} == set().union(*needs)
        assert {gap.name for gap in found if gap.always} == set.intersection(*needs)
        body = form_of(issue_forms(catalog)[f"{FOLDER}/{surface.id}.yml"])["body"]
        shown = {part["id"]: part for part in body if part["type"] == "input"}
        assert set(shown) == {gap.name for gap in found}
        for gap in found:
            assert shown[gap.name]["validations"]["required"] == gap.always
            assert gap.example in shown[gap.name]["attributes"]["placeholder"]


def test_everything_that_is_asked_for_stands_in_the_form() -> None:
    """Each symptom's own list, with its commands line by line."""
    catalog = catalog_of(TESTS.parent)
    for route in catalog.entries_of(Route):
        symptom = catalog.find(Symptom, route.entity.symptom)
        assert symptom is not None
        body = form_of(issue_forms(catalog)[f"{FOLDER}/{route.entity.surface}.yml"])["body"]
        shown = MarkdownIt("commonmark").render(body[-3]["attributes"]["value"])
        for request in symptom.entity.ask:
            for line in (request.command or "").splitlines():
                assert (
                    line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in shown
                )


@pytest.mark.parametrize("words", NASTY)
def test_no_words_break_a_form(miniature: Path, words: str) -> None:
    """Whatever an author writes is shown as it is written: no key, no alias, no HTML, no mention."""
    plain = " ".join(words.replace("\x07", "").split())
    ask = [{"what": plain, "command": f"echo '{plain}' ```"}]
    change(miniature / SYMPTOM, title=plain, seen=words, ask=ask)
    parameters = [{"name": "lamp", "meaning": plain, "example": plain}]
    change(miniature / RUNBOOK, parameters=parameters)
    files = issue_forms(catalog_of(miniature))
    form = form_of(files[LAMP])
    assert faults(files) == []
    keeps_the_rules(form)
    assert form["body"][1]["attributes"]["options"] == [plain]
    assert form["body"][2]["attributes"]["placeholder"] == f"For example {plain}"
    html = MarkdownIt("commonmark").render(form["body"][3]["attributes"]["value"])
    assert "<script" not in html
    assert "<strong" not in html
    assert "<a " not in html
    assert html.count("<summary>") == 1


def test_nothing_internal_reaches_a_form() -> None:
    """No role, no person, no handle, no touchpoint, no runbook, no reason to raise a severity."""
    catalog = catalog_of(TESTS.parent)
    text = "\n".join(issue_forms(catalog).values())
    ids = [
        entry.id
        for kind in ("person", "role", "rotation", "team", "runbook")
        for entry in catalog.entries[kind].values()
    ]
    assert [name for name in ids if "-" in name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == []
    for surface in catalog.entries_of(Surface):
        private = [point.value for point in surface.entity.touchpoints if point.visibility == "private"]
        assert [value for value in private if value in text] == []
    for route in catalog.entries_of(Route):
        assert not route.entity.raise_when or route.entity.raise_when not in text


def test_choice_that_the_forge_keeps_for_itself(miniature: Path) -> None:
    """`None` may not be a choice."""
    change(miniature / SYMPTOM, title="None")
    keeps_the_rules(form_of(issue_forms(catalog_of(miniature))[LAMP]))


def with_parameters(root: Path, *names: str) -> dict[str, Any]:
    """The form of a runbook whose first step needs these."""
    runbook = tree(root / RUNBOOK)
    runbook["parameters"] += [{"name": name, "meaning": f"The {name}", "example": "x"} for name in names]
    runbook["steps"][0]["do"] = " ".join(f"{{{name}}}" for name in ("lamp", *names))
    change(root / RUNBOOK, **runbook)
    return form_of(issue_forms(catalog_of(root))[LAMP])


def labels_of(form: dict[str, Any]) -> list[str]:
    """The labels of what is typed in, in order."""
    return [part["attributes"]["label"] for part in form["body"] if part["type"] == "input"]


def test_labels_of_one_form_are_unique(miniature: Path) -> None:
    """Also where the forge makes the same address of two that differ."""
    form = with_parameters(
        miniature, "what_happened", "what_do_you_see", "what__happened", "before_you_send_it", "lamp_"
    )
    keeps_the_rules(form)
    assert labels_of(form) == [
        "Before you send it (before_you_send_it)",
        "Lamp",
        "Lamp (lamp_)",
        "What happened (what__happened)",
        "What do you see (what_do_you_see)",
        "What happened (what_happened)",
    ]


def test_public_form_asks_for_no_secret(miniature: Path) -> None:
    """The forge refuses such a label, and nobody should answer it."""
    form = with_parameters(miniature, "password", "old_credentials", "pass")
    keeps_the_rules(form)
    assert labels_of(form) == ["Lamp", "Pass"]


def test_choices_stay_apart(miniature: Path) -> None:
    """A title that gives way may not become another one."""
    shutil.copytree(TESTS / "cases/ground", miniature, dirs_exist_ok=True)
    for title, path in zip(("None", "none.", "NONE.."), sorted((miniature / SYMPTOM).parent.iterdir()), strict=False):
        change(path, title=title)
    form = form_of(issue_forms(catalog_of(miniature))[LAMP])
    keeps_the_rules(form)
    assert len(form["body"][1]["attributes"]["options"]) == 3


def test_forms_of_two_surfaces_with_one_title(miniature: Path) -> None:
    """The forge lists forms by name and refuses the second."""
    route = tree(miniature / "ops_model/support/routes/no-light.yaml")
    surface = tree(miniature / "ops_model/organization/surfaces/lamp.yaml")
    write(miniature / "ops_model/organization/surfaces/horn.yaml", surface)
    write(miniature / "ops_model/support/routes/no-sound.yaml", route | {"surface": "horn"})
    files = issue_forms(catalog_of(miniature))
    names = {form_of(text)["name"] for path, text in files.items() if path != CONFIG}
    assert names == {f"Report: {surface['title']} (horn)", f"Report: {surface['title']} (lamp)"}


def test_equal_catalogs_give_equal_forms(miniature: Path) -> None:
    """Order is by title and name, not by file or run."""
    assert issue_forms(catalog_of(miniature)) == issue_forms(catalog_of(miniature))


def test_no_routes_give_no_form(miniature: Path) -> None:
    """Only the settings, which keep blank reports away."""
    for path in (miniature / "ops_model/support/routes").iterdir():
        path.unlink()
    files = issue_forms(catalog_of(miniature))
    assert set(files) == {CONFIG}
    assert form_of(files[CONFIG]) == {"blank_issues_enabled": False}


def test_parameter_named_like_a_field_of_the_form(miniature: Path) -> None:
    """Its id gives way."""
    runbook = tree(miniature / RUNBOOK)
    runbook["parameters"][0]["name"] = "details"
    runbook["steps"][0] |= {"do": "Look at {details}.", "command": "true"}
    for step in runbook["steps"][1:]:
        step["do"] = step["do"].replace("{lamp}", "{details}")
    change(miniature / RUNBOOK, **runbook)
    body = form_of(issue_forms(catalog_of(miniature))[LAMP])["body"]
    assert [part["id"] for part in body if part["type"] == "input"] == ["parameter-details"]
