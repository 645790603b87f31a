"""SSH signatures of sign-offs: what is signed, byte for byte, and `ssh-keygen`, which signs and verifies.

A private key is never read here: its path is handed to `ssh-keygen`.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from generators.model.organization import Person
from generators.processes import run_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.catalog import Catalog
    from generators.model.launch import SignOff

PROGRAM = "ssh-keygen"
NAMESPACE = "dfops-sign-off"
"""A signature that the key gave for anything else says nothing here."""
LEFT_OUT = frozenset({"title", "former", "signature", "seal"})
"""Fields of a record that its signature does not cover: what it is called, and what is made from the others."""
BEGINS, ENDS = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
MAGIC = b"SSHSIG" + bytes([0, 0, 0, 1])
SECONDS_TO_SIGN, SECONDS_TO_VERIFY = 180, 10
"""Signing waits for a passphrase or a touch."""
KEPT = 4096
"""Verdicts that a process remembers."""


class CannotSignError(Exception):
    """A sentence: why there is no signature, and what to do."""


def signed_bytes(record: SignOff) -> bytes:
    """What a signature is of: the canonical JSON of the record without `LEFT_OUT` and without absent fields, in UTF-8.

    Keys sorted, no white space, nothing escaped that need not be, no line feed at the end.
    """
    plain = record.model_dump(mode="json", exclude=set(LEFT_OUT), exclude_none=True)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(data: bytes, key: Path) -> str:
    """The armored signature. Raises CannotSignError."""
    command = (PROGRAM, "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key))
    try:
        done = run_once(command, data, SECONDS_TO_SIGN)
    except TimeoutError:
        raise CannotSignError(f"{PROGRAM} did not answer within {SECONDS_TO_SIGN} seconds; sign again") from None
    if done is None:
        raise CannotSignError(f"{PROGRAM} is not installed; install openssh-client, or record it without --ssh-key")
    signature = done.out.decode("ascii", errors="replace").strip()
    if done.code or not signature.startswith(BEGINS):
        why = done.last_line or f"exit code {done.code}"
        raise CannotSignError(f"{PROGRAM} cannot sign with {key}: {why}; name a private key that it can read")
    return signature


def public_key_in(signature: str) -> str:
    """The public key that a signature carries, as a `.pub` file has it; empty where it carries none.

    The format is OpenSSH's PROTOCOL.sshsig: the magic, a version, then the key as a string with its length in front.
    """
    text = signature.strip()
    if not (text.startswith(BEGINS) and text.endswith(ENDS)):
        return ""
    try:
        blob = base64.b64decode("".join(text[len(BEGINS) : -len(ENDS)].split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    key = _string(blob.removeprefix(MAGIC)) if blob.startswith(MAGIC) else b""
    name = _string(key).decode("ascii", errors="replace")
    return f"{name} {base64.b64encode(key).decode()}" if name else ""


def _string(data: bytes) -> bytes:
    """The first string of SSH's wire format: four bytes of length, then the bytes."""
    length = int.from_bytes(data[:4], "big")
    return data[4 : 4 + length] if len(data) >= 4 + length else b""


def bare(key: str) -> str:
    """A public key without its comment."""
    return " ".join(key.split()[:2])


def verifier(catalog: Catalog) -> Callable[[SignOff], bool | None]:
    """What says of a record whether its signature is of it and by a key of its person.

    None where `ssh-keygen` is not installed. Equal questions are asked once a process.
    """

    def verified(record: SignOff) -> bool | None:
        person = catalog.find(Person, record.person)
        keys = tuple(map(bare, person.entity.ssh_keys)) if person else ()
        return is_by(record.person, keys, signed_bytes(record), record.signature or "")

    return verified


@lru_cache(maxsize=KEPT)
def is_by(person: str, keys: tuple[str, ...], data: bytes, signature: str) -> bool | None:
    """Whether a signature is of these bytes and by one of the keys; None where `ssh-keygen` is not installed."""
    if public_key_in(signature) not in keys:  # nothing is started for garbage, or for the key of another person
        return False
    with TemporaryDirectory(prefix="dfops-") as name:
        folder = Path(name)
        (folder / "signers").write_text("".join(f"{person} {key}\n" for key in keys), encoding="ascii")
        (folder / "signature").write_text(f"{signature.strip()}\n", encoding="ascii")
        options = ("-n", NAMESPACE, "-I", person, "-f", str(folder / "signers"), "-s", str(folder / "signature"))
        try:
            done = run_once((PROGRAM, "-Y", "verify", "-q", *options), data, SECONDS_TO_VERIFY)
        except TimeoutError:
            return None
    return None if done is None else done.code == 0
