"""One PAdES signature with pyHanko. Loaded on first use by ``reports.sign``: pyHanko is slow to import."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import cms
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
from reports.structure import base_of
from reports.typeface import NBSP, base_letters

generic: Any = pyhanko_generic  # half typed
NO_DIGEST = hashlib.sha256(b"the place of a digest").digest()
MOST_KEPT = 64
_CODE = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>")


def apply(pdf: bytes, order: Order) -> bytes:
    """The file with the signature of ``order``. Raises SignError."""
    try:
        writer = _Writer(BytesIO(pdf))
        _in_turn(writer, order)
        output = _sign(writer, order, hashlib.sha256(base_of(pdf)).digest())
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


def _sign(writer: IncrementalPdfFileWriter, order: Order, base: bytes) -> BytesIO:
    """``base``: digest of the file as it was drawn."""
    roots = [c for c in order.chain if c.issuer == c.subject]
    between = [c for c in order.chain if c.issuer != c.subject]
    context = ValidationContext(
        trust_roots=[_asn1(c) for c in roots], other_certs=[_asn1(c) for c in between], moment=order.real,
        allow_fetching=False, revocation_mode="soft-fail",  # revocation was judged in reports.sign
    )  # fmt: skip
    meta = PdfSignatureMetadata(
        field_name=order.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=order.reason,
        certify=order.first, validation_context=context,
        docmdp_permissions=MDPPerm.NO_CHANGES if order.last else MDPPerm.FILL_FORMS,
    )  # fmt: skip
    signer = _PdfSigner(
        meta, _KeySigner(order.key, _holder(order.certificate, tuple(between))), _StampStyle(0, order=order, base=base)
    )
    signer.moment = order.moment.astimezone(ZoneInfo(order.stamp.zone))
    output: BytesIO = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_reserve(order, between))
    return output


def _reserve(order: Order, between: list[x509.Certificate]) -> int:
    """Room for the signature, in hex digits: the certificates, the issuer's name twice more, and what stands around.

    pyHanko reads the room of earlier signatures digit by digit, so it is no larger than needed.
    """
    size = sum(len(c.public_bytes(Encoding.DER)) for c in (order.certificate, *between))
    return 2 * (size + 2 * len(order.certificate.issuer.public_bytes()) + 512)


@lru_cache(256)
def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's metadata as the record made it: the wall clock stays out of the file."""

    def _update_meta(self) -> None:
        pass


class _Holder:
    """Who signs, with the issuers that go into the signature. ``cms``: how pyHanko writes a signature of theirs."""

    def __init__(self, certificate: x509.Certificate, between: Sequence[x509.Certificate]) -> None:
        self.certificate = _asn1(certificate)
        self.store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        self.store.register_multiple([_asn1(c) for c in between])
        self.cms = b""


_holder = lru_cache(256)(_Holder)


class _KeySigner(Signer):
    """Keeps the key object, which pyHanko's own signer parses anew at each call.

    The CMS is pyHanko's, made once per person: two signatures of one certificate differ in the digest and in the
    signature value only, and only these are written each time.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey, holder: _Holder) -> None:
        super().__init__(signing_cert=holder.certificate, cert_registry=holder.store, embed_roots=False)
        self.key, self.holder = key, holder

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *more: Any, **how: Any) -> cms.ContentInfo:
        """The signature over a document with this digest."""
        if digest_algorithm != "sha256" or not how.get("use_pades") or how.get("timestamper"):
            raise SigningError("only PAdES signatures with SHA-256 and without a time stamp are made here")
        if not self.holder.cms:
            self.holder.cms = (await super().async_sign(NO_DIGEST, digest_algorithm, *more, **how)).dump()
        before, after = self.holder.cms.split(NO_DIGEST)  # exactly one place
        made = cms.ContentInfo.load(before + data_digest + after)
        info = made["content"]["signer_infos"][0]
        info["signature"] = self.key.sign(info["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))
        return made

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The place of a signature value."""
        return bytes(64)


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
    base: bytes = field(kw_only=True)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:
        return _Appearance(writer, (box.width, box.height), self.order, self.base)


class _Appearance:
    """Replaces the empty field's look; takes its fonts from there."""

    def __init__(self, writer: Any, size: tuple[float, float], order: Order, base: bytes) -> None:
        self.writer, self.size, self.order, self.base = writer, size, order, base

    def apply_appearance(self, annotation: Any) -> None:
        """Called by pyHanko with the field's dictionary."""
        waiting = annotation["/AP"]["/N"]
        resources = waiting.raw_get("/Resources")
        ink = Ink(_embedded(self.base, waiting))
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


Alphabet = Mapping[str, tuple[int, float]]  # character: code and width


class _Kept(dict[bytes, Any]):
    """A few things by digest of what they were read from; all are let go together."""

    def keep(self, digest: bytes, made: Any) -> Any:
        """``made``, for the next time."""
        if len(self) >= MOST_KEPT:
            self.clear()
        self[digest] = made
        return made


_ALPHABETS = _Kept()  # by font program and character map: nearly all documents have the same
_EMBEDDED = _Kept()  # by the file as it was drawn: the next signature of a document finds its letters here


def _embedded(base: bytes, waiting: Any) -> "_Embedded":
    """The letters of a document, out of the look of its empty field."""
    found: _Embedded = _EMBEDDED.get(base) or _EMBEDDED.keep(base, _Embedded(waiting["/Resources"]["/Font"]))
    return found


def _alphabet(font: Any) -> Alphabet:
    """What one embedded font can write."""
    unicode, program = font["/ToUnicode"], font["/FontDescriptor"]["/FontFile2"]
    key = hashlib.sha256(unicode.encoded_data + program.encoded_data).digest()
    found: Alphabet = _ALPHABETS.get(key) or _ALPHABETS.keep(key, _read(unicode.data, font["/Widths"]))
    return found


def _read(unicode: bytes, widths: Any) -> Alphabet:
    found: dict[str, tuple[int, float]] = {}
    for digits, point in _CODE.findall(unicode):
        code, char = int(digits, 16), chr(int(point, 16))
        if char != "\0":
            found.setdefault(char, (code, float(widths[code])))
    return found


class _Embedded:
    """The alphabet that a document embeds: codes and widths, read back from its fonts."""

    def __init__(self, fonts: Any) -> None:
        self.cuts: dict[str, list[tuple[str, Alphabet]]] = {}
        for name in sorted(fonts):
            font = fonts[name]
            cut = str(font["/BaseFont"]).rpartition("-")[2]
            self.cuts.setdefault(cut, []).append((str(name), _alphabet(font)))

    def _places(self, text: str, cut: str) -> Iterator[tuple[str, tuple[int, float]]]:
        """Font, code and width of every letter that is written."""
        for char in text.replace(NBSP, " "):
            for name, alphabet in self.cuts[cut]:
                if place := alphabet.get(char):
                    yield name, place
                    break
            else:
                yield from self._instead(char, cut)

    def _instead(self, char: str, cut: str) -> Iterator[tuple[str, tuple[int, float]]]:
        """A letter outside the alphabet loses its accent; one that has no base prints a question mark."""
        bare = [b for b in base_letters(char) if b != char and any(b in letters for _, letters in self.cuts[cut])]
        yield from self._places("".join(bare) or "?", cut)

    def width(self, text: str, cut: str, size: float) -> float:
        """Width in points."""
        return sum(width for _, (_, width) in self._places(text, cut)) * size / 1000

    def runs(self, text: str, cut: str) -> list[tuple[str, bytes]]:
        """Font resource and codes, piece by piece."""
        grouped = groupby(self._places(text, cut), key=itemgetter(0))
        return [(name, bytes(code for _, (code, _) in places)) for name, places in grouped]
