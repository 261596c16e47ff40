"""Lines about PDFs: our form against the same table of Platypus paragraphs, signed by stock pyHanko."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

import reports
from app.config import PROJECT
from app.services import days
from app.store import authority
from bench import world
from bench.measure import Line, in_turn
from bench.sizes import Sizes
from bench.world import NOON, World
from reports import form as form_of
from reports.render import document_of, render
from reports.sign import sign
from reports.stamp import stamp_for

FORM = "access-journal"
FONT = "Logbook"
WIDTHS = [8, 12, 28.5, 15, 18, 35, 23, 29, 30, 24, 22, 30]
HEADS = (
    "N", "Дата", "Номер аудитории", "Начало действия", "Окончание действия", "Осуществляемые действия", "ФИО",
    "Должность", "Подпись", "ФИО", "Должность", "Подпись",
)  # fmt: skip
SIGNERS = ("tech", "head", "commission")


def forms(place: World, _folder: Path, sizes: Sizes) -> Iterator[Line]:
    """A form of 60 rows: drawn, and drawn and signed three times."""
    form = form_of(FORM)
    name = place.open_day()
    place.fill(name, world.access(sizes.form_rows, remarks=0))  # nothing for the annex: the baseline has none
    place.confirm(name, 1)
    with place.inside():
        day, checkpoint = days.load_with_checkpoint(place.people["head"], name)
        chain, crls = [authority.issuing(), authority.root()], authority.crls()
    content = form.from_day(day, NOON)
    document = document_of(form, day, checkpoint, number="45-0007-0601-03", revision=1, moment=NOON)
    words = form.labels[form.language]
    people = [place.people[login].name for login in SIGNERS]

    made = count(1)

    def drawn() -> bytes:
        n = next(made)
        paper = replace(document, number=f"{document.number}-{n}", public_url="https://bench.example")
        return render(form, _another(content, n), paper)

    def signed() -> bytes:
        pdf = drawn()
        for n, (slot, login) in enumerate(zip(document.slots, SIGNERS, strict=True)):
            key = place.key[login]
            stamp = stamp_for(document.slots, slot.field, people[n], document.zone, words)
            pdf = sign(
                pdf, field=slot.field, first=n == 0, last=n == 2, key=key.key, certificate=key.certificate,
                chain=chain, crls=crls, moment=NOON + timedelta(minutes=n), stamp=stamp, reason=slot.meaning,
            )  # fmt: skip
        return pdf

    pdfmetrics.registerFont(TTFont(FONT, str(Path(reports.__file__).parent / "fonts" / "LogbookSans-R.ttf")))
    stock = [_stock_signer(place.key[login], chain) for login in SIGNERS]

    def platypus() -> bytes:
        return _platypus(_another(content, next(made)))

    def platypus_signed() -> bytes:
        pdf = platypus()
        for n, signer in enumerate(stock):
            pdf = _stock_sign(pdf, n, signer)
        return pdf

    works: dict[str, tuple[Any, int]] = {
        "drawn": (drawn, sizes.calls), "platypus": (platypus, max(1, sizes.calls // 10)),
        "signed": (signed, max(1, sizes.calls // 4)), "platypus signed": (platypus_signed, max(1, sizes.calls // 10)),
    }  # fmt: skip
    found = in_turn(works, sizes.rounds)
    times = {key: 1000 * seconds for key, seconds in found.items()}
    yield Line(
        f"form of {sizes.form_rows} rows against Platypus, CPU ms", times["drawn"], times["platypus"], "≤ 0.15", drawn
    )
    title = "form and 3 signatures against Platypus and stock pyHanko, CPU ms"
    yield Line(title, times["signed"], times["platypus signed"], "≤ 0.20", signed)
    yield from _long(sizes)


def _another(content: Any, n: int) -> Any:
    """The same rows with entry numbers of their own: no two days print the same words."""
    rows = [replace(r, mark=replace(r.mark, number=r.mark.number + 1000 * n)) for r in content.rows]
    return replace(content, rows=tuple(rows))


def _long(sizes: Sizes) -> Iterator[Line]:
    """Many rows, each time in a new process: processor time of a row, and the most memory that the process had."""
    few, many = ([_in_child(rows) for _ in range(sizes.starts)] for rows in sizes.long_forms)
    each = [1e6 * median(run["seconds"] for run in runs) / runs[0]["rows"] for runs in (many, few)]
    peak = [median(run["peak_mb"] for run in runs) for runs in (many, few)]
    name = "form of {:,} rows against {:,}".format(*reversed(sizes.long_forms))
    yield Line(f"{name}, CPU µs a row", each[0], each[1], "≤ 1.3")
    yield Line(f"{name}, memory at the most, MB", peak[0], peak[1], "≤ 150 MB")


def _in_child(rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.long", str(rows)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# ---------------------------------------------------------------- what everybody would write first


def _platypus(content: Any) -> bytes:
    """The same rows, every cell a paragraph."""
    style = ParagraphStyle("cell", fontName=FONT, fontSize=7, leading=8.5)

    def cells(*texts: str) -> list[Paragraph]:
        return [Paragraph(text, style) for text in texts]

    rows = [cells(*HEADS), cells(*map(str, range(1, 13)))]
    for row in content.rows:
        when = f"{row.mark.at:%d.%m %H.%M}, запись {row.mark.number}"
        done = row.confirmed
        rows.append(cells(
            str(row.number), f"{row.start:%d.%m}", row.rooms, f"{row.start:%H.%M}", f"{row.end:%H.%M}", row.action,
            row.actor.short, row.actor.post, f"эл. подп. {row.mark.short}<br/>{when}", row.responsible.short,
            row.responsible.post,
            f"эл. подп. {done.short}<br/>{done.at:%d.%m %H.%M}, запись {done.number}" if done else "не подтверждено",
        ))  # fmt: skip
    table = LongTable(rows, colWidths=[w * mm for w in WIDTHS], repeatRows=2)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    out = BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=landscape(A4), leftMargin=10 * mm, rightMargin=10 * mm, topMargin=17 * mm, bottomMargin=29 * mm
    )
    page.build([Paragraph(f"{content.region}, {content.place}, {content.exam}", style), table])
    return out.getvalue()


def _stock_signer(key: Any, chain: list[x509.Certificate]) -> signers.SimpleSigner:
    """pyHanko's own signer with its own parsing of the key."""
    private = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple([_asn1(c) for c in chain])
    return signers.SimpleSigner(
        signing_cert=_asn1(key.certificate), signing_key=asn1_keys.PrivateKeyInfo.load(private), cert_registry=store
    )


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _stock_sign(pdf: bytes, number: int, signer: signers.SimpleSigner) -> bytes:
    """A visible PAdES signature as pyHanko's documentation shows it."""
    name = f"Signature{number + 1}"
    meta = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=number == 0,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )  # fmt: skip
    box = (40 + 260 * number, 20, 280 + 260 * number, 70)
    work = signers.PdfSigner(
        meta, signer=signer, stamp_style=TextStampStyle(), new_field_spec=SigFieldSpec(name, on_page=-1, box=box)
    )
    out: BytesIO = work.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return out.getvalue()
