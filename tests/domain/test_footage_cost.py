"""What of the footage is missing is asked on every page of a review: it costs no walk through the journal a room."""

from collections import Counter
from typing import Any

import pytest

from app.domain import recording
from app.domain.footage import footage

from .test_footage import Filmed


def test_the_acts_are_walked_once_however_many_rooms_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    book, asked, real = Filmed(), Counter[int](), recording.is_access
    book.recorded("0001", "0002", "7777", "9001")
    day = book.day

    def counted(day: Any, act: Any) -> bool:
        asked[act.seq] += 1
        return real(day, act)

    monkeypatch.setattr(recording, "is_access", counted)
    assert len(footage(day)) == 6 and set(asked.values()) == {1}
