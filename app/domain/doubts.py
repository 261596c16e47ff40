"""What speaks against a file of footage: sentences that the journal keeps in English and pages tell in any language.

The entry stands for itself, also for who reads it without this program. The list is closed, so a sentence is known
again by its words; one of an older version that is not stays as it was written.
"""

import re

from app.domain import N_, Message

NO_VIDEO = N_("There is no video in it.")
NO_PICTURE = N_("There is no picture in it.")
UNREADABLE = N_("It cannot be read as video: %(what)s.")
TOO_LONG = N_("It took too long to read: the rest was not looked at.")
CUT_OFF = N_("It was cut off: it says that it lasts %(said)s, and lasts %(real)s.")
JUMPS = N_("Jumps back of its clock: %(count)s.")
DAMAGED = N_("Damaged pieces in it: %(count)s.")
UNDECODED = N_("The picture cannot be decoded at %(places)s after the beginning.")
BLACK = N_("The picture is black at %(places)s after the beginning.")
FROZEN = N_("The picture may be frozen, look at it: %(places)s after the beginning.")
TWO_TIMES = N_("The time in the file and the one in its name are %(minutes)s min apart.")
RECKONED = N_("When it begins is only reckoned from when the file was last written.")
ALL = (
    NO_VIDEO, NO_PICTURE, UNREADABLE, TOO_LONG, CUT_OFF, JUMPS, DAMAGED, UNDECODED, BLACK, FROZEN, TWO_TIMES, RECKONED,
)  # fmt: skip
PARAMETER = re.compile(r"%\\\((\w+)\\\)s")  # in an escaped sentence
KNOWN = tuple((id_, re.compile(r"(.*?): " + PARAMETER.sub(r"(?P<\1>.+)", re.escape(id_)), re.DOTALL)) for id_ in ALL)


def written(path: str, doubt: Message) -> str:
    """As the journal keeps it."""
    return f"{path}: {doubt}"


def known(said: str) -> tuple[str, Message] | None:
    """The file and the sentence of what the journal keeps; None when it is none of ours."""
    for id_, form in KNOWN:
        if found := form.fullmatch(said):
            return found[1], Message(id_, dict(found.groupdict()))
    return None
