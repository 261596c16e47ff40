"""The review of a day: remarks, answers, samples, what was seen, returning. After acceptance only addenda follow."""

from datetime import datetime
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.checklist import places
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.review import FINDINGS, REVIEWING, SOURCES, Remark, Stage, accepted, remark_of, review, why_it_stays
from app.domain.rules.base import Messages

NO_SUCH = N_("There is no such entry.")
WITHOUT_REMARKS = REVIEWING - {"day.submitted"}  # answered, settled or withdrawn instead


def not_accepted(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if accepted(day):
        yield Message(N_("The commission has accepted this day. Write an addendum instead."))


def review_stands(day: Day, fact: f.EntryCorrected | f.EntryVoided, member: Member, now: datetime) -> Messages:
    """What of a review is corrected or withdrawn: its words alone, and nothing that others relied on."""
    act = day.acts.get(fact.target)
    if act is None or act.void or act.tag not in REVIEWING:
        return
    if why := why_it_stays(day, act):
        yield why
    elif isinstance(fact, f.EntryCorrected) and set(fact.changes) - {"text"}:
        yield Message(N_("Only the words are corrected; void the entry and write it again for anything else."))


def remark_points_somewhere(day: Day, fact: f.RemarkWritten, member: Member, now: datetime) -> Messages:
    """At an entry, at a step with places of the plan, at a document, or at the whole day; at one of them."""
    if sum((fact.target is not None, bool(fact.step), bool(fact.form))) > 1:
        yield Message(N_("A remark is about one thing: an entry, a step or a document."))
        return
    if fact.target is not None:
        known = 0 <= fact.target < day.size
        if not known:
            yield Message(NO_SUCH, field="target")
        elif day.lines[fact.target].tag in WITHOUT_REMARKS:
            yield Message(N_("This entry is of the review itself: answer, settle or withdraw it."), field="target")
    step = next((s for s in day.profile.steps if s.id == fact.step), None)
    if fact.step and step is None:
        yield Message(N_("The profile has no step %(step)s."), {"step": fact.step}, "step")
    known_places = places(step, day, now) if step else ()
    for place in fact.places:
        if place not in known_places:
            yield Message(N_("%(place)s is not a place of this step."), {"place": place}, "places")


def says_something(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if not fact.text:
        yield Message(N_("Write what it is about."), field="text")


def _standing(day: Day, seq: int) -> Remark | Message:
    """The remark that waits for an answer or for the reviewer's word, or why there is none."""
    found = remark_of(day, seq)
    if found is None:
        return Message(N_("There is no such remark, or it was withdrawn."))
    if found.settled:
        return Message(N_("This remark is settled already."))
    return found


def remark_is_open(day: Day, fact: f.RemarkAnswered | f.RemarkSettled, member: Member, now: datetime) -> Messages:
    found = _standing(day, fact.target)
    if isinstance(found, Message):
        yield found


def answer_names_a_later_entry(day: Day, fact: f.RemarkAnswered, member: Member, now: datetime) -> Messages:
    """What mends it was written after the remark, and is no word of the review itself."""
    seq = fact.entry
    if seq is None:
        return
    if not 0 <= seq < day.size:
        yield Message(NO_SUCH, field="entry")
    elif seq <= fact.target or day.lines[seq].tag in REVIEWING:
        yield Message(N_("Name the entry that mends it: one that was written after the remark."), field="entry")


def spans_fit(day: Day, fact: f.LinesReviewed, member: Member, now: datetime) -> Messages:
    """Inside the journal, in order, none in another."""
    if not fact.spans:
        yield Message(N_("Mark at least one line."), field="spans")
    before = -1
    for span in fact.spans:
        if not before < span.first <= span.last < day.size:
            yield Message(N_("These lines are not in the journal. Open the page anew."), field="spans")
            return
        before = span.last


def sample_fits(day: Day, fact: f.SampleTaken, member: Member, now: datetime) -> Messages:
    yield from sample_says(day, fact)
    if fact.end <= fact.start:
        yield Message(N_("The end is not after the start."), field="end")
    if fact.end > now + day.profile.limits.ahead:
        yield Message(N_("The time is in the future. Enter when it really happened."), field="end")


def sample_says(day: Day, fact: f.SampleTaken) -> Messages:
    """What a sample has to say besides its times."""
    camera = day.camera(fact.camera)
    if camera is None:
        yield Message(N_("Choose a camera of this day's plan."), field="camera")
    elif camera.room != fact.room:
        text = N_("Camera %(camera)s is in room %(room)s.")
        yield Message(text, {"camera": camera.id, "room": camera.room}, "camera")
    if fact.source not in SOURCES:
        yield Message(N_("Say what you watched: the live picture or the recording."), field="source")
    if fact.finding not in FINDINGS:
        yield Message(N_("Choose the finding."), field="finding")
    elif fact.finding != "nothing" and not fact.text:
        yield Message(N_("Say in a word what you saw."), field="text")


def return_fits(day: Day, fact: f.DayReturned, member: Member, now: datetime) -> Messages:
    """Only what is handed in goes back, and with every remark that waits for the centre."""
    found = review(day)
    if found.stage != Stage.SUBMITTED:
        yield Message(N_("Only a day that is handed in is returned."))
    elif fact.remarks != tuple(r.seq for r in found.open):
        yield Message(N_("The open remarks changed while you were writing. Look again, then return the day."))
