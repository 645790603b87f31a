"""A publisher of catalogs for tests: the same keys each time, so that one root is trusted by all of them."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from generators.packs.delivery.keys import Key
from generators.packs.delivery.signing import ONLINE, ROOT, first_root, signed
from generators.published.standing import Terms
from generators.published.trust import METADATA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Root

AT = datetime(2026, 11, 30, 10, tzinfo=UTC)
TERMS = Terms(dict.fromkeys((ROOT, *ONLINE), 36_500), 14)


@dataclass(frozen=True)
class Publisher:
    """Somebody with keys that follow from a name."""

    name: str = "lamps"
    terms: Terms = TERMS
    at: datetime = AT

    @property
    def keys(self) -> dict[str, list[Key]]:
        """By role."""
        seeds = {role: hashlib.sha256(f"{self.name} {role}".encode()).digest() for role in (ROOT, *ONLINE)}
        return {role: [Key.new(role, Ed25519PrivateKey.from_private_bytes(seed))] for role, seed in seeds.items()}

    def signers(self, root: Root) -> Mapping[str, CryptoSigner]:
        """As a folder of keys gives them."""
        del root
        return {key.signer.public_key.keyid: key.signer for of_role in self.keys.values() for key in of_role}

    @property
    def root(self) -> bytes:
        """The first root metadata."""
        return first_root(self.keys, 1, self.terms, self.at).files["1.root.json"]

    def sign(self, folder: Path) -> None:
        """Sign what lies in a catalog, for the first time or again."""
        (folder / METADATA).mkdir(parents=True, exist_ok=True)
        if not list((folder / METADATA).glob("*.root.json")):
            (folder / METADATA / "1.root.json").write_bytes(self.root)
        signed(folder, self, self.terms, self.at).write(folder)


def sign(folder: Path) -> None:
    """As the publisher whom every test trusts."""
    Publisher().sign(folder)


def sign_anew(folder: Path) -> None:
    """The same, as if nothing had been signed before: versions of packs may have changed."""
    shutil.rmtree(folder / METADATA, ignore_errors=True)
    sign(folder)
