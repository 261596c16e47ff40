"""What the code printed on a page leads to."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.domain.merkle import Frontier
from app.domain.note import Checkpoint
from app.services import days
from app.store import journal
from reports.form import CHECK
from reports.inspect import inspect

from .conftest import DAY, YESTERDAY, Person
from .strangers import Stranger, day_of, verdict, words

FORM = "access-journal"
NUMBER = f"{YESTERDAY}.03"
NOTHING = ("off", "Nothing to compare yet")
UNKNOWN = ("over", "The journal knows no such document")


@pytest.fixture
def short(app: Flask) -> dict[int, str]:
    """The short root of yesterday's journal at every size, as pages print it."""
    with app.app_context():
        edge, found = Frontier(), {}
        for entry in journal.entries(days.log_of(YESTERDAY)):
            edge = edge.append(entry.hash)
            found[edge.size] = Checkpoint("x", edge.size, edge.root()).short.replace(" ", "")
        return found


@pytest.fixture
def size(app: Flask) -> int:
    with app.app_context():
        number: int = day_of(YESTERDAY).documents[FORM][0].fact.size
        return number


def test_the_address_of_a_signed_page(stranger: Stranger, stages: list[bytes], short: dict[int, str]) -> None:
    """The code holds number, size and root of the document's own checkpoint."""
    data = inspect(stages[2], [], {}).document
    root = Checkpoint(data["origin"], data["size"], bytes.fromhex(data["root"])).short.replace(" ", "")
    assert root == short[data["size"]]
    address = CHECK.format(number=data["number"], size=data["size"], root=root)
    assert urlsplit(address).path == f"/c/{NUMBER}"
    answer = stranger.get(address)
    assert verdict(answer) == ("wait", "The journal knows this document")
    text = words(answer.text)
    assert NUMBER in text and root in text and "Revision 1" in text
    assert not any(name in answer.text for name in ("Иванов", "Петров", "Сидорова", "Пример"))
    assert verdict(stranger.check(stages[2], page=address))[0] == "done", "the file can be chosen right there"


def test_small_letters_and_spaces_are_the_same(stranger: Stranger, short: dict[int, str], size: int) -> None:
    spaced = "+".join(short[size][i : i + 5].lower() for i in range(0, 20, 5))
    assert verdict(stranger.get(f"/c/{NUMBER}?n={size}&r={spaced}"))[0] == "wait"


def test_a_state_that_nobody_signed_is_a_draft(stranger: Stranger, short: dict[int, str], size: int) -> None:
    other = next(n for n in short if n != size)
    answer = stranger.get(f"/c/{NUMBER}?n={other}&r={short[other]}")
    assert verdict(answer) == ("off", "A draft: nobody signed a document of this state")


def test_whoever_guesses_learns_nothing(stranger: Stranger, short: dict[int, str], size: int) -> None:
    root, wrong = short[size], "A" * 20
    pages = set()
    for number, n, r in (
        (NUMBER, size, wrong), (NUMBER, size + 1, root), (NUMBER, 10**8, root), (NUMBER, 0, root), (NUMBER, -1, root),
        (f"{YESTERDAY}.99", size, root), ("99-9999-2026-06-01.03", size, root), (NUMBER, size, root[:19]),
        (DAY + ".03", size, root), ("nonsense", "x", root), (NUMBER, size, ""), (NUMBER, "", root),
        (NUMBER, "\u0663", root), (NUMBER, size, "\u00e9" * 20), (NUMBER, "9" * 5000, root),
    ):  # fmt: skip
        answer = stranger.get(f"/c/{number}?n={n}&r={r}")
        assert verdict(answer) == UNKNOWN, (number, n, r)
        pages.add("Revision" in answer.text or "gone on" in answer.text)
    assert pages == {False}


def test_without_the_codes_own_part_there_is_nothing_to_compare(stranger: Stranger) -> None:
    for url in (f"/c/{NUMBER}", "/c/nonsense", f"/c/{NUMBER}?n=&r="):
        assert verdict(stranger.get(url)) == NOTHING
    text = stranger.get("/c/<script>x?n=1&r=<script>y").text
    assert "<script>x" not in text and "<script>y" not in text


def test_a_newer_revision_is_told(stranger: Stranger, tech: Person, app: Flask) -> None:
    sign = f"/days/{DAY}/documents/{FORM}/sign"
    tech.send(sign, {"password": "demo-tech-1", "code": "246810"})
    data = inspect(tech.get(f"/days/{DAY}/documents/{FORM}.pdf").data, [], {}).document
    root = Checkpoint("x", data["size"], bytes.fromhex(data["root"])).short.replace(" ", "")
    url = f"/c/{DAY}.03?n={data['size']}&r={root}"
    assert verdict(stranger.get(url))[0] == "wait" and "has gone on" not in stranger.get(url).text
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted the lens"})
    assert verdict(stranger.get(url))[0] == "wait" and "has gone on" in stranger.get(url).text
    tech.send(sign, {"code": "246810"})
    assert verdict(stranger.get(url)) == ("soon", "The journal knows it, but there is a newer revision")


def test_who_may_read_the_day_is_led_to_its_documents(tech: Person, stranger: Stranger) -> None:
    link = f'href="/days/{YESTERDAY}/documents#{FORM}"'
    assert link in tech.get(f"/c/{NUMBER}?n=1&r=A").text
    assert link not in stranger.get(f"/c/{NUMBER}?n=1&r=A").text
    assert "/documents#" not in tech.get("/c/99-9999-2026-06-01.03?n=1&r=A").text


def test_sixty_a_minute_from_one_address(stranger: Stranger) -> None:
    codes = [stranger.get(f"/c/{NUMBER}?n=1&r=A").status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
