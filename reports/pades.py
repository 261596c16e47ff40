"""One PAdES signature with pyHanko. Loaded on first use by ``reports.sign``: pyHanko is slow to import."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic as pyhanko_generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.domain import N_
from reports.ink import Ink
from reports.sign import Order, SignError
from reports.stamp import draw_signed
from reports.typeface import NBSP, base_letters

generic: Any = pyhanko_generic  # half typed
_CODE = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>")


def apply(pdf: bytes, order: Order) -> bytes:
    """The file with the signature of ``order``. Raises SignError."""
    try:
        writer = _Writer(BytesIO(pdf))
        _in_turn(writer, order)
        output = _sign(writer, order)
    except (SigningError, PdfError) as err:
        raise SignError(N_("The document could not be signed: %(detail)s"), detail=str(err)) from err
    return bytes(output.getvalue())


def _in_turn(writer: IncrementalPdfFileWriter, order: Order) -> None:
    """Is the field empty, and is it its turn? A signature locks the fields of earlier steps."""
    state = {name: (value, reference) for name, value, reference in enumerate_sig_fields(writer)}
    if order.field not in state:
        raise SignError(N_("The document has no place for this signature: %(field)s."), field=order.field)
    value, reference = state[order.field]
    if value is not None:
        raise SignError(N_("This place is already signed: %(field)s."), field=order.field)
    filled = [name for name, (v, _) in state.items() if v is not None]
    empty = [name for name, (v, _) in state.items() if v is None and name != order.field]
    if order.first == bool(filled):
        raise SignError(N_("The first signature of a document certifies it, and only the first."))
    lock = FieldMDPSpec.from_pdf_object(reference.get_object()["/Lock"])
    if missing := [name for name in empty if _locks(lock, name)]:
        raise SignError(N_("An earlier signature is missing: %(field)s."), field=missing[0])
    if order.last == bool(empty):
        raise SignError(N_("The last signature of a document locks it, and only the last."))


def _locks(lock: FieldMDPSpec, name: str) -> bool:
    return lock.action == FieldMDPAction.ALL or lock.is_locked(name)


def _sign(writer: IncrementalPdfFileWriter, order: Order) -> BytesIO:
    roots = [c for c in order.chain if c.issuer == c.subject]
    between = [c for c in order.chain if c.issuer != c.subject]
    context = ValidationContext(
        trust_roots=[_asn1(c) for c in roots], other_certs=[_asn1(c) for c in between], moment=order.moment,
        allow_fetching=False, revocation_mode="soft-fail",  # revocation was judged in reports.sign
    )  # fmt: skip
    meta = PdfSignatureMetadata(
        field_name=order.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=order.reason,
        certify=order.first, validation_context=context,
        docmdp_permissions=MDPPerm.NO_CHANGES if order.last else MDPPerm.FILL_FORMS,
    )  # fmt: skip
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([_asn1(c) for c in between])
    signer = _PdfSigner(meta, _KeySigner(order.key, _asn1(order.certificate), store), _StampStyle(0, order=order))
    signer.moment = order.moment.astimezone(ZoneInfo(order.stamp.zone))
    output: BytesIO = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_reserve(order, between))
    return output


def _reserve(order: Order, between: list[x509.Certificate]) -> int:
    """Room for the signature, in hex digits: the certificates, the signer's name once more, and what stands around."""
    size = sum(len(c.public_bytes(Encoding.DER)) for c in (order.certificate, *between))
    return 2 * (size + len(order.certificate.issuer.public_bytes()) + 1024)


@lru_cache(256)
def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's metadata as the record made it: the wall clock stays out of the file."""

    def _update_meta(self) -> None:
        pass


class _KeySigner(Signer):
    """Keeps the key object; pyHanko's own signer parses the key anew at each call."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: asn1.Certificate, store: Any) -> None:
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm.lower() != "sha256":
            raise SigningError(f"unexpected digest {digest_algorithm}")
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class _PdfSigner(PdfSigner):
    """Signs at a given moment instead of the wall clock's."""

    moment: datetime

    def __init__(self, meta: PdfSignatureMetadata, signer: Signer, style: "_StampStyle") -> None:
        super().__init__(meta, signer=signer, stamp_style=style)

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


# ---------------------------------------------------------------- the visible stamp


@dataclass(frozen=True)
class _StampStyle(BaseStampStyle):
    order: Order = field(kw_only=True)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:
        return _Appearance(writer, (box.width, box.height), self.order)


class _Appearance:
    """Replaces the empty field's look; takes its fonts from there."""

    def __init__(self, writer: Any, size: tuple[float, float], order: Order) -> None:
        self.writer, self.size, self.order = writer, size, order

    def apply_appearance(self, annotation: Any) -> None:
        """Called by pyHanko with the field's dictionary."""
        waiting = annotation["/AP"]["/N"]
        resources = waiting.raw_get("/Resources")
        ink = Ink(_Embedded(waiting["/Resources"]["/Font"]))
        sha256 = self.order.certificate.fingerprint(hashes.SHA256()).hex()
        draw_signed(ink, self.size, self.order.stamp, self.order.moment, sha256)
        look = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject([generic.FloatObject(round(v, 2)) for v in (0, 0, *self.size)]),
                pdf_name("/Resources"): generic.IndirectObject(resources.idnum, resources.generation, self.writer),
            },
            stream_data=ink.code().encode("ascii"),
        )
        look.compress()
        annotation["/AP"] = generic.DictionaryObject({pdf_name("/N"): self.writer.add_object(look)})


class _Embedded:
    """The alphabet that a document embeds: codes and widths, read back from its fonts."""

    def __init__(self, fonts: Any) -> None:
        self.codes: dict[str, dict[str, tuple[str, int]]] = {}
        self.widths: dict[str, dict[str, float]] = {}
        for name in sorted(fonts):
            font = fonts[name]
            cut = str(font["/BaseFont"]).rpartition("-")[2]
            codes, widths = self.codes.setdefault(cut, {}), self.widths.setdefault(cut, {})
            for code, point in _CODE.findall(font["/ToUnicode"].data):
                char = chr(int(point, 16))
                if char != "\0" and char not in codes:
                    codes[char] = (str(name), int(code, 16))
                    widths[char] = float(font["/Widths"][int(code, 16)])

    def _known(self, text: str, cut: str) -> str:
        """A letter outside the alphabet loses its accent; one that has no base prints a question mark."""
        codes = self.codes[cut]
        text = text.replace(NBSP, " ")
        return "".join(c if c in codes else "".join(b for b in base_letters(c) if b in codes) or "?" for c in text)

    def width(self, text: str, cut: str, size: float) -> float:
        """Width in points."""
        widths = self.widths[cut]
        return sum(widths[c] for c in self._known(text, cut)) * size / 1000

    def runs(self, text: str, cut: str) -> list[tuple[str, bytes]]:
        """Font resource and codes, piece by piece."""
        out: list[tuple[str, bytes]] = []
        for char in self._known(text, cut):
            name, code = self.codes[cut][char]
            if out and out[-1][0] == name:
                out[-1] = (name, out[-1][1] + bytes([code]))
            else:
                out.append((name, bytes([code])))
        return out
