"""The installation's own certificate authority: root (20 years), issuing (10), people (3).

Files in ``instance/keys/authority``. The root's key is used once, at ``flask init``, and may be
moved to a safe place afterwards: day-to-day work needs only the issuing key.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.domain import N_
from app.domain.people import short_name
from app.store.keys import KeyMissing, folder, write_private

ROOT_YEARS, ISSUING_YEARS, PERSON_YEARS = 20, 10, 3
BEFORE = timedelta(days=30)  # the authority is valid from this long before it was made
CRL_TERM = timedelta(days=365)
YEAR = timedelta(days=365, hours=6)
COMMON_NAME = 64  # bytes of UTF-8 that a certificate's common name may have: 32 Cyrillic letters


def make(keys: Path, name: str, now: datetime) -> None:
    """Make root and issuing authority, and their first revocation lists, where they are missing."""
    place = keys / "authority"
    if (place / "root.pem").exists():
        return
    root_key, issuing_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
    begin = now - BEFORE
    name = _cut(name, len(" issuing"))
    root_name = _name(f"{name} root")
    root = _authority(root_name, root_name, root_key, root_key, begin, ROOT_YEARS, 1)
    issuing = _authority(_name(f"{name} issuing"), root_name, issuing_key, root_key, begin, ISSUING_YEARS, 0)
    write_private(place / "root.key", _key_pem(root_key))
    write_private(place / "issuing.key", _key_pem(issuing_key))
    write_private(place / "issuing.pem", _pem(issuing))
    write_private(place / "root.crl", _crl(root, root_key, [], now, ISSUING_YEARS * YEAR))
    write_private(place / "issuing.crl", _crl(issuing, issuing_key, [], now, CRL_TERM))
    write_private(place / "root.pem", _pem(root))  # last: its presence means that all are there


def root() -> x509.Certificate:
    """The root certificate. Raises KeyMissing."""
    return _certificate(_read("root.pem"))


def issuing() -> x509.Certificate:
    return _certificate(_read("issuing.pem"))


def crls() -> list[x509.CertificateRevocationList]:
    """Newest revocation lists of root and issuing authority."""
    return [x509.load_pem_x509_crl(_read(name)) for name in ("root.crl", "issuing.crl")]


def certify(public_key: ec.EllipticCurvePublicKey, person: str, name: str, now: datetime) -> x509.Certificate:
    """A person's signing certificate, valid from ``now`` for 3 years (never beyond the issuing authority)."""
    issuer = issuing()
    end = min(now + PERSON_YEARS * YEAR, issuer.not_valid_after_utc)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, name if _fits(name) else _cut(short_name(name))),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, person),
    ])  # fmt: skip
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject).public_key(public_key)
        .serial_number(x509.random_serial_number()).not_valid_before(_second(now)).not_valid_after(_second(end))
        .add_extension(x509.BasicConstraints(False, None), critical=True).add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(_issuer_id(issuer), critical=False)
    )  # fmt: skip
    return builder.sign(_issuing_key(), hashes.SHA256())


def write_crl(revoked: Iterable[tuple[x509.Certificate, datetime]], now: datetime) -> None:
    """Replace the issuing authority's revocation list by one that holds these certificates."""
    path = folder() / "authority" / "issuing.crl"
    data = _crl(issuing(), _issuing_key(), revoked, now, CRL_TERM)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_private(fresh, data)
    fresh.replace(path)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hex."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def _fits(name: str) -> bool:
    return len(name.encode()) <= COMMON_NAME


def _cut(name: str, end: int = 0) -> str:
    """What of the name a certificate takes, whole letters, with room for ``end`` more bytes."""
    return name.encode()[: COMMON_NAME - end].decode(errors="ignore")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    begin: datetime,
    years: int,
    path_length: int,
) -> x509.Certificate:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(_second(begin))
        .not_valid_after(_second(begin + years * YEAR))
        .add_extension(x509.BasicConstraints(True, path_length), critical=True).add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )  # fmt: skip
    return builder.sign(signer, hashes.SHA256())


def _crl(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    revoked: Iterable[tuple[x509.Certificate, datetime]],
    now: datetime,
    term: timedelta,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder().issuer_name(issuer.subject).last_update(_second(now))
        .next_update(_second(now + term)).add_extension(_issuer_id(issuer), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )  # fmt: skip
    for certificate, moment in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(_second(moment)).build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _issuer_id(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _issuing_key() -> ec.EllipticCurvePrivateKey:
    return _private(_read("issuing.key"))


@lru_cache(4)
def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@lru_cache(8)
def _certificate(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def _read(name: str) -> bytes:
    try:
        return (folder() / "authority" / name).read_bytes()
    except FileNotFoundError:
        raise KeyMissing(N_("The key %(name)s is missing. Restore instance/keys from its backup."), name=name) from None


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _second(moment: datetime) -> datetime:
    """X.509 times have whole seconds; naive UTC is what ``cryptography`` takes without doubt."""
    return moment.astimezone(dt.UTC).replace(microsecond=0)
