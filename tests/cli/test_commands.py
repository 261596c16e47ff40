"""Commands: what they print, line by line, and what they answer to the shell."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app.domain import Message
from app.domain.duty import on_duty
from app.domain.jobs import JOBS, Outcome
from app.jobs import perform, work
from app.services import check, documents
from tests.conftest import CODE, EXAM, MORNING, Clock, Installation, close, make_app
from tests.store.attacker import attack, flipped, put

DAY = f"{CODE}-{EXAM}"
COMMANDS = [
    ["people", "list"],
    ["people", "add", "new", "Новый Человек", "--role", "technician"],
    ["people", "close", "tech"],
    ["people", "reset-password", "tech"],
    ["day", "list"],
    ["day", "show", DAY],
    ["day", "verify", DAY],
    ["form", "save", "access-journal", DAY, "-o", "x.pdf"],
    ["ca", "export", "-o", "x.pem"],
    ["ca", "crl", "-o", "x.pem"],
    ["ca", "vkey"],
    ["ca", "checkpoint", DAY],
    ["pdf", "check", __file__],
    ["jobs"],
    ["jobs", "run"],
    ["jobs", "once"],
    ["jobs", "list"],
    ["backup", "make"],
    ["backup", "check", __file__],
]


def run(installation: Installation, *words: object, code: int = 0) -> list[str]:
    """The lines of a command; fails unless it answers ``code``."""
    result: Result = installation.app.test_cli_runner().invoke(args=[str(w) for w in words])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output.splitlines()


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: " ".join(w[:2]))
@pytest.mark.parametrize("folder", ["missing", "empty", "without tables", "no database"])
def test_without_an_installation_every_command_says_so_and_answers_2(
    tmp_path: Path, words: list[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "instance"
    if folder != "missing":
        place.mkdir()
    if folder == "without tables":
        (place / "logbook.db").touch()
    if folder == "no database":
        (place / "logbook.db").write_bytes(b"this is no database " * 100)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    app = make_app(place, Clock())
    result = app.test_cli_runner().invoke(args=words)
    close(app)
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.startswith("Error: The database" if folder == "no database" else "Error: There is no logbook in ")
    assert sorted(p.name for p in tmp_path.rglob("*")) == before, "and makes nothing"


def test_people_are_listed_added_closed_and_get_new_passwords(installation: Installation) -> None:
    lines = run(installation, "people", "list")
    assert f"tech\tЁлкина Анна Юрьевна\ttechnician\t{CODE}" in lines
    assert "ministry\tОрлова Нина Петровна\tministry_officer\t" in lines
    (made,) = run(installation, "people", "add", "New", "Новый Человек", "--role", "technician", "--centre", CODE)
    assert re.fullmatch(r"New\tone-time password: ([a-z2-9]{3}-){3}[a-z2-9]{3}", made)
    (reset,) = run(installation, "people", "reset-password", "new")
    assert reset.startswith("new\tone-time password: ") and reset.split()[-1] != made.split()[-1]
    assert run(installation, "people", "close", "new") == ["new\tclosed"]
    assert f"new\tНовый Человек\ttechnician\t{CODE}\tclosed" in run(installation, "people", "list")
    assert run(installation, "people", "close", "nobody", code=1) == ["Error: There is no account nobody."]
    assert (
        "The name tech is taken."
        in run(installation, "people", "add", "tech", "Имя Фамилия", "--role", "technician", code=1)[0]
    )


def test_days_are_listed_one_a_line(installation: Installation, day: str) -> None:
    installation.open_day(rehearsal=True)
    lines = run(installation, "day", "list")
    assert [line.split("\t")[0] for line in lines] == [day]
    assert [line.split("\t")[0] for line in run(installation, "day", "list", "--rehearsals")] == [f"{day}-r1"]
    assert re.fullmatch(rf"{day}\t2026-06-01T10:00\tЕГЭ, физика\t0/\d+\t1", lines[0])


def test_the_clock_of_a_rehearsal_is_set_and_that_of_a_day_is_not(installation: Installation, day: str) -> None:
    name = installation.open_day(rehearsal=True)
    assert run(installation, "day", "clock", name) == [f"{name}\t2026-06-01T08:00"]
    assert run(installation, "day", "clock", name, "--at", "2026-05-31T07:00") == [f"{name}\t2026-05-31T07:00"]
    assert run(installation, "day", "clock", name, "--forward", "20") == [f"{name}\t2026-05-31T07:20"]
    later = run(installation, "day", "clock", name, "--next")[0].split("\t")[1]
    assert later > "2026-05-31T07:20"
    for wrong in (["--at", "soon"], ["--next", "--forward", "5"]):
        run(installation, "day", "clock", name, *wrong, code=2)
    assert "real exam day" in run(installation, "day", "clock", day, "--next", code=1)[0]


def test_a_day_is_shown_with_the_state_of_every_step_at_a_moment(installation: Installation, day: str) -> None:
    installation.arrive(day)
    lines = run(installation, "day", "show", day, "--now", "2026-06-01T09:10+03:00")
    assert lines[0] == f"{day}  МБОУ «СОШ № 1», г. Пример, ул. Садовая, д. 7"
    assert lines[1] == "ЕГЭ, физика, 2026-06-01T10:00 to 13:30 (Europe/Moscow)"
    assert "  Ёлкина\u00a0А.\u00a0Ю.\ttechnician\tприказ № 7" in lines
    words = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert "Arrive and register" in next(line for line in lines if "Arrive" in line)
    assert {"late", "overdue", "now", "soon", "waiting", "demand", "off"} <= set(words)
    early = run(installation, "day", "show", day, "--now", "2026-05-01T09:10+03:00")
    assert not [line for line in early if line.startswith("  overdue")]
    assert re.fullmatch(r"entries 2, root [A-Z2-7]{5}( [A-Z2-7]{5}){3}", lines[-1])


@pytest.mark.parametrize("moment", ["now", "2026-06-01T09:10", "2026-13-01T09:10+03:00"])
def test_a_moment_without_zone_or_sense_is_refused(installation: Installation, day: str, moment: str) -> None:
    assert "Write it as 2026-06-01T09:10+03:00." in run(installation, "day", "show", day, "--now", moment, code=2)[-1]


def test_an_unknown_day_is_an_error_and_cannot_be_verified(installation: Installation, day: str) -> None:
    assert run(installation, "day", "show", "no-day", code=1) == ["Error: There is no such day."]
    assert run(installation, "day", "verify", "no-day", code=2) == ["no-day\tThere is no such day."]


def test_verify_proves_or_names_the_entry(installation: Installation, day: str, tmp_path: Path) -> None:
    installation.note(day)
    (line,) = run(installation, "day", "verify", day)
    assert re.fullmatch(rf"{day}\tproved: 2 entries, root [A-Z2-7 ]+, 1 checkpoints agree", line)
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(run(installation, "ca", "checkpoint", day)) + "\n", encoding="utf-8")
    (line,) = run(installation, "day", "verify", day, "--checkpoint", kept)
    assert "2 checkpoints agree" in line
    kept.write_text("nothing", encoding="utf-8")
    run(installation, "day", "verify", day, "--checkpoint", kept, code=2)
    with attack(installation.database) as connection:
        put(connection, 2, 1, leaf=b"{}")
    assert run(installation, "day", "verify", day, code=1) == [f"{day}\tEntry 2 was changed."]
    (installation.folder / "keys" / "log.key").unlink()
    assert run(installation, "day", "verify", day, code=2)


OPEN = """
centre = "45-0007"
date = 2026-06-08
start = "10:00"
end = "13:30"
exam = "ЕГЭ, химия"
profile = "ru-ege-main"
[rooms]
exam = "0001-0003"
headquarters = "7777"
[[camera]]
id = "C1"
room = "0001"
[[station]]
id = "S1"
room = "7777"
kind = "main"
"""
ROSTER = "".join(
    f'[[person]]\nlogin = "{login}"\nrole = "{role}"\norder = "приказ № 9"\n'
    for login, role in (("tech", "technician"), ("head", "pes_head"), ("commission", "commission_head"))
)


def test_a_day_is_opened_from_a_file(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "day.toml"
    file.write_text(OPEN + ROSTER, encoding="utf-8")
    assert run(installation, "day", "open", file, "--now", "2026-06-01T09:00+03:00") == ["45-0007-2026-06-08"]
    loaded = installation.day("45-0007-2026-06-08")
    assert [r.code for r in loaded.rooms] == ["0001", "0002", "0003", "7777"]
    assert [m.role for m in loaded.roster.values()] == ["technician", "pes_head", "commission_head"]
    assert loaded.opened.exam == "ЕГЭ, химия"


def test_a_technician_of_the_file_may_come_on_duty_later(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "day.toml"
    later = '[[person]]\nlogin = "cctv"\nrole = "cctv_technician"\nrelief = true\n'
    file.write_text(OPEN + ROSTER + later, encoding="utf-8")
    (day,) = run(installation, "day", "open", file, "--now", "2026-06-01T09:00+03:00")
    assert [m.role for m in on_duty(installation.day(day))] == ["technician"]


def test_an_end_before_the_start_is_of_the_next_day_and_an_offset_is_a_way_to_say_which_time(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "day.toml"
    night = (OPEN + ROSTER).replace('"10:00"', '"22:00+03:00"', 1)
    file.write_text(re.sub(r'end = "[0-9:]+"', 'end = "01:30"', night, count=1), encoding="utf-8")
    (name,) = run(installation, "day", "open", file, "--now", "2026-06-01T09:00+03:00")
    assert "2026-06-08T22:00 to 2026-06-09T01:30" in run(installation, "day", "show", name)[1]
    file.write_text(night.replace("22:00+03:00", "22:00+02:00"), encoding="utf-8")
    refused = run(installation, "day", "open", file, code=1)
    assert "22:00+02:00 is not a time of this place on this day; 22:00+03:00 is." in refused[0]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('centre = "45-0007"', "", "KeyError"),
        ('"45-0007"', '"45-0404"', "There is no such centre"),
        ('"10:00"', '"x"', "10:00"),
        ("exam =", "examm =", "Unknown key examm"),
        ("2026-06-08", '"soon"', "ValueError"),
        ('login = "tech"', 'login = "x"', "x"),
        ("[rooms]", "[rooms", "line"),
        ('"0001-0003"', '"cellar"', "cellar"),
        ('kind = "main"', 'colour = "red"', "colour"),
        ('"ru-ege-main"', '"no-such"', "no-such"),
        ('"0001-0003"', "7", "wrong kind"),
        ('"10:00"', "10:00:00", "wrong kind"),
        ('login = "tech"', "login = 7", "wrong kind"),
        ('"ЕГЭ, химия"', "7", "wrong kind"),
        ('order = "приказ № 9"', "order = 9", "wrong kind"),
        ("exam = ", 'rehearsal = "x"\nexam = ', "wrong kind"),
        ("exam = ", "parameters = 7\nexam = ", "wrong kind"),
        ("2026-06-08", "2026-06-08T10:00:00", "ValueError"),
        ("exam = ", "parameters = {hq_record_start = 7}\nexam = ", "does not fit"),
        ('id = "C1"', "id = 7", "str expected"),
        ('login = "tech"', 'relief = "yes"\nlogin = "tech"', "wrong kind"),
        ('login = "tech"', 'relief = true\nlogin = "tech"', "on duty first"),
        ('login = "head"', 'relief = true\nlogin = "head"', "only technical specialists"),
    ],
)
def test_a_bad_file_is_refused_in_words(
    installation: Installation, tmp_path: Path, old: str, new: str, part: str
) -> None:
    file = tmp_path / "day.toml"
    file.write_text((OPEN + ROSTER).replace(old, new, 1), encoding="utf-8")
    lines = run(installation, "day", "open", file, code=1)
    assert lines[0].startswith("Error: ") and part in " ".join(lines)
    assert run(installation, "day", "list") == []


def test_forms_are_listed_and_saved(signed: tuple[Installation, str], tmp_path: Path) -> None:
    installation, day = signed
    lines = run(installation, "form", "list")
    codes = [line.split("\t")[0] for line in lines]
    assert codes == sorted(codes) and {"access-journal", "day-protocol"} <= set(codes), "of every country"
    assert all(re.fullmatch(r"[a-z-]+\t[A-Z].+", line) for line in lines)
    out = tmp_path / "out.pdf"
    (line,) = run(installation, "form", "save", "access-journal", day, "-o", out)
    assert line == f"{out}\t{out.stat().st_size} bytes"
    assert out.read_bytes() == documents.save(installation.day(day), "access-journal")[0]
    (line,) = run(installation, "form", "save", "day-protocol", day, "-o", out)
    assert line.endswith("draft: nobody has signed it yet")
    assert "Nobody has signed" in run(
        installation, "form", "save", "access-journal", day, "-o", out, "--revision", 9, code=1
    )[0]  # fmt: skip
    assert "There is no form x" in run(installation, "form", "save", "x", day, "-o", out, code=1)[0]


def test_outsiders_get_root_lists_key_and_checkpoint(signed: tuple[Installation, str], tmp_path: Path) -> None:
    installation, day = signed
    pem, lists = tmp_path / "root.pem", tmp_path / "lists.pem"
    (line,) = run(installation, "ca", "export", "-o", pem)
    assert re.fullmatch(rf"{re.escape(str(pem))}\tSHA-256 [0-9a-f]{{64}}", line)
    assert pem.read_bytes() == (installation.folder / "keys" / "authority" / "root.pem").read_bytes()
    assert b"PRIVATE" not in pem.read_bytes()
    assert run(installation, "ca", "crl", "-o", lists) == [str(lists)]
    assert lists.read_bytes().count(b"BEGIN X509 CRL") == 2
    (vkey,) = run(installation, "ca", "vkey")
    assert vkey.startswith("logbook.test+")
    assert run(installation, "ca", "checkpoint", day)[:2] == [
        "logbook.test/45/0007/2026-06-01",
        str(installation.day(day).size),
    ]


def checked(installation: Installation, file: Path, data: bytes, code: int) -> list[str]:
    file.write_bytes(data)
    lines = run(installation, "pdf", "check", file, code=code)
    assert code == check.check(data).exit
    return lines


def test_pdf_check_answers_the_shell_and_people(signed: tuple[Installation, str], tmp_path: Path) -> None:
    installation, day = signed
    file, data = tmp_path / "журнал.pdf", documents.save(installation.day(day), "access-journal")[0]
    lines = checked(installation, file, data, 0)
    assert lines[0] == "журнал.pdf\tvalid: signed by all 3"
    assert lines[1] == f"  access-journal, {day}, revision 1, 4 entries"
    assert [re.sub(r" {2,}", " ", line).split(" ")[1:3] for line in lines[2:]] == [
        ["performed", "valid"], ["confirmed", "valid"], ["reviewed", "valid"],
    ]  # fmt: skip
    assert all("+0300" in line for line in lines[2:]), "the centre's time"
    bad: Any = flipped(data, len(data) // 2)
    assert checked(installation, file, bad, 1)[0] == "журнал.pdf\tchanged"
    assert checked(installation, file, b"", 1)[0] == "журнал.pdf\tnot valid"
    (installation.folder / "keys" / "log.key").unlink()
    assert checked(installation, file, data, 2)[0] == "журнал.pdf\tcould not check"
    run(installation, "pdf", "check", tmp_path / "no-such.pdf", code=2)


def test_the_clock_of_the_tests_is_the_applications(installation: Installation) -> None:
    assert installation.app.extensions["clock"]() == MORNING


def test_one_tick_tells_what_it_did_and_answers_1_when_something_failed(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done(now: datetime, worker: str) -> Outcome:
        return Outcome((Message("3 told"),))

    monkeypatch.setattr(work, "PARTS", (done,))
    assert run(installation, "jobs", "once") == ["3 told"]
    for bad in (Outcome((Message("no mail"),), failed=True), Outcome((Message("no mail"),), waiting=2)):
        monkeypatch.setattr(work, "PARTS", (done, lambda now, worker, bad=bad: bad))
        assert run(installation, "jobs", "once", code=1) == ["3 told", "no mail"]


def test_the_list_of_jobs_answers_1_while_one_is_an_alarm(installation: Installation) -> None:
    assert run(installation, "jobs", "list", code=1)[0] == "tick\tHAS NOT RUN\t-\t-\t-"
    for job in JOBS:
        perform(installation.app, job.name)
    lines = run(installation, "jobs", "list")
    assert [line.split("\t")[:2] for line in lines] == [[j.name, "off" if j.name == "watch" else "fine"] for j in JOBS]
    assert "checkpoint\tfine\t2026-06-01T05:00:00Z\t0.0 s\tCheckpoints kept: 1." in lines


def test_backups_are_made_listed_and_checked(installation: Installation) -> None:
    name = "logbook-20260601T050000Z.db"
    (line,) = run(installation, "backup", "make")
    assert line.startswith(f"{name}, ") and line.endswith("copies kept: 1.")
    (line,) = run(installation, "backup", "list")
    assert line.split("\t")[0] == name
    file = installation.folder / "backups" / name
    assert run(installation, "backup", "check", name) == [f"{name}\twhole: 1 journals, 14 entries"]
    assert run(installation, "backup", "check", "nothing.db", code=2)
    file.write_bytes(file.read_bytes()[:-5000])
    assert "The end of the file" in run(installation, "backup", "check", file, code=1)[0]
