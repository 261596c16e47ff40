"""Acts about footage on the pages: which wait for facts, who signs them, and a firm term on the page of its step."""

from collections.abc import Callable
from io import BytesIO

from .conftest import CODE, DAY, Clock, Person

DOCS = f"/days/{DAY}/documents"
ACT = "footage-handover-act"


def hand_over(head: Person, clock: Clock) -> None:
    clock.forward(hours=10)
    url = f"/days/{DAY}/steps/end.handover"
    head.send(url, {
        "evidence.media_list": "WD-1\nWD-2", "evidence.to_person": "Соколов П. И.", "evidence.receiver_post": "РЦОИ",
        "evidence.witness": "Посторонний А. А.",
    })  # fmt: skip


def test_forms_without_anything_to_say_are_named_with_what_they_wait_for(tech: Person) -> None:
    page = tech.get(DOCS).text
    assert "Nothing to say yet" in page and "comes when recordings were handed over" in page
    assert f'id="{ACT}"' not in page and 'id="access-journal"' in page
    assert tech.get(f"{DOCS}/{ACT}/preview.pdf").status_code == 404
    assert tech.get(f"{DOCS}/{ACT}/sign").status_code == 404


def test_the_act_comes_with_its_entry_and_the_giver_signs_what_they_did(head: Person, clock: Clock) -> None:
    hand_over(head, clock)
    page = head.get(DOCS).text
    assert f'id="{ACT}"' in page and "Your turn: to sign the handing over" in page
    assert "I handed over what this document lists, as it says." in head.get(f"{DOCS}/{ACT}/sign").text
    head.send(f"{DOCS}/{ACT}/sign", {"password": "demo-head-1", "code": CODE})
    assert "handed_over" not in head.get(DOCS).text and "handed over" in head.get(DOCS).text
    pdf = head.get(f"{DOCS}/{ACT}.pdf").data
    checked = head.client.post(
        "/check", data=head.form("/check") | {"file": (BytesIO(pdf), "act.pdf")}, follow_redirects=True
    )  # fmt: skip
    assert "Valid: signed by all 1" in checked.text and ": handed over" in checked.text
    assert "handed_over" not in head.get(f"/days/{DAY}/journal").text


def test_a_step_with_a_firm_term_is_closed_until_then_and_says_so(
    sign_in: Callable[[str], Person], clock: Clock
) -> None:
    head = sign_in("head")
    url = f"/days/{DAY}/steps/post.retention"
    page = head.get(url).text
    assert "this term is firm" in page and "Not before " in page
    assert f'<form method="post" action="{url}"' not in page
    clock.forward(days=300)
    head = sign_in("head")
    assert "this term is firm" not in head.get(url).text
    assert f'<form method="post" action="{url}"' in head.get(url).text
