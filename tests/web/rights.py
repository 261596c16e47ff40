"""Who reaches what: one line for every page and every method, read top to bottom as the guides say it.

A rule names what the address is about (a day, a centre, a person, or nothing of anybody's) and who may.
"""

from dataclasses import dataclass
from enum import StrEnum

TECHS = frozenset({"tech", "cctv"})
ROSTER = TECHS | {"head", "member", "commission"}  # people of the day
WHOLE = frozenset({"ministry", "boss"})  # offices of the whole installation
BOUND = frozenset({"officer", "local"})  # the same offices of one centre
REGIONAL = frozenset({"regional"})  # a commission member who is bound to a region, and to no day's roster
OFFICES = WHOLE | BOUND | REGIONAL
READERS = ROSTER | OFFICES
ADMINS = frozenset({"boss", "local"})
PLANNERS = TECHS | {"head"} | ADMINS
OF_THE_CENTRE = TECHS | {"head"} | BOUND | REGIONAL  # accounts bound to it, or to its region
STRANGER = "stranger"
ACTORS = (*sorted(READERS), STRANGER)

OWN, OTHER, FAR, ABOVE = "own", "other", "far", "above"  # own day; a day of the centre without one; another centre
TAKEN_IN = "taken in"  # a day of another installation, whose roster names our own people: nobody is on it


class Answer(StrEnum):
    OPENS = "opens"
    REFUSED = "refused"  # 403 in our words
    HIDDEN = "hidden"  # 404, and nothing of the thing
    ASKED_IN = "asked in"


@dataclass(frozen=True)
class Rule:
    """``about``: day, centre, person or nothing; ``who`` may; ``far``: what others' things answer to who may.

    ``others``: what the rest gets.
    """

    who: frozenset[str]
    about: str = ""
    far: Answer = Answer.HIDDEN
    others: Answer = Answer.REFUSED

    def places(self) -> tuple[str, ...]:
        return {"day": (OWN, OTHER, FAR), "centre": (OWN, FAR), "person": (OWN, FAR, ABOVE)}.get(self.about, (OWN,))

    def answer(self, actor: str, place: str) -> Answer:
        """What ``actor`` gets for the thing of ``place``."""
        if self == PUBLIC:
            return Answer.OPENS
        if actor == STRANGER:
            return Answer.ASKED_IN
        if self.about == "day" and not _reads(actor, place):
            return Answer.HIDDEN
        if place == TAKEN_IN and self.who != READERS:
            return Answer.REFUSED
        if actor not in self.who:
            return self.others
        beyond = self.about in ("centre", "person") and place != OWN and actor in OF_THE_CENTRE
        return self.far if beyond else Answer.OPENS


def _reads(actor: str, place: str) -> bool:
    """The day's own people; offices above the days, those of a centre its days only."""
    return actor in WHOLE or (actor in BOUND | REGIONAL and place != FAR) or place == OWN


PUBLIC = Rule(frozenset({STRANGER}))
ALL = Rule(READERS)


def day(who: frozenset[str] = READERS) -> Rule:
    return Rule(who, "day")


def centre(who: frozenset[str]) -> Rule:
    return Rule(who, "centre")


def person(who: frozenset[str], far: Answer = Answer.HIDDEN) -> Rule:
    return Rule(who, "person", far)


REVIEWERS = frozenset({"member", "commission"})
REGION = OFFICES | {"member", "commission"}
KEYS = frozenset({"head", "commission"}) | ADMINS
DESK = REGION
LOOK = {"GET": day()}
ACT = {"GET": day(), "POST": day(ROSTER)}
PLAN = {"GET": day(PLANNERS), "POST": day(PLANNERS)}
OPEN = {"GET": PUBLIC, "POST": PUBLIC}
MINE = {"GET": ALL, "POST": ALL}
STAFF = {"GET": person(ADMINS), "POST": person(ADMINS)}
DEVICES = Rule(PLANNERS | {"ministry", "officer"}, "centre", others=Answer.HIDDEN)
OFFICE = {"GET": Rule(OFFICES)}
BOSS = {"GET": Rule(frozenset({"boss"})), "POST": Rule(frozenset({"boss"}))}

NOBODYS = Rule(frozenset(), others=Answer.HIDDEN)

# What people of the ministry send: about their own account and messages, and to take out what they read. A route that
# changes anything of anybody else's has no place here.
OWN_AFFAIRS = frozenset({
    "account.sign_in", "account.sign_out", "account.key", "account.new_key", "account.password", "account.language",
    "account.end_sessions", "account.mail_wish", "account.try_mail", "account.make_feed", "account.end_feed",
    "invitation.accept", "check.page", "reminders.put_away", "registers.download", "statistics.download",
    "packages.of_day", "packages.overview",
    "witness.fork",  # two states that our own key signed: an alarm, nothing of anybody's
    "witness.add_checkpoint",  # open to programs: what it takes carries a signature of its own
})  # fmt: skip

TABLE: dict[str, dict[str, Rule]] = {
    # open to everybody
    "static": {"GET": PUBLIC}, "account.sign_in": OPEN, "invitation.accept": OPEN, "check.page": OPEN,
    "check.by_number": {"GET": PUBLIC}, "calendar.feed": {"GET": PUBLIC}, "reminders.worker": {"GET": PUBLIC},
    "check.by_ticket": {"GET": PUBLIC}, "witness.add_checkpoint": {"POST": PUBLIC},
    "published.page": {"GET": PUBLIC}, "published.sheet": {"GET": PUBLIC},
    # everybody's own, and the regulations
    "account.me": {"GET": ALL}, "account.key": MINE, "account.new_key": MINE, "account.password": MINE,
    "account.language": {"POST": ALL}, "account.end_sessions": {"POST": ALL}, "account.sign_out": {"POST": ALL},
    "account.mail_wish": {"POST": ALL}, "account.try_mail": {"POST": ALL},
    "account.make_feed": {"POST": ALL}, "account.end_feed": {"POST": ALL},
    # offices above the centres
    "region.overview": {"GET": Rule(REGION)}, "region.show": {"GET": centre(REGION)},
    "activity.overview": {"GET": ALL}, "today.index": {"GET": ALL}, "today.days": {"GET": ALL},
    "profiles.shelf": {"GET": ALL}, "profiles.show": {"GET": ALL}, "profiles.text": {"GET": ALL},
    "profiles.compare": {"GET": ALL},
    # the desk: for people of commissions and the offices above, who find on it what they may read
    "desk.page": {"GET": Rule(DESK)}, "desk.live": {"GET": Rule(DESK)},
    # a day: its people and the offices above read it; people of the roster act
    "today.day": LOOK, "today.board": LOOK, "review.show": LOOK, "plan.overview": LOOK, "journal.access": LOOK,
    "journal.log": LOOK, "entries.show": LOOK, "entries.file": LOOK, "documents.overview": LOOK,
    "documents.preview": LOOK, "documents.download": LOOK, "witness.consistency": LOOK, "witness.fork": {"POST": day()},
    "steps.show": ACT, "steps.not_possible": ACT, "entries.correct": ACT, "entries.void": ACT, "today.note": ACT,
    "addendum.write": ACT,
    # review: commission people of the roster remark and look; technicians and the head of the centre answer
    "remarks.listing": LOOK, "remarks.write": {"GET": day(), "POST": day(REVIEWERS)},
    "remarks.answer": {"GET": day(), "POST": day(TECHS | {"head"})},
    "remarks.settle": {"GET": day(), "POST": day(REVIEWERS)}, "reviewing.mark": {"POST": day(REVIEWERS)},
    "reviewing.sample": {"GET": day(), "POST": day(REVIEWERS)},
    "reviewing.give_back": {"GET": day(), "POST": day(frozenset({"commission"}))},
    "submit.page": {"GET": day(), "POST": day(TECHS | {"head"})},
    "accept.page": {"GET": day(), "POST": day(frozenset({"commission"}))},
    "confirm.waiting": ACT, "confirm.outside": ACT, "documents.sign": ACT,
    "steps.not_required": {"GET": day(), "POST": day(frozenset({"head", "member", "commission"}))},
    "today.milestone": {"GET": day(), "POST": day(TECHS | {"head", "member"})},
    "journal.add": {"GET": day(), "POST": day(TECHS)},
    "cameras.show": LOOK, "cameras.start": {"GET": day(), "POST": day(TECHS)},
    "cameras.stop": {"GET": day(), "POST": day(TECHS)},
    "shifts.overview": {"GET": day(), "POST": day(TECHS)}, "shifts.handover": {"GET": day(), "POST": day(TECHS)},
    "shifts.withdraw": {"GET": day(), "POST": day(TECHS)},
    "clocks.overview": {"GET": day(), "POST": day(TECHS)}, "sights.picture": LOOK,
    "outages.new": {"GET": day(), "POST": day(TECHS | {"head", "member"})},
    "outages.show": {"GET": day(), "POST": day(TECHS | {"head", "member"})},
    "outages.overview": {"GET": day(), "POST": day(TECHS)},
    "plan.change": PLAN, "plan.join": PLAN, "plan.leave": PLAN, "plan.rehearse": {"POST": day(PLANNERS)},
    "moving.start": {"GET": day(), "POST": day(ROSTER | ADMINS)},
    "footage.overview": LOOK, "copies.start": {"GET": day(), "POST": day(TECHS)},
    "copies.show": {"GET": day(), "POST": day(TECHS)}, "copies.wish": {"POST": day(TECHS)},
    "copies.check": {"POST": day(TECHS)},
    # these days are real: nobody sets their clock
    "rehearsal.clock": {"GET": day(frozenset()), "POST": day(frozenset())},
    "reminders.show": LOOK, "reminders.take": {"POST": day(ROSTER)}, "reminders.give_up": {"POST": day(ROSTER)},
    "reminders.put_away": {"POST": day()},
    # packages: of a day by whoever reads it, of many by offices, an export by who asked for it alone
    "packages.of_day": {"POST": day()}, "packages.overview": {"GET": Rule(OFFICES), "POST": Rule(OFFICES)},
    "packages.show": {"GET": NOBODYS}, "packages.change": {"POST": NOBODYS}, "packages.download": {"POST": NOBODYS},
    "packages.take_in": BOSS, "packages.of_others": BOSS, "packages.forget": {"POST": Rule(frozenset({"boss"}))},
    # opening days, approving keys
    "opening.choose": {"GET": Rule(PLANNERS)}, "opening.open_day": {"GET": centre(PLANNERS), "POST": centre(PLANNERS)},
    "account.key_requests": {"GET": Rule(KEYS)},
    "account.approve_key": {"GET": person(KEYS), "POST": person(KEYS, far=Answer.REFUSED)},
    # administration
    "changes.overview": {"GET": Rule(WHOLE | BOUND)},
    "admin.people": {"GET": Rule(ADMINS)}, "admin.new_person": {"GET": Rule(ADMINS), "POST": Rule(ADMINS)},
    "admin.person": STAFF, "admin.lock": STAFF, "admin.password": STAFF,
    "admin.lift": {"POST": person(ADMINS)}, "admin.unlock": {"POST": person(ADMINS)},
    "admin.end_sessions": {"POST": person(ADMINS)},
    "admin.people_lists": {"GET": Rule(ADMINS), "POST": Rule(ADMINS)}, "admin.people_download": {"GET": Rule(ADMINS)},
    "admin.centre_lists": {"GET": centre(ADMINS), "POST": centre(ADMINS)}, "admin.centre_list": {"GET": centre(ADMINS)},
    "admin.centres": {"GET": Rule(ADMINS)}, "admin.centre": {"GET": centre(ADMINS), "POST": centre(ADMINS)},
    # devices of a centre: who may open its days, and offices above; nobody else learns of them
    "devices.listing": {"GET": DEVICES}, "devices.show": {"GET": DEVICES, "POST": centre(ADMINS)},
    "devices.watch": {"POST": centre(ADMINS)},
    "admin.new_centre": BOSS, "settings.page": BOSS, "profiles.regions_of": {"GET": Rule(frozenset({"boss"}))},
    "profiles.region": BOSS, "jobs.page": {"GET": Rule(frozenset({"boss"}))},
    "witness.settle": {"POST": Rule(frozenset({"boss"}))},
    # registers and statistics: offices of the centres that are theirs; every download is recorded
    "registers.search": OFFICE, "registers.day": OFFICE, "statistics.page": OFFICE,
    "registers.download": {"POST": Rule(OFFICES)}, "statistics.download": {"POST": Rule(OFFICES)},
}  # fmt: skip
