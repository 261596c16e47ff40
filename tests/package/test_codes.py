"""What a printed page shows, checked with the one file that outsiders get: its code, its foot."""

import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from app.domain import ticket
from app.package import verify
from app.store import keys
from tests.conftest import Installation
from tests.package.conftest import Made
from tests.package.forger import PDF
from tests.package.test_verify_alone import alone

Lent = tuple[Installation, str]


@pytest.fixture(scope="module")
def scanned(made: Made, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The code on the first page of a signed document of the package, read by a reader that is not ours."""
    folder = tmp_path_factory.mktemp("scanned")
    picture = ["pdftoppm", "-r", "150", "-gray", "-png", "-l", "1", "-", str(folder / "page")]
    subprocess.run(picture, input=made.payload[PDF], check=True)
    return str(zxingcpp.read_barcodes(Image.open(next(folder.glob("*.png"))))[0].text)


def state(made: Made, code: str) -> tuple[str, str]:
    said = ticket.read(code)
    return str(said.size), said.root


def test_the_code_of_a_page_proves_itself_with_the_log_key_alone(made: Made, scanned: str, tmp_path: Path) -> None:
    said = ticket.read(scanned)
    code, lines = alone(tmp_path, "--code", scanned, "--vkey", made.vkey)
    assert (code, lines[0]) == (0, "proved"), lines
    assert f"document {said.number}, drawn {said.at:%Y-%m-%d %H:%M:%S} UTC of {said.size} entries" in lines[2]
    assert said.root in lines[2].replace(" ", "") and "Not covered: who signed" in lines[3]
    assert alone(tmp_path, "--code", f"https://logbook.example/c/{scanned}", "--vkey", made.vkey)[0] == 0
    number, digits = scanned.split("/")
    for changed in (f"{number}/{digits[:-1]}{(int(digits[-1]) + 1) % 10}", f"45-0007-2026-06-02.1/{digits}"):
        assert alone(tmp_path, "--code", changed, "--vkey", made.vkey) == (
            1, ["changed", "  the signature of the code does not hold"]
        )
    for nonsense in ("x", f"{number}/{'9' * 242}", f"{number}/{'0' * 242}", f"{number}/{digits}0", "\x1b[2J/1"):
        answer = alone(tmp_path, "--code", nonsense, "--vkey", made.vkey)
        assert answer == (2, ["could not check", "  this is not the code of a document"]), nonsense
    assert alone(tmp_path, "--code", scanned)[0] == 2, "nothing is known without the key"


def test_verify_reads_codes_as_the_logbook_makes_them(lent: Lent) -> None:
    """The same bits, spaces, letters: of the one that makes them and the one that is carried by hand."""
    installation, day = lent
    key = keys.log_key()
    for n, root in enumerate((bytes(32), b"\xff" * 32, bytes(range(32)))):
        document = root[::-1]
        text = f"{day}.{n}/" + ticket.make(
            f"{day}.{n}", document, root, n + 1, installation.clock.now, key.vkey.id, key.sign
        )
        theirs, ours = ticket.check(text, str(key.vkey), keys.verify), verify.Ticket(text, verify.Key(str(key.vkey)))
        assert (ours.number, ours.document, ours.root, ours.size) == (
            theirs.number, theirs.document, theirs.root, theirs.size
        )
        assert ours.seconds == int(theirs.at.timestamp()) and ours.document == verify.letters(document)


def test_with_a_package_the_code_names_its_state_and_its_document(made: Made, scanned: str, tmp_path: Path) -> None:
    published = ("--vkey", made.vkey, "--root", made.root)
    code, lines = alone(tmp_path, str(made.first), "--code", scanned, *published)
    assert (code, lines[0]) == (0, "proved"), lines
    assert "  the code is signed with the log key and names a state of this journal" in lines
    assert f"  the document is {PDF}" in lines
    bare = verify.check(str(made.first), code=scanned)
    assert bare.exit == 0 and bare.lines[0] == "consistent, origin not checked"


def made_up(made: Made, number: str, document: bytes, root: bytes, size: int) -> str:
    at = verify.datetime(2026, 6, 1, tzinfo=verify.UTC)
    return f"{number}/{ticket.make(number, document, root, size, at, made.key.id, made.sign)}"


def test_a_code_of_another_state_day_or_paper_is_told(made: Made, scanned: str) -> None:
    said = ticket.read(scanned)
    root = verify.base64.b32decode(said.root + "A" * 12) + bytes(12)

    def answer(*about: object) -> verify.Answer:
        return verify.check(str(made.first), made.vkey, made.root, "", code=made_up(made, *about))  # type: ignore[arg-type]

    rewritten = answer(said.number, bytes(32), b"\1" * 32, said.size)
    assert rewritten.exit == 1 and "had another root at" in rewritten.lines[1]
    assert "is of another day" in answer("45-0007-2026-06-02.1", bytes(32), root, said.size).lines[1]
    newer = answer(said.number, bytes(32), root, 9999)
    assert newer.exit == 2 and "take a newer one" in newer.lines[1]
    draft = answer(said.number, bytes(32), root, said.size)
    assert draft.exit == 2 and any("no signed document of the package has this code" in x for x in draft.lines)
    other = verify.check(str(made.first), code=scanned.replace("/", "/x/")[:-5])
    assert other.exit == 2


def test_the_foot_of_a_page_is_a_state_of_the_journal_or_not(made: Made, scanned: str, tmp_path: Path) -> None:
    size, root = state(made, scanned)
    spaced = " ".join(root[i : i + 5] for i in range(0, 20, 5)).lower()
    code, lines = alone(tmp_path, "--foot", size, spaced, "--vkey", made.vkey, "--root", made.root, str(made.first))
    assert code == 0 and f"  the foot names a state of this journal: {size} entries, root {root}" in lines
    for entries, letters, exit_, reason in (
        (size, "A" * 20, 1, "had another root at"), (str(int(size) - 1), root, 1, "had another root at"),
        ("9999", root, 2, "take a newer one"), ("0", root, 2, "a foot says"), ("x", root, 2, "a foot says"),
        (size, root[:-1], 2, "a foot says"), ("1" * 5000, root, 2, "a foot says"),
    ):  # fmt: skip
        answer = verify.check(str(made.first), made.vkey, made.root, "", foot=(entries, letters))
        assert answer.exit == exit_ and reason in answer.lines[1], (entries, answer.lines)
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(made.payload[PDF])
    assert verify.check(str(pdf), made.vkey, foot=(size, root)).exit == 2
