"""Was a certificate good at a moment? Dates, issuers and revocation, judged then and not now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

Crls = Iterable[x509.CertificateRevocationList]


def revoked_at(certificate: x509.Certificate, issuer: x509.Certificate, crls: Crls) -> datetime | None:
    """The earliest revocation of ``certificate`` in a list that ``issuer`` signed, or None.

    A list stays a witness after its own end: a revocation once published is not forgotten.
    """
    found = []
    for crl in crls:
        if crl.issuer != issuer.subject or not _signed_by(crl.public_bytes(Encoding.DER), issuer):
            continue
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None:
            found.append(entry.revocation_date_utc)
    return min(found, default=None)


@lru_cache(8)
def _signed_by(crl: bytes, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    try:
        return x509.load_der_x509_crl(crl).is_signature_valid(key)
    except TypeError:  # the list was signed with another kind of key
        return False


@lru_cache(1024)
def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True when ``issuer`` signed ``certificate`` (its dates are another question)."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def path(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """``certificate`` and its issuers out of ``chain``, as far as they can be found, the self-signed one last."""
    found = [certificate]
    while not (found[-1].issuer == found[-1].subject and issued_by(found[-1], found[-1])):
        above = next((c for c in chain if c not in found and issued_by(found[-1], c)), None)
        if above is None:
            break
        found.append(above)
    return found
