"""What may be recorded of copies of footage and of their later checks."""

import re
from datetime import datetime

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.footage import MEDIA, checks
from app.domain.plan import Member
from app.domain.rules.base import Messages

MOST_NAMES = 100  # of one list of a check, and gaps of one camera
RESULTS = ("whole", "differs")
_SHA256 = re.compile("[0-9a-f]{64}")


def copy_is_of_the_plan(day: Day, fact: f.FootageCopied, member: Member, now: datetime) -> Messages:
    """It names cameras or rooms of the day, and says nothing of the coverage of another camera."""
    known = {c.id for c in day.cameras}
    if not fact.cameras and not fact.rooms:
        yield Message(N_("Name at least one camera or room."), field="cameras")
    for name in fact.cameras:
        if name not in known:
            yield Message(N_("Camera %(camera)s is not in the plan of this day."), {"camera": name}, "cameras")
    yield from _rooms(day, fact.rooms)
    for part in fact.coverage:
        camera = day.camera(part.camera)
        if camera is None or (part.camera not in fact.cameras and camera.room not in fact.rooms):
            yield Message(N_("The coverage names camera %(camera)s, which was not copied."), {"camera": part.camera})
        if part.planned.start > part.planned.end or not 0 <= part.covered_ppm <= 1_000_000:
            yield Message(N_("The coverage of camera %(camera)s cannot be right."), {"camera": part.camera})


def _rooms(day: Day, rooms: tuple[str, ...]) -> Messages:
    known = {r.code for r in day.rooms}
    for code in rooms:
        if code not in known:
            yield Message(N_("Room %(room)s is not in the plan of this day."), {"room": code}, "rooms")


def medium_is_named(day: Day, fact: f.FootageCopied, member: Member, now: datetime) -> Messages:
    if not fact.medium.serial:
        yield Message(N_("Enter the serial number of the medium: it stands on its case."), field="serial")
    if fact.medium.kind not in MEDIA:
        yield Message(N_("Choose what kind of medium it is."), field="kind")


def copy_has_files(day: Day, fact: f.FootageCopied, member: Member, now: datetime) -> Messages:
    """Something was copied, and the manifest of it stands on the medium."""
    if fact.files < 1 or fact.size < 1:
        yield Message(N_("Nothing was copied: there are no files, or all of them are empty."), field="files")
    yield from _manifest(fact.manifest, fact.generation)


def _manifest(digest: str, generation: int) -> Messages:
    if not _SHA256.fullmatch(digest) or generation < 1:
        yield Message(N_("The manifest of the copy is missing."), field="manifest")


def copy_times_fit(day: Day, fact: f.FootageCopied, member: Member, now: datetime) -> Messages:
    if fact.at < fact.began:
        yield Message(N_("The end is before the start."), field="at")
    if fact.period.end <= fact.period.start:
        yield Message(N_("The footage must end after it starts."), field="period_end")
    elif fact.period.start > fact.at + day.profile.limits.ahead:
        yield Message(N_("The footage starts after it was copied. Look at the recorder's clock."), field="period_start")


def check_is_of_a_copy(day: Day, fact: f.FootageChecked, member: Member, now: datetime) -> Messages:
    """It names a copy that stands, comes after it, and is a generation of its own.

    Where none could be written (an optical disc), it names the newest one that is recorded.
    """
    act = day.acts.get(fact.target)
    if act is None or act.tag != "footage.copied" or act.void:
        yield Message(N_("There is no such copy to check, or it is void."))
        return
    if fact.at < act.at:
        yield Message(N_("The check is before the copy."), field="at")
    known = [(x.generation, x.manifest) for x in (act.fact, *(a.fact for a in checks(day, act.seq)))]
    newest, _ = max(known)
    if fact.generation <= newest and (fact.generation, fact.manifest) not in known:
        text = N_("The check is generation %(number)s of the manifest, and %(newest)s is recorded already.")
        yield Message(text, {"number": fact.generation, "newest": newest}, "generation")
    yield from _manifest(fact.manifest, fact.generation)


def check_says_what_differs(day: Day, fact: f.FootageChecked, member: Member, now: datetime) -> Messages:
    """Whole is nothing but whole, and no list is longer than its count or than fits.

    A copy may differ though every file is whole: when its history was written anew.
    """
    lists = (fact.changed, fact.missing, fact.added, fact.renamed, fact.unreadable)
    if fact.result not in RESULTS or (fact.result == "whole" and any(fact.counts)) or min(fact.counts) < 0:
        yield Message(N_("The result of the check does not fit what it found."), field="result")
    if any(len(found) > min(count, MOST_NAMES) for found, count in zip(lists, fact.counts, strict=True)):
        yield Message(N_("The lists of the check do not fit their counts."), field="result")


def footage_stands(day: Day, fact: f.EntryCorrected | f.EntryVoided, member: Member, now: datetime) -> Messages:
    """What a machine has proved is not corrected; a copy is not taken back while a check of it stands."""
    act = day.acts.get(fact.target)
    if act is None or act.void or act.tag not in ("footage.copied", "footage.checked"):
        return
    if isinstance(fact, f.EntryCorrected):
        yield Message(N_("What the copying program proved is not corrected: void the entry and record it again."))
    elif act.tag == "footage.copied" and (later := checks(day, act.seq)):
        text = N_("Entry %(number)s says how this copy was read again. Void that one first.")
        yield Message(text, {"number": later[-1].number})
