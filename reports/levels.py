"""Which PAdES baseline level the signatures of one of our files have, read from its structure.

B-B: CAdES in the PDF with the signer's certificate bound in. B-T: and a time stamp of a time-stamping authority over
the signature. More is never claimed: what B-LT asks for (all certificates and revocation data in the file) would have
to be proved complete. Whether a signature is *valid* is not asked here; that is ``reports.inspect``.
"""

import re
from collections.abc import Iterator

from asn1crypto import cms

BASIC, TIMED, OTHER = "B-B", "B-T", ""
_SIGNATURE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_SUBFILTER = re.compile(rb"/SubFilter\s*/([A-Za-z0-9.]+)")
# By number: asn1crypto learns their names only once pyHanko is loaded.
_BINDING = {"1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"}  # signing certificate, and version 2
_STAMP = "1.2.840.113549.1.9.16.2.14"  # signature time stamp token


def level(pdf: bytes) -> str:
    """The lowest level of the file's signatures; OTHER when one is no PAdES baseline signature, or there is none."""
    found = set(_levels(pdf))
    return next((name for name in (OTHER, BASIC, TIMED) if name in found), OTHER)


def _levels(pdf: bytes) -> Iterator[str]:
    for match in _SIGNATURE.finditer(pdf):
        first, length, second, _ = map(int, match.groups())
        start, end = first + length, second
        begin, close = pdf.rfind(b" obj", 0, match.start()), pdf.find(b"endobj", max(end, match.end()))
        around = pdf[begin:start] + pdf[end:close] if begin < start < end < close else b""
        kind = _SUBFILTER.search(around)
        yield _of(pdf[start:end], kind[1] if kind else b"")


def _of(contents: bytes, kind: bytes) -> str:
    if kind != b"ETSI.CAdES.detached":
        return OTHER
    try:
        signed = cms.ContentInfo.load(bytes.fromhex(contents.strip(b"<> \r\n").decode("ascii")))["content"]
        signer = signed["signer_infos"][0]
        bound = {a["type"].dotted for a in signer["signed_attrs"]}
        unsigned = signer["unsigned_attrs"]
        more = {a["type"].dotted for a in unsigned} if unsigned.native else set()
    except (ValueError, KeyError, TypeError, IndexError):
        return OTHER
    if not bound & _BINDING:
        return OTHER
    return TIMED if _STAMP in more else BASIC
