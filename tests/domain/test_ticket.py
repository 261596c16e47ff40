"""The signed payload of the QR code."""

import hashlib
import inspect
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain import ticket
from app.domain.note import Checkpoint, Vkey
from app.store.keys import verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VKEY = Vkey("logbook.example", PRIVATE.public_key().public_bytes_raw())
DOCUMENT, ROOT = hashlib.sha256(b"document").digest(), hashlib.sha256(b"root").digest()
NUMBER, AT = "23-0001-2026-06-01.03", datetime(2026, 6, 1, 8, 40, 12, tzinfo=UTC)


def made(size: int = 214, number: str = NUMBER, document: bytes = DOCUMENT) -> str:
    return ticket.make(number, document, ROOT, size, AT, VKEY.id, PRIVATE.sign)


def test_a_code_says_what_it_was_made_of_and_proves_it_with_the_log_key_alone() -> None:
    for text in (
        f"{NUMBER}/{made()}",
        f"https://h.example/p/c/{NUMBER}/{made()}",
        f" HTTPS://H/c/{NUMBER}/\n {made()} ",
    ):
        found = ticket.check(text, str(VKEY), verify)
        assert (found.number, found.size, found.at, found.key) == (NUMBER, 214, AT, VKEY.id.hex())
        assert found.root == Checkpoint("x", 214, ROOT).short.replace(" ", ""), "as the foot prints it"
        assert found.document == Checkpoint("x", 1, DOCUMENT).short.replace(" ", "")
    assert made() == made() and len(made()) == len(ticket.LIKE) == ticket.DIGITS


def test_every_bit_of_it_is_signed() -> None:
    digits = made()
    for place in range(0, 242, 7):
        changed = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        with pytest.raises(ValueError, match=r"code|key|signature"):
            ticket.check(f"{NUMBER}/{changed}", str(VKEY), verify)
    with pytest.raises(ValueError, match="does not hold"):
        ticket.check(f"23-0001-2026-06-02.03/{digits}", str(VKEY), verify)


def test_another_key_and_what_is_no_key() -> None:
    other = Vkey("logbook.example", bytes(32))
    with pytest.raises(ValueError, match="another key"):
        ticket.check(f"{NUMBER}/{made()}", str(other), verify)
    for bad in (str(VKEY).replace("example", "other"), "x", "a+b+AA=="):
        with pytest.raises(ValueError, match=r"."):
            ticket.check(f"{NUMBER}/{made()}", bad, verify)


@pytest.mark.parametrize("text", ["", NUMBER, f"{NUMBER}/12", f"{NUMBER}/{'9' * 242}", f"{NUMBER}/{'0' * 242}",
                                  f"<b>/{'1' * 242}", NUMBER + "/" + "\u0663" * 242, "x" * 5000])  # fmt: skip
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the code"):
        ticket.read(text)


def test_it_can_be_copied_out_as_it_is() -> None:
    assert "app." not in "".join(line for line in inspect.getsource(ticket).splitlines() if "import" in line)
