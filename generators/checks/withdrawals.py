"""Withdrawals of packs and versions speak of what there is, and lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.pack import Pack, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.refs import ConnectorRef

NOTHING = Rule(
    "OPS837",
    "withdrawal-of-nothing",
    Severity.ERROR,
    "A withdrawal is of a pack or version that was never released, or is made twice.",
    "Nobody is kept from installing the version that was meant.",
    "Name a version as the pack's changelog has it, and keep one withdrawal for each.",
)
NO_WAY_OUT = Rule(
    "OPS838",
    "withdrawal-leads-nowhere",
    Severity.ERROR,
    "A withdrawal sends users to a version that was never released or is withdrawn itself.",
    "Whoever follows it is refused once more.",
    "Name a released version that is not withdrawn under `instead`, or leave it out.",
)
HALF_OFF = Rule(
    "OPS839",
    "half-withdrawn",
    Severity.ERROR,
    "A pack's state is withdrawn, and no withdrawal says so.",
    "The pages say it, and the catalog goes on giving the pack to whoever asks.",
    "Withdraw it with `dfops pack withdraw PACK --reason TEXT`; its state may stay what it was.",
)
RULES = (NOTHING, NO_WAY_OUT, HALF_OFF)


def withdrawals_are_of_releases(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each is of something released, once, and leads to something that may be installed."""
    seen: dict[tuple[str, str | None], str] = {}
    entries = list(catalog.entries_of(Withdrawal))
    withdrawn = {(one.entity.connector, one.entity.version) for one in entries}
    for entry in entries:
        said = entry.entity
        first = seen.setdefault((said.connector, said.version), entry.id)
        if first != entry.id:
            yield Finding(entry.at("connector"), NOTHING, f"'{first}' withdraws the same already")
        versions = _versions(catalog, entry, facts)
        if said.version is not None and said.version not in versions:
            yield Finding(
                entry.at("version"),
                NOTHING,
                f"'{said.connector}' has no release {said.version}",
                nearest(said.version, versions),
            )
        if said.instead is not None:
            yield from _instead(entry, versions, withdrawn)


def _instead(
    entry: Entry[Withdrawal], versions: list[str], withdrawn: set[tuple[ConnectorRef, str | None]]
) -> Iterator[Finding]:
    said = entry.entity
    place = entry.at("instead")
    if said.instead not in versions:
        yield Finding(place, NO_WAY_OUT, f"'{said.connector}' has no release {said.instead}")
    elif (said.connector, said.instead) in withdrawn and (said.connector, None) not in withdrawn:
        yield Finding(place, NO_WAY_OUT, f"{said.instead} is withdrawn too")


def _versions(catalog: Catalog, entry: Entry[Withdrawal], facts: Facts) -> list[str]:
    """The released versions of the pack, newest first."""
    pack = catalog.find(Pack, entry.entity.connector)
    return [release.version for release in facts.released.get(pack.id, ())] if pack else []


def packs_are_off_in_both_places(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A pack whose state is withdrawn has a withdrawal."""
    whole = {one.entity.connector for one in catalog.entries_of(Withdrawal) if one.entity.version is None}
    for pack in catalog.entries_of(Pack):
        if pack.entity.state == "withdrawn" and pack.entity.connector not in whole:
            yield Finding(pack.at("state"), HALF_OFF, f"'{pack.id}' is withdrawn, and no withdrawal says so")


CHECKS = (withdrawals_are_of_releases, packs_are_off_in_both_places)
