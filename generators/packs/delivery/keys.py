"""The keys of a catalog: files in a folder of their own, outside of the repository and of the catalog.

A file is a private key in PEM (PKCS 8), encrypted where there is a password, and is found again by its public key: its
name is for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from generators.output import append, created
from generators.output.paths import content
from generators.published.standing import NAME, key_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tuf.api.metadata import Root

SECRET_FILE, SECRET_FOLDER = 0o600, 0o700
SUFFIX = ".pem"


class Unsignable(ValueError):  # noqa: N818 - what somebody asked for, not a fault of the program
    """What cannot be signed as it is: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder with keys, and the password that they are encrypted with."""

    path: Path
    password: bytes | None = None

    def create(self, keys: Iterable[Key]) -> None:
        """Make the folder with keys in it, whole or not at all. Raises OSError, also where anything is there."""
        with created(self.path) as part:
            part.mkdir(mode=SECRET_FOLDER)
            for key in keys:
                append(part / key.file, key.pem(self.password), SECRET_FILE)

    def add(self, key: Key) -> Path:
        """One more key. Raises OSError."""
        path = self.path / key.file
        with created(path) as part:
            append(part, key.pem(self.password), SECRET_FILE)
        return path

    def signers(self, root: Root) -> Mapping[str, CryptoSigner]:
        """What signs, by the id of each key of a root that lies here. Raises Unsignable."""
        by_public = {key.keyval["public"]: (keyid, key) for keyid, key in root.keys.items()}
        found = {}
        for path in self.files:
            private = self._private(path)
            keyid, key = by_public.get(private.public_key().public_bytes_raw().hex(), ("", None))
            if isinstance(key, SSlibKey):
                found[keyid] = CryptoSigner(private, key)
        return found

    @property
    def files(self) -> tuple[Path, ...]:
        """The files with keys. Raises Unsignable where there is no folder."""
        if not self.path.is_dir():
            raise Unsignable(f"{self.path} is no folder: name the one with the keys with --keys DIR")
        return tuple(sorted(self.path.glob(f"*{SUFFIX}")))

    def _private(self, path: Path) -> Ed25519PrivateKey:
        try:
            private = load_pem_private_key(content(path) or b"", self.password)
        except TypeError as error:  # what the library says of a password too few or too many
            hint = "set DFOPS_KEY_PASSWORD" if self.password is None else "unset DFOPS_KEY_PASSWORD"
            raise Unsignable(
                f"{path} cannot be opened: {hint}, or move it away if it is no key of a catalog"
            ) from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Unsignable(f"{path} is no private key, or DFOPS_KEY_PASSWORD is another one") from error
        except OSError as error:
            raise Unsignable(f"{path} cannot be read: {error.strerror or 'it is no regular file'}") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise Unsignable(f"{path} is no Ed25519 key: keys are made by `dfops catalog init`")
        return private


@dataclass(frozen=True, slots=True)
class Key:
    """A new key. Printed, it shows its name alone."""

    name: str
    signer: CryptoSigner
    _private: Ed25519PrivateKey

    @classmethod
    def new(cls, name: str, private: Ed25519PrivateKey | None = None) -> Key:
        """A key of that name, a new one unless `private` is given."""
        private = private or Ed25519PrivateKey.generate()
        public = SSlibKey.from_crypto(private.public_key())
        public.unrecognized_fields[NAME] = name
        return cls(name, CryptoSigner(private, public), private)

    @property
    def file(self) -> str:
        """The name of its file: two keys of one name differ in it."""
        return f"{self.name}-{self.signer.public_key.keyid[:8]}{SUFFIX}"

    def pem(self, password: bytes | None) -> bytes:
        """The private key as text, encrypted where there is a password."""
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)

    def __repr__(self) -> str:
        """Without the key."""
        return f"Key({self.name!r})"


def names_of(root: Root) -> dict[str, str]:
    """The keys of a root by name: their ids."""
    return {key_name(root, keyid): keyid for keyid in root.keys}
