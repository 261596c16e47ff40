"""Photos and files as evidence: judged by their content, without what a camera adds."""

import io
from typing import Any

import pytest
from PIL import Image

from app.domain import Invalid, NotFound
from app.domain import facts as f
from app.services import attachments
from tests.conftest import Installation

GPS = 0x8825


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **more)
    out.seek(0)
    return out


def store(installation: Installation, day: str, stream: io.BytesIO, name: str = "cam.jpg") -> dict[str, Any]:
    return attachments.store(installation.people["tech"], day, name, stream, installation.clock.now)


def test_a_photo_is_kept_upright_and_without_its_place(installation: Installation, day: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif.get_ifd(GPS)[1] = "N"
    kept = store(installation, day, photo(exif=exif))
    data, kind, name = _evidence(installation, day, kept)
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.size, len(picture.getexif())) == ((40, 60), 0)
    assert (kind, name, kept["size"]) == ("image/jpeg", "cam.jpg", len(data))


def test_a_png_becomes_a_jpeg_and_a_large_one_smaller(installation: Installation, day: str) -> None:
    kept = store(installation, day, photo("PNG", (3000, 1000)), "shot.png")
    with Image.open(io.BytesIO(_evidence(installation, day, kept)[0])) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", attachments.SIDE)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"PK\x03\x04", b"\xff\xd8\xff cut", b"GIF89a"])
def test_what_is_no_picture_and_no_pdf_is_refused_by_name(installation: Installation, day: str, data: bytes) -> None:
    with pytest.raises(Invalid, match=r"x\.jpg is not a JPEG or PNG picture"):
        store(installation, day, io.BytesIO(data), "x.jpg")


def test_a_picture_that_would_fill_the_memory_is_refused(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "PIXELS", 100)
    with pytest.raises(Invalid, match="is not a JPEG"):
        store(installation, day, photo())


def test_a_file_over_the_limit_is_refused(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "LIMIT", 10)
    with pytest.raises(Invalid, match="larger than"):
        store(installation, day, photo())


def test_only_people_of_the_day_store_and_only_files_of_the_day_are_given(installation: Installation, day: str) -> None:
    with pytest.raises(Exception, match="role"):
        attachments.store(installation.people["ministry"], day, "x.jpg", photo(), installation.clock.now)
    kept = store(installation, day, photo())
    with pytest.raises(NotFound):  # stored, but no evidence names it
        attachments.fetch(installation.people["tech"], day, kept["sha256"])


def _evidence(installation: Installation, day: str, kept: dict[str, Any]) -> tuple[bytes, str, str]:
    """Put the file into an act's evidence and fetch it back."""
    now = installation.clock.now
    clock = f"{installation.day(day).local(now):%H:%M}"
    evidence = {"room": "0001", "started_at": clock, "finished_at": clock, "photo_after": kept}
    installation.record(day, "tech", f.StepDone("d1.angle", now, (), evidence))
    return attachments.fetch(installation.people["tech"], day, kept["sha256"])
