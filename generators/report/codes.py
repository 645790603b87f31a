"""What a diagnostic code means and which releases report it, for support: as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings.naming import Unanswerable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from generators.model.support import Diagnostic, Request
    from generators.runtime.releases import Releases
    from generators.support.codes import KnownCode


def code_rows(known: KnownCode, releases: Releases) -> Iterator[tuple[str, str]]:
    """Label and text: what the code means, who reports it, what to look for today."""
    lifetime = releases.lifetime(known.code)
    if known.diagnostic:
        yield "It means", _line(known.diagnostic.entity.meaning)
    if known.group:
        yield "Not by packs", _line(known.group.entity.reason)
    reported = ", ".join(lifetime.reported_by) or "no version that was looked at"
    lacking = f"; not by {', '.join(lifetime.lacked_by)}" if lifetime.lacked_by else ""
    yield "Reported by", f"{reported}{lacking}"
    if lifetime.coming:
        yield "Coming", f"{'again' if lifetime.until else 'no longer'} in {lifetime.coming}, a pre-release"
    if known.diagnostic and known.diagnostic.entity.today:
        yield "Today", _line(known.diagnostic.entity.today)


def do_first(known: KnownCode) -> tuple[Request, ...]:
    """What a user who meets the code can do alone."""
    return known.diagnostic.entity.do_first if known.diagnostic else ()


def code_record(known: KnownCode, releases: Releases) -> dict[str, object]:
    """The same for programs; None for what does not apply."""
    lifetime = releases.lifetime(known.code)
    return {
        "code": known.code,
        **_meaning(known.diagnostic.entity if known.diagnostic else None),
        "not_by_packs": _line(known.group.entity.reason) if known.group else None,
        "reported_by": list(lifetime.reported_by),
        "since": lifetime.since or None,
        "until": lifetime.until or None,
        "coming": lifetime.coming or None,
    }


def _meaning(diagnostic: Diagnostic | None) -> dict[str, object]:
    if diagnostic is None:
        return {"meaning": None, "do_first": [], "today": None, "successors": []}
    return {
        "meaning": _line(diagnostic.meaning),
        "do_first": [{"what": one.what, "command": one.command} for one in diagnostic.do_first],
        "today": _line(diagnostic.today) if diagnostic.today else None,
        "successors": [name.upper() for name in diagnostic.successors],
    }


def require_supported(code: str, known: Collection[str], releases: Releases) -> None:
    """Raises Unanswerable for a code that only versions report which packs are not proven on."""
    if not code or code in known:
        return
    having = [release.name for release in releases.all if code in release.snapshot.codes]
    if having:
        raise Unanswerable(f"no version that packs are proven on reports {code}; it is known from {', '.join(having)}")


def _line(text: str) -> str:
    return " ".join(text.split())
