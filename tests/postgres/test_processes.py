"""The whole program on PostgreSQL, as processes: commands, servers, two servers at once, and an exam day over HTTP."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app.demo.build import data
from tests.browser import script
from tests.conftest import Clock, close, make_app
from tests.databases import POSTGRESQL, PostgresDatabase
from tests.postgres.processes import Logbook, Person, ServerClock, answers
from tests.postgres.server import Server

pytestmark = pytest.mark.timeout(300)
ZONE = ZoneInfo("Europe/Moscow")
CENTRE, CODE = "23-0970", "246810"  # of the demonstration
PASSWORDS = {person["login"]: person["password"] for person in data()["person"]}
BUILT = date(2026, 5, 25)
EXAM = date(2026, 5, 29)
FORMS = ("access-journal", "day-protocol")
SIGNERS = ("tech", "head", "commission")


@pytest.fixture
def logbook(postgres: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Logbook]:
    """An empty folder and an empty database."""
    request.node.user_properties.append(("database", POSTGRESQL))
    database = PostgresDatabase(postgres, postgres.create())
    yield Logbook(tmp_path / "instance", database.address)
    database.give_back()


def at(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


def test_commands_make_an_installation_once_and_work_on_it(logbook: Logbook) -> None:
    assert "There is no logbook" in logbook.flask("people", "list", code=2)
    made = logbook.flask("init", "--admin", "chief", "--now", at(BUILT, "09:00").isoformat())
    assert re.search(r"Administrator: chief {3}one-time password: ([a-z2-9]{3}-){3}[a-z2-9]{3}", made)
    assert "holds an installation already" in logbook.flask("init", code=1)
    assert logbook.flask("people", "list") == "chief\tchief\tadministrator\t\n"
    assert not (logbook.folder / "logbook.db").exists()


def test_an_exam_day_over_http_ends_in_files_that_are_valid(logbook: Logbook, tmp_path: Path) -> None:
    build_demo(logbook, at(BUILT, "09:10"))
    clock = ServerClock(tmp_path / "clock", at(EXAM - timedelta(days=1), "09:00"))
    with logbook.serving(clock.file) as server:
        people = {login: Person(server, login) for login in ("tech", "head", "commission", "cctv")}
        day = open_day(people["head"])
        for lines, on in ((script.EVE, EXAM - timedelta(days=1)), (script.DAY, EXAM)):
            clock.set(at(on, "07:00"))
            people = {login: Person(server, login) for login in people}  # a night ends every session
            play(clock, people, day, lines, on)
        clock.set(at(EXAM, "17:20"))
        for login in ("head", "tech", "cctv"):
            confirm(people[login], day)
        files = {form: sign(clock, people, day, form) for form in FORMS}
    assert "proved: " in logbook.flask("day", "verify", day)
    for form, signed in files.items():
        file = tmp_path / f"{form}.pdf"
        file.write_bytes(signed)
        assert "valid: signed by all 3" in logbook.flask("pdf", "check", file)
    file.write_bytes(signed.replace(b"/Type", b"/type", 1))
    assert "changed" in logbook.flask("pdf", "check", file, code=1)
    logbook.flask("form", "save", FORMS[0], day, "-o", tmp_path / "saved.pdf")
    assert (tmp_path / "saved.pdf").read_bytes() == files[FORMS[0]]


def test_two_servers_that_write_into_one_journal_at_once_lose_nothing(logbook: Logbook) -> None:
    with logbook.serving() as first, logbook.serving() as second:
        day = re.findall(rf"^{CENTRE}-\S+", logbook.flask("day", "list"), re.M)[0]
        before = size(logbook, day)
        writers = [Person(server, login) for server in (first, second) for login in ("tech", "head", "tech", "cctv")]
        with ThreadPoolExecutor(len(writers)) as pool:
            sent = list(pool.map(lambda writer: write(writer, day, 12), writers))
        texts = {text for each in sent for text in each}
        assert len(texts) == 8 * 12
        for server in (first, second):
            page = Person(server, "tech").get(f"/days/{day}/note").text
            assert not [text for text in texts if text not in page]
    assert size(logbook, day) == before + len(texts)


def build_demo(logbook: Logbook, now: datetime) -> None:
    """``flask demo`` in this process, where hashing a password costs next to nothing."""
    app = make_app(logbook.folder, Clock(now), logbook.database_url)
    result = app.test_cli_runner().invoke(args=["demo", "--now", now.isoformat()])
    close(app)
    assert result.exit_code == 0, result.output


def write(writer: Person, day: str, count: int) -> list[str]:
    """Notes, one after the other; what was accepted."""
    path, texts = f"/days/{day}/note", [f"note {uuid4()}" for _ in range(count)]
    form = writer.form(path)
    for text in texts:
        answer = writer.post(path, form | {"entry_id": str(uuid4()), "text": text})
        assert answer.status == 200 and not answer.url.endswith("/note"), answer.faults
    return texts


def size(logbook: Logbook, day: str) -> int:
    """How many entries the day has, when it proves itself."""
    found = re.search(r"proved: (\d+) entries", logbook.flask("day", "verify", day))
    assert found
    return int(found[1])


def open_day(head: Person) -> str:
    path = f"/days/open/{CENTRE}"
    values = {"date": EXAM, "start": "10:00", "end": "13:55", "exam": "ЕГЭ, русский язык", "period_start": EXAM}
    answer = head.send(path, values)
    assert answer.url.endswith(f"{CENTRE}-{EXAM}/today"), answer.faults
    return answer.url.split("/")[-2]


def play(
    clock: ServerClock, people: dict[str, Person], day: str, lines: tuple[tuple[str, str, str], ...], on: date
) -> None:
    """Do the lines of the browser's exam day on their forms."""
    who = {"technician": people["tech"], "head": people["head"]}
    for time, role, what in lines:
        clock.set(at(on, time))
        if what.startswith("!"):
            path, evidence = f"/days/{day}/milestones/{what[1:]}", {}
        else:
            path, evidence = f"/days/{day}/steps/{what}", script.EVIDENCE.get(what, {})
        values = {f"evidence.{name}": value.format(date=on) for name, value in evidence.items()}
        answer = who[role].post(path, answers(who[role].get(path).text, path) | values)
        assert (answer.status, answer.url != who[role].server + path) == (200, True), (what, answer.faults)


def confirm(person: Person, day: str) -> None:
    path = f"/days/{day}/confirm"
    if 'name="c"' in person.get(path).text:
        answer = person.send(path, {"code": CODE})
        assert (answer.status, "confirmed" in answer.text) == (200, True), answer.faults


def sign(clock: ServerClock, people: dict[str, Person], day: str, form: str) -> bytes:
    """By all three in their order; the file as the last of them downloads it."""
    path = f"/days/{day}/documents/{form}/sign"
    for login in SIGNERS:
        clock.set(datetime.fromisoformat(clock.file.read_text()) + timedelta(minutes=5))
        answer = people[login].send(path, {"password": PASSWORDS[login], "code": CODE})
        assert answer.status == 200 and not answer.url.endswith("/sign"), answer.faults
    link = re.search(rf'href="(/days/{day}/documents/{form}[^"]*\.pdf[^"]*)"', answer.text)
    assert link, answer.faults
    file = people[SIGNERS[-1]].get(link[1]).data
    assert file.startswith(b"%PDF-")
    return file
