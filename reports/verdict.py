"""What pyHanko says about a signed PDF. Loaded on first use by ``reports.inspect``."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from itertools import islice, pairwise
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from app.domain import N_, Message
from reports.inspect import Found, Inspection
from reports.revocation import path, revoked_at

MOST = 1000  # things of one revision that are looked at
_NOTES = N_("After the last signature notes, drawings or form fields were added or changed.")
_PAGES = N_("After the last signature pages or what stands on them were added or changed.")
_FILES = N_("After the last signature attached files were added or changed.")
KINDS = {
    "/Annot": _NOTES, "/Page": _PAGES, "/Pages": _PAGES, "/Contents": _PAGES, "/Font": _PAGES, "/XObject": _PAGES,
    "/Filespec": _FILES, "/EmbeddedFile": _FILES,
}  # fmt: skip

Certificates = tuple[x509.Certificate, ...]
Crls = tuple[x509.CertificateRevocationList, ...]


def read(
    pdf: bytes, roots: Certificates, at: Callable[[str], datetime | None], others: Certificates, crls: Crls
) -> Inspection:
    """Signatures, fields and attachments. Raises whatever the libraries raise on a file that they cannot read."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    fields = [(name, value) for name, value, _ in enumerate_sig_fields(reader)]
    checks = [
        _check(signature, roots, at(signature.field_name), others, crls)
        for signature in reader.embedded_signatures
        if signature.sig_object_type == "/Sig"
    ]
    signed = {c.field for c in checks}
    problems = [
        Message(N_("The file holds a signature of another kind: %(field)s."), {"field": name})
        for name, value in fields
        if value is not None and name not in signed
    ]
    if checks:
        problems += _added(reader)
    return Inspection(
        signatures=tuple(checks),
        fields=tuple(name for name, _ in fields),
        empty=tuple(name for name, value in fields if value is None),
        problems=tuple(problems),
        attachments=_attachments(reader),
    )


def _check(
    signature: EmbeddedPdfSignature, roots: Certificates, moment: datetime | None, others: Certificates, crls: Crls
) -> Found:
    der: bytes = signature.signer_cert.dump()
    certificate = x509.load_der_x509_certificate(der)
    inside = tuple(x509.load_der_x509_certificate(c.dump()) for c in signature.other_embedded_certs)
    status = validate_pdf_signature(signature, _context(roots, (*others, *inside), moment))
    why = _distrust(status, certificate, roots, (*others, *inside), moment, crls)
    lock = signature.fieldmdp
    return Found(
        field=signature.field_name,
        subject=_common_name(certificate),
        certificate=der,
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        claimed=signature.self_reported_timestamp,
        moment=moment,
        intact=bool(status.intact and status.valid),
        trusted=why is None,
        why=why,
        coverage=status.coverage.name.lower() if status.coverage else "unclear",
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        unchanged=bool(status.docmdp_ok),
        change=status.modification_level.name.lower() if status.modification_level else "unclear",
        certifies=_certifies(signature),
        locks=lock is not None and lock.action == FieldMDPAction.ALL,
        reason=str(signature.sig_object.get("/Reason", "")),
    )


def _context(roots: Certificates, others: Certificates, moment: datetime | None) -> ValidationContext:
    return ValidationContext(
        trust_roots=[_asn1(c) for c in roots], other_certs=[_asn1(c) for c in others], moment=moment,
        allow_fetching=False, revocation_mode="soft-fail",  # revocation is judged below, at the moment
    )  # fmt: skip


def _distrust(
    status: PdfSignatureStatus, certificate: x509.Certificate, roots: Certificates, others: Certificates,
    moment: datetime | None, crls: Crls,
) -> Message | None:  # fmt: skip
    """Why the certificate is not trusted at ``moment``, or None."""
    if moment is None:
        return Message(N_("The journal knows no such signature."))
    if not (status.intact and status.valid):
        return Message(N_("The signed bytes were changed."))
    found = path(certificate, (*others, *roots))
    if found[-1] not in roots:
        return Message(N_("The certificate was not issued under a trusted root."))
    for holder, issuer in pairwise(found):
        date = revoked_at(holder, issuer, crls)
        if date is not None and date <= moment:
            return Message(N_("The certificate was revoked: %(date)s."), {"date": date.isoformat()})
    for holder in found:
        if not holder.not_valid_before_utc <= moment <= holder.not_valid_after_utc:
            return Message(N_("The certificate was not valid at %(date)s."), {"date": moment.isoformat()})
    if not status.trusted:
        return Message(N_("The certificate is not trusted: %(detail)s"), {"detail": str(status.trust_problem_indic)})
    return None


def _added(reader: PdfFileReader) -> list[Message]:
    """What kinds of things were put into the file after its last signature."""
    last = max(s.signed_revision for s in reader.embedded_signatures)
    found: dict[str, None] = {}
    for revision in range(last + 1, reader.total_revisions):
        for ref in islice(reader.xrefs.explicit_refs_in_revision(revision), MOST):
            thing = ref.get_object()
            inner = thing.get("/Type", "") if isinstance(thing, DictionaryObject) else ""
            bare = "/Contents" if isinstance(thing, StreamObject) and not inner else str(inner)
            if bare in KINDS:
                found.setdefault(KINDS[bare])
    return [Message(text) for text in found]


def _certifies(signature: EmbeddedPdfSignature) -> bool:
    """Does the signature restrict later changes as a certification does (DocMDP)?"""
    references = signature.sig_object.get("/Reference", ())
    certified = any(reference.get_object().get("/TransformMethod") == "/DocMDP" for reference in references)
    return certified and signature.docmdp_level in (MDPPerm.FILL_FORMS, MDPPerm.NO_CHANGES)


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _attachments(reader: PdfFileReader) -> dict[str, bytes]:
    """Embedded files by name."""
    node: Any = reader.root
    for key in ("/Names", "/EmbeddedFiles", "/Names"):
        if key not in node:
            return {}
        node = node[key]
    names, found = node, {}
    for i in range(0, len(names) - 1, 2):
        spec = names[i + 1]
        found[str(names[i])] = bytes(spec["/EF"]["/F"].data)
    return found


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
