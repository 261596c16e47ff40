"""Signing a form: bytes in, bytes out. The key belongs to a person and is used here once.

Everything that can be refused is refused before the key signs: a certificate that was not good at the
moment, a field that is not there or filled, a slot out of turn. pyHanko (0.38) is loaded on first use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from app.domain import N_, DomainError
from reports.revocation import issued_by, path, revoked_at
from reports.stamp import Stamp
from reports.structure import check


class SignError(DomainError):
    """The document cannot be signed so; nothing was signed."""


@dataclass(frozen=True)
class Order:
    """One signature to be made; the certificate is already checked."""

    field: str
    first: bool
    last: bool
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    moment: datetime
    stamp: Stamp
    reason: str
    real: datetime  # when the certificates are judged


def sign(
    pdf: bytes, *, field: str, first: bool, last: bool, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate,
    chain: Sequence[x509.Certificate], crls: Iterable[x509.CertificateRevocationList], moment: datetime, stamp: Stamp,
    reason: str, real: datetime | None = None,
) -> bytes:  # fmt: skip
    """The file with one more PAdES signature, as an incremental update.

    ``first``: this signature certifies the document; ``last``: it locks everything. Both must be true
    of the file. ``chain``: issuing certificates up to the root. ``moment`` (aware) is the time of signing that the file
    and the stamp state; ``real``, when certificates live by another clock (a rehearsal): the moment to judge them at.
    Raises SignError.
    """
    if moment.tzinfo is None:
        raise SignError(N_("A time without zone cannot be signed."))
    if problems := check(pdf):
        raise SignError(*problems)
    chain = _judge(key, certificate, chain, tuple(crls), real or moment)
    order = Order(field, first, last, key, certificate, tuple(chain), moment, stamp, reason, real or moment)
    signed: bytes = import_module("reports.pades").apply(pdf, order)
    return signed


def _judge(
    key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: Sequence[x509.Certificate],
    crls: Sequence[x509.CertificateRevocationList], moment: datetime,
) -> list[x509.Certificate]:  # fmt: skip
    """The issuers of ``certificate``, root last; SignError when it may not sign at ``moment``."""
    if not isinstance(key.curve, ec.SECP256R1):
        raise SignError(N_("Documents are signed with P-256 keys only."))
    if key.public_key() != certificate.public_key():
        raise SignError(N_("The certificate belongs to another key."))
    found = path(certificate, chain)
    if not issued_by(found[-1], found[-1]) or len(found) < 2:
        raise SignError(N_("The certificate was not issued by this installation."))
    _right_use(certificate)
    for holder in found:
        start, end = holder.not_valid_before_utc, holder.not_valid_after_utc
        if moment < start:
            raise SignError(N_("The certificate is not valid yet: %(date)s."), date=start.isoformat())
        if moment > end:
            raise SignError(N_("The certificate has expired: %(date)s."), date=end.isoformat())
    for holder, issuer in pairwise(found):
        date = revoked_at(holder, issuer, crls)
        if date is not None and date <= moment:
            raise SignError(N_("The certificate was revoked: %(date)s."), date=date.isoformat())
    return found[1:]


def _right_use(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not usage.content_commitment:
        raise SignError(N_("The certificate is not meant for signing documents."))
