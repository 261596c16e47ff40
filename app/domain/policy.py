"""Who may do what: one table, read top to bottom.

Actions on a day ask for the role that the day's roster gives the person; reading also for
the roles of an office above the centres. Everything else asks for the account's roles.
"""

from collections.abc import Iterable
from enum import StrEnum

from app.domain import N_, NotFound, Refused
from app.domain.day import Day
from app.domain.journal import Foreign
from app.domain.people import Actor
from app.domain.plan import DAY_ROLES, TECHNICIANS, Member, Role


class Action(StrEnum):
    DAY_READ = "day:read"
    STEP_RECORD = "step:record"
    STEP_WAIVE = "step:waive"
    ACCESS_NOTE = "access:note"
    MILESTONE_NOTE = "milestone:note"
    NOTE_WRITE = "note:write"
    SHIFT_HAND = "shift:hand"
    SHIFT_TAKE = "shift:take"
    ENTRY_CORRECT = "entry:correct"
    ADDENDUM_WRITE = "addendum:write"
    ACT_CONFIRM = "act:confirm"
    DOCUMENT_SIGN = "document:sign"
    RECORDING_SWITCH = "recording:switch"
    CLOCK_MEASURE = "clock:measure"
    OUTAGE_NOTE = "outage:note"
    FOOTAGE_COPY = "footage:copy"
    REMINDER_TAKE = "reminder:take"
    PLAN_CHANGE = "plan:change"
    REHEARSAL_CLOCK = "rehearsal:clock"
    START_MOVE = "start:move"
    DAY_OPEN = "day:open"
    DEVICE_READ = "device:read"
    CENTRE_MANAGE = "centre:manage"
    PEOPLE_MANAGE = "people:manage"
    SETTINGS_MANAGE = "settings:manage"
    KEY_APPROVE = "key:approve"
    CHANGES_READ = "changes:read"
    DAY_SUBMIT = "day:submit"
    GAPS_OVERRIDE = "gaps:override"
    DAY_REVIEW = "day:review"
    DAY_ACCEPT = "day:accept"
    REMARK_ANSWER = "remark:answer"
    PACKAGE_EXPORT = "package:export"
    PACKAGE_IMPORT = "package:import"
    REGION_READ = "region:read"
    REGISTER_READ = "register:read"


# Entries that are no work done.
ARRANGING = frozenset(
    {"day.opened", "plan.changed", "roster.joined", "roster.left", "start.moved", "rehearsal.clock"}
)
EVERYONE = frozenset(DAY_ROLES)
COMMISSION = frozenset({Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD})
OFFICES = frozenset({Role.MINISTRY_OFFICER, Role.ADMINISTRATOR}) | COMMISSION

ON_THE_DAY: dict[Action, frozenset[Role]] = {
    Action.DAY_READ: EVERYONE,
    Action.STEP_RECORD: EVERYONE,  # the step itself names its performers
    Action.STEP_WAIVE: frozenset({Role.PES_HEAD, Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD}),
    Action.ACCESS_NOTE: frozenset(TECHNICIANS),
    Action.MILESTONE_NOTE: frozenset({*TECHNICIANS, Role.PES_HEAD, Role.COMMISSION_MEMBER}),
    Action.NOTE_WRITE: EVERYONE,
    Action.SHIFT_HAND: frozenset(TECHNICIANS),  # who is on duty (rules)
    Action.SHIFT_TAKE: frozenset(TECHNICIANS),  # the one it is handed to (rules)
    Action.ENTRY_CORRECT: EVERYONE,  # own entries only (rules)
    Action.ADDENDUM_WRITE: EVERYONE,  # of a closed day only (rules)
    Action.ACT_CONFIRM: EVERYONE,  # the step itself names its confirmers
    Action.DOCUMENT_SIGN: EVERYONE,  # the form's slots name the signers
    Action.RECORDING_SWITCH: frozenset(TECHNICIANS),
    Action.CLOCK_MEASURE: frozenset(TECHNICIANS),
    Action.OUTAGE_NOTE: frozenset({*TECHNICIANS, Role.PES_HEAD, Role.COMMISSION_MEMBER}),
    Action.FOOTAGE_COPY: frozenset(TECHNICIANS),
    Action.REMINDER_TAKE: EVERYONE,
    Action.PLAN_CHANGE: frozenset({*TECHNICIANS, Role.PES_HEAD}),
    Action.REHEARSAL_CLOCK: frozenset({*TECHNICIANS, Role.PES_HEAD}),
    Action.START_MOVE: EVERYONE,  # they note what the commission decided
    Action.DAY_SUBMIT: frozenset({*TECHNICIANS, Role.PES_HEAD}),
    Action.GAPS_OVERRIDE: frozenset({Role.PES_HEAD}),  # handing in what is not whole, with a reason
    Action.DAY_REVIEW: COMMISSION,  # remarks, samples, "seen"
    Action.DAY_ACCEPT: frozenset({Role.COMMISSION_HEAD}),  # and returning
    Action.REMARK_ANSWER: frozenset({*TECHNICIANS, Role.PES_HEAD}),
    Action.PACKAGE_EXPORT: EVERYONE,
}

# What is done with a day of another installation: its people are not ours, so its roster gives nobody a right.
OF_OTHERS = frozenset({Action.DAY_READ, Action.PACKAGE_EXPORT})

BY_ACCOUNT: dict[Action, frozenset[Role]] = {
    Action.DAY_READ: OFFICES,
    Action.DAY_OPEN: frozenset({*TECHNICIANS, Role.PES_HEAD, Role.ADMINISTRATOR}),
    Action.PLAN_CHANGE: frozenset({Role.ADMINISTRATOR}),
    Action.REHEARSAL_CLOCK: frozenset({Role.ADMINISTRATOR}),
    Action.START_MOVE: frozenset({Role.ADMINISTRATOR}),
    Action.DEVICE_READ: frozenset({*TECHNICIANS, Role.PES_HEAD, Role.MINISTRY_OFFICER, Role.ADMINISTRATOR}),
    Action.CENTRE_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Action.PEOPLE_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Action.SETTINGS_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Action.KEY_APPROVE: frozenset({Role.PES_HEAD, Role.COMMISSION_HEAD, Role.ADMINISTRATOR}),
    Action.CHANGES_READ: frozenset({Role.MINISTRY_OFFICER, Role.ADMINISTRATOR}),
    Action.PACKAGE_EXPORT: OFFICES,
    Action.PACKAGE_IMPORT: frozenset({Role.ADMINISTRATOR}),
    Action.REGION_READ: OFFICES,
    Action.REGISTER_READ: OFFICES,
}


def allowed(actor: Actor, action: Action) -> bool:
    """By the account's roles alone."""
    return bool(BY_ACCOUNT.get(action, frozenset()) & actor.roles)


def require(actor: Actor, action: Action) -> None:
    """Raise Refused unless the account's roles allow ``action``."""
    if not allowed(actor, action):
        raise Refused(N_("Your role does not allow this."))


def require_centre(actor: Actor, action: Action, centre: str) -> None:
    """``require``, and a centre's people only for their own centre (others learn nothing: NotFound)."""
    require(actor, action)
    if not actor.covers(centre):
        raise NotFound(N_("There is no such centre."))


def may_read_devices(actor: Actor, centre: str) -> bool:
    """Devices of a centre are read by its people who may open its days, and by offices above it."""
    return allowed(actor, Action.DEVICE_READ) and actor.covers(centre)


def within(actor: Actor, centres: Iterable[str]) -> bool:
    """True when everything about an account of these centres is the actor's: who is bound to none has all of them."""
    held = frozenset(centres)
    return not actor.centres or (bool(held) and all(actor.covers(c) for c in held))


def allowed_whole(actor: Actor, action: Action) -> bool:
    """``allowed``, for somebody who is bound to no centre and no region."""
    return allowed(actor, action) and not actor.centres


def require_whole(actor: Actor, action: Action) -> None:
    """``require``, and only for who is bound to no centre: it concerns more than theirs."""
    require(actor, action)
    if actor.centres:
        raise Refused(N_("This concerns every centre: an administrator of all centres does it."))


def member_of(day: Day, actor: Actor, action: Action) -> Member | None:
    """The actor's line of the roster. Who acted and left afterwards still reads the day and signs what they did."""
    if day.source:
        return None
    member = day.roster.get(actor.person)
    if member is None and action in (Action.DAY_READ, Action.DOCUMENT_SIGN):
        mine = (x.by for x in day.lines if x.by.person == actor.person and x.tag not in ARRANGING)
        return next(mine, None)
    return member


def allowed_on(day: Day, actor: Actor, action: Action) -> bool:
    """By the day's roster, or by the account's roles for offices above the centres."""
    if day.source and action not in OF_OTHERS:
        return False
    member = member_of(day, actor, action)
    if member is not None and member.role in ON_THE_DAY.get(action, frozenset()):
        return True
    above = BY_ACCOUNT.get(action, frozenset()) & actor.roles & offices(actor)
    if day.opened.rehearsal:
        above &= {Role.ADMINISTRATOR}  # practice is in no ministry's register
    return bool(above) and actor.covers(day.centre_code)


def offices(actor: Actor) -> frozenset[Role]:
    """Roles that stand above the rosters: a commission's only for somebody who is bound to its region or centres."""
    return OFFICES if actor.centres else OFFICES - COMMISSION


def in_office(actor: Actor, action: Action) -> bool:
    """By an office above the rosters: a commission's people only when they are bound to their region or centres."""
    return bool(BY_ACCOUNT.get(action, frozenset()) & actor.roles & offices(actor))


def require_office(actor: Actor, action: Action) -> None:
    """Raise Refused unless an office of the actor allows ``action``."""
    if not in_office(actor, action):
        raise Refused(N_("Your role does not allow this."))


def require_on(day: Day, actor: Actor, action: Action) -> Member | None:
    """The actor's line of the roster (None for an office above). A stranger to the day gets NotFound."""
    if allowed_on(day, actor, action):
        return member_of(day, actor, action)
    if allowed_on(day, actor, Action.DAY_READ):
        if day.source:
            raise Foreign(day.source)
        raise Refused(N_("Your role on this day does not allow this."))
    raise NotFound(N_("There is no such day."))


def require_member(day: Day, actor: Actor, action: Action) -> Member:
    """Like ``require_on``, for acts that only the day's own people perform."""
    member = require_on(day, actor, action)
    if member is None:
        raise Refused(N_("Only people of the day's roster may do this."))
    return member
