"""`dfops launch sign`: an approval that goes stale when what it approves changes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.launch_state import (
    AsOption,
    GateArgument,
    RoleOption,
    actor,
    refuse,
    require_read,
    require_readable,
    standing,
    write,
)
from generators.cli.options import RootOption, Unusable
from generators.launch import ssh
from generators.launch.records import earlier_sign_off, names_of, sign_off, text_of, with_signature
from generators.launch.signatures import TWO_PEOPLE
from generators.model.launch import SignOff
from generators.model.organization import Person
from generators.report.launch import reason_lines, signing_text
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.catalog import Entry
    from generators.cli.launch_state import Standing
    from generators.launch.readiness import GateState

KeyOption = Annotated[
    Path | None,
    typer.Option("--ssh-key", metavar="FILE", help="Sign with this SSH key, of which `ssh_keys` has the public half."),
]
DaysOption = Annotated[int, typer.Option("--days", min=1, max=366, help="How many days the sign-off counts.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be signed, and write nothing.")]


def sign(
    gate: GateArgument,
    person: AsOption,
    role: RoleOption = None,
    ssh_key: KeyOption = None,
    days: DaysOption = 90,
    dry_run: DryRunOption = False,
    root: RootOption = Path(),
) -> None:
    """Approve a gate: record a sign-off of exactly what the gate names.

    Says what is signed before anything is written. The record holds each fact, so that `dfops launch verify` can name
    the ones that change later. An earlier sign-off of yours is superseded and stays. Exit 1 where the gate does not
    hold, or where two people are required and you have signed already.
    """
    state = standing(root)
    require_read(state.catalog)
    asked = state.gate(gate)
    who, acts_for = actor(state, person, role, asked.entry.entity.approvers, f"approve {asked.entry.id}")
    earlier = earlier_sign_off(state.catalog, asked.entry.id, who, state.today)
    _require_ready(asked, who)
    _require_another(asked, earlier, acts_for)
    _require_key(state, who, ssh_key)
    record = sign_off(asked, who, acts_for, (state.today, days), earlier)
    require_readable(SignOff, text_of(record))
    sys.stdout.write(signing_text(asked, record, earlier))
    if dry_run:
        sys.stdout.write("Nothing was written.\n")
        return
    if ssh_key is not None:
        record = _signed(state, record, ssh_key)
    path = write(state.top, SignOff, names_of(state.today, asked.entry.id, who), text_of(record))
    sys.stdout.write(f"Recorded{', with your signature' if ssh_key else ', not signed'}: {path}\n")
    sys.stdout.write("Read it, run dfops check, and commit it.\n")


def _require_ready(state: GateState, person: str) -> None:
    """Exit 1 for a gate that does not hold: an approval of it would approve nothing."""
    if not state.is_ready:
        sentence = f"{state.entry.id} cannot be signed by {person}: it does not hold. What weighs most:"
        refuse(sentence, reason_lines(state))


def _require_another(state: GateState, earlier: Entry[SignOff] | None, role: str) -> None:
    """Exit 1 for a person who approves for a second role what two people are to approve."""
    counts = earlier is not None and any(one.counts and one.entry.id == earlier.id for one in state.signatures)
    if earlier and counts and earlier.entity.role != role and state.entry.entity.quorum >= TWO_PEOPLE:
        refuse(
            f"{earlier.entity.person} approved {state.entry.id} on {earlier.entity.signed} as {earlier.entity.role}: "
            f"{state.entry.entity.quorum} people are required, so someone else must sign as {role}."
        )


def _require_key(state: Standing, person: str, key: Path | None) -> None:
    """Raises Unusable for a key that is not there, and for none where the person has keys."""
    who = state.catalog.find(Person, person)
    keys = who.entity.ssh_keys if who else ()
    if key is None and keys:
        raise Unusable(f"{person} has SSH keys, so a sign-off without a signature counts for nothing: use --ssh-key")
    if key is not None and not key.is_file():
        raise Unusable(f"--ssh-key: there is no file {printable(str(key))}; name your private key")


def _signed(state: Standing, record: SignOff, key: Path) -> SignOff:
    """The record with a signature that holds. Raises Unusable where there is none, or not by a key of the person."""
    sys.stdout.write("Signing: enter the passphrase or touch the key if it asks for it.\n")
    sys.stdout.flush()
    try:
        signed = with_signature(record, lambda data: ssh.sign(data, key))
    except ssh.CannotSignError as error:
        raise Unusable(printable(str(error))) from None
    who = state.catalog.find(Person, record.person)
    public = ssh.public_key_in(signed.signature or "")
    if public.startswith("ssh-rsa "):
        raise Unusable(f"{printable(str(key))} is an RSA key; make another: ssh-keygen -t ed25519")
    if who is None or public not in map(ssh.bare, who.entity.ssh_keys):
        place = who.path if who else record.person
        raise Unusable(
            f"{printable(str(key))} is no key of {record.person}: add {public!r} under ssh_keys in {place}, "
            "have that reviewed, then sign"
        )
    if state.facts.verified(signed) is not True:
        raise Unusable(f"the signature by {printable(str(key))} does not verify; nothing was written")
    return signed
