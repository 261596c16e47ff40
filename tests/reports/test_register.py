"""The register of an exam date on paper."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.register import Centre, Paper, Words, render
from tests.reports.reading import pages

WORDS = Words(
    "en", "Register", ("About",), ("Document", "Revision", "State", "Signed by", "Level"), "Page {page} of {pages}",
    ("Foot",), "Data", "None",
)  # fmt: skip


def sheet(more: int) -> Paper:
    """Centres with notes and documents, each band ``more`` rows further down."""
    rows = [(f"Paper {n}", "1", "Signed", "Somebody", "B-B") for n in range(more)]
    centres = [Centre("First", "", rows, [])]
    for n in range(20):
        papers = [(f"Paper {n}-{k}", "1", "Signed", "Somebody", "B-B") for k in range(2)]
        centres.append(Centre(f"Centre {n}:", "", papers, [f"Notes of {n}"]))
    return Paper(WORDS, centres, datetime(2026, 6, 1, tzinfo=UTC), b"{}", "ab" * 32)


@pytest.mark.parametrize("more", range(1, 6))
def test_a_centre_stands_on_one_page_with_its_notes_and_its_first_document(more: int, tmp_path: Path) -> None:
    found = pages(render(sheet(more)), tmp_path)
    assert len(found) > 2
    for n in range(20):
        (page,) = (text for text in found if f"Centre {n}:" in text)
        assert f"Notes of {n}\n" in page and f"Paper {n}-0" in page
    assert "Paper 19-0" in found[-1], "the last line is not alone"
