"""Reading and checking the reminder rules of a profile: ``[[reminder]]``, keys as in ``profile.Reminder``."""

from app.domain import N_
from app.domain.outages import STAGES
from app.domain.profile import BASES, PERFORMERS, REMIND_OF, Profile, Reminder
from app.domain.profile_check import known_names
from app.domain.profile_reader import CLOCK, NAME, Problems, Table

_DAY = 24 * 60


def read(table: Table) -> Reminder:
    """One rule. What belongs to dates, to times or to outages only is refused beside the others."""
    dated = table.flag("dated", False)
    for key in ("of", "minutes", "rounds") if dated else ("days", "clock"):
        if table.has(key):
            table.add(key, N_("%(where)s: makes no sense here: times have minutes, dates have days."))
    outage = not dated and table.one_of("of", REMIND_OF, "due") == "outage"
    for key in ("minutes", "rounds", "steps") if outage else ("stage",):
        if table.has(key):
            table.add(key, N_("%(where)s: makes no sense here: outages have a stage, steps have a time."))
    rule = Reminder(
        id=table.text("id", required=True, like=NAME),
        tell=table.words("tell", required=True),
        title=table.texts("title", required=True),
        of=table.one_of("of", REMIND_OF, "due"),
        minutes=table.whole("minutes", -_DAY, _DAY) or 0,
        dated=dated,
        days=table.whole("days", -60, 60) or 0,
        clock=table.text("clock", "09:00", like=CLOCK),
        steps=table.words("steps"),
        rounds=table.flag("rounds", False),
        stage=table.one_of("stage", STAGES, required=outage),
        basis=table.one_of("basis", BASES, "derived"),
        source=table.words("source"),
    )
    table.close()
    return rule


def check(profile: Profile, problems: Problems) -> None:
    """Names that a rule uses exist: roles with an account, steps, stages, sources."""
    roles = [r.id for r in profile.roles if r.account]
    subjects = [*(s.id for s in profile.steps), *(s.id for s in profile.stages)]
    for rule in profile.reminders:
        performing = [PERFORMERS] if rule.of != "outage" else []  # an outage has none
        known_names(problems, f"reminder {rule.id}: tell", rule.tell, [*performing, *roles])
        known_names(problems, f"reminder {rule.id}: steps", rule.steps, subjects)
        known_names(problems, f"reminder {rule.id}: source", rule.source, profile.sources)
