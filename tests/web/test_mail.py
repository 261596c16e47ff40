"""What e-mails say, one's own wish about them, and whether they go out at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import config, create_app
from app.services import opening, people, reminders
from app.services.mail import Words, mime
from tests.conftest import NAME, OFFICE, OPENED, Clock, Installation
from tests.mailserver import ENCODED, PASSWORD, USER, Mailbox, Sending, serving, text

from .conftest import Person

NASTY = "ЕГЭ <b>физика</b> & Co"
HEADERS = "Exam\r\nBcc: thief@example.org"


@pytest.fixture
def box() -> Iterator[tuple[Mailbox, int]]:
    made = Mailbox()
    with serving(made) as port:
        yield made, port


def told(installation: Installation, box: tuple[Mailbox, int], minutes: int = 44, **person: Any) -> Sending:
    """What is due so long before 08:00 is sent; ``person``: changes of the technician's account."""
    installation.clock.now = installation.clock.now.replace(minute=0, second=0) - timedelta(minutes=minutes)
    sending = Sending(installation, *box)
    if person:
        sending.person("tech", **person)
    sending.tell()
    sending.deliver()
    return sending


def test_the_subject_says_first_what_is_the_matter(installation: Installation, box: tuple[Mailbox, int]) -> None:
    day = installation.open_day()
    sending = told(installation, box)
    for item in _open_items(installation, day):
        assert _title(installation, day, item.step) in text(sending.to("tech"))
    assert sending.to("tech")["Subject"] == "3 steps need you · 45-0007 · 1 June"
    installation.clock.forward(minutes=10)
    sending.tell()
    sending.deliver()
    head = sending.to("head")
    assert head["Subject"] == "Ten minutes overdue: 2 steps need you · 45-0007 · 1 June"
    assert "Ёлкина" in text(head).replace("\u00a0", " "), "whose step it is"


def _open_items(installation: Installation, day: str) -> tuple[reminders.Item, ...]:
    found = reminders.note(installation.day(day), installation.people["tech"].person, installation.clock.now)
    assert found
    return found.items


def _title(installation: Installation, day: str, step: str) -> str:
    return str(installation.day(day).profile.step(step).title["en"])


def test_a_message_says_what_where_until_when_and_how_late(
    installation: Installation, box: tuple[Mailbox, int]
) -> None:
    day = installation.open_day()
    message = told(installation, box, minutes=-5).to("tech")  # 08:05
    plain, html = text(message).replace("\u00a0", " "), text(message, "html").replace("\u00a0", " ")
    for shown in (plain, html):
        assert "Arrive" in shown and "50 min late" in shown and "07:15" in shown
        assert "Local time: Moscow, UTC+3" in shown and "As it stood at 08:05" in shown
        assert "МБОУ «СОШ № 1»" in shown and "1 June 2026" in shown and "Rooms: 7777" in shown
        assert f"https://logbook.test/days/{day}/steps/ex.arrive" in shown
        assert f"https://logbook.test/days/{day}/today" in shown and "https://logbook.test/me" in shown
        assert "технический специалист" in shown or "technical specialist" in shown
    assert message["From"] == "Logbook <logbook@logbook.test>" and message["To"] == "tech@example.org"
    assert message["Auto-Submitted"] == "auto-generated" and message["Message-ID"].endswith(".reminder@logbook.test>")
    assert message["Date"].datetime == installation.clock.now and message["X-Logbook-Again"] is None


def test_who_has_a_step_is_told(installation: Installation, box: tuple[Mailbox, int]) -> None:
    day = installation.open_day()
    installation.clock.now = installation.clock.now.replace(minute=0, second=0) - timedelta(minutes=44)
    sending = Sending(installation, *box)
    sending.tell()
    reminders.take(installation.people["cctv"], day, ["ex.arrive"], installation.clock.now)
    sending.deliver()
    assert "Ким О. Л. has it until 07:31" in text(sending.to("tech")).replace("\u00a0", " ")


class Reader(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]


def test_the_html_loads_nothing_and_takes_no_colour(installation: Installation, box: tuple[Mailbox, int]) -> None:
    installation.open_day()
    page = Reader(text(told(installation, box).to("tech"), "html"))
    assert not page.tags & {"img", "link", "style", "script", "iframe", "font"}
    assert not page.names & {"style", "bgcolor", "color", "background"}
    assert page.links and all(link.startswith("https://logbook.test/") for link in page.links)


def test_what_people_type_is_text_and_never_a_header(installation: Installation, box: tuple[Mailbox, int]) -> None:
    view = people.person(OFFICE, installation.people["head"].person)
    people.edit(OFFICE, view.id, "Ил<b>ьин</b> & Сын", view.roles, view.centres, "", installation.clock.now)
    roster = installation.opening().roster
    opening.open_day(installation.people["cctv"], installation.opening(exam=NASTY, roster=roster), NAME, OPENED)
    message = told(installation, box).to("tech")
    assert "&lt;b&gt;физика&lt;/b&gt;" in text(message, "html") and "<b>физика" not in text(message, "html")
    assert "<b>физика</b>" in text(message) and "&lt;" not in text(message), "plain text is not escaped"
    made = mime(Words(HEADERS, HEADERS, "x", "x"), "a@b.test", "c@d.test", installation.clock.now, "x")
    head, _, _ = made.partition(b"\r\n\r\n")
    assert b"\nBcc:" not in head and head.count(b"\r\nSubject:") == 1


@pytest.mark.parametrize(
    ("language", "subject"),
    [("ru", "шаг"), ("fi", "vaihe"), ("de", "Schritt"), ("en", "steps")],
)
def test_a_message_speaks_the_persons_language(
    installation: Installation, box: tuple[Mailbox, int], language: str, subject: str
) -> None:
    installation.open_day()
    message = told(installation, box, language=language).to("tech")
    assert subject in message["Subject"] and f'lang="{language}"' in text(message, "html")
    if language != "en":
        assert "You get this" not in text(message) and "You get this" not in text(message, "html")


def test_who_has_chosen_no_language_gets_the_installations(
    installation: Installation, box: tuple[Mailbox, int]
) -> None:
    installation.open_day()
    made = Sending(installation, *box)
    installation.app.extensions["settings"] = replace(made.settings, language="de")
    assert "Schritt" in told(installation, box).to("tech")["Subject"]


def test_a_rehearsal_says_so(installation: Installation, box: tuple[Mailbox, int]) -> None:
    installation.open_day(rehearsal=True)
    message = told(installation, box).to("tech")
    assert message["Subject"].startswith("Rehearsal · ") and "practice" in text(message)


# ---------------------------------------------------------------- one's own page


@pytest.fixture
def sending_app(app: Flask, clock: Clock, box: tuple[Mailbox, int]) -> Flask:
    """The demonstration with a mail server."""
    folder = Path(app.instance_path)
    made = create_app(config.load(folder, {"LOGBOOK_SMTP_URL": f"smtp://127.0.0.1:{box[1]}"}), clock)
    made.testing = True
    return made


def enter(app: Flask, login: str = "tech", email: str = "anna@example.org") -> Person:
    with app.app_context():
        row = next(p for p in people.list_people(OFFICE).items if p.login == login)
        people.edit(OFFICE, row.id, row.name, row.roles, row.centres, email, app.extensions["clock"]())
    person = Person(app.test_client())
    assert person.send("/sign-in", {"as": login}, follow=False).status_code == 302
    return person


def test_a_person_switches_reminders_by_mail_off_and_on(sending_app: Flask) -> None:
    tech = enter(sending_app)
    page = tech.get("/me").text
    assert "anna@example.org" in page and 'name="mail" type="checkbox" value="1" checked' in page
    assert "No reminders come by e-mail" in tech.send("/me/mail", {"mail": None}, form="/me").text
    assert 'type="checkbox" value="1">' in tech.get("/me").text
    assert "Reminders come by e-mail" in tech.send("/me/mail", {"mail": "1"}, form="/me").text
    assert 'value="1" checked' in tech.get("/me").text


def test_a_test_message_comes_or_the_page_says_why_not(sending_app: Flask, box: tuple[Mailbox, int]) -> None:
    tech = enter(sending_app)
    assert "has taken the test message" in tech.send("/me/mail/test", form="/me").text
    assert box[0].to == ["anna@example.org"] and "reaches you" in text(box[0].messages[0])
    box[0].refuse = lambda address: f"550 {address} is unknown"
    page = tech.send("/me/mail/test", form="/me").text
    assert "was not sent" in page and "does not take the address (answer 550)" in page and "is unknown" not in page


def test_without_a_mail_server_or_an_address_there_is_no_button(app: Flask, sending_app: Flask) -> None:
    page = enter(app).get("/me").text
    assert "sends no e-mail" in page and "/me/mail/test" not in page
    page = enter(sending_app, email="").get("/me").text
    assert "knows no e-mail address" in page and "/me/mail" not in page


def test_the_shell_tries_it_out(app: Flask, box: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(url: str, address: str = "anna@example.org") -> Any:
        made = create_app(config.load(Path(app.instance_path), {"LOGBOOK_SMTP_URL": url}))
        return made.test_cli_runner().invoke(args=["mail", "test", address])

    good = run(f"smtp://127.0.0.1:{box[1]}")
    assert good.exit_code == 0 and "has taken the message" in good.output and len(box[0].messages) == 1
    for url, why in (("", "No mail server is set"), ("smtp://127.0.0.1:9", "cannot be reached"),
                     (f"smtp://{USER}:{ENCODED}@127.1:{box[1]}", "never sent without")):  # fmt: skip
        bad = run(url)
        assert bad.exit_code == 1 and why in bad.output and PASSWORD not in bad.output and ENCODED not in bad.output
    assert "no e-mail address that could be used" in run(f"smtp://127.0.0.1:{box[1]}", "nobody").output


def test_the_page_of_settings_never_shows_the_password(app: Flask, clock: Clock) -> None:
    secret = f"smtp://{USER}:{ENCODED}@mail.example.org:587"
    made = create_app(config.load(Path(app.instance_path), {"LOGBOOK_SMTP_URL": secret}), clock)
    made.testing = True
    page = enter(made, "admin").get("/settings").text
    assert "mail.example.org" in page and ENCODED not in page and PASSWORD not in page
    assert ENCODED not in repr(made.extensions["settings"]) and PASSWORD not in repr(made.extensions["settings"])
