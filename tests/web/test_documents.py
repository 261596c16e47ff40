"""Documents: read, sign in order, download, check, what came since."""

from .conftest import CODE, DAY, YESTERDAY, Person, fields

DOCS = f"/days/{DAY}/documents"
FORM = "access-journal"


def sign(person: Person, password: str = "", code: str = CODE) -> str:
    values = {"code": code, **({"password": password} if password else {})}
    return person.send(f"{DOCS}/{FORM}/sign", values).text


def test_preview_is_a_pdf_in_the_page(tech: Person) -> None:
    answer = tech.get(f"{DOCS}/{FORM}/preview.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert "inline" in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
    assert tech.get(f"{DOCS}/none/preview.pdf").status_code == 404


def test_signing_in_order(tech: Person, head: Person) -> None:
    assert "Your turn" not in head.get(DOCS).text
    page = tech.get(f"{DOCS}/{FORM}/sign").text
    assert 'name="password"' in page and "I performed what this document says" in page and "up to entry 4" in page
    assert "Enter your password" in sign(tech)
    assert "Wrong password. Attempts left: 4" in sign(tech, "nonsense")
    refused = sign(tech, "demo-tech-1", "000000")
    assert "Wrong code. Attempts left: 4" in refused and "the document is as before" in refused
    answer = sign(tech, "demo-tech-1")
    assert "The file now carries your signature" in answer
    assert 'name="password"' not in tech.get(f"{DOCS}/day-protocol/sign").text, "later the code alone"
    assert "It is not your turn" in tech.get(f"{DOCS}/{FORM}/sign").text
    assert "Your turn: to confirm" in head.get(DOCS).text
    assert "signed already by: Иванов" in head.get(f"{DOCS}/{FORM}/sign").text
    assert "The file now carries your signature" in sign(head, "demo-head-1")


def test_what_came_since_makes_it_outdated(tech: Person) -> None:
    sign(tech, "demo-tech-1")
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted the lens"})
    page = tech.get(DOCS).text
    assert "Outdated" in page and "Dusted the lens" in page and "Older revisions" in page
    assert "You begin revision 2" in tech.get(f"{DOCS}/{FORM}/sign").text
    sign(tech)
    assert tech.get(f"{DOCS}/{FORM}.pdf?revision=1").data != tech.get(f"{DOCS}/{FORM}.pdf").data


def test_a_page_read_before_somebody_wrote_does_not_sign(tech: Person) -> None:
    form = tech.form(f"{DOCS}/{FORM}/sign")
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted"})
    answer = tech.client.post(f"{DOCS}/{FORM}/sign", data=form | {"password": "demo-tech-1", "code": CODE})
    assert answer.status_code == 409 and "changed while you were reading" in answer.text


def test_download(tech: Person) -> None:
    answer = tech.get(f"/days/{YESTERDAY}/documents/{FORM}.pdf")
    assert answer.data.startswith(b"%PDF-") and "attachment" in answer.headers["Content-Disposition"]


def test_nobody_signed_so_there_is_no_file(tech: Person) -> None:
    assert tech.get(f"{DOCS}/{FORM}.pdf").status_code == 404
    assert fields is not None
