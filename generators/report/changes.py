"""What a change to the model changes, for a terminal, a review comment or a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.changes import READERS
from generators.report.document import document
from generators.report.duty import stamp
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.changes import Change, Reader
    from generators.findings import Finding

HEADINGS: dict[Reader, str] = {
    "on-call": "On call",
    "support": "Support",
    "users": "Users",
    "approvers": "Approvers",
}
SIGNS = {"weaker": "-", "changed": "~", "stronger": "+"}
LONGEST_COMMENT = 60_000
"""Characters of a review comment; forges take 65,536."""
LISTED = 40
"""Changes for one reader that a comment lists at first sight; the others are folded away."""
EMPTY_ROUTE = "'': "
"""In front of what is said of a file as a whole."""
NOTHING = "Nothing changes for readers."


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is printed: the changes in their order, and the files that could not be compared, each with the reason."""

    base: str
    at: datetime
    changes: tuple[Change, ...]
    unread: tuple[tuple[str, Finding], ...] = ()
    """`before`, `after` or `before and after`, and why the file could not be read."""
    same: int = 0
    """Files that are the same on both sides and cannot be read: nothing in them changed."""

    @property
    def unexplained(self) -> tuple[Change, ...]:
        """What got weaker and is not explained."""
        return tuple(change for change in self.changes if change.is_unexplained)

    @property
    def summary(self) -> str:
        """`3 changes: 2 weaker (1 not explained), 1 stronger`."""
        if not self.changes:
            return NOTHING
        count = len(self.changes)
        counts = {weight: sum(change.weight == weight for change in self.changes) for weight in SIGNS}
        words = [f"{number} {weight}" for weight, number in counts.items() if number]
        if counts["weaker"]:
            words[0] += f" ({len(self.unexplained) or 'none'} of them without an explanation)"
        return f"{count} change{'s' if count > 1 else ''} for readers: {', '.join(words)}."

    def of(self, reader: Reader) -> tuple[Change, ...]:
        """The changes for one reader."""
        return tuple(change for change in self.changes if change.reader == reader)


def where(change: Change) -> str:
    """`path:line` of the changed fact."""
    return f"{change.place.path}:{change.place.line}"


def _values(change: Change) -> str:
    if change.before and change.after:
        return f": {change.before} → {change.after}"
    if not (change.before or change.after):
        return ""
    if not change.fields or "*" in change.fields:
        return f": {change.after or change.before}"
    return f": added {change.after}" if change.after else f": removed {change.before}"


def _unread(comparison: Comparison) -> Iterator[str]:
    for side, finding in comparison.unread:
        place = finding.place
        yield f"{place.path}:{place.line} ({side}): {finding.message.removeprefix(EMPTY_ROUTE)}"
    if comparison.same:
        yield f"{comparison.same} {'file that is' if comparison.same == 1 else 'files that are'} the same on both sides"


# ── for a terminal ──────────────────────────────────────────────────────────────────────────────────────────────────
def changes_text(comparison: Comparison) -> str:
    """A line a change, by reader."""
    return "".join(f"{printable(line)}\n" for line in _text(comparison))


def _text(comparison: Comparison) -> Iterator[str]:
    for reader in READERS:
        if changes := comparison.of(reader):
            yield HEADINGS[reader]
            for change in changes:
                explained = f"  explained by {change.explained_by}" if change.explained_by else ""
                yield f"  {SIGNS[change.weight]} {change.what}{_values(change)}  ({where(change)}){explained}"
            yield ""
    if comparison.unread or comparison.same:
        yield "Not compared, because they cannot be read:"
        yield from (f"  {line}" for line in _unread(comparison))
        yield ""
    yield f"{comparison.summary}{' - weaker, ~ changed, + stronger.' if comparison.changes else ''}"


# ── for a review ────────────────────────────────────────────────────────────────────────────────────────────────────
def changes_markdown(comparison: Comparison) -> str:
    """A comment of bounded length in which every text of the model stays text."""
    lines = list(_markdown(comparison))
    room, kept = LONGEST_COMMENT, []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept += ["", "The comment ends here; `dfops diff` prints the rest."]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _markdown(comparison: Comparison) -> Iterator[str]:
    yield from ("### What changes for readers", "", comparison.summary)
    for reader in READERS:
        if changes := comparison.of(reader):
            yield from ("", f"#### {HEADINGS[reader]}", "")
            yield from map(_item, changes[:LISTED])
            if len(changes) > LISTED:
                yield from ("", f"{len(changes) - LISTED} more: `dfops diff` lists them.")
    if comparison.unread or comparison.same:
        yield from ("", "#### Not compared, because they cannot be read", "")
        yield from (f"- {escaped(line)}" for line in list(_unread(comparison))[:LISTED])
        if len(comparison.unread) > LISTED:
            yield f"- and {len(comparison.unread) - LISTED} more"


def _item(change: Change) -> str:
    weight = f"**{change.weight}**" if change.is_unexplained else change.weight
    explained = f" Explained by {escaped(change.explained_by)}." if change.explained_by else ""
    return f"- {weight}: {escaped(change.what + _values(change))} ({escaped(where(change))}).{explained}"


ACTIVE = "\\`*_{}[]()<>|#!~@&$^"
"""Signs that mean something in the Markdown of a forge, mentions and mathematics included."""


def escaped(text: str) -> str:
    """Text that stays text in a comment: no link, mention, reference, picture or markup."""
    plain = "".join(f"\\{char}" if char in ACTIVE else char for char in printable(text))
    return plain.replace("://", ":\\//").replace("www.", "www\\.")


# ── for programs ────────────────────────────────────────────────────────────────────────────────────────────────────
def changes_json(comparison: Comparison) -> str:
    """All of it."""
    return document(
        base=comparison.base,
        at=stamp(comparison.at),
        weaker_without_explanation=len(comparison.unexplained),
        changes=[_json(change) for change in comparison.changes],
        not_compared=[
            {"side": side, "path": finding.place.path, "line": finding.place.line, "message": finding.message}
            for side, finding in comparison.unread
        ],
        not_compared_and_the_same=comparison.same,
    )


def _json(change: Change) -> dict[str, object]:
    kind, identity = change.about
    return {
        "reader": change.reader,
        "weight": change.weight,
        "what": change.what,
        "before": change.before or None,
        "after": change.after or None,
        "path": change.place.path,
        "line": change.place.line,
        "kind": kind,
        "id": identity,
        "explained_by": change.explained_by or None,
    }
