"""The public keys of an installation: one page for everybody, and nothing on it that is a secret."""

from pathlib import Path

from flask import Flask

from app.services import publish

from .conftest import Person
from .strangers import Stranger, words

PAGE, SHEET = "/published-keys", "/published-keys.pdf"


def test_everybody_finds_the_public_keys_and_how_to_compare_them(stranger: Stranger, app: Flask) -> None:
    answer = stranger.client.get(PAGE)
    assert answer.status_code == 200
    with app.app_context():
        found, witness = publish.published(), publish.witness()
        secrets = [(Path(app.instance_path) / "keys" / name).read_text() for name in ("log.key", "witness.key")]
    text = words(answer.text)
    assert found.vkey in text and f"/witness {witness}" in text
    for sha256 in (found.key_sha256, found.root_sha256):
        assert " ".join(sha256[n : n + 4] for n in range(0, 64, 4)) in text
    assert "Compare them with the printed sheet" in text and "<svg" in answer.text
    assert secrets and not any(line in answer.text for s in secrets for line in s.splitlines()[1:-1])
    assert f'href="{PAGE}"' in stranger.client.get("/check").text


def test_the_sheet_is_a_pdf_that_strangers_do_not_get_all_the_time(stranger: Stranger) -> None:
    answers = [stranger.client.get(SHEET) for _ in range(11)]
    assert answers[0].data.startswith(b"%PDF") and answers[0].mimetype == "application/pdf"
    assert [a.status_code for a in answers] == [200] * 10 + [429]


def test_administrators_are_led_there(admin: Person) -> None:
    for path in ("/settings", "/packages", "/packages/sources"):
        assert f'href="{PAGE}"' in admin.get(path).text
