"""A person's plan as iCalendar (RFC 5545), at an address that only they know."""

from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256

from flask import Blueprint, Response, make_response, request
from icalendar import Alarm, Calendar, Event, Timezone

from app.domain.appointments import Appointment, appointments
from app.domain.codec import clean
from app.domain.day import Day
from app.services import feeds
from app.web.context import now, settings
from app.web.language import gettext, pick
from app.web.speaking import path, speaking

blueprint = Blueprint("calendar", __name__)
FORM = 1  # raise it when the same journal is to give another file
EVERY = timedelta(minutes=15)


@blueprint.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """The calendar; 304 when nothing happened since it was fetched."""
    opened = feeds.open_(secret, now())
    said = (FORM, settings().url, settings().name, opened.language or settings().language, opened.centre, opened.days)
    tag = sha256(repr(said).encode()).hexdigest()
    if tag in request.if_none_match:
        answer = make_response("", 304)
    else:
        answer = make_response(whole(opened))
        answer.mimetype = "text/calendar"
    answer.set_etag(tag)
    return answer


def whole(opened: feeds.Opened) -> bytes:
    """The calendar as a file; the same journals give the same bytes."""
    found = feeds.days_of(opened)
    calendar = Calendar()
    calendar.add("prodid", "-//logbook//exam day//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    with speaking(opened.language):
        name = gettext("Logbook %(centre)s", centre=opened.centre) if opened.centre else gettext("Logbook")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", EVERY)
    years = [day.date.year for day in found]
    for zone in sorted({day.opened.centre.zone for day in found}):
        calendar.add_component(Timezone.from_ical(_zone(zone, min(years) - 1, max(years) + 2)))
    for day in found:
        with speaking(opened.language, day):
            for one in appointments(day, day.roster[opened.person]):
                calendar.add_component(_event(day, one))
    return calendar.to_ical()


@lru_cache(64)
def _zone(name: str, first: int, last: int) -> bytes:
    """The zone as those years have it: its rules stand in the file, so a client need not know its name."""
    return Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last, 1, 1)).to_ical()


def _event(day: Day, one: Appointment) -> Event:
    event = Event()
    event.add("uid", f"{day.id}-{one.step.id if one.step else 'exam'}@{settings().name}")
    event.add("dtstamp", day.received.replace(microsecond=0))
    event.add("last-modified", day.received.replace(microsecond=0))
    event.add("sequence", one.revision)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.step else "OPAQUE")
    if one.on:
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
    else:
        event.add("dtstart", day.local(one.start).replace(second=0, microsecond=0))
        event.add("dtend", day.local(one.end).replace(second=0, microsecond=0))
    title, about, url = _words(day, one)
    event.add("summary", title)
    event.add("description", f"{about}\n\n{url}".strip())
    event.add("url", url)
    centre = day.opened.centre
    event.add("location", ", ".join(clean(t) for t in (centre.name, centre.address) if t))
    for distance in one.alarms:
        event.add_component(_alarm(distance, title))
    return event


def _words(day: Day, one: Appointment) -> tuple[str, str, str]:
    """Title, what to do, address."""
    if one.step is None:
        title, about = day.opened.exam, day.centre_code
        url = path("today.board", day_id=day.id)
    else:
        title, about = pick(one.step.title), pick(one.step.help)
        url = path("steps.show", day_id=day.id, step_id=one.step.id)
    if one.done:
        title = f"\u2713 {title}"
    if day.opened.rehearsal:
        title = gettext("Rehearsal: %(title)s", title=title)
    return clean(title), about, settings().url + url


def _alarm(distance: timedelta, title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", distance)
    alarm.add("description", title)
    return alarm
