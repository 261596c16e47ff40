"""Facts: what a journal can say. The tag and fields of each are law.

Never rename, reorder or remove a field; a new field gets ``codec.later(default)``; anything else is a new
tag. ``tests/domain/test_frozen_facts.py`` holds the list. Every ``at`` is the moment of the
event as the person states it; when the server received it stands in the entry's header.
"""

from app.domain.facts.base import FACTS, Fact, fact
from app.domain.facts.cameras import (
    CameraSeen,
    ClockMeasured,
    OutageDecided,
    OutageOpened,
    OutageRestored,
    OutageTold,
)
from app.domain.facts.clock import (
    AddendumWritten,
    ClockJumped,
    Item,
    RehearsalClock,
    ShiftHanded,
    ShiftTaken,
    StartMoved,
)
from app.domain.facts.day import (
    AccessNoted,
    ActsConfirmed,
    ActsConfirmedOutside,
    BodyErased,
    DayOpened,
    DocumentSigned,
    EntryCorrected,
    EntryVoided,
    MilestoneNoted,
    NoteWritten,
    Outside,
    PlanChanged,
    RosterJoined,
    RosterLeft,
    StepDone,
    StepElsewhere,
    StepImpossible,
    StepWaived,
    Target,
)
from app.domain.facts.footage import Coverage, FootageChecked, FootageCopied, FootageUploaded, Medium, Period
from app.domain.facts.office import KeyMade, KeyRevoked, OfficeOpened, RecordChanged

__all__ = [
    "FACTS",
    "AccessNoted",
    "ActsConfirmed",
    "ActsConfirmedOutside",
    "AddendumWritten",
    "BodyErased",
    "CameraSeen",
    "ClockJumped",
    "ClockMeasured",
    "Coverage",
    "DayOpened",
    "DocumentSigned",
    "EntryCorrected",
    "EntryVoided",
    "Fact",
    "FootageChecked",
    "FootageCopied",
    "FootageUploaded",
    "Item",
    "KeyMade",
    "KeyRevoked",
    "Medium",
    "MilestoneNoted",
    "NoteWritten",
    "OfficeOpened",
    "OutageDecided",
    "OutageOpened",
    "OutageRestored",
    "OutageTold",
    "Outside",
    "Period",
    "PlanChanged",
    "RecordChanged",
    "RehearsalClock",
    "RosterJoined",
    "RosterLeft",
    "ShiftHanded",
    "ShiftTaken",
    "StartMoved",
    "StepDone",
    "StepElsewhere",
    "StepImpossible",
    "StepWaived",
    "Target",
    "fact",
]
