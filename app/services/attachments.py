"""Photos and files as evidence: allow-listed by content, pictures re-encoded without their metadata."""

import io
from datetime import datetime
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.domain import N_, Invalid, Message, NotFound
from app.domain.codec import clean
from app.domain.people import Actor
from app.domain.policy import Action
from app.services import days
from app.store import files

LIMIT = 20 * 1024 * 1024
SIDE = 2400  # longest side of a kept picture, pixels
PIXELS = 60_000_000
KINDS = ("image/jpeg", "image/png", "application/pdf")


def store(actor: Actor, day_id: str, filename: str, stream: IO[bytes], now: datetime) -> dict[str, object]:
    """Keep a photo (JPEG, PNG) or a PDF; {"sha256", "name", "type", "size"} for the evidence. Raises Invalid."""
    days.load(actor, day_id, Action.STEP_RECORD)
    data = stream.read(LIMIT + 1)
    name = clean(filename)[-120:] or "file"
    if len(data) > LIMIT:
        raise Invalid(Message(N_("%(name)s is larger than 20 MB."), {"name": name}))
    if data.startswith(b"%PDF-"):
        kind = "application/pdf"
    else:
        data, kind = _picture(data, name), "image/jpeg"
    return {"sha256": files.put(data), "name": name, "type": kind, "size": len(data)}


def _picture(data: bytes, name: str) -> bytes:
    """Decoded, turned upright and encoded anew: EXIF with its place and device is gone."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > PIXELS:
                raise ValueError("too many pixels")
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as err:
        raise Invalid(Message(N_("%(name)s is not a JPEG or PNG picture and not a PDF."), {"name": name})) from err
    upright.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def fetch(actor: Actor, day_id: str, digest: str) -> tuple[bytes, str, str]:
    """(bytes, type, name) of a file that some evidence of the day names. Raises NotFound for any other.

    The type is one that is kept here: another installation's evidence may claim any, also one that runs.
    """
    day = days.load(actor, day_id)
    for act in day.acts.values():
        earlier = [old for change in act.changes for old, _ in change.fields.values()]
        values = [v for fact in (act.fact, act.original) for v in getattr(fact, "evidence", {}).values()]
        for value in (*values, *earlier):
            if isinstance(value, dict) and value.get("sha256") == digest:
                kind, name = str(value.get("type")), clean(str(value.get("name") or "file"))[-120:]
                return files.get(digest), kind if kind in KINDS else "application/octet-stream", name
    raise NotFound(N_("There is no such file on this day."))
