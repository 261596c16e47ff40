"""Acts as pages list them: who, when, where, what it says, and everything that happened to it since."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.domain.closing import sealed
from app.domain.day import Act, Day
from app.domain.plan import TECHNICIANS, Member
from app.domain.review import why_it_stays
from app.domain.rules.confirming import missing_confirmers
from app.web.lines import kind
from app.web.show import names_in
from app.web.values import ChangeLine, Shown, changes, shown, title, where

PROVED = ("footage.copied", "footage.checked")
CSS = {"step.impossible": "not", "step.waived": "off", "outage.opened": "over"}


@dataclass(frozen=True)
class ActView:
    """One act in words. ``waits``: who still has to confirm it."""

    act: Act
    title: str
    kind: str
    css: str
    who: str
    where: str
    values: tuple[Shown, ...]
    changes: tuple[ChangeLine, ...]
    waits: str
    may_change: bool
    sealed: bool  # of a closed day: an addendum is written instead

    @property
    def correctable(self) -> bool:
        """What a program proved is void or it stands (rules.footage)."""
        return self.may_change and self.act.tag not in PROVED


def act_view(day: Day, act: Act, me: Member | None) -> ActView:
    """One act for ``me`` to read."""
    outside = getattr(act.fact, "outside", None)
    who = gettext("%(name)s, recorded by %(by)s", name=outside.name, by=act.by.short) if outside else ""
    waits = ", ".join(names_in(day, r) for r in missing_confirmers(day, act))
    css = "wait" if waits else CSS.get(act.tag, "done")
    return ActView(
        act, title(day, act), kind(act.tag), css, who or getattr(act.fact, "by", "") or act.by.short, where(day, act),
        shown(day, act), changes(day, act), waits, may_change(day, act, me), sealed(day, act),
    )  # fmt: skip


def act_views(day: Day, acts: Iterable[Act], me: Member | None) -> tuple[ActView, ...]:
    """Newest first."""
    return tuple(act_view(day, a, me) for a in reversed(tuple(acts)))


def may_change(day: Day, act: Act, me: Member | None) -> bool:
    """One's own entries; technicians correct each other's (target_stands, target_not_sealed and review_stands of the
    rules say the same).

    What of a handover may be taken back its own page offers.
    """
    if me is None or act.void or act.tag == "step.elsewhere" or act.tag.startswith("shift.") or sealed(day, act):
        return False
    if why_it_stays(day, act):
        return False
    return act.by.person == me.person or (me.role in TECHNICIANS and act.by.role in TECHNICIANS)
