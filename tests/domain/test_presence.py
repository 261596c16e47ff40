"""Who is where: the place of each person's last act."""

from app.domain import facts as f
from app.domain.presence import presence
from tests.domain.daybook import Book


def test_the_last_act_tells_where_somebody_is_and_a_void_one_does_not() -> None:
    book = Book()
    times = {"begun": "08:50", "ended": "08:58"}
    book.add(f.StepDone("t.rooms", book.at("09:00"), ("0001",), times))
    later = book.add(f.StepDone("t.rooms", book.at("09:30"), ("0002",), times))
    place = {p.member.person: (p.rooms, p.at) for p in presence(book.day)}
    assert place["tech"] == (("0002",), book.at("09:30"))
    assert place["head"] == ((), None)
    book.add(f.EntryVoided(later.seq, "mistyped"))
    assert {p.member.person: p.rooms for p in presence(book.day)}["tech"] == ("0001",)


def test_everybody_of_the_roster_has_a_line() -> None:
    book = Book()
    assert [p.member.person for p in presence(book.day)] == list(book.day.roster)
