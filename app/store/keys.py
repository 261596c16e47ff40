"""Keys of the installation on disk: the log's Ed25519 key, and the secrets of sessions and codes.

Every file lies in ``instance/keys`` with mode 0600; none names a path.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

from app.domain import N_, DomainError
from app.domain.cosign import WitnessKey
from app.domain.note import Vkey

LOG_KEY, SESSION_SECRET, CODE_SECRET = "log.key", "session.secret", "code.secret"
WITNESS_KEY = "witness.key"


class KeyMissing(DomainError):
    """A key file of the installation is absent: nothing can be proved or signed without it."""

    status = 500
    exit = 2


@dataclass(frozen=True)
class Witness:
    """Cosigns checkpoints, those of other installations above all."""

    key: WitnessKey
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class LogKey:
    """Signs checkpoints. ``vkey`` is the public half that witnesses keep."""

    vkey: Vkey
    sign: Callable[[bytes], bytes]


def folder() -> Path:
    """``instance/keys`` of the running installation."""
    return Path(current_app.instance_path) / "keys"


def write_private(path: Path, data: bytes) -> None:
    """Write once with mode 0600, safe from a power cut; FileExistsError when the file is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make(keys: Path) -> None:
    """Make the installation's keys where they are missing."""
    for name in (LOG_KEY, WITNESS_KEY):
        if not (keys / name).exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_private(keys / name, pem)
    for name in (SESSION_SECRET, CODE_SECRET):
        if not (keys / name).exists():
            write_private(keys / name, secrets.token_bytes(32))


def require(keys: Path) -> None:
    """Raise KeyMissing unless there is what proves journals and opens signing keys: it is never made a second time."""
    for name in (LOG_KEY, CODE_SECRET, "authority/root.pem"):
        if not (keys / name).exists():
            raise _missing(name)


def secret(name: str) -> bytes:
    """One of the 32-byte secrets. Raises KeyMissing."""
    return _read(folder() / name)


def log_key() -> LogKey:
    """The key that signs checkpoints; its name is the installation's. Raises KeyMissing."""
    public, sign = _of_file(LOG_KEY)
    return _log_key(current_app.extensions["settings"].name, public, sign)


@lru_cache(8)
def _log_key(name: str, public: bytes, sign: Callable[[bytes], bytes]) -> LogKey:
    return LogKey(Vkey(name, public), sign)


def witness() -> Witness:
    """The key with which this installation cosigns. Raises KeyMissing."""
    public, sign = _of_file(WITNESS_KEY)
    return Witness(WitnessKey(f"{current_app.extensions['settings'].name}/witness", public), sign)


def _of_file(name: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    path = f"{current_app.instance_path}/keys/{name}"
    try:
        now = os.stat(path)
    except FileNotFoundError:
        raise _missing(name) from None
    return _load(path, (now.st_ino, now.st_size, now.st_mtime_ns))


@lru_cache(8)
def _load(path: str, _state: tuple[int, ...]) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The key as the file held it in this state."""
    key = load_pem_private_key(_read(Path(path)), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(N_("The log key is not an Ed25519 key."))
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), key.sign


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Ed25519 check in the shape that ``app.domain.note`` wants."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _missing(path.name) from None


def _missing(name: str) -> KeyMissing:
    return KeyMissing(N_("The key %(name)s is missing. Restore instance/keys from its backup."), name=name)
