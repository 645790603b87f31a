"""References to entities: where they lead, what they are called, what is said when they lead nowhere."""

from __future__ import annotations

import zlib

from tests.sphinxext.conftest import Repository, Site, Target, runbooks, toctree


def test_references_link_with_the_title_of_the_entity(repository: Repository) -> None:
    """The entity's title unless the author wrote one; the anchor where the page put it."""
    repository.site["internal"] = runbooks()
    assert repository.build().warnings == ()
    html = repository.html("guide")
    assert 'href="runbooks/roll-back.html#runbook-roll-back"' in html
    assert "Roll a pack back</span></a>" in html
    assert 'href="runbooks/roll-back.html#step-roll-back-confirm"' in html
    assert "this step</span></a>" in html
    page = repository.html("runbooks/roll-back")
    assert page.count('id="step-roll-back-confirm"') == 1
    assert page.count('id="runbook-roll-back"') == 1


def test_public_site_resolves_by_its_own_targets(repository: Repository) -> None:
    """The source folder decides the audience; what only the internal site shows does not exist in the public one."""
    repository.site["internal"] = runbooks()
    repository.site["public"] = Site(
        pages={"index.md": "# Hello\n\n{ops:pack}`stripe` {ops:runbook}`roll-back`\n"},
        targets={("pack", "stripe"): Target("index", "", "Stripe")},
    )
    result = repository.build("public")
    assert not result.ok
    assert [line for line in result.warnings if "runbook 'roll-back' is unknown" in line] == list(result.warnings)
    html = repository.html("index", "public")
    assert "Stripe</span></a>" in html
    assert "Roll a pack back" not in html


def test_unknown_reference_names_place_and_nearest(repository: Repository) -> None:
    """File, line, kind, id, and what was probably meant: a close id, or the same id under another kind."""
    site = repository.site["internal"] = runbooks()
    site.pages["guide.md"] = (
        "# Guide\n\nFirst.\n\n{ops:runbook}`roll-bakc`\n\n{ops:step}`roll-back`\n\n{ops:alert}`nothing-like-it`\n"
    )
    result = repository.build()
    assert not result.ok
    first, second, third = result.warnings
    assert "docs/guide.md:5: WARNING: runbook 'roll-bakc' is unknown (did you mean 'roll-back'?)" in first
    assert "docs/guide.md:7: WARNING: step 'roll-back' is unknown ('roll-back' is known as runbook)" in second
    assert third.endswith("alert 'nothing-like-it' is unknown [ops.reference]")


def test_entity_without_a_page_is_not_linked(repository: Repository) -> None:
    """A target whose page is not in this site is a warning, never a dead link."""
    site = repository.site["internal"] = runbooks()
    site.targets["alert", "slow"] = Target("alerts/slow", "", "Slow")
    site.pages["guide.md"] = "# Guide\n\n{ops:alert}`slow`\n"
    (line,) = repository.build().warnings
    assert "alert 'slow' has no page in this site" in line
    assert "alerts/slow" not in repository.html("guide")


def inventory(repository: Repository) -> list[str]:
    """The lines of objects.inv after its four of head."""
    data = (repository.out() / "objects.inv").read_bytes()
    return zlib.decompress(data.split(b"\n", 4)[4]).decode().splitlines()


def test_inventory_holds_every_entity_with_its_title(repository: Repository) -> None:
    """One line an entity, under its kind; a title with a line break stays one line."""
    site = repository.site["internal"] = runbooks()
    site.targets["runbook", "roll-back"] = Target("runbooks/roll-back", "", "Roll a\npack back")
    repository.build()
    lines = [line for line in inventory(repository) if " ops:" in line]
    assert lines == [
        "roll-back ops:runbook 1 runbooks/roll-back.html#runbook-$ Roll a pack back",
        "roll-back/confirm ops:step 1 runbooks/roll-back.html#step-roll-back-confirm Confirm it",
    ]


def test_new_title_rewrites_the_pages_that_show_it(repository: Repository) -> None:
    """Nothing is read again; the page that refers (and, Sphinx's own rule, the page that lists it) is written again."""
    site = repository.site["internal"] = runbooks()
    repository.build()
    before = repository.written()
    site.targets["runbook", "roll-back"] = Target("runbooks/roll-back", "", "Take a pack back")
    result = repository.build()
    assert (result.read, result.written) == (0, 2)
    assert "Take a pack back</span></a>" in repository.html("guide")
    after = repository.written()
    assert {name for name in after if after[name] != before[name]} - {"search"} == {"guide", "index"}
    assert repository.build().written == 0


def test_page_that_refers_no_more_is_left_alone(repository: Repository) -> None:
    """What a page said before its last change counts no longer."""
    site = repository.site["internal"] = runbooks()
    repository.build()
    site.pages["guide.md"] = "# Guide\n"
    repository.build()
    site.targets["runbook", "roll-back"] = Target("runbooks/roll-back", "", "Take a pack back")
    assert repository.build().written == 0


def test_entity_that_arrives_later_becomes_a_link(repository: Repository) -> None:
    """A page that warned is written again, and linked, once the entity exists; and warned about when it goes."""
    site = repository.site["internal"] = runbooks()
    target = site.targets.pop(("step", "roll-back/confirm"))
    site.pages["runbooks/roll-back.md"] = "# Roll back\n\n```{ops:entity} runbook roll-back\n```\n"
    assert len(repository.build().warnings) == 1
    site.targets["step", "roll-back/confirm"] = target
    result = repository.build()
    # Sphinx says a warning once, so after one everything is read again.
    assert (result.read, result.warnings) == (3, ())
    assert "step-roll-back-confirm" in repository.html("guide")
    del site.targets["step", "roll-back/confirm"]
    assert len(repository.build().warnings) == 1


def test_two_processes_read_what_one_reads(repository: Repository) -> None:
    """References and anchors survive the merge: same inventory, and later titles still reach their pages."""
    names = [f"entry-{number}" for number in range(12)]
    site = repository.site["internal"] = Site(
        pages={"index.md": "# Start\n" + toctree(*names)},
        targets={("runbook", name): Target(name, "", f"Title of {name}") for name in names},
    )
    for name, other in zip(names, reversed(names), strict=True):
        site.pages[f"{name}.md"] = f"# {name}\n\n```{{ops:entity}} runbook {name}\n```\n\n{{ops:runbook}}`{other}`\n"
    assert repository.build(jobs=2).warnings == ()
    assert len([line for line in inventory(repository) if "#runbook-$" in line]) == len(names)
    site.targets["runbook", "entry-3"] = Target("entry-3", "", "Another")
    result = repository.build(jobs=2)
    assert (result.read, result.written) == (0, 2)
    assert "Another</span>" in repository.html("entry-8")


def test_removed_page_leaves_nothing(repository: Repository) -> None:
    """Neither its written page nor its entries stay behind."""
    site = repository.site["internal"] = runbooks()
    repository.build()
    del site.pages["runbooks/roll-back.md"]
    site.pages["index.md"] = "# Start\n" + toctree("guide")
    site.pages["guide.md"] = "# Guide\n"
    site.targets.clear()
    assert repository.build().warnings == ()
    assert not (repository.out() / "runbooks" / "roll-back.html").exists()
    assert not [line for line in inventory(repository) if "roll-back" in line]
