"""The miniature as one that has more at stake: a gate of two keepers that asks whatever a gate can ask."""

from __future__ import annotations

from functools import cache
from typing import Any

from generators.launch.records import sign_off, text_of
from generators.runbooks.seals import sealed
from generators.runbooks.walk import digests_of
from tests.conftest import MINIATURE
from tests.launch.worlds import World

MODEL = "ops_model"
LAUNCH = f"{MODEL}/launch"
GATE = f"{LAUNCH}/gates/first-night.yaml"
SIGNED = f"{LAUNCH}/sign_offs/first-night-signed.yaml"
TEST = "tests/test_lamp.py"
DIGEST, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"


@cache
def lamps() -> World:
    """Ready: each criterion holds or is waived, each item is settled, and nobody has signed."""
    world = World.of(MINIATURE)
    world = World(world.entries, world.at, {TEST: DIGEST})
    walked = digests_of(world.catalog.entries["runbook"]["lamp-out"].entity)  # type: ignore[arg-type]
    steps = [{"step": f"lamp-out/{name}", "digest": walked[name], "seconds": 60} for name in ("look", "light")]
    steps[0]["went"] = "light"
    setting = {"setting": "The east lamp, by day.", "lessons": [], "independent": True}
    world = _recorded(world, "rehearsal", "rehearsals/lamp-out-by-night", title="By night", runbook="lamp-out",
                      held="2026-11-15", people=["keeper-seat-2"], walked=steps, **setting)  # fmt: skip
    world = _recorded(world, "run", "runs/lamp-tests", title="Tests", test=TEST, ran="2026-11-12T12:00:00Z",
                      exit_code=0, seconds=9, passed=3, digest=DIGEST)  # fmt: skip
    for seat in ("keeper-seat-1", "keeper-seat-2"):
        world = world.changed(f"{MODEL}/organization/people/{seat}.yaml", handle=seat, ssh_keys=None)
    world = world.changed(f"{LAUNCH}/scope/light-every-night.yaml", accept=["A night without a gap", "A test says so"],
                          evidence=[*world.tree(f"{LAUNCH}/scope/light-every-night.yaml")["evidence"],
                                    {"what": "The test", "test": TEST, "accepts": [2], "within_days": 30}])  # fmt: skip
    world = world.with_file(f"{LAUNCH}/waivers/oil.yaml", title="Oil", gate="first-night", criterion="oil",
                            person="keeper-seat-1", approver="keeper", reason="In spring.", limits="This winter.",
                            granted="2026-11-01", expires="2027-01-01")  # fmt: skip
    criteria = [
        *world.tree(GATE)["criteria"],
        {"id": "oil", "statement": "The barrel was counted", "role": "spare-keeper", "within_days": 60},
        {"id": "held", "statement": "Keepers are people", "condition": "roles-filled", "roles": ["keeper"]},
        {"id": "sound", "statement": "Little soot", "condition": "defects-below", "severity": "sev1", "at_most": 3},
        {"id": "walked", "statement": "Somebody else went up", "condition": "runbooks-rehearsed",
         "runbooks": ["lamp-out"], "independent": True, "within_days": 30},
        {"id": "settled", "statement": "All is settled", "condition": "scope-settled"},
        {"id": "watched", "statement": "Someone answers", "condition": "no-findings", "rules": ["OPS407", "OPS408"]},
    ]  # fmt: skip
    return world.changed(GATE, scope=["light-every-night", "second-colour"], criteria=criteria,
                         approvers=["keeper", "spare-keeper"], quorum=2)  # fmt: skip


def _recorded(world: World, kind: str, path: str, **fields: Any) -> World:
    return world.with_file(f"{LAUNCH}/{path}.yaml", **sealed(kind, fields))


@cache
def signed_lamps() -> World:
    """The same with a sign-off by the first keeper."""
    world = lamps()
    record = sign_off(world.ready.gates["first-night"], "keeper-seat-1", "keeper", (world.facts.today, 90), None)
    made = world.with_text(SIGNED, text_of(record))
    assert made is not None
    return made
