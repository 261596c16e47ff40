"""Rights that change while somebody works: two sessions of one person, a role taken away, a roster that changes."""

from collections.abc import Callable
from uuid import uuid4

from flask import Flask

from app.cli.people import OPERATOR
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, days, keys, opening, people
from app.services.opening import Place

from .conftest import CODE, DAY, NOW, Person
from .strangers import day_of
from .test_confirm import PAGE, finish

SignIn = Callable[[str], Person]
NOTE, JOURNAL = f"/days/{DAY}/note", f"/days/{DAY}/log"
SIGN = f"/days/{DAY}/documents/access-journal/sign"


def person_of(login: str) -> people.PersonView:
    return next(v for v in people.list_people(OPERATOR).items if v.login == login)


def own_entries(app: Flask) -> list[str]:
    with app.app_context():
        return [line.fact.text for line in day_of(DAY).lines if line.tag == "note.written"]


# ---------------------------------------------------------------- two sessions of one person


def test_two_sessions_record_side_by_side_and_signing_out_ends_one(app: Flask, sign_in: SignIn) -> None:
    phone, desk = sign_in("tech"), sign_in("tech")
    for who, words in ((phone, "first"), (desk, "second"), (phone, "third")):
        assert "Saved" in who.send(NOTE, {"text": words}).text
    assert own_entries(app)[-3:] == ["first", "second", "third"]
    form = phone.form(NOTE) | {"text": "one entry"}
    for who in (phone, desk):  # the same entry sent from both
        token = who.form("/me", "/sign-out")["csrf_token"]
        assert who.client.post(NOTE, data=form | {"csrf_token": token}).status_code == 302
    assert own_entries(app).count("one entry") == 1
    phone.client.post("/sign-out", data={"csrf_token": phone.form("/me", "/sign-out")["csrf_token"]})
    assert (phone.get(JOURNAL).status_code, desk.get(JOURNAL).status_code) == (302, 200)


def test_an_unlocked_key_belongs_to_the_session_that_gave_the_code(app: Flask, tech: Person, sign_in: SignIn) -> None:
    phone, desk = sign_in("head"), sign_in("head")
    finish(tech)
    assert "1 entry confirmed" in phone.send(PAGE, {"code": CODE}).text
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted"})
    assert 'name="code"' in desk.get(PAGE).text and 'name="code"' not in phone.get(PAGE).text
    with app.app_context():
        before = day_of(DAY).size
    assert desk.send(PAGE).status_code == 422
    with app.app_context():
        assert day_of(DAY).size == before
    assert "1 entry confirmed" in phone.send(PAGE).text


def test_a_new_password_ends_the_other_session(sign_in: SignIn) -> None:
    phone, desk = sign_in("tech"), sign_in("tech")
    new = {"password": "demo-tech-1", "new": "three quiet words", "again": "three quiet words"}
    assert "Your password is changed" in phone.send("/me/password", new).text
    assert (phone.get("/me").status_code, desk.get("/me").status_code) == (200, 302)


def test_closing_the_account_ends_both_at_once(app: Flask, sign_in: SignIn) -> None:
    phone, desk = sign_in("tech"), sign_in("tech")
    form = phone.form(NOTE) | {"text": "too late"}
    with app.app_context():
        people.lock(OPERATOR, person_of("tech").id, "ушла", NOW)
    assert phone.client.post(NOTE, data=form).status_code == 401
    assert desk.get(JOURNAL).status_code == 302 and "too late" not in own_entries(app)


# ---------------------------------------------------------------- a role taken away


def test_a_role_taken_away_closes_its_pages_at_the_next_click_and_the_days_roster_stays(
    app: Flask, head: Person, tech: Person
) -> None:
    form = head.form(f"/days/{DAY}/plan/join")
    opened = head.form("/days/open/23-0970") | {"date": "2026-06-09", "end": "13:55"}
    assert head.get("/keys").status_code == 200
    with app.app_context():
        who = person_of("head")
        people.edit(OPERATOR, who.id, who.name, [Role.COMMISSION_MEMBER], who.centres, "", NOW)
        other = hire(Role.TECHNICIAN)
    assert [head.get(url).status_code for url in ("/keys", "/days/open", "/days/open/23-0970")] == [403] * 3
    assert head.client.post("/days/open/23-0970", data=opened).status_code == 403
    with app.app_context():
        assert "23-0970-2026-06-09" not in [name for name, _ in days.names(OPERATOR)]
    finish(tech)
    assert "1 entry confirmed" in head.send(PAGE, {"code": CODE}).text, "today they are the head: the journal says so"
    joined = form | {"person": other.person, "role": "technician"}
    answer = head.client.post(f"/days/{DAY}/plan/join", data=joined, follow_redirects=True)
    assert "The roster is changed" in answer.text


# ---------------------------------------------------------------- the roster at noon


def hire(*roles: Role) -> Actor:
    """Somebody of the centre who is not on the day."""
    view, password = people.add(OPERATOR, "spare", "Сменная Яна Ильинична", roles, ["23-0970"], "", NOW)
    actor = Actor(view.id, view.name, frozenset(roles), frozenset(view.centres))
    accounts.set_password(actor, password, "three quiet words", NOW)
    keys.make(actor, CODE, True, NOW)
    return actor


def replace_by(login: str, role: str, *roles: Role) -> Actor:
    """At noon ``login`` leaves and somebody else takes the role."""
    new, boss = hire(*roles), OPERATOR
    opening.join(boss, DAY, Place(new.person, role, "приказ 120"), "замена", NOW)
    opening.leave(boss, DAY, person_of(login).id, "болезнь", NOW)
    return new


def sign_in_as(app: Flask, login: str, password: str) -> Person:
    person = Person(app.test_client())
    assert person.send("/sign-in", {"login": login, "password": password}, follow=False).status_code == 302
    return person


def test_who_leaves_at_noon_reads_and_signs_what_they_did_and_records_no_more(app: Flask, tech: Person) -> None:
    form = tech.form(NOTE) | {"text": "after noon"}
    step = tech.form(f"/days/{DAY}/steps/ex.hq_record")
    with app.app_context():
        seq = next(a.seq for a in day_of(DAY).acts.values() if a.by.short.startswith("Иванов"))
        replace_by("tech", "technician", Role.TECHNICIAN)
        size = day_of(DAY).size
    for url in (f"/days/{DAY}/today", JOURNAL, f"/days/{DAY}/documents", f"/days/{DAY}/entries/{seq}"):
        assert tech.get(url).status_code == 200, url
    refused = [
        tech.client.post(NOTE, data=form), tech.client.post(f"/days/{DAY}/steps/ex.hq_record", data=step),
        tech.client.post(f"/days/{DAY}/entries/{seq}/void", data=form | {"reason": "x"}),
        tech.client.post(f"/days/{DAY}/plan/change", data=form),
    ]  # fmt: skip
    assert [a.status_code for a in refused] == [403] * 4
    assert all("Your role on this day does not allow this." in a.text for a in refused)
    with app.app_context():
        assert day_of(DAY).size == size
    page = tech.get(SIGN).text
    assert "It is not your turn" not in page and 'name="code"' in page
    answer = tech.send(SIGN, {"password": "demo-tech-1", "code": CODE})
    assert "The file now carries your signature" in answer.text
    with app.app_context():
        (signature,) = day_of(DAY).documents["access-journal"]
        assert signature.by.person == person_of("tech").id


def test_the_replacement_records_corrects_and_confirms_nothing(app: Flask, tech: Person) -> None:
    finish(tech)
    with app.app_context():
        new = replace_by("tech", "technician", Role.TECHNICIAN)
        waiting = [a.seq for a in day_of(DAY).acts.values() if not a.valid_confirmations and a.tag == "step.done"]
    spare = sign_in_as(app, "spare", "three quiet words")
    assert "Saved" in spare.send(NOTE, {"text": "I have taken over"}).text
    token = spare.form("/me", "/sign-out")["csrf_token"]
    sent = {"c": waiting, "code": CODE, "csrf_token": token, "entry_id": str(uuid4())}
    answer = spare.client.post(PAGE, data=sent)
    assert answer.status_code == 422 and "Your role does not confirm this entry." in answer.text
    wrong = {"reason": "wrong room", "csrf_token": token}
    assert spare.client.post(f"/days/{DAY}/entries/{waiting[0]}/void", data=wrong).status_code == 302
    with app.app_context():
        assert day_of(DAY).acts[waiting[0]].void and new.person in day_of(DAY).roster


def test_a_head_who_only_confirmed_and_left_still_reads_the_day(app: Flask, head: Person) -> None:
    with app.app_context():
        replace_by("head", "pes_head", Role.PES_HEAD)
    assert head.get(JOURNAL).status_code == 200
    token = head.form("/me", "/sign-out")["csrf_token"]
    assert head.client.post(NOTE, data={"text": "x", "csrf_token": token}).status_code == 403


def test_who_leaves_without_having_done_anything_is_a_stranger_to_the_day(app: Flask, sign_in: SignIn) -> None:
    member = sign_in("member")
    assert member.get(JOURNAL).status_code == 200
    with app.app_context():
        opening.leave(OPERATOR, DAY, person_of("member").id, "по ошибке", NOW)
    assert member.get(JOURNAL).status_code == 404


def test_changing_the_plan_is_no_work_done(app: Flask, sign_in: SignIn) -> None:
    cctv = sign_in("cctv")
    cctv.send(f"/days/{DAY}/plan/change", {"rooms_other": "0500", "reason": "A spare room"})
    with app.app_context():
        opening.leave(OPERATOR, DAY, person_of("cctv").id, "по ошибке", NOW)
    assert cctv.get(JOURNAL).status_code == 404
