"""What speaks against a file is kept in English and known again by its words."""

import pytest

from app.domain import Message
from app.domain.doubts import ALL, UNREADABLE, known, written

VALUES = {"what": "Invalid data: 5%", "said": "0:00:30", "real": "0:00:17", "count": "3", "places": "0:00:10-0:00:30",
          "minutes": "180"}  # fmt: skip


@pytest.mark.parametrize("sentence", ALL)
@pytest.mark.parametrize("path", ["0008/cam 1.mp4", "Камера: 2/а.mkv", "100%.dav"])
def test_every_sentence_is_known_again_with_its_file_and_values(path: str, sentence: str) -> None:
    params = {name: value for name, value in VALUES.items() if f"%({name})s" in sentence}
    assert known(written(path, Message(sentence, dict(params)))) == (path, Message(sentence, dict(params)))


def test_a_sentence_of_another_version_stays_as_it_was_written() -> None:
    assert known("a.mp4: It smells of smoke.") is None and known("") is None
    assert known("a.mp4: There is no video in it. Really.") is None
    assert known(f"a.mp4 {UNREADABLE}") is None
