"""Calling another installation: it may be gone, slow, endless, somebody else, or no web server at all."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from app.cli import certs
from app.services.calling import ANSWER, post

Talk = Callable[[socket.socket], None]
Start = Callable[..., int]


@pytest.fixture
def listen() -> Iterator[Start]:
    """Answers one call with ``talk``; the port."""
    ends: list[Callable[[], None]] = []

    def begin(talk: Talk, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> int:
        server = socket.create_server((host, 0))

        def answer() -> None:
            try:
                with server, server.accept()[0] as plain:
                    line = context.wrap_socket(plain, server_side=True) if context else plain
                    talk(line)
                    line.close()
            except OSError:
                pass

        thread = Thread(target=answer, daemon=True)
        thread.start()
        ends.append(lambda: thread.join(5))
        return int(server.getsockname()[1])

    yield begin
    for end in ends:
        end()


def says(data: bytes) -> Talk:
    def talk(line: socket.socket) -> None:
        while not line.recv(65536).endswith(b"old 0\n"):
            pass
        line.sendall(data)

    return talk


def call(port: int, scheme: str = "http", seconds: float = 5) -> tuple[int, str]:
    return post(f"{scheme}://localhost:{port}/add-checkpoint", b"old 0\n", seconds)


def test_an_answer_is_its_status_and_text(listen: Start) -> None:
    assert call(listen(says(b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n5\n"))) == (409, "5\n")


def test_nobody_is_sent_elsewhere(listen: Start) -> None:
    elsewhere = socket.create_server(("127.0.0.1", 0))
    port = elsewhere.getsockname()[1]
    with elsewhere:
        for status in (301, 302, 307, 308):
            text = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n"
            assert call(listen(says(text.encode()))) == (status, "")
        elsewhere.settimeout(0)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


@pytest.mark.parametrize("head", [b"", b"Content-Length: 99999999\r\n"])
def test_an_endless_answer_is_not_read(listen: Start, head: bytes) -> None:
    with pytest.raises(OSError, match="too long"):
        call(listen(says(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + b"x" * 20 * ANSWER)))


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, b"\xff\x00" * 9])
def test_what_is_no_http_is_an_answer_that_did_not_come(listen: Start, data: bytes) -> None:
    with pytest.raises(OSError):
        call(listen(says(data)))


def test_who_answers_a_byte_at_a_time_is_hung_up_on(listen: Start) -> None:
    def drip(line: socket.socket) -> None:
        for letter in b"HTTP/1.1 200 OK and so on and so on":
            line.send(bytes([letter]))
            Event().wait(0.05)

    with pytest.raises(OSError, match="timed out"):
        call(listen(drip), seconds=0.2)


def test_a_certificate_has_to_hold(listen: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CliRunner().invoke(certs.certs, ["make", "--host", "localhost"], env={"LOGBOOK_INSTANCE": str(tmp_path)})
    assert made.exit_code == 0, made.output
    folder = tmp_path / "keys" / "tls"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    talk = says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nline")
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        call(listen(talk, context), "https")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    assert call(listen(talk, context), "https") == (200, "line")
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):  # of another host
        post(f"https://127.0.0.2:{listen(talk, context, '127.0.0.2')}/", b"old 0\n")
