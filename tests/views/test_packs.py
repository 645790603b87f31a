"""A pack's own page for the team: who owns it, who answers, what is not well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.views.packs import Doubt, PackPage, pack_page
from tests.changes import change, tree, write
from tests.views.test_connectors import EVIDENCE, PACK, world

if TYPE_CHECKING:
    from pathlib import Path

SURFACE = "ops_model/organization/surfaces/lamp.yaml"


def page(root: Path) -> PackPage:
    """The page of the miniature's pack."""
    catalog, packs = world(root)
    return pack_page(catalog, packs["oil_feed"].pack, packs["oil_feed"])


def test_who_answers(miniature: Path) -> None:
    """Owner, rotation, policy with its steps, runbooks: all that is needed at night without another search."""
    found = page(miniature)
    assert found.owner == "keeper"
    assert found.answering
    assert (found.answering.surface, found.answering.rotation) == ("lamp", "lamp-watch")
    assert found.answering.policy == "lamp-escalation"
    assert found.answering.notifications[0].after_minutes == 0
    assert found.answering.runbooks == ("lamp-out",)
    assert found.commands.splitlines()[:2] == ["dfops pack check oil_feed", "dfops pack test oil_feed"]
    assert (found.regressions, found.status_overrides) == (("barrel-renamed",), ("new-barrels",))
    assert found.public == "public/connectors/oil_feed"


def test_surface_that_touches_packs_goes_before_one_of_the_owner(miniature: Path) -> None:
    """Packs belong to the surface that says so; ownership is the second best sign, and without any nobody is named."""
    lamp = tree(miniature / SURFACE)
    point = {"form": "path", "value": "packs/{connector}/charts/*.yml", "what": "The boards"}
    write((miniature / SURFACE).with_stem("ziggurat"), lamp | {"title": "Packs", "touchpoints": [point]})
    answering = page(miniature).answering
    assert answering
    assert answering.surface == "ziggurat"
    for path in (miniature / SURFACE).parent.iterdir():
        path.unlink()
    assert page(miniature).answering is None


def test_what_is_not_well(miniature: Path) -> None:
    """The check's own words, which only the team reads; of an earlier pack none are shown."""
    boards = tree(miniature / EVIDENCE)["boards"]
    boards[3] |= {"verdict": "broken", "reason": "unknown column 'drips'"}
    change(miniature / EVIDENCE, boards=boards)
    assert page(miniature).doubts == (
        Doubt("Spouts", "dbt Charts 0.10.0", "Snowflake", "broken", "unknown column 'drips'"),
    )
    change(miniature / PACK, version="1.0.1")
    assert page(miniature).doubts == ()
