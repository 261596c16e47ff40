"""By whose keys a journal is judged: this installation's own, or those of the source that it came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509

from app.domain import N_
from app.domain.note import Vkey, parse_vkey
from app.services import office
from app.services.office import Registered
from app.store import authority, files, imports, journal, keys, profiles
from app.store.keys import KeyMissing


@dataclass(frozen=True)
class Trust:
    """``certificates``: registered ones by SHA-256; ``file`` and ``profile`` find by SHA-256 what a journal names."""

    vkey: Vkey
    roots: Callable[[], tuple[x509.Certificate, ...]]
    crls: Callable[[], tuple[x509.CertificateRevocationList, ...]]
    certificates: Callable[[], Mapping[str, Registered]]
    file: Callable[[str], bytes] = files.get
    profile: Callable[[str], str] = profiles.pinned_text


def of(log: int) -> Trust:
    """For a log of this installation's database. Raises KeyMissing."""
    return of_source(log, name) if (name := journal.source(log)) else own()


def own() -> Trust:
    """This installation's. Raises KeyMissing."""
    return Trust(
        keys.log_key().vkey, lambda: (authority.root(),), lambda: tuple(authority.crls()), office.certificates
    )


def of_source(log: int, name: str) -> Trust:
    """A source's: its published key and root, and the certificates that came with the package. Raises KeyMissing."""
    row, known = imports.source(name), imports.imported_by_log(log)
    if row is None or known is None:
        raise KeyMissing(N_("The source %(name)s of this journal is not known any more."), name=name)
    return from_package(row.vkey, row.root, known.known)


def from_package(vkey: str, root: str, known: Mapping[str, Any]) -> Trust:
    """``known``: certificates and revocation lists of a package, PEM; each was judged when it was taken in."""
    made = _read(root, tuple(known["certificates"]), tuple(known["crls"]))
    return Trust(parse_vkey(vkey), lambda: made[0], lambda: made[1], lambda: made[2])


def root_sha256(pem: str) -> str:
    """Fingerprint of a root certificate."""
    return authority.fingerprint(x509.load_pem_x509_certificate(pem.encode()))


Read = tuple[tuple[x509.Certificate, ...], tuple[x509.CertificateRevocationList, ...], Mapping[str, Registered]]


@lru_cache(maxsize=64)
def _read(root: str, certificates: tuple[str, ...], crls: tuple[str, ...]) -> Read:
    """Root, lists and people: whose a certificate is stands in its subject, until when in the lists."""
    lists = tuple(x509.load_pem_x509_crl(pem.encode()) for pem in crls)
    found = {}
    for pem in certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        serials = certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)
        if not serials:
            continue  # an authority
        until = None
        for listed in lists:
            entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and listed.issuer == certificate.issuer:
                until = entry.revocation_date_utc
        digest = authority.fingerprint(certificate)
        person, since = str(serials[0].value), certificate.not_valid_before_utc
        found[digest] = Registered(person, digest, certificate, since, until)
    return (x509.load_pem_x509_certificate(root.encode()),), lists, found
