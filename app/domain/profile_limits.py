"""The table ``[limits]`` of a profile and the key ``closes``: how late, how early, and what ends a day."""

import re

from app.domain import N_
from app.domain.profile import BASES, Limits
from app.domain.profile_reader import Table

FORM_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = 24 * 60
_YEAR_OF_HOURS = 366 * 24


def read_limits(top: Table) -> Limits:
    """The limits that the profile sets; those that it is silent about are the product's."""
    usual, table = Limits(), top.table("limits")
    if table is None:
        return usual
    found = Limits(
        late_after_min=table.count("late_after_min", usual.late_after_min, 1, _DAY),
        ahead_min=table.count("ahead_min", usual.ahead_min, 0, 60),
        print_both_after_min=table.count("print_both_after_min", usual.print_both_after_min, 0, _DAY),
        blip_s=table.count("blip_s", usual.blip_s, 0, 600),
        oldest_h=table.whole("oldest_h", 1, _YEAR_OF_HOURS),
        basis=table.one_of("basis", BASES, "derived", required=True),
        source=table.words("source"),
        note=table.texts("note"),
    )
    if found.basis in ("sourced", "partial") and not found.source:
        table.add("source", N_("%(where)s: the basis is %(basis)s, but no source is named."), basis=found.basis)
    if found.oldest is not None and found.oldest <= found.late_after:
        table.add("oldest_h", N_("%(where)s: nothing could be entered late: it is not more than late_after_min."))
    table.close()
    return found
