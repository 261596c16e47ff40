"""PDF/A-3b from ReportLab's own objects: XMP, output intent, attachments, dates and ids from the record.

ReportLab 5.1 knows no PDF/A. What is added here was accepted by veraPDF before and after signing
(docs/decisions/0003-signed-pdf.md): nothing is post-processed, the same input gives the same bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString, PDFZCompress
from reportlab.pdfgen.canvas import Canvas

from reports.objects import Raw, packed
from reports.typeface import faces

ICC = (Path(__file__).parent / "srgb.icc").read_bytes()
PRODUCER = "Technical logbook (ReportLab)"
CREATOR = "Technical logbook"

rl_config.useA85 = 0  # page streams in ASCII85 are a quarter larger


def _with_line_end(format_stream: Any) -> Any:
    """PDF/A asks for a line end before ``endstream``; ReportLab writes none."""

    def format_(self: PDFStream, document: Any) -> bytes:
        made: bytes = format_stream(self, document)
        head = made.removesuffix(b"endstream\n")
        return made if head.endswith(b"\n") else head + b"\nendstream\n"

    return format_


if not getattr(PDFStream, "_line_end", False):
    PDFStream.format = _with_line_end(PDFStream.format)
    PDFStream._line_end = True


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF; ``kind`` is its media type."""

    name: str
    data: bytes
    kind: str
    description: str


@dataclass(frozen=True)
class About:
    """Metadata of a document. ``moment``: its date, aware, on the local clock."""

    title: str
    author: str
    subject: str
    language: str
    moment: datetime


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]
    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents", "AF")
    __Refs__ = __NoDefault__


class _Moment:
    """What ReportLab asks of its time stamp, from the record instead of the clock."""

    tzname = "local"

    def __init__(self, moment: datetime) -> None:
        minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
        self.t = moment.timestamp()
        self.lt = moment.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh, self.dmm = minutes // 60, minutes % 60


class _Identity:
    """File identifier: made of everything that the document says."""

    def __init__(self, data: bytes) -> None:
        self.hash = hashlib.sha256(data)

    def update(self, data: bytes) -> None:
        self.hash.update(data)

    def digest(self) -> bytes:
        return self.hash.digest()[:16]


def open_canvas(about: About, size: tuple[float, float]) -> Canvas:
    """An empty PDF 1.7 whose only fonts are ours."""
    faces()
    canvas = Canvas(
        BytesIO(), pagesize=size, invariant=1, pageCompression=1, lang=about.language,
        initialFontName="LogbookSans-R", pdfVersion=(1, 7),
    )  # fmt: skip
    canvas.setTitle(about.title)
    canvas.setAuthor(about.author)
    canvas.setSubject(about.subject)
    canvas.setCreator(CREATOR)
    canvas._doc.info.producer = PRODUCER
    canvas._doc._timeStamp = _Moment(about.moment)
    canvas._doc.Catalog.__class__ = _Catalog
    return canvas


def add_page(canvas: Canvas, code: bytes) -> None:
    """Finish the page that is open: its contents are ``code``, packed at once."""
    document = canvas._doc
    page = document.thisPageName()
    canvas.showPage()
    document.idToObject[page].Contents = Raw(packed(code))


def close(canvas: Canvas, about: About, attachments: Sequence[Attachment], identity: bytes) -> bytes:
    """Add metadata, output intent and attachments, and give the finished file."""
    document = canvas._doc
    catalog = document.Catalog
    document.signature = _Identity(identity)
    catalog.Metadata = PDFStream(
        PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}), xmp(about).encode(), None
    )
    profile = PDFStream(PDFDictionary({"N": "3"}), ICC, [PDFZCompress])
    intent = PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB"),
            "Info": PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile, "outputProfile"),
        }
    )
    catalog.OutputIntents = PDFArray([document.Reference(intent, "outputIntent")])
    catalog.ViewerPreferences = Raw(b"<</DisplayDocTitle true>>")
    _attach(document, catalog, attachments, about.moment)
    canvas._doc.SaveToFile(canvas._filename, canvas)
    data: bytes = canvas._filename.getvalue()
    return data


def _attach(document: Any, catalog: Any, attachments: Sequence[Attachment], moment: datetime) -> None:
    references, names = [], []
    for i, item in enumerate(sorted(attachments, key=lambda a: a.name)):
        params = PDFDictionary(
            {
                "Size": str(len(item.data)),
                "ModDate": PDFString(pdf_date(moment)),
                "CheckSum": f"<{hashlib.md5(item.data, usedforsecurity=False).hexdigest()}>",
            }
        )
        stream = PDFStream(
            PDFDictionary(
                {"Type": PDFName("EmbeddedFile"), "Subtype": "/" + item.kind.replace("/", "#2F"), "Params": params}
            ),
            item.data,
            [PDFZCompress],
        )
        file = document.Reference(stream, f"attachedFile{i}")
        spec = PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": PDFString(item.name),
                "UF": PDFString(item.name),
                "Desc": PDFString(item.description),
                "AFRelationship": PDFName("Data"),
                "EF": PDFDictionary({"F": file, "UF": file}),
            }
        )
        reference = document.Reference(spec, f"attachment{i}")
        references.append(reference)
        names += [PDFString(item.name), reference]
    catalog.AF = PDFArray(references)
    catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})})


def pdf_date(moment: datetime) -> str:
    """``D:20260601184012+03'00'``"""
    zone = moment.strftime("%z")
    return f"{moment.strftime('D:%Y%m%d%H%M%S')}{zone[:3]}'{zone[3:5]}'"


def xmp(about: About) -> str:
    """The XMP packet; what it says agrees with the Info dictionary."""
    moment = about.moment.replace(microsecond=0).isoformat()
    title, author, subject = escape(about.title), escape(about.author), escape(about.subject)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
        f"<dc:language><rdf:Bag><rdf:li>{about.language}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>"
        f"<xmp:CreatorTool>{CREATOR}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
