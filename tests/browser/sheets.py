"""Which pages are looked at: each with the person who sees it and the state it is in.

A page that is not named here is looked at as well (``found``): with the usual names in its address, by the first person
who may see it. Only a page that nobody sees like that has to be named.
"""

from dataclasses import dataclass, field

from flask import Flask

from tests.browser.world import DAMAGED, FRESH, LONG, PRACTICE, PROFILE, TODAY, WIDE, YESTERDAY

PEOPLE = ("tech", "head", "commission", "admin", "ministry", "")  # who tries a page that is not named


@dataclass(frozen=True)
class Sheet:
    """A page to look at. ``fill``: what is typed by field before its form is sent, which has to be refused."""

    endpoint: str
    who: str
    address: dict[str, object] = field(default_factory=dict)
    state: str = "fresh"
    language: str = "en-GB"
    fill: dict[str, str] | None = None
    bare: bool = False  # in the empty installation
    status: int = 200

    @property
    def title(self) -> str:
        where = ", ".join(str(v) for v in self.address.values())
        return f"{self.endpoint} ({where}) {self.state}, {self.who or 'nobody'}, {self.language}"


def s(endpoint: str, who: str, state: str = "fresh", language: str = "en-GB", **address: object) -> Sheet:
    return Sheet(endpoint, who, address, state, language)


def refused(endpoint: str, who: str, fill: dict[str, str], language: str = "en-GB", **address: object) -> Sheet:
    return Sheet(endpoint, who, address, "refused", language, fill)


def bare(endpoint: str, **address: object) -> Sheet:
    return Sheet(endpoint, "admin", address, "empty", bare=True)


FILES = frozenset({  # no pages
    "static", "entries.file", "sights.picture", "admin.centre_list", "admin.people_download", "calendar.feed",
    "reminders.worker", "witness.consistency", "desk.live", "published.sheet",
})  # fmt: skip

# Places in addresses, for pages that are not named below.
USUAL = {
    "day_id": YESTERDAY, "step_id": "ex.soft_check", "seq": 8, "code": "45-0040", "form": "access-journal",
    "on": YESTERDAY[-10:], "name": "materials_in_hq", "role": "room_organiser", "number": f"{YESTERDAY}.1",
    "ticket": "1", "region": "23",
}  # fmt: skip

SHEETS = (
    s("account.sign_in", ""), s("account.sign_in", "", language="de-DE"),
    refused("account.sign_in", "", {"login": WIDE, "password": "x"}, "ru-RU"), bare("account.sign_in"),
    s("account.me", "tech"), s("account.me", "bigtech", "locked, long", "ru-RU"), s("account.me", "admin", "no key"),
    s("account.password", "tech"), s("account.password", "newcomer", "one-time password", "de-DE"),
    refused("account.password", "tech", {"password": "x", "new": "y", "again": "z"}),
    s("account.key", "admin"), refused("account.key", "admin", {"code": "1", "again": "1"}, "ru-RU"),
    s("account.new_key", "tech"), refused("account.new_key", "tech", {"code": "1", "again": "1"}),
    s("account.key_requests", "bighead", "long"), s("account.key_requests", "head", "empty"),
    s("account.approve_key", "bighead", "long", person="bigtech"),
    refused("account.approve_key", "bighead", {"password": "x"}, person="bigtech"),
    s("activity.overview", "tech"), s("activity.overview", "bigtech", "long", "ru-RU"),
    s("invitation.accept", "", language="ru-RU", token="@link"),
    refused("invitation.accept", "", {"new": "x", "again": "y"}, token="@link"),
    Sheet("packages.show", "admin", {"export_id": "00000000-0000-4000-8000-000000000000"}, "gone", status=404),
    Sheet("invitation.accept", "", {"token": "of-yesterday"}, "over", "de-DE", status=404),
    s("today.days", "tech"), s("today.days", "commission", "to read", "ru-RU"),
    s("today.days", "bighead", "filtered to nothing", "ru-RU", q=WIDE),
 s("today.days", "bighead", "long, damaged", "ru-RU"), s("today.days", "idle", "empty"),
    bare("today.days"),
    s("region.overview", "ministry", "on the wall", "ru-RU", wall=1),
    s("today.board", "tech", day_id=TODAY), s("today.board", "commission", "signed", "ru-RU", day_id=YESTERDAY),
    s("today.board", "bigtech", "long", day_id=LONG), s("today.board", "bighead", "long", "ru-RU", day_id=LONG),
    s("today.board", "bighead", "no rows", "de-DE", day_id=FRESH),
    Sheet("today.board", "bighead", {"day_id": DAMAGED}, "damaged", status=409),
    Sheet("today.board", "tech", {"day_id": "23-0970-2020-01-01"}, "not there", status=404),
    s("today.milestone", "head", day_id=TODAY, name="materials_left_room"),
    s("today.milestone", "head", "noted", day_id=YESTERDAY, name="materials_in_hq"),
    s("today.milestone", "bighead", "long", day_id=LONG, name="materials_left_room"),
    refused("today.milestone", "head", {"at": "99:99"}, day_id=TODAY, name="materials_in_hq"),
    s("desk.page", "commission"), s("desk.page", "ministry", "filtered to nothing", "de-DE", q=WIDE),
    s("review.show", "commission", "signed", day_id=YESTERDAY),
    s("review.show", "commission", "long", "ru-RU", day_id=LONG),
    s("remarks.listing", "bighead", "long", "de-DE", day_id=LONG),
    refused("remarks.write", "commission", {"text": ""}, "ru-RU", day_id=LONG),
    s("remarks.answer", "bigtech", "long", "ru-RU", day_id=LONG, remark=12),
    s("remarks.settle", "commission", "long", day_id=LONG, remark=12),
    refused("reviewing.sample", "commission", {"start": "9", "text": WIDE}, "de-DE", day_id=LONG),
    s("reminders.show", "tech", day_id=TODAY), s("reminders.show", "bigtech", "long", "ru-RU", day_id=LONG),
    s("reminders.show", "head", "empty", "de-DE", day_id=YESTERDAY),
    s("today.note", "tech", day_id=TODAY), s("today.note", "bigtech", "long", day_id=LONG),
    refused("today.note", "tech", {"text": ""}, "ru-RU", day_id=TODAY),
    s("steps.show", "tech", day_id=TODAY, step_id="ex.soft_check"),
    s("steps.show", "tech", day_id=TODAY, step_id="end.copy"),
    s("steps.show", "tech", language="de-DE", day_id=TODAY, step_id="ex.key"),
    s("steps.show", "bigtech", "long", "ru-RU", day_id=LONG, step_id="ex.cctv_check"),
    s("steps.show", "bigtech", "long", day_id=LONG, step_id="ex.soft_check"),
    s("steps.show", "bigtech", "long", day_id=LONG, step_id="ex.arrive"),
    s("steps.show", "head", "not mine", day_id=TODAY, step_id="ex.soft_check"),
    s("steps.show", "tech", "signed", day_id=YESTERDAY, step_id="run.pak_access"),
    s("steps.show", "tech", "a table", day_id=YESTERDAY, step_id="prep.hw"),
    s("steps.show", "bigtech", "a table", "ru-RU", day_id=FRESH, step_id="prep.hw"),
    refused("steps.show", "tech", {"at": "99:99", "evidence.bytes": WIDE}, day_id=TODAY, step_id="end.copy"),
    refused("steps.show", "bigtech", {"at": "9", "evidence.started_at": WIDE}, "ru-RU",
            day_id=LONG, step_id="ex.cctv_check"),
    s("steps.not_possible", "tech", day_id=TODAY, step_id="ex.soft_check"),
    refused("steps.not_possible", "bigtech", {"reason": ""}, day_id=LONG, step_id="ex.cctv_check"),
    s("steps.not_required", "head", day_id=TODAY, step_id="ex.key"),
    refused("steps.not_required", "head", {"reason": ""}, "de-DE", day_id=TODAY, step_id="ex.key"),
    s("entries.show", "tech", day_id=YESTERDAY, seq=9), s("entries.show", "bigtech", "long", day_id=LONG, seq=2),
    s("entries.show", "bigtech", "void, long", "ru-RU", day_id=LONG, seq=4),
    s("entries.correct", "tech", day_id=YESTERDAY, seq=9), s("entries.correct", "bigtech", "long", day_id=LONG, seq=2),
    refused("entries.correct", "bigtech", {"why": ""}, "ru-RU", day_id=LONG, seq=2),
    s("entries.void", "bigtech", "long", day_id=LONG, seq=2),
    refused("entries.void", "bigtech", {"reason": ""}, day_id=LONG, seq=2),
    s("addendum.write", "tech", day_id=YESTERDAY), s("addendum.write", "bigtech", "not closed", "ru-RU", day_id=LONG),
    refused("addendum.write", "head", {"text": "", "target": WIDE}, "de-DE", day_id=YESTERDAY),
    s("cameras.show", "tech", day_id=TODAY), s("cameras.start", "bigtech", "long", "ru-RU", day_id=LONG),
    refused("cameras.stop", "tech", {"ordered_by": "", "start": "9"}, "de-DE", day_id=TODAY),
    s("journal.access", "head", "signed", day_id=YESTERDAY), s("journal.access", "bighead", "long", day_id=LONG),
    s("journal.access", "bigtech", "long", "ru-RU", day_id=LONG), s("journal.access", "bighead", "empty", day_id=FRESH),
    s("journal.add", "tech", day_id=TODAY), s("journal.add", "bigtech", "long", "ru-RU", day_id=LONG),
    refused("journal.add", "bigtech", {"rooms": WIDE, "start": "9"}, "de-DE", day_id=LONG),
    s("journal.log", "head", day_id=YESTERDAY), s("journal.log", "bighead", "long", "ru-RU", day_id=LONG),
    s("confirm.waiting", "head", day_id=TODAY), s("confirm.waiting", "bighead", "long", "ru-RU", day_id=LONG),
    s("confirm.waiting", "member", "empty", day_id=YESTERDAY),
    refused("confirm.waiting", "bighead", {"code": "000000"}, day_id=LONG),
    s("confirm.outside", "tech", "empty", day_id=TODAY, role="room_organiser"),
    s("documents.overview", "commission", "signed", day_id=YESTERDAY),
    s("documents.overview", "bighead", "long", "ru-RU", day_id=LONG), s("documents.overview", "tech", day_id=TODAY),
    s("documents.sign", "tech", language="ru-RU", day_id=TODAY, form="access-journal"),
    s("documents.sign", "bigtech", "long", "de-DE", day_id=LONG, form="access-journal"),
    refused("documents.sign", "tech", {"code": "0"}, day_id=TODAY, form="access-journal"),
    s("documents.sign", "head", "not my turn", day_id=TODAY, form="access-journal"),
    s("submit.page", "bighead", "long, gaps", "ru-RU", day_id=LONG),
    s("accept.page", "commission", "not handed in", day_id=YESTERDAY),
    s("outages.overview", "tech", "signed", day_id=YESTERDAY),
    s("outages.new", "bigtech", "long", "de-DE", day_id=LONG),
    s("outages.show", "bigtech", "open, long", "ru-RU", day_id=LONG, outage=10),
    s("shifts.overview", "tech", day_id=TODAY), s("shifts.overview", "bigtech", "long", "ru-RU", day_id=LONG),
    refused("shifts.overview", "tech", {"items.0.name": WIDE, "items.1.count": "x"}, "de-DE", day_id=TODAY),
    s("shifts.overview", "head", "nothing to do", day_id=TODAY),
    s("shifts.handover", "bigtech", "long", "ru-RU", day_id=LONG, handover=9),
    s("shifts.handover", "bighead", "to read, long", day_id=LONG, handover=9),
    s("shifts.withdraw", "bigtech", "long", "de-DE", day_id=LONG, handover=9),
    s("footage.overview", "bigtech", "long", "ru-RU", day_id=LONG), s("copies.start", "tech", "off", day_id=TODAY),
    s("copies.show", "bigtech", "broke off", "de-DE", day_id=LONG, copy_id="copy-1"),
    s("check.page", ""), s("check.page", "tech"), refused("check.page", "", {}, "ru-RU"),
    s("check.by_number", "", "known", number=f"{YESTERDAY}.1"),
    s("check.by_number", "", "unknown", "de-DE", number="45-0040-2026-06-01.7"),
    s("opening.choose", "head"), s("opening.choose", "admin", "long", "ru-RU"), bare("opening.choose"),
    s("opening.open_day", "bighead", "long", code="45-0040"),
    s("opening.open_day", "head", language="ru-RU", code="23-0970"),
    refused("opening.open_day", "bighead", {"date": "", "cameras": WIDE, "start": "9"}, "de-DE", code="45-0040"),
    s("rehearsal.clock", "head", day_id=PRACTICE), s("rehearsal.clock", "commission", "looked at", day_id=PRACTICE),
    s("today.board", "head", "rehearsal", "ru-RU", day_id=PRACTICE),
    s("documents.overview", "tech", "rehearsal", "de-DE", day_id=PRACTICE),
    refused("rehearsal.clock", "head", {"at": "25:00"}, "ru-RU", day_id=PRACTICE),
    s("plan.overview", "bighead", "long", day_id=LONG), s("plan.overview", "head", language="ru-RU", day_id=TODAY),
    s("moving.start", "bighead", "long", day_id=LONG), s("moving.start", "tech", "over", "de-DE", day_id=YESTERDAY),
    refused("moving.start", "bighead", {"start": "9:99", "reason": WIDE * 20}, "ru-RU", day_id=FRESH),
    s("plan.change", "bighead", "long", day_id=LONG),
    refused("plan.change", "bighead", {"reason": "", "cameras": WIDE}, "ru-RU", day_id=LONG),
    s("plan.join", "bighead", "long", day_id=LONG), refused("plan.join", "bighead", {"reason": ""}, day_id=LONG),
    s("plan.leave", "bighead", "long", day_id=LONG, person="bigtech"),
    refused("plan.leave", "bighead", {"reason": ""}, "de-DE", day_id=LONG, person="bigtech"),
    s("admin.centres", "admin", "long"), bare("admin.centres"),
    s("admin.new_centre", "admin"), refused("admin.new_centre", "admin", {"region": "x", "cameras": WIDE}, "ru-RU"),
    s("admin.centre", "admin", "long", code="45-0040"),
    refused("admin.centre", "admin", {"name": "", "rooms_exam": WIDE}, "de-DE", code="45-0040"),
    refused("admin.centre", "admin", {"rooms_exam": "0001"}, "ru-RU", code="45-0040"),  # what saving would change
    s("admin.people", "admin", "long"), s("admin.people", "admin", "long", "ru-RU", q=WIDE), bare("admin.people"),
    s("admin.new_person", "admin"), refused("admin.new_person", "admin", {"login": "", "name": "x"}, "ru-RU"),
    s("admin.people_lists", "admin", language="ru-RU"), s("admin.centre_lists", "admin", "long", code="45-0040"),
    s("admin.person", "admin", "long", person_id="bighead"),
    refused("admin.person", "admin", {"name": "", "email": WIDE}, "de-DE", person_id="bighead"),
    s("admin.person", "admin", "closed", "ru-RU", person_id="closed"),
    s("admin.person", "admin", "locked", "de-DE", person_id="locked"),
    s("admin.person", "admin", "invited", person_id="invited"),
    s("admin.password", "admin", "long", person_id="bighead"),
    s("admin.lock", "admin", "long", person_id="bighead"),
    refused("admin.lock", "admin", {"reason": ""}, "ru-RU", person_id="bighead"),
    s("changes.overview", "admin", "long", "ru-RU"), s("changes.overview", "admin", "filtered", kind="person"),
    s("changes.overview", "admin", "empty", kind="nothing"),
    s("profiles.shelf", "admin", "older and broken ones", "ru-RU"),
    s("profiles.show", "admin", language="ru-RU", name=PROFILE),
    s("profiles.text", "tech", "small", digest="@ro-bac"), s("profiles.text", "tech", "broken", digest="@broken"),
    s("profiles.compare", "tech", "a few", "ru-RU", a="@older", b=f"@{PROFILE}"),
    s("profiles.compare", "tech", "the same", a=f"@{PROFILE}", b=f"@{PROFILE}"),
    s("profiles.regions_of", "admin", name=PROFILE),
    s("profiles.region", "admin", "long", "ru-RU", name=PROFILE, region="45"),
    refused("profiles.region", "admin", {"parameter.software_check_offset_min": WIDE}, name=PROFILE, region="45"),
    s("devices.listing", "bigtech", "long", "ru-RU", code="45-0040"),
    s("devices.show", "bigtech", "long", code="45-0040", device="0001-1"),
    s("devices.show", "tech", "the cabinet", "ru-RU", code="23-0970", device="cabinet"),
    refused("devices.show", "admin", {"stream": WIDE, "onvif": "x"}, "de-DE", code="45-0040", device="0001-1"),
    s("settings.page", "admin", language="ru-RU"), s("jobs.page", "admin"),
    s("jobs.page", "admin", "alarms", "ru-RU"), bare("jobs.page"),
    refused("settings.page", "admin", {"session_minutes": "0", "contact": WIDE * 3}),
)  # fmt: skip


def pages(app: Flask) -> dict[str, tuple[str, ...]]:
    """Endpoints that answer a GET, and the names in their addresses."""
    return {
        rule.endpoint: tuple(sorted(rule.arguments))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in FILES
    }
