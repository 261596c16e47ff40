"""A step: its form, what it refuses, what it keeps, what it writes."""

import io
from collections.abc import Callable

from flask import Flask
from PIL import Image

from app.domain.day import Act
from app.services import days

from .conftest import DAY, Clock, Person, fields

STEP = f"/days/{DAY}/steps"
GOOD = {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "2", "evidence.software_version": "26.4.1"}


def acts(app: Flask, step: str) -> tuple[Act, ...]:
    with app.app_context():
        day, _ = days.fold_log(days.log_of(DAY))
        return day.step_acts(step)


def test_done_with_what_is_already_in(app: Flask, tech: Person) -> None:
    before = len(acts(app, "ex.soft_check"))
    form = tech.form(f"{STEP}/ex.soft_check")
    assert form["at"] == "08:04" and form["evidence.software_version"] == "26.4.1"
    assert form["places"] == [f"PS-{n:04d}" for n in range(5, 18)], "open places are marked, closed ones are not sent"
    answer = tech.send(f"{STEP}/ex.soft_check", GOOD)
    assert answer.request.path == f"/days/{DAY}/today" and "Saved: Check the software" in answer.text
    assert "Entry 5." in answer.text and f"/days/{DAY}/entries/4/correct" in answer.text
    after = acts(app, "ex.soft_check")
    assert len(after) == before + 1 and after[-1].fact.places == tuple(form["places"])
    assert after[-1].fact.evidence["clock_diff_s"] == 2 and after[-1].by.short == "Иванов\u00a0И.\u00a0И."


def test_sending_twice_writes_once(app: Flask, tech: Person) -> None:
    form = tech.form(f"{STEP}/ex.soft_check") | GOOD
    for _ in range(2):
        assert tech.client.post(f"{STEP}/ex.soft_check", data=form).status_code == 302
    assert len(acts(app, "ex.soft_check")) == 2


def test_an_error_keeps_everything_typed(app: Flask, tech: Person) -> None:
    typed = GOOD | {
        "evidence.clock_diff_s": "about two",
        "note": "Second floor <b>last</b>",
        "at": "0801",
        "places": ["PS-0009", "PS-0011"],
    }
    answer = tech.send(f"{STEP}/ex.soft_check", typed)
    assert answer.status_code == 422
    assert 'href="#evidence.clock_diff_s"' in answer.text and 'id="evidence.clock_diff_s"' in answer.text
    assert "about two is not a whole number" in answer.text and "What you typed is kept" in answer.text
    form = fields(answer.text, f"{STEP}/ex.soft_check")
    assert (
        form["note"] == "Second floor <b>last</b>" and form["places"] == ["PS-0009", "PS-0011"] and form["at"] == "0801"
    )
    assert form["evidence.starts_ok"] == "yes" and len(acts(app, "ex.soft_check")) == 1
    fixed = form | {"evidence.clock_diff_s": "2"}
    assert tech.client.post(f"{STEP}/ex.soft_check", data=fixed).status_code == 302
    assert acts(app, "ex.soft_check")[-1].fact.places == ("PS-0009", "PS-0011")


def test_nothing_marked_and_nothing_filled_names_every_field(tech: Person) -> None:
    answer = tech.send(f"{STEP}/ex.soft_check", {"places": None, "evidence.software_version": ""})
    assert answer.status_code == 422
    for text in ("Software version: needed", "The program starts: needed", 'href="#evidence.starts_ok"'):
        assert text in answer.text


def test_a_value_out_of_its_limit_needs_a_note(app: Flask, tech: Person) -> None:
    typed = GOOD | {"evidence.starts_ok": "no"}
    answer = tech.send(f"{STEP}/ex.soft_check", typed)
    assert (
        answer.status_code == 422 and "the answer is &#34;no&#34;" in answer.text and "Why it may stay" in answer.text
    )
    assert len(acts(app, "ex.soft_check")) == 1
    form = fields(answer.text, f"{STEP}/ex.soft_check") | {"note": "The reserve station takes over"}
    answer = tech.client.post(f"{STEP}/ex.soft_check", data=form, follow_redirects=True)
    assert "Saved" in answer.text and acts(app, "ex.soft_check")[-1].fact.note == "The reserve station takes over"


def test_a_late_entry_asks_for_its_reason(app: Flask, tech: Person, clock: Clock) -> None:
    answer = tech.send(f"{STEP}/ex.soft_check", GOOD | {"at": "07:20"})
    assert answer.status_code == 422 and "44 min after the event" in answer.text and 'name="late_reason"' in answer.text
    form = fields(answer.text, f"{STEP}/ex.soft_check") | {"late_reason": "No network in the east wing"}
    assert tech.client.post(f"{STEP}/ex.soft_check", data=form).status_code == 302
    act = acts(app, "ex.soft_check")[-1]
    assert (
        act.fact.late_reason == "No network in the east wing" and act.fact.at.isoformat() == "2026-06-01T04:20:00+00:00"
    )


def test_times_in_the_future_and_nonsense(tech: Person) -> None:
    assert "in the future" in tech.send(f"{STEP}/ex.soft_check", GOOD | {"at": "08:30"}).text
    answer = tech.send(f"{STEP}/ex.soft_check", GOOD | {"at": "8 o'clock"})
    assert answer.status_code == 422 and "is not a time" in answer.text


def test_an_overdue_step_offers_its_reason(tech: Person, clock: Clock) -> None:
    clock.forward(hours=1, minutes=10)
    assert 'name="overdue_reason"' in tech.get(f"{STEP}/ex.soft_check").text


def test_not_possible(app: Flask, tech: Person) -> None:
    url = f"{STEP}/ex.soft_check/not-possible"
    form = tech.form(f"{STEP}/ex.soft_check") | {"places": ["PS-0016"]}
    shown = tech.client.post(url, data=form)  # the button beside "Done" brings what was marked along
    assert shown.status_code == 200 and fields(shown.text, url)["places"] == ["PS-0016"]
    refused = tech.client.post(url, data=fields(shown.text, url))
    assert refused.status_code == 422 and "Give the reason" in refused.text
    answer = tech.client.post(
        url, data=fields(refused.text, url) | {"reason": "Room 0016 is locked"}, follow_redirects=True
    )
    assert "Saved" in answer.text and acts(app, "ex.soft_check")[-1].fact.reason == "Room 0016 is locked"


def test_not_required_is_for_the_head(app: Flask, tech: Person, head: Person) -> None:
    url = f"{STEP}/ex.soft_check/not-required"
    assert "Not required…" not in tech.get(f"{STEP}/ex.soft_check").text
    assert "Not required…" in head.get(f"{STEP}/ex.soft_check").text
    refused = tech.send(url, {"reason": "No"}, follow=False)
    assert refused.status_code == 403 and "Your role on this day does not allow this" in refused.text
    answer = head.send(url, {"reason": "No printing today", "places": ["PS-0017"]})
    assert "Saved" in answer.text
    assert acts(app, "ex.soft_check")[-1].fact.decided_by.startswith("Петров Алексей Андреевич, ")


def test_somebody_elses_step_has_no_form(tech: Person) -> None:
    page = tech.get(f"{STEP}/ex.materials").text
    assert '<form method="post" action="/days/' + DAY + "/steps/" not in page
    assert "Your role does not perform this step" in page


def test_a_role_without_account_is_written_down_by_somebody(app: Flask, head: Person) -> None:
    page = head.get(f"{STEP}/post.upload").text
    assert 'name="outside.name"' in page
    answer = head.send(
        f"{STEP}/post.upload",
        {
            "evidence.source_format": "mp4",
            "evidence.converted": "yes",
            "evidence.visible_in_archive": "yes",
            "evidence.rooms": ["0001"],
        },
    )
    assert answer.status_code == 422 and "Give the name and the paper" in answer.text
    form = fields(answer.text, f"{STEP}/post.upload") | {
        "outside.name": "Кузнецова В. С.",
        "outside.paper": "letter 12",
    }
    answer = head.client.post(f"{STEP}/post.upload", data=form, follow_redirects=True)
    assert "Saved" in answer.text and acts(app, "post.upload")[-1].fact.outside.name == "Кузнецова В. С."


def picture() -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(data, "PNG")
    data.seek(0)
    return data, "angle.png"


def test_a_photo_is_kept_even_when_another_field_is_wrong(app: Flask, tech: Person) -> None:
    url = f"{STEP}/d1.angle"
    answer = tech.send(
        url, {"evidence.room": "", "evidence.photo_before": picture()}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422 and "Kept: angle.png" in answer.text
    form = fields(answer.text, url) | {"evidence.room": "0008"}
    answer = tech.client.post(url, data=form, follow_redirects=True)
    act = acts(app, "d1.angle")[-1]
    assert act.fact.evidence["photo_before"]["name"] == "angle.png"
    page = tech.get(f"/days/{DAY}/entries/{act.seq}").text
    link = f"/days/{DAY}/files/{act.fact.evidence['photo_before']['sha256']}"
    assert link in page and tech.get(link).mimetype == "image/jpeg"
    assert tech.get(f"/days/{DAY}/files/{'0' * 64}").status_code == 404


def test_a_file_of_a_wrong_kind_is_refused_by_name(tech: Person) -> None:
    answer = tech.send(
        f"{STEP}/d1.angle",
        {"evidence.photo_before": (io.BytesIO(b"MZ not a picture"), "x.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422 and "x.png is not a JPEG or PNG picture" in answer.text


def test_lists_and_tables_take_rows(sign_in: Callable[[str], Person]) -> None:
    page = sign_in("tech").get(f"{STEP}/ex.cctv_check").text
    assert page.count('name="evidence.faults"') == 5


def test_what_is_never_stored_takes_no_input(tech: Person) -> None:
    page = tech.get(f"{STEP}/ex.key").text
    assert 'name="evidence.key_content"' not in page and "instruction" in page


def test_an_unknown_step(tech: Person) -> None:
    assert tech.get(f"{STEP}/no.such").status_code == 404
