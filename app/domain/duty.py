"""Who of the technicians is on duty, what was passed on at a handover, and what both of them signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import N_
from app.domain import facts as f
from app.domain.checklist import CLOSED, State, StepView, view
from app.domain.codec import canonical, plain
from app.domain.day import Act, Day
from app.domain.plan import TECHNICIANS, Member

KINDS = {
    "key": N_("key"), "token": N_("token"), "flash": N_("flash drive"), "seal": N_("seal"), "other": N_("other thing"),
}  # fmt: skip
FAR = timedelta(days=1)  # a step of a later date is nothing for this shift
_SIGNED = ("certificate", "signature")  # fields of a fact that its statement leaves out


@dataclass(frozen=True, slots=True)
class Handover:
    """``giver`` passes the duty on to ``taker``. ``taken``: the entry that took it, None until then."""

    act: Act
    taken: Act | None
    giver: Member
    taker: Member

    @property
    def withdrawn(self) -> bool:
        return self.act.void is not None

    @property
    def waits(self) -> bool:
        """Neither taken nor withdrawn: the giver is still on duty."""
        return self.taken is None and not self.withdrawn


def handovers(day: Day) -> tuple[Handover, ...]:
    """Every handover, withdrawn ones too, in the journal's order."""
    stands = [a for a in day.acts.values() if a.fact is not None]
    taken = {a.fact.target: a for a in stands if a.tag == "shift.taken" and not a.void}
    return tuple(
        Handover(a, taken.get(a.seq), a.by, day.everyone.get(a.fact.to) or Member(a.fact.to, a.fact.to, a.fact.to, ""))
        for a in stands
        if a.tag == "shift.handed"
    )


def pending(day: Day, person: str) -> tuple[Handover, ...]:
    """Handovers that wait for this person to take them."""
    return tuple(h for h in handovers(day) if h.waits and h.taker.person == person)


def waiting_of(day: Day, person: str) -> Handover | None:
    """The handover by which this person gives the duty away and which nobody has taken yet."""
    return next((h for h in handovers(day) if h.waits and h.giver.person == person), None)


def technicians(day: Day) -> tuple[Member, ...]:
    """Technicians of the roster as it is now."""
    return tuple(m for m in day.roster.values() if m.role in TECHNICIANS)


def on_duty(day: Day) -> tuple[Member, ...]:
    """Technicians of the roster who are on duty now, in its order: somebody always is.

    The duty goes over when a handover is taken. When nobody would be left, every technician of the roster is.
    """
    on = _on_duty(day)
    here = technicians(day)
    return tuple(m for m in here if m.person in on) or here


def standings(day: Day) -> dict[str, str]:
    """For every technician of the roster: "on" duty, comes "later", or "off" since a handover."""
    on = {m.person for m in on_duty(day)}
    came = {h.taker.person for h in handovers(day) if h.taken}
    return {
        m.person: "on" if m.person in on else "later" if m.relief and m.person not in came else "off"
        for m in technicians(day)
    }


def _on_duty(day: Day) -> set[str]:
    """Who is on duty by the order of events; who left the roster since may be among them."""
    given = {h.taken.seq: h for h in handovers(day) if h.taken and not h.withdrawn}
    relief = {m.person: m.relief for m in day.opened.roster}
    on = {person for person, later in relief.items() if not later}
    for line in day.lines:
        match line.fact:
            case f.ShiftTaken() if line.seq in given:
                on.discard(given[line.seq].giver.person)
                on.add(given[line.seq].taker.person)
            case f.RosterJoined(who) if relief.get(who.person) != who.relief:  # a new role leaves the duty as it was
                relief[who.person] = who.relief
                (on.discard if who.relief else on.add)(who.person)
            case f.RosterLeft(person):
                relief.pop(person, None)
    return on


def open_steps(day: Day, role: str, now: datetime) -> tuple[StepView, ...]:
    """Steps that this role performs and that wait now or in this shift; those on demand and of later dates do not."""
    mine = (view(step, day, now) for step in day.profile.steps if role in step.performers)
    return tuple(v for v in mine if v.state not in CLOSED and v.state != State.DEMAND and not _far(v, now))


def _far(found: StepView, now: datetime) -> bool:
    moment = found.window.due or found.window.start
    return found.window.dated and moment is not None and moment - now > FAR


def handed_statement(log: str, giver: str, fact: f.ShiftHanded) -> bytes:
    """The bytes that the giver's key signs: everything the fact says, in this log, by this person."""
    return _statement("handed over", log, giver, fact)


def taken_statement(log: str, taker: str, fact: f.ShiftTaken) -> bytes:
    """The bytes that the taker's key signs; ``leaf`` in it names what exactly was taken."""
    return _statement("taken over", log, taker, fact)


def _statement(meaning: str, log: str, person: str, fact: f.ShiftHanded | f.ShiftTaken) -> bytes:
    said = {name: value for name, value in plain(fact).items() if name not in _SIGNED}
    head = {"statement": "logbook shift v1", "meaning": meaning, "log": log, "person": person}
    return canonical({**head, "fact": said})
