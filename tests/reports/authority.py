"""A small certificate authority and people with keys, for tests."""

import datetime as dt
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.reports import samples

MOMENT = dt.datetime(2026, 6, 1, 15, 42, 7, tzinfo=dt.UTC)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass
class Holder:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def name(common: str) -> x509.Name:
    """C=RU, O, CN."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "RU"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Учебный журнал технического специалиста"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certify(
    common: str, issuer: Holder | None = None, *, ca: int | None = None, start: dt.datetime = START, days: int = 730,
    commitment: bool = True, curve: ec.EllipticCurve | None = None,
) -> Holder:  # fmt: skip
    """A new key and its certificate, self-signed without ``issuer``."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    above = issuer or Holder(key, None)  # type: ignore[arg-type]
    subject = name(common)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca is not None, ca), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=ca is None, content_commitment=ca is None and commitment, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=ca is not None, crl_sign=ca is not None,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False)
    )
    return Holder(key, builder.sign(above.key, hashes.SHA256()))


def crl(issuer: Holder, revoked: dict[x509.Certificate, dt.datetime]) -> x509.CertificateRevocationList:
    """A revocation list of ``issuer``."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(START).next_update(START + dt.timedelta(days=30))
    for certificate, date in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(date).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256())


@dataclass
class Authority:
    """Root, issuing authority, and the people of the sample."""

    root: Holder
    issuing: Holder
    people: dict[str, Holder] = field(default_factory=dict)
    crls: list[x509.CertificateRevocationList] = field(default_factory=list)

    @property
    def chain(self) -> list[x509.Certificate]:
        return [self.issuing.certificate, self.root.certificate]

    def person(self, slot: str) -> Holder:
        """The holder for a slot of the sample, made on first use."""
        if slot not in self.people:
            common = next((s.name for s in samples.SLOTS if s.field == slot), f"Имя {slot}")
            self.people[slot] = certify(common, self.issuing)
        return self.people[slot]


def new_authority() -> Authority:
    """Root and issuing authority, good for years around the sample day."""
    root = certify("Учебный корневой УЦ", ca=1, start=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), days=7300)
    issuing = certify("Учебный издающий УЦ", root, ca=0, start=dt.datetime(2025, 6, 1, tzinfo=dt.UTC), days=3650)
    return Authority(root, issuing)
