"""A profile in plain words: times, places, people, fields, values and what they rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from app.domain import N_, Message
from app.domain.profile import PERFORMERS, Access, Check, Choice, Field, Parameter, Profile, Reminder, Step, When
from app.domain.profile_words import limits_words, reminder_words, when_words, where_words
from app.web.language import pick
from app.web.show import NBSP, ROOM_KINDS, day_month, span, state

FIELD_TYPES = {
    "text": N_("text"), "number": N_("whole number"), "choice": N_("one of"), "yesno": N_("yes or no"),
    "date": N_("date"), "time": N_("time"), "datetime": N_("date and time"), "person": N_("person"),
    "room": N_("room"), "rooms": N_("rooms"), "serial": N_("serial number"), "sha256": N_("checksum (SHA-256)"),
    "file": N_("file"), "signature": N_("handwritten signature"), "list": N_("list"), "table": N_("table"),
    "never_store": N_("instruction only, nothing is stored"),
}  # fmt: skip
PARAMETER_TYPES = {
    "time": N_("a time such as 07:15"), "minutes": N_("whole minutes; a minus means before"), "days": N_("whole days"),
    "yesno": N_("yes or no"), "choice": N_("one of the choices"), "text": N_("a text"),
    "texts": N_("texts, one a line"),
}  # fmt: skip
DATE_RULE = N_("month, day and years after the exam, such as 03-01+1")
STATION_KINDS = {
    "main": N_("main"), "reserve": N_("reserve"), "print": N_("print"), "scan": N_("scan"), "other": N_("other"),
}  # fmt: skip
BASES = {  # colour and icon, word, meaning
    "sourced": ("done", "done", N_("Sourced"), N_("Act and time both stand in the sources named.")),
    "partial": ("soon", "mis", N_("Partly sourced"), N_("A source names the act; the time or the form is a proposal.")),
    "derived": ("wait", "ask", N_("Proposal"), N_("A proposal of this profile’s authors, nothing official.")),
    "unsourced": ("not", "not", N_("Without source"), N_("General knowledge only: off until the region confirms it.")),
}
DEFAULTS = {
    "now": N_("filled in: now"), "last": N_("filled in: as last time"), "rooms": N_("filled in: all rooms"),
    "me": N_("filled in: who writes it"),
}  # fmt: skip


def language_name(code: str) -> str:
    """A language in the page's language."""
    try:
        return str(Locale.parse(code).get_display_name(get_locale())) or code
    except (UnknownLocaleError, ValueError):
        return code


def told(message: Message) -> str:
    """A message whose parameters are texts, spans, days, dates or messages, in the page's language."""
    params = {name: _param(name, value) for name, value in message.params.items()}
    return gettext(message.id, **params) if params else gettext(message.id)


def _param(name: str, value: Any) -> Any:
    match value:
        case Message():
            return told(value)
        case timedelta():
            return span(value)
        case date():
            return day_month(value)
        case Mapping():
            return pick(value)
        case int() if name == "days":
            return ngettext("%(num)s day", "%(num)s days", value).replace(" ", NBSP)
    return value


def when_lines(step: Step, profile: Profile) -> list[str]:
    """The time of a step, and what belongs to it, a piece a line."""
    return [told(piece) for piece in when_words(step.when, profile)]


def when_text(when: When, profile: Profile) -> str:
    """Everything about the time of a step, in one line."""
    return "; ".join(told(piece) for piece in when_words(when, profile))


def limits_lines(profile: Profile) -> list[str]:
    """The limits of late and early entries, a piece a line."""
    return [told(piece) for piece in limits_words(profile.limits)]


def where_text(step: Step) -> str:
    """Where a step is done."""
    kinds = [gettext(ROOM_KINDS.get(k) or STATION_KINDS[k]) for k in step.kinds]
    where = told(where_words(step))
    return f"{where}: {', '.join(kinds)}" if kinds else where


def who(profile: Profile, ids: Iterable[str]) -> str:
    """Roles by the profile's own names."""
    return ", ".join(pick(profile.role(r).title) for r in ids)


@dataclass(frozen=True)
class ReminderWords:
    """A rule of reminders: when it tells, whom, about what (empty: every step with such a limit)."""

    when: str
    tell: str
    about: str


def reminder(rule: Reminder, profile: Profile) -> ReminderWords:
    """A rule of reminders in words."""
    on_duty = [gettext("who performs the step and is on duty")] if PERFORMERS in rule.tell else []
    roles = who(profile, (r for r in rule.tell if r != PERFORMERS))
    subjects = [pick(s.title) for s in (*profile.stages, *profile.steps) if s.id in rule.steps]
    return ReminderWords(told(reminder_words(rule)), "; ".join([*on_duty, *filter(None, [roles])]), ", ".join(subjects))


def basis(key: str) -> Markup:
    """What a rule rests on: colour, icon and word."""
    colour, icon, word, _ = BASES[key]
    return state(colour, gettext(word), icon)


@dataclass(frozen=True)
class FieldWords:
    """One thing that a step asks for. ``notes``: limits, defaults, warnings."""

    title: str
    kind: str
    help: str
    notes: tuple[str, ...]
    columns: tuple["FieldWords", ...] = ()


def field_words(spec: Field, profile: Profile) -> FieldWords:
    """A field as a reader wants it: what, of which kind, within which limits."""
    kind = gettext(FIELD_TYPES[spec.type])
    if spec.type == "choice":
        kind = f"{kind}: {', '.join(pick(c.title) for c in spec.choices)}"
    elif spec.item:
        kind = f"{kind}: {gettext(FIELD_TYPES[spec.item])}"
    if spec.unit:
        kind = f"{kind}, {gettext(spec.unit)}"
    columns = tuple(field_words(c, profile) for c in spec.columns)
    return FieldWords(pick(spec.title), kind, pick(spec.help), tuple(_notes(spec, profile)), columns)


def _notes(spec: Field, profile: Profile) -> Iterable[str]:
    if not spec.required and spec.type != "never_store":
        yield gettext("may stay empty")
    if spec.min is not None and spec.max is not None:
        yield gettext("from %(low)s to %(high)s", low=number(spec.min), high=number(spec.max))
    elif spec.min is not None:
        yield gettext("at least %(limit)s", limit=number(spec.min))
    elif spec.max is not None:
        yield gettext("at most %(limit)s", limit=number(spec.max))
    if spec.check:
        yield check_text(spec.check)
    if spec.parameter and (parameter := profile.parameter(spec.parameter)):
        yield gettext("filled in from the parameter: %(name)s", name=name_of(parameter))
    elif spec.default is not None:
        own = DEFAULTS.get(str(spec.default))
        yield gettext(own) if own else gettext("filled in: %(value)s", value=value_text(spec.default, profile))


def check_text(limits: Check) -> str:
    """A limit that warns and never refuses."""
    if limits.min is not None:
        return gettext("warns below %(limit)s", limit=number(limits.min))
    if limits.max is not None:
        return gettext("warns above %(limit)s", limit=number(limits.max))
    if limits.abs_max is not None:
        return gettext("warns beyond ±%(limit)s", limit=number(limits.abs_max))
    if limits.max_age_days is not None:
        return ngettext("warns when older than %(num)s day", "warns when older than %(num)s days", limits.max_age_days)
    return gettext("warns unless: %(value)s", value=yes_no(limits.equals))


def number(value: int) -> str:
    """With a real minus."""
    return str(value).replace("-", "\u2212")


def yes_no(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return number(value) if isinstance(value, int) else str(value)


def name_of(parameter: Parameter) -> str:
    return pick(parameter.title) or parameter.id


def limits_text(profile: Profile, parameter: Parameter) -> str:
    """What a value may be."""
    if any(s.when.date_rule and s.when.parameter == parameter.id for s in profile.steps):
        return gettext(DATE_RULE)
    return gettext(PARAMETER_TYPES[parameter.type])


def value_text(value: Any, profile: Profile) -> str:
    """Any value of a profile, in words."""
    match value:
        case None | "" | () | []:
            return "–"
        case bool() | int():
            return yes_no(value)
        case When():
            return when_text(value, profile)
        case Check():
            return check_text(value)
        case Access():
            action = profile.action(value.action)
            return pick(action.title) if action else gettext("Action")
        case Field() | Choice():
            return pick(value.title)
        case Mapping():
            return pick(value)
        case tuple() | list():
            return ", ".join(value_text(v, profile) for v in value)
    return str(value)
