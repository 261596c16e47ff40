"""Lock and unlock a private key by a person's signing code.

The code is mixed with the server's secret, stretched by Argon2id (19 MiB, 2 passes) and the key
is sealed by AES-256-GCM with the owner's id as associated data (pdf.md 2.5). Without the
server's secret file a stolen database gives nothing to guess at.
"""

import hashlib
import hmac
import os
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.store.keys import CODE_SECRET, secret

VERSION = b"\x01"


def seal(key: ec.EllipticCurvePrivateKey, code: str, owner: str) -> bytes:
    """version || salt(16) || nonce(12) || ciphertext of the PKCS#8 key."""
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return VERSION + salt + nonce + AESGCM(_stretch(code, salt)).encrypt(nonce, plain, owner.encode())


def open_(blob: bytes, code: str, owner: str) -> ec.EllipticCurvePrivateKey | None:
    """The key, or None when the code is wrong."""
    salt, nonce, sealed = blob[1:17], blob[17:29], blob[29:]
    try:
        plain = AESGCM(_stretch(code, salt)).decrypt(nonce, sealed, owner.encode())
    except InvalidTag:
        return None
    key = serialization.load_der_private_key(plain, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _stretch(code: str, salt: bytes) -> bytes:
    normal = unicodedata.normalize("NFC", code).encode()
    mixed = hmac.new(secret(CODE_SECRET), normal, hashlib.sha256).digest()
    return hash_secret_raw(mixed, salt, time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, type=Type.ID)
