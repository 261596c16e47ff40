"""What the server sees of cameras, day by day: which are watched, what a look means, and what the journal hears of it.

Every look renews a row (store/sights); the journal gets an entry only when something changed.
"""

import logging
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from app.domain import DomainError, recording, rehearsal
from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.day import Day
from app.domain.journal import Times
from app.domain.people import SYSTEM, Actor
from app.domain.policy import Action
from app.domain.sights import ALIVE, Sight, Verdict, clock_news, devices, judge, newest, watched
from app.services import days
from app.services import devices as addressed
from app.store import files, journal, sights
from app.store.db import transaction
from app.watching.look import Look, Told
from app.watching.pool import Pool as Pool
from app.watching.watch import Result as Result
from app.watching.watch import Target as Target
from app.watching.watch import Watch as Watch

LOG = logging.getLogger("logbook.watching")
EVERY, ASKED = 30.0, 120.0  # seconds between two looks at a camera, between two questions to a device


class Key(NamedTuple):
    """One device of one centre and what is done with it: look (at its stream) or ask (by ONVIF)."""

    centre: str
    device: str
    kind: str


@dataclass(frozen=True)
class Found:
    """What came of results. ``red``: the camera was to record and shows nothing living; ``again`` as in ``Watch``."""

    red: Mapping[Hashable, bool]
    again: Mapping[Hashable, float | None]


def _addresses(centre: str) -> Mapping[str, Any]:
    """Where the centre's devices are found: ``stream`` and ``onvif`` of each."""
    return addressed.addresses(centre)


def _planned(day: Day, camera: str, now: datetime) -> bool:
    """Is the camera to record at that moment?"""
    return recording.planned(day, camera, now)


# ---------------------------------------------------------------- what is watched


def asked_for() -> bool:
    """Is any centre watched?"""
    return sights.asked_for()


def watched_days(now: datetime) -> list[Day]:
    """Days that are watched now. A damaged one is left out: the proof tells of it."""
    found = []
    for name, _ in sights.candidates(now.date()):
        try:
            day = days.of_everybody(name)
        except DomainError:
            LOG.exception("the day %s cannot be watched", name)
            continue
        if watched(day, rehearsal.clock(day, now)):
            found.append(day)
    return found


def targets(now: datetime) -> list[Target]:
    """Everything that is looked at now, each device once, however many days of its centre there are."""
    known: dict[str, set[str]] = {}
    for day in watched_days(now):
        known.setdefault(day.centre_code, set()).update(devices(day))
    return [target for centre, names in known.items() for target in _of_centre(centre, names)]


def _of_centre(centre: str, names: set[str]) -> Iterator[Target]:
    for device, address in sorted(_addresses(centre).items()):
        if device not in names:
            continue
        if address.stream:
            yield Target(Key(centre, device, "look"), {"kind": "look", "url": address.stream}, EVERY)
        if address.onvif:
            yield Target(Key(centre, device, "ask"), {"kind": "ask", "url": address.onvif}, ASKED)


# ---------------------------------------------------------------- what came


def note(results: Sequence[Result], now: datetime) -> Found:
    """Write down what looks and questions found, in every watched day of the centre."""
    again: dict[Hashable, float | None] = {}
    reds: dict[Hashable, bool] = {}
    by_centre: dict[str, list[Day]] = {}
    for day in watched_days(now):
        by_centre.setdefault(day.centre_code, []).append(day)
    for result in results:
        key = result.key
        assert isinstance(key, Key)
        for day in by_centre.get(key.centre, ()):
            if key.kind == "ask":
                _told(day, key.device, Told.unpacked(result.answer), rehearsal.clock(day, now))
                continue
            verdict, red = _look(day, key.device, Look.unpacked(result.answer), rehearsal.clock(day, now), result.ago)
            soonest = [s for s in (again.get(key), verdict.again) if s is not None]
            again[key] = min(soonest, default=None)
            reds[key] = reds.get(key, False) or red
    return Found(reds, again)


def _look(day: Day, camera: str, look: Look, now: datetime, ago: float) -> tuple[Verdict, bool]:
    """One look at a camera; the verdict, and whether it is red."""
    at = now - timedelta(seconds=ago)
    first = at + timedelta(seconds=look.first_s) if look.first_s is not None else None
    before, planned = sights.of_day(day.id).get(camera), _planned(day, camera, at)
    sight = Sight(
        look.state, at, at, look.fps_milli, look.width, look.height, before.recording if before else "", look.detail,
        told=before.told if before else "",
    )  # fmt: skip
    verdict = _note(day, camera, before, sight, first, look.thumbnail, planned, now)
    return verdict, planned and look.state != ALIVE


def _note(
    day: Day, camera: str, before: Sight | None, sight: Sight, first: datetime | None, thumbnail: bytes, planned: bool,
    now: datetime,
) -> Verdict:
    """The row, and the entry when there is something to tell; both or neither."""
    blip = timedelta(seconds=day.profile.limits.blip_s)
    verdict = judge(before, newest(day).get(camera), sight, first, planned, blip)
    if not verdict.tell:
        with transaction():
            sights.write(day.id, camera, replace(sight, since=verdict.since), thumbnail)
        return verdict
    picture = files.put(thumbnail) if thumbnail else ""
    log = days.log_of(day.id)
    with transaction(log):
        grown, _ = days.fold_log(log)
        told = newest(grown).get(camera)
        verdict = judge(before, told, sight, first, planned, blip)
        new = replace(sight, since=verdict.since)
        if verdict.tell and closed_at(grown) is None:
            word_only = told is not None and told.state == sight.state and sight.recording not in ("", told.recording)
            at, since = (now, now) if word_only else (sight.looked, verdict.since)
            fact = f.CameraSeen(
                camera, at, sight.state, since, verdict.first_frame,
                sight.fps_milli, sight.width, sight.height, sight.recording, picture, planned, sight.detail,
            )  # fmt: skip
            journal.append(log, fact, SYSTEM.person, Times(rehearsal.not_back(grown, now)), str(uuid4()))
            new = replace(new, told=sight.state)
        sights.write(day.id, camera, new, thumbnail)
    return verdict


def _told(day: Day, device: str, told: Told, now: datetime) -> None:
    """What a recorder or camera told by ONVIF: its clock, and whether its cameras are recorded."""
    mine = [c.id for c in day.cameras if device in (c.id, c.recorder)]
    planned = any(_planned(day, camera, now) for camera in mine)
    if told.offset_ms is not None and clock_news(day, device, told.offset_ms, planned, now):
        _measured(day, device, told, planned, now)
    word = _word(told, len(mine))
    seen = sights.of_day(day.id)
    for camera in mine:
        before = seen.get(camera)
        if before is not None and before.recording != word:
            _note(day, camera, before, replace(before, recording=word), None, b"", _planned(day, camera, now), now)


def _word(told: Told, cameras: int) -> str:
    """What the device says of recording: yes when every job records and there is one for each camera, no when none."""
    if told.jobs is None:
        return ""
    if told.active == 0:
        return "no"
    return "yes" if told.active == told.jobs and told.jobs >= cameras else ""


def _measured(day: Day, device: str, told: Told, planned: bool, now: datetime) -> None:
    assert told.offset_ms is not None
    log = days.log_of(day.id)
    with transaction(log):
        grown, _ = days.fold_log(log)
        if closed_at(grown) is None and clock_news(grown, device, told.offset_ms, planned, now):
            fact = f.ClockMeasured(device, now, told.offset_ms, told.error_ms, "onvif")
            journal.append(log, fact, SYSTEM.person, Times(rehearsal.not_back(grown, now)), str(uuid4()))


# ---------------------------------------------------------------- for pages and by hand


def picture(actor: Actor, day_id: str, camera: str) -> bytes | None:
    """The newest thumbnail of a camera, for who may read the day."""
    days.load(actor, day_id, Action.DAY_READ)
    return sights.picture(day_id, camera)


def by_hand(centre: str) -> list[Target]:
    """Every device of a centre that has an address, watched or not: for who works on the machine itself."""
    return list(_of_centre(centre, set(_addresses(centre))))


def one(url: str) -> list[Target]:
    """A single address: a stream, or a device that speaks ONVIF."""
    kind = "look" if url.startswith("rtsp:") else "ask"
    return [Target(Key("", "", kind), {"kind": kind, "url": url}, EVERY)]


def centre_of(day_id: str) -> str:
    """The centre of a day. Raises NotFound."""
    return days.of_everybody(day_id).centre_code


def in_words(key: Hashable, answer: Mapping[str, Any]) -> tuple[str, bool]:
    """An answer as one line for the command, without any address, and whether all is well."""
    assert isinstance(key, Key)
    if key.kind == "ask":
        told = Told.unpacked(dict(answer))
        off = told.offset_ms
        clock = f"clock {off / 1000:+.2f} s ± {told.error_ms / 1000:.2f}" if off is not None else ""
        jobs = f"recording jobs {told.active} of {told.jobs}" if told.jobs is not None else ""
        what = " ".join(filter(None, (told.maker, told.model, told.firmware, told.serial)))
        return "\t".join(part or "-" for part in (key.device, "onvif", clock, jobs, what, told.detail)), bool(clock)
    look = Look.unpacked(dict(answer))
    rate = f"{look.fps_milli / 1000:g}/s" if look.fps_milli else "-"
    size = f"{look.width}x{look.height}" if look.width else "-"
    change = f"change {look.change:.2f}" if look.change is not None else "-"
    return "\t".join((key.device or "-", look.state, rate, size, change, look.detail or "-")), look.state == ALIVE
