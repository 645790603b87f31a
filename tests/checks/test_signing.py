"""What the rules ask of approvals that may still count, and not of those that are history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from generators.launch.records import text_of
from generators.launch.subject import digest_of
from generators.model.launch import Attestation, SignOff
from generators.model.refs import GateRef, PersonRef, RoleRef, SignOffRef
from generators.site import check
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = "keeper-seat-1", "keeper-seat-2"
SUBJECT = {"gate": "second-winter"}


def found(root: Path, *codes: str) -> list[tuple[str, str]]:
    """Code and file of the findings of these rules."""
    return [
        (one.rule.code, one.place.path.rsplit("/", 1)[-1]) for one in check(root, AT).findings if one.rule.code in codes
    ]


def sign(root: Path, name: str, day: date, earlier: str | None = None) -> None:
    """A sign-off by the first keeper, of a day, for two months."""
    record = SignOff(
        title=f"Signed on {day}, {name}",
        gate=GateRef("second-winter"),
        person=PersonRef(FIRST),
        role=RoleRef("keeper"),
        signed=day,
        expires=day + timedelta(days=60),
        digest=digest_of(SUBJECT),
        subject=SUBJECT,
        supersedes=SignOffRef(earlier) if earlier else None,
    )
    (root / f"ops_model/launch/sign_offs/{name}.yaml").write_text(text_of(record), encoding="utf-8")


def test_whoever_loses_a_role_makes_no_old_record_wrong(miniature: Path) -> None:
    """A sign-off that was superseded or has expired stays, and nobody has to change it; one that may count is found."""
    (miniature / "ops_model/launch/sign_offs/second-winter-keeper.yaml").unlink()
    (miniature / "ops_model/launch/waivers/barrel-counted-later.yaml").unlink()
    (miniature / "ops_model/launch/attestations/a-ship-saw-it.yaml").unlink()
    sign(miniature, "old", date(2026, 9, 1))
    sign(miniature, "first", date(2026, 11, 1))
    sign(miniature, "second", date(2026, 11, 2), "first")
    change(miniature / "ops_model/organization/roles/keeper.yaml", holders=[SECOND])
    assert found(miniature, "OPS617") == [("OPS617", "second.yaml")]
    change(miniature / "ops_model/launch/gates/second-winter.yaml", approvers=["spare-keeper"])
    assert found(miniature, "OPS606") == [("OPS606", "second.yaml")]


def test_an_expired_sign_off_is_noted_until_it_is_superseded(miniature: Path) -> None:
    """The note says to sign again; then there is nothing left to do."""
    sign(miniature, "old", date(2026, 9, 1))
    assert found(miniature, "OPS226") == [("OPS226", "old.yaml")]
    sign(miniature, "new", date(2026, 11, 20), "old")
    assert found(miniature, "OPS226", "OPS622", "OPS626") == []


def test_only_the_newest_attestation_needs_a_holder(miniature: Path) -> None:
    """Somebody else looked since: the older one is history."""
    said = Attestation(
        title="Seen again",
        gate=GateRef("first-night"),
        criterion="seen",
        person=PersonRef(SECOND),
        role=RoleRef("keeper"),
        attested=date(2026, 11, 20),
        holds=True,
        seen="From the pier.",
    )
    change(miniature / "ops_model/organization/roles/keeper.yaml", holders=[SECOND])
    assert ("OPS617", "a-ship-saw-it.yaml") in found(miniature, "OPS617")
    (miniature / "ops_model/launch/attestations/again.yaml").write_text(text_of(said), encoding="utf-8")
    assert ("OPS617", "a-ship-saw-it.yaml") not in found(miniature, "OPS617")


def test_a_waiver_of_more_than_ninety_days_is_too_long(miniature: Path) -> None:
    """Whether a command wrote it or not."""
    path = miniature / "ops_model/launch/waivers/barrel-counted-later.yaml"
    assert found(miniature, "OPS228") == []
    change(path, expires="2027-01-31")
    assert found(miniature, "OPS228") == [("OPS228", path.name)]
