"""Whether anything is recorded, and where it goes: off by default, on after the consent of the project's owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, StringConstraints

from generators.output.paths import content, located
from generators.output.writing import write_if_changed
from generators.published.download import Unfetched, require_trusted
from generators.published.manifest import Line, Unreadable, dumps, loads
from generators.telemetry.switches import CONSENT, LOCAL, OFF, VARIABLE, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST: Final = 64 << 10
"""Bytes of the file."""


class Consent(BaseModel):
    """The consent of the project's owner."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    installation: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    """A random id (UUID 4). It is made of nothing else."""
    send_to: Line | None = None
    """The address that events are sent to; None keeps them on this machine."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a run records, as which installation, and where to."""

    mode: Literal["off", "local", "send"]
    reason: str
    """What decided, as the sentence's end: `off: DO_NOT_TRACK is set`."""
    installation: str | None = None
    """None is anonymous."""
    address: str | None = None

    @property
    def records(self) -> bool:
        """Whether events are written at all."""
        return self.mode != "off"


def decide(project: Path, environment: Mapping[str, str]) -> Decision:
    """What holds for a run in a project. A refusal always wins, then the variable, then the project's file.

    Raises Unreadable for a file or an address that is not one, OSError.
    """
    variable = environment.get(VARIABLE, "").strip()
    refused = refusal(environment) or (f"{VARIABLE}={OFF}" if variable.lower() == OFF else "")
    if refused:
        return Decision("off", refused)
    consent = consent_of(project)
    if consent is None and not variable:
        return Decision("off", f"no one has turned it on in {CONSENT}")
    where = VARIABLE if variable else CONSENT
    installation = consent.installation if consent else None
    address = variable or (consent.send_to if consent else None)
    if address is None or address.lower() == LOCAL:
        return Decision("local", where, installation)
    require_address(address, where)
    return Decision("send", where, installation, address)


def require_address(address: str, where: str) -> None:
    """Raises Unreadable for an address that is neither https nor of this machine, or has a password in it."""
    try:
        require_trusted(address)
    except Unfetched as error:
        raise Unreadable(f"{where}: {error}") from error


def consent_of(project: Path) -> Consent | None:
    """What the project's file says; None where there is none. Raises Unreadable, OSError."""
    path = located(project.resolve(), CONSENT)
    if path.is_file() and path.stat().st_size > MOST:
        raise Unreadable(f"{CONSENT} is larger than {MOST >> 10} KiB: delete it, and turn telemetry on again")
    data = content(path)
    if data is None:
        return None
    return loads(Consent, data, CONSENT)


def agree(project: Path, send_to: str | None) -> Consent:
    """Write the consent of the project's owner; an installation keeps its id. Raises Unreadable, OSError."""
    if send_to is not None:
        require_address(send_to, "--send-to")
    before = consent_of(project)
    consent = Consent(installation=before.installation if before else str(uuid4()), send_to=send_to)
    write_if_changed(located(project.resolve(), CONSENT), dumps(consent).decode())
    return consent


def withdraw(project: Path) -> bool:
    """Take the project's file away; whether there was one. Raises OSError."""
    path = located(project.resolve(), CONSENT)
    was_there = path.exists()
    path.unlink(missing_ok=True)
    return was_there
