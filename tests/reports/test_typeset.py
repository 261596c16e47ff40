"""How text breaks into lines: between words, and never cut off unseen."""

import re

import pytest

from reports.tables import Column, Heading, Row, Table, free
from reports.typeface import alphabet, printable
from reports.typeset import CELL, SMALLEST, DoesNotFit, Fit, P, set_cell, set_lines

SERIAL = "VR20431X" * 7 + "ABCD"  # 60 signs, no space, no punctuation


def plain(lines: tuple[str, ...]) -> str:
    """What the lines say, without the marks of division."""
    return "".join(line.removesuffix("¬").removesuffix("-") for line in lines)


def test_a_text_breaks_between_words_only() -> None:
    text = "технический специалист по видеонаблюдению, внесена с опозданием на два часа"
    _, lines = set_lines(text, CELL, 80)
    assert len(lines) > 2
    assert " ".join(lines) == text
    assert all(CELL.width(line) <= 80.01 for line in lines)


def test_a_word_of_the_form_that_does_not_fit_stops_with_its_name() -> None:
    with pytest.raises(DoesNotFit, match="видеонаблюдению"):
        set_lines("специалист по видеонаблюдению", CELL, 50)


def test_a_short_preposition_goes_with_its_word() -> None:
    _, lines = set_lines("извлечение карт памяти для копирования", CELL, CELL.width("извлечение карт памяти для") + 1)
    assert lines[1] == "для копирования"


@pytest.mark.parametrize(
    "text", ["predate direct la inspectorat", "Grigore nr. 4", "the end of exams", "Dokument № 37"]
)
def test_a_short_word_of_any_language_goes_with_the_next_one(text: str) -> None:
    head, _, last = text.rpartition(" ")
    _, lines = set_lines(text, CELL, CELL.width(head) + 1)
    assert lines[1] == f"{head.split()[-1]} {last}"


def test_a_long_word_a_number_and_a_name_stay_where_they_are() -> None:
    for text in ("sala camerei Ana exam", "camera 12 examen", "camera GEK examenul"):
        head, _, last = text.rpartition(" ")
        assert set_lines(text, CELL, CELL.width(head) + 1)[1] == (head, last)


def test_a_double_surname_breaks_after_its_hyphen_in_full_size() -> None:
    style, lines = set_lines("Преображенская-Всеволодская", CELL, 75, Fit.TYPED)
    assert lines == ("Преображенская-", "Всеволодская")
    assert style == CELL


def test_a_long_surname_parts_from_its_initials_before_the_type_shrinks() -> None:
    style, lines = set_lines("Христорождественский\u00a0А.А.", CELL, 88, Fit.TYPED)
    assert lines == ("Христорождественский", "А.А.")
    assert style == CELL


def test_official_columns_shrink_the_type_but_never_below_six_points() -> None:
    word = "Христорождественский"
    style, lines = set_lines(word, CELL, CELL.width(word) * 0.8, Fit.TYPED)
    assert lines == (word,)
    assert SMALLEST <= style.size < CELL.size
    style, lines = set_lines(word, CELL, CELL.width(word) * 0.4, Fit.TYPED)
    assert style.size == SMALLEST
    assert len(lines) > 1 and lines[0].endswith("-")
    assert plain(lines) == word


def test_a_long_serial_number_is_divided_with_a_sign_that_is_no_part_of_it() -> None:
    _, lines = set_lines(SERIAL, CELL, 75, Fit.FREE)
    assert len(lines) > 2
    assert all(line.endswith("¬") for line in lines[:-1])
    assert "".join(line.removesuffix("¬") for line in lines) == SERIAL


def test_free_text_breaks_after_punctuation_without_a_mark() -> None:
    path = "D:/video/2026-06-01/room-0008/camera-1/part_0001.mp4"
    _, lines = set_lines(path, CELL, 75, Fit.FREE)
    assert len(lines) > 1
    assert "".join(lines) == path


@pytest.mark.parametrize("fit", [Fit.TYPED, Fit.FREE])
@pytest.mark.parametrize("text", [SERIAL, "ы" * 500, "a-" * 200, "№" * 90, "1" * 77 + " " + "слово " * 50, "-", ""])
def test_typed_text_never_stops_a_document_and_never_leaves_its_column(fit: Fit, text: str) -> None:
    style, lines = set_lines(text, CELL, 60, fit)
    assert all(style.width(line) <= 60.02 for line in lines)
    assert len("".join(lines).replace(" ", "")) >= len(text.replace(" ", ""))


def test_every_printed_sign_is_in_the_typeface() -> None:
    assert printable("Әбдірахман Ңұрғалиева Łukasz Ağaoğlu ẞ №5 «тест» −13 →") == (
        "Әбдірахман Ңұрғалиева Łukasz Ağaoğlu ẞ №5 «тест» −13 →"
    )
    odd = printable("ok 😀 日本 e\u0301\u200b\u202e\x07 tab\tline\nend ǆ")
    assert set(odd) <= alphabet()
    assert "[U+1F600]" in odd and "é" in odd and "tab line end" in odd


def test_a_row_higher_than_a_page_is_divided_and_loses_nothing(sheet) -> None:  # type: ignore[no-untyped-def]
    words = [f"слово{n}" for n in range(3000)]
    table = Table(sheet, [Column(20), Column(80)], [[Heading(0, 0, "N"), Heading(1, 1, "Текст")]])
    table.draw([Row(["1", free(" ".join(words))]), Row(["2", "конец"], under=[P("п " * 4000, fit=Fit.FREE)])])
    assert len(sheet.pages) > 3
    assert sheet.drawn.count("слово0") == 1
    assert [w for w in sheet.drawn.split() if w.startswith("слово")] == words
    assert sheet.lowest >= sheet.bottom - 0.1


def test_a_struck_value_stands_above_the_new_one() -> None:
    lines = set_cell([P("0006", strike=True), P("0008")], 60)
    assert [(line.text, line.strike) for line in lines] == [("0006", True), ("0008", False)]


def test_the_columns_of_a_grid_are_ruled_to_its_end_on_every_page(sheet) -> None:  # type: ignore[no-untyped-def]
    heads = [[Heading(0, 0, "N", tall=True), Heading(1, 1, "Текст")], [Heading(1, 1, "Слова")]]
    Table(sheet, [Column(20), Column(80)], heads, grid=True).draw(Row([str(n), free("слово")]) for n in range(150))
    assert len(sheet.pages) > 1
    for page in sheet.pages:
        lines = [tuple(map(float, m)) for m in re.findall(r"w (\S+) (\S+) m (\S+) (\S+) l S", "\n".join(page.ops))]
        upright = [min(y1, y2) for x1, y1, x2, y2 in lines if x1 == x2]
        assert upright and min(upright) == min(y for _, y, _, _ in lines)
