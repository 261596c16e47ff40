"""Call another installation over the network: to its own address and nowhere else, for a while and not for longer.

No redirect is followed and no proxy asked; a certificate has to hold; what is said without end is not listened to.
"""

import errno
import os
import socket
import ssl
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import urlsplit

SECONDS, ANSWER = 5, 4096  # how long it may take altogether, and how many bytes the answer may have
KIND = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}


class _Line(HTTPConnection):
    """A connection that can be hung up while the other side still greets."""

    def __init__(self, host: str, port: int, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.context = ssl.create_default_context() if secure else None
        self.late = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self.host, self.port), self.timeout)
        if self.context:
            self.sock = self.context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )  # fmt: skip
            self.sock.do_handshake()

    def hang_up(self) -> None:
        self.late = True
        try:
            if self.sock:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            pass  # it is over already


def post(url: str, body: bytes, seconds: float = SECONDS) -> tuple[int, str]:
    """Status and text of the answer. Raises OSError when there is none, or one that nobody should read."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    line = _Line(parts.hostname or "", parts.port or (443 if secure else 80), secure)
    end = Timer(seconds, line.hang_up)
    end.daemon = True
    end.start()
    try:
        line.request("POST", parts.path or "/", body, KIND)
        answer = line.getresponse()
        text = answer.read(ANSWER + 1)
    except (OSError, HTTPException) as err:
        if line.late:
            raise _failed(errno.ETIMEDOUT) from err
        raise OSError(repr(err)) from err
    finally:
        end.cancel()
        line.close()
    if line.late:
        raise _failed(errno.ETIMEDOUT)
    if len(text) > ANSWER:
        raise _failed(errno.EMSGSIZE)
    return answer.status, text.decode("utf-8", "replace")


def _failed(number: int) -> OSError:
    """As the system says it."""
    return OSError(number, os.strerror(number))
