"""The address that other installations send their checkpoints to."""

from .strangers import Stranger

URL = "/witness/add-checkpoint"


def test_a_program_needs_no_session_and_no_token_and_learns_nothing(stranger: Stranger) -> None:
    note = f"stranger.example/1\n1\n{'A' * 43}=\n\n\u2014 stranger.example AAAA\n"
    answer = stranger.client.post(URL, data=f"old 0\n\n{note}".encode())
    assert (answer.status_code, answer.mimetype) == (404, "text/plain") and "Set-Cookie" not in answer.headers
    for body in (b"", b"old 0", b"\xff" * 100, b"old 0\n" * 5000):
        assert stranger.client.post(URL, data=body).status_code == 400
    assert stranger.client.get(URL).status_code == 405
