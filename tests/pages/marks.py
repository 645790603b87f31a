"""A mark in every value of the miniature, ids and file names too; references still lead where they led."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generators.model import KINDS
from tests.changes import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.pages.filling import Spot

FAR = "2031-07-19"
ZONES = ("Antarctica/Troll", "Pacific/Chatham")
"""Dates and zones have no room for a mark, so internal ones are of a kind that nothing else has."""


@dataclass
class Marks:
    """A mark for every value, and where each stands."""

    public_fields: Mapping[str, set[str]] = field(default_factory=dict)
    """Fields by kind, with a dot where only a part of one is meant; every value below them is public."""
    public_ids: set[str] = field(default_factory=set)
    shape: str = "zq{:04d}zq"
    given: dict[tuple[str, ...], str] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)

    def of(self, *name: str) -> str:
        """The mark of something: always the same one, so that references still lead somewhere."""
        return self.given.setdefault(name, self.shape.format(len(self.given)))

    def identity(self, kind: str, name: str) -> str:
        """An id, marked where its kind is internal. Of parts: both halves."""
        if "/" in name:
            owner, _, part = name.partition("/")
            whole = next((k.kind for k in KINDS if kind in dict(k.parts)), kind)
            return f"{self.identity(whole, owner)}/{self.of('slug', part)}"
        return name if kind in self.public_ids else self.of("id", kind, name)

    def is_public(self, spot: Spot) -> bool:
        """Whether users may read what stands there."""
        ways = {".".join(spot.route[:length]) for length in range(1, len(spot.route) + 1)}
        return not ways.isdisjoint(self.public_fields.get(spot.kind, set()))

    def __call__(self, spot: Spot, value: Any, /) -> Any:
        """What stands at a spot: a mark of its own in whatever form it has.

        Names of tables and columns stay as they are: the schemas of packs are public.
        """
        if spot.form.startswith("ref "):
            return self.identity(spot.form.removeprefix("ref "), value)
        if (self.is_public(spot) and not spot.is_free) or spot.form == "identifier":
            return value
        if spot.form in {"slug", "name"}:
            return self.of("slug", value).replace(*("-", "_") if spot.form == "name" else ("", ""))
        made = self.of("spot", spot.kind, spot.id, *spot.route, str(len(self.given)))
        self.spots[made] = spot
        return {
            "url": f"https://{made.replace('_', '-')}.example/",
            "path": made,
            "date": FAR,
            "date-time": f"{FAR}T0{4 if spot.route[-1] == 'end' else 3}:14:15Z",
            "zone": ZONES[spot.kind == "rotation"],
            "": value,
        }.get(spot.form, f"{made} said by nobody")


def rename(root: Path, marks: Marks) -> None:
    """The files of internal kinds under their marked ids, and runbooks in a marked folder."""
    for kind, path in list(files(root)):
        if kind.kind not in marks.public_ids:
            path.rename(path.with_name(marks.identity(kind.kind, path.stem) + path.suffix))
    for group in list((root / "runbooks").iterdir()):
        group.rename(group.with_name(marks.of("slug", group.name)))
