"""Texts that tell how long it is until, or since, a moment: drawn by the server, carried on by the page.

Between two moments at which something changes (``app.domain.clockwork``) the server answers 304, so whatever moves
meanwhile runs in the page (static/live.js), by the same rule: whole minutes of the clock that is shown.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache

from flask_babel import get_locale
from markupsafe import Markup

from app.web.language import current, gettext, ngettext
from app.web.show import NBSP, span

SPAN = "{span}"


def running(pattern: str, moment: datetime, now: datetime) -> Markup:
    """``pattern`` with ``SPAN`` in it, as it reads at ``now``. The page counts on to ``moment`` or from it."""
    now = now.replace(second=0, microsecond=0)
    way = "until" if moment > now else "since"
    return Markup('<span data-{}="{}" data-say="{}">{}</span>').format(
        way, stamp(moment), pattern, pattern.replace(SPAN, span(moment - now))
    )


def stamp(moment: datetime) -> str:
    """A moment as the page's script reads it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def span_words() -> str:
    """How ``show.span`` speaks, for the script: its patterns, those of days by their plural form."""
    return _span_words(current())


@lru_cache(16)
def _span_words(_language: str) -> str:
    form = get_locale().plural_form
    days = {form(n): ngettext("%(num)s day", "%(num)s days", n, num="{d}") for n in range(2, 120)}
    words = {
        "days": days,
        "both": gettext("%(hours)s h %(minutes)s min", hours="{h}", minutes="{m}"),
        "hours": gettext("%(hours)s h", hours="{h}"),
        "minutes": gettext("%(minutes)s min", minutes="{m}"),
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace(" ", NBSP)
