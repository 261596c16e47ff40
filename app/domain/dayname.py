"""What the name of a day and of its journal say: centre, date, whether it is practice, and whose it is."""

import re
from datetime import timedelta

from app.domain.day import Day

MOST_AHEAD = timedelta(days=1000)  # of a rehearsal's clock
CODE = re.compile(r"[0-9]{2}-[0-9]{4}")


def is_named(day: Day, source: str) -> bool:
    """Do the names of day and journal say what the day itself says: whose, which centre, which date, a rehearsal?

    Lists, rights and statistics go by these names, so nobody's package may wear another's.
    """
    centre = day.opened.centre
    code = f"{centre.region}-{centre.code}"
    tail = r"-r[1-9]\d{0,3}" if day.opened.rehearsal else r"(-[1-9]\d{0,3})?"
    known = CODE.fullmatch(code) and re.fullmatch(f"{code}-{day.date.isoformat()}{tail}", day.id)
    if not known or abs(day.ahead) > MOST_AHEAD:
        return False
    origin = f"{source}/{centre.region}/{centre.code}/{day.id.removeprefix(f'{code}-')}"
    return re.fullmatch(rf"{re.escape(origin)}(/[2-9]\d{{0,3}})?", day.origin) is not None
