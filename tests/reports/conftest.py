"""Fixtures: an authority, a signed journal, and the trust store of an independent reader."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports import forms
from reports.form import Document
from reports.forms._ru import COMMON
from reports.layout import Sheet
from reports.render import render
from reports.sign import sign
from reports.stamp import stamp_for
from reports.typeface import text_width
from tests.reports import samples
from tests.reports.authority import Authority, new_authority
from tests.reports.reading import trust

MOMENT = datetime(2026, 6, 1, 15, 42, 7, tzinfo=UTC)

SignAs = Callable[..., bytes]


@pytest.fixture(scope="session")
def authority() -> Authority:
    return new_authority()


@pytest.fixture(scope="session")
def sign_as(authority: Authority) -> SignAs:
    """Sign one slot of a sample as the person expected there; every argument of ``sign`` can be replaced."""

    def signed(pdf: bytes, field: str, document: Document | None = None, **more: object) -> bytes:
        document = document or samples.document()
        holder = authority.person(field)
        names = [slot.field for slot in document.slots]
        slot = document.slots[names.index(field)]
        values = dict(
            field=field, first=names[0] == field, last=names[-1] == field, key=holder.key,
            certificate=holder.certificate, chain=authority.chain, crls=(),
            moment=MOMENT + timedelta(minutes=names.index(field)), reason=slot.meaning,
            stamp=stamp_for(document.slots, field, slot.name, document.zone, COMMON["ru"]),
        )  # fmt: skip
        return sign(pdf, **(values | more))  # type: ignore[arg-type]

    return signed


@pytest.fixture(scope="session")
def base() -> bytes:
    """The unsigned access journal with four slots."""
    return render(forms()["access-journal"], samples.journal(), samples.document())


@pytest.fixture(scope="session")
def stages(base: bytes, sign_as: SignAs) -> Sequence[bytes]:
    """The journal after 0, 1, 2, 3 and 4 signatures."""
    out = [base]
    for slot in samples.SLOTS:
        out.append(sign_as(out[-1], slot.field))
    return out


@pytest.fixture(scope="session")
def signed(stages: Sequence[bytes]) -> bytes:
    return stages[-1]


@pytest.fixture(scope="session")
def nss(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NSS database, as pdfsig reads it, that trusts the test root."""
    return trust(authority.root.certificate, tmp_path_factory.mktemp("nss"))


class _Letters:
    """Codes that a test can read back."""

    def width(self, text: str, cut: str, size: float) -> float:
        return text_width(text, cut, size)

    def runs(self, text: str, cut: str) -> list[tuple[str, bytes]]:
        return [(cut, text.encode())]


class ReadableSheet(Sheet):
    """A sheet whose drawn words and lowest base line can be asked for."""

    @property
    def drawn(self) -> str:
        codes = re.findall(r"<([0-9a-f]+)> Tj", " ".join(op for ink in self.pages for op in ink.ops))
        return " ".join(bytes.fromhex(code).decode() for code in codes)

    @property
    def lowest(self) -> float:
        return min(float(y) for ink in self.pages for op in ink.ops for y in re.findall(r"1 0 0 1 \S+ (\S+) Tm", op))


@pytest.fixture
def sheet() -> ReadableSheet:
    """An empty portrait sheet."""
    return ReadableSheet(forms()["day-protocol"], samples.document(), _Letters())
