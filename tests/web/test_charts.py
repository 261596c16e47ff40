"""Charts: pictures of numbers that say what they show and keep to the page's rules."""

import re
from xml.etree import ElementTree

from app.web import charts
from app.web.charts import Column, Part


def test_a_chart_is_a_picture_with_a_name_and_holds_no_inline_style_or_script() -> None:
    drawn = [
        charts.stacked("4 of 5 done", [Part(4, "done", "done"), Part(1, "over", "late")]),
        charts.line("ahead of the plan", [(0, 0), (1, 4)], [(0, 0), (2, 5)]),
        charts.columns("Days by week", [Column("w 1", (Part(3, "done", "on time"),))], "days"),
        charts.swatch("done"),
    ]
    for svg in drawn:
        tree = ElementTree.fromstring(svg)
        assert not any("style" in e.attrib or any(a.startswith("on") for a in e.attrib) for e in tree.iter())
    for svg in drawn[:3]:
        tree = ElementTree.fromstring(svg)
        assert tree.get("role") == "img" and tree.find("title") is not None


def test_words_of_people_cannot_become_markup() -> None:
    svg = charts.columns("<b>", [Column('"><script>', (Part(1, "done", "<i>"),))])
    assert "<script>" not in svg and "<b>" not in svg and "<i>" not in svg


def test_parts_of_a_bar_fill_it_by_their_share_and_nothing_is_an_empty_bar() -> None:
    bar = charts.stacked("x", [Part(3, "done"), Part(1, "over")])
    widths = [float(w) for w in re.findall(r'width="([\d.]+)"', bar)]
    assert abs(widths[0] / widths[1] - 3) < 0.05 and abs(sum(widths) - charts.WIDE) < 2
    assert 'class="rest"' in charts.stacked("x", [Part(0, "done")])


def test_many_columns_leave_out_labels_that_would_touch() -> None:
    many = charts.columns("x", [Column(f"23-{n:04}", (Part(n, "done", "n"),)) for n in range(60)])
    assert many.count('class="x"') < 7 and many.count("<g>") == 60
    assert charts.columns("x", [Column(str(n), (Part(n, "done"),)) for n in range(5)]).count('class="x"') == 5


def test_an_axis_ends_at_a_round_number_and_charts_of_nothing_are_drawn() -> None:
    assert [charts.ceiling(v) for v in (0, 1, 3, 7, 11, 39, 100, 101)] == [1, 1, 4, 10, 20, 40, 100, 200]
    for empty in (charts.columns("x", []), charts.line("x", []), charts.line("x", [(1, 0)])):
        ElementTree.fromstring(empty)
