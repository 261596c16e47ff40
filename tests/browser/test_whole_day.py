"""One exam day on real input, from an empty folder to PDFs that three people signed.

The rows are those of the filled sample of the official form (base.garant.ru/43683204, annex 1 of a regional scheme; the
end 7.17 of the third row is in the source): 17 rooms and headquarters 7777.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser import paper, script
from tests.browser.steps import do_step
from tests.browser.visitors import (
    DESK,
    PHONE,
    Clock,
    Server,
    accept_link,
    first_sign_in,
    flask,
    make_key,
    one_time_password,
    sign_in,
)

MOSCOW = ZoneInfo("Europe/Moscow")
CODE = "246810"
PEOPLE = {  # login: name, role as the page names it
    "ivanov": ("Иванов Иван Иванович", "technical specialist"),
    "petrov": ("Петров Алексей Андреевич", "exam centre head"),
    "sidorova": ("Сидорова Мария Викторовна", "commission head"),
}
SAMPLE = (  # the official rows, as the form prints them
    ("1", "28.05", "0001-0017, 7777", "10.00", "10.15", "Проверка"),
    ("2", "28.05", "0008", "10.35", "10.40", "Корректировка ракурса"),
    ("3", "29.05", "7777", "7.15", "7.17", "Начало записи"),
)


def last_may() -> int:
    """Year of the newest 29 May that lies behind us: the sample's rows name no year."""
    today = datetime.now(UTC)
    return today.year if today > datetime(today.year, 6, 2, tzinfo=UTC) else today.year - 1


def at(day: int, clock: str) -> datetime:
    """A moment in May on the centre's clock."""
    hour, minute = map(int, clock.split(":"))
    return datetime(last_may(), 5, day, hour, minute, tzinfo=MOSCOW)


def test_three_people_do_one_exam_day_and_sign_what_came_of_it(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    made = flask(instance, "init", "--now", at(27, "08:00").isoformat())
    assert made.returncode == 0, made.stderr
    server = serve(instance, Clock(at(27, "08:10")))
    office = people(server, DESK)
    first_sign_in(office, "admin", one_time_password(made.stdout), "correct horse battery")
    add_centre(office)
    links = {login: add_person(office, login) for login in PEOPLE}
    assert one_time_password(made.stdout) not in (instance / "logbook.db").read_bytes().decode("latin-1")

    technician, head, commission = (people(server, device) for device in (PHONE, DESK, PHONE))
    for page, login in ((technician, "ivanov"), (head, "petrov"), (commission, "sidorova")):
        accept_link(page, links[login], f"own password of {login}")
        make_key(page, CODE)
    day = open_day(head)

    day_before(server, technician, head, day)
    confirm_all(server, head, day, at(29, "07:20"))
    read_the_journal(technician, day)
    script.play(server, day, {"technician": technician, "head": head}, script.DAY, lambda clock: at(29, clock))
    end_of_the_day(server, technician, head, day)

    documents = sign_everywhere(server, day, technician, head, commission)
    prove(server, tmp_path, documents)
    refused = "Failed to load resource: the server responded with a status of 422"  # the wrong code, once
    assert [c for c in server.complaints if not c.startswith(refused)] == []
    assert len(server.complaints) == 1


def add_centre(page: Page) -> None:
    page.goto("/centres/new")
    for label, value in (
        ("Region code", "23"), ("Centre code", "0970"), ("Name of the region", "Берёзовская область"),
        ("Name of the centre", "МБОУ «СОШ № 14»"), ("Address", "301970, г. Берёзовск, ул. Садовая, д. 7"),
        ("Time zone", "Europe/Moscow"),
        ("Exam rooms", "0001-0017"), ("Headquarters", "7777"), ("Corridors", "9001"), ("Entrance", "9101"),
        ("Cameras", "2"),
        ("Stations", "AS-1 7777 main AS-3107"),
    ):  # fmt: skip
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save the centre").click()
    expect(page.locator(".flash")).to_be_visible()


def add_person(page: Page, login: str) -> str:
    """The person's one-time link, as the page shows it once."""
    name, role = PEOPLE[login]
    page.goto("/people/new")
    page.get_by_label("Name for sign-in").fill(login)
    page.get_by_label("Full name").fill(name)
    page.get_by_label(role, exact=True).check()
    if role == "commission head":
        page.get_by_label("All centres (an office above them)").check()
    else:
        page.get_by_label("23-0970").check()
    page.get_by_role("button", name="Add and show the link").click()
    return page.get_by_label("Link", exact=True).input_value()


def open_day(page: Page) -> str:
    """The head opens the day of 29 May; its name."""
    page.goto("/days/open")
    page.get_by_label("Date", exact=True).fill(f"{last_may()}-05-29")
    page.get_by_label("Profile", exact=True).select_option("ru-ege-main")
    page.get_by_label("Start", exact=True).fill("10:00")
    page.get_by_label("End", exact=True).fill("13:55")
    page.get_by_label("Exam, as printed").fill("ЕГЭ, русский язык")
    page.get_by_label("First day of the exam period").fill(f"{last_may()}-05-29")
    page.get_by_role("button", name="Open the day").click()
    page.wait_for_url("**/today")
    return page.url.split("/")[-2]


def day_before(server: Server, page: Page, head: Page, day: str) -> None:
    """The sample's three rows: one by a step, one by hand, one by a step of the next morning."""
    server.clock.now = at(28, "10:16")  # a night has ended the session
    sign_in(page, "ivanov", "own password of ivanov")
    expect(page.get_by_role("link", name="Check that every camera works")).to_be_visible()
    do_step(page, day, "d1.cctv_check", {"started_at": "10.00", "finished_at": "10.15"})
    expect(page.locator("#step-d1\\.cctv_check")).to_be_in_viewport()

    server.clock.now = at(28, "10:41")
    page.goto(f"/days/{day}/journal")
    page.get_by_role("link", name="Add row").first.click()
    page.get_by_label("Rooms", exact=True).fill("0008")
    page.get_by_label("Action", exact=True).select_option(label="Correct the camera angle")
    page.locator("#start").fill("10:35")
    page.locator("#end").fill("10:40")
    page.get_by_role("button", name="Write row 2").click()
    expect(page.locator(".flash")).to_be_visible()

    sign_in(head, "petrov", "own password of petrov")
    script.play(server, day, {"technician": page, "head": head}, script.EVE, lambda clock: at(28, clock))

    server.clock.now = at(29, "07:18")
    sign_in(page, "ivanov", "own password of ivanov")
    do_step(page, day, "ex.hq_record", {"started_at": "7.15", "finished_at": "7.17"})


def confirm_all(server: Server, page: Page, day: str, moment: datetime) -> None:
    """The head confirms everything that waits, with one code."""
    server.clock.now = moment
    sign_in(page, "petrov", "own password of petrov")
    page.goto(f"/days/{day}/confirm")
    page.get_by_label("Your code").fill("000000")
    page.get_by_role("button", name="Confirm the marked").click()
    expect(page.get_by_role("alert")).to_contain_text("Wrong code. Attempts left: 4")
    page.get_by_label("Your code").fill(CODE)
    page.get_by_role("button", name="Confirm the marked").click()
    expect(page.locator(".flash")).to_contain_text("8 entries")


def end_of_the_day(server: Server, technician: Page, head: Page, day: str) -> None:
    """What nobody needed is waived, everybody confirms, papers are written down; nothing is overdue then."""
    server.clock.now = at(29, "17:20")
    script.waive(head, day, "ex.materials")
    script.confirm(head, day, CODE)
    script.confirm(technician, day, CODE)
    for role in ("room_organiser", "host_head", "processing_centre"):
        script.confirm_on_paper(technician, day, role)
    technician.goto(f"/days/{day}/today")
    expect(technician.get_by_role("heading", name="Overdue")).to_have_count(0)


def read_the_journal(page: Page, day: str) -> None:
    page.goto(f"/days/{day}/journal")
    table = page.get_by_role("table")
    for number, *_ in SAMPLE:
        expect(table).to_contain_text(number)
    expect(table).to_contain_text("0001–0017, 7777")


def sign_everywhere(server: Server, day: str, *pages: Page) -> dict[str, bytes]:
    """Both documents, each signed by all three in order; as downloaded by the last signer."""
    files = {}
    minute = 0
    sign_in(pages[-1], "sidorova", "own password of sidorova")
    for form in ("access-journal", "day-protocol"):
        for page, login in zip(pages, PEOPLE, strict=True):
            minute += 5
            server.clock.now = at(29, "18:00") + timedelta(minutes=minute)
            page.goto(f"/days/{day}/documents/{form}/sign")
            if page.get_by_label("Password").count():
                page.get_by_label("Password").fill(f"own password of {login}")
            page.get_by_label("Signing code").fill(CODE)
            page.get_by_role("button", name="Sign", exact=True).click()
            expect(page.locator(".flash")).to_be_visible()
        with pages[-1].expect_download() as download:
            pages[-1].locator(f"#{form}").get_by_role("link", name="Download").click()
        files[form] = Path(download.value.path()).read_bytes()
    return files


def prove(server: Server, folder: Path, documents: dict[str, bytes]) -> None:
    """What outsiders say of the files, and what we say."""
    day = f"23-0970-{last_may()}-05-29"
    root = folder / "root.pem"
    server.flask("ca", "export", "-o", str(root))
    store = paper.trust_store(folder / "nss", root)
    for form, data in documents.items():
        file = folder / f"{form}.pdf"
        file.write_bytes(data)
        said = paper.verdicts(file, store)
        assert [s[:2] for s in said] == [("Signature is Valid.", "Certificate is Trusted.")] * 3
        assert [s[2] for s in said] == [False, False, True]
        paper.run("qpdf", "--check", file)
        assert "valid: signed by all 3" in server.flask("pdf", "check", str(file))
        saved = folder / f"saved-{form}.pdf"
        server.flask("form", "save", form, day, "-o", str(saved))
        assert saved.read_bytes() == data
    assert "proved" in server.flask("day", "verify", day)
    lines = paper.text(folder / "access-journal.pdf")
    for number, date, rooms, start, end, action in SAMPLE:
        row = f"{number} {date} {rooms} {start} {end} {action}"
        assert any(line.startswith(row) for line in lines), (row, lines)
    whole = "\n".join(lines)
    for words in (
        "Иванов И.И.",
        "технический",
        "Петров А.А.",
        "руководитель",
        "эл. подп. Петров А.А.",
        "МБОУ «СОШ № 14»",
    ):
        assert words in whole


def test_signing_in_on_another_device_keeps_the_persons_language(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    password = one_time_password(flask(instance, "init").stdout)
    server = serve(instance, Clock(datetime.now(UTC)))
    page = people(server, PHONE)
    first_sign_in(page, "admin", password, "correct horse battery")
    page.goto("/me")
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    other = people(server, DESK, "en-GB")
    sign_in(other, "admin", "correct horse battery")
    expect(other.locator("html")).to_have_attribute("lang", "ru")
