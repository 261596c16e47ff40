"""The cheap half of a look: one DESCRIBE with the standard library, which tells in words what is wrong."""

import base64
import hashlib
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.watching.look import CLOSED_PORT, ELSEWHERE, NO_ANSWER, NO_NAME, NO_RTSP, NO_STREAM, REFUSED_WORDS, Look, Where

LONGEST = 64 * 1024  # bytes of an answer
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class _Odd(Exception):
    """What answers is no RTSP server."""


@dataclass(frozen=True)
class _Answer:
    code: int
    phrase: str
    headers: list[str]


def knock(where: Where, seconds: float) -> Look | None:
    """Ask for the stream's description: None when it is there, else how the camera stands."""
    try:
        with socket.create_connection((where.host, where.port), seconds) as line:
            answer = _describe(_Talk(line, time.monotonic() + seconds), where)
    except socket.gaierror:
        return Look("unreachable", NO_NAME)
    except ConnectionRefusedError:
        return Look("unreachable", CLOSED_PORT)
    except TimeoutError:
        return Look("unreachable", NO_ANSWER)
    except (_Odd, ValueError):
        return Look("silent", NO_RTSP)
    except OSError:
        return Look("unreachable", NO_ANSWER)
    return _judged(answer, where)


def _judged(answer: _Answer, where: Where) -> Look | None:
    if answer.code in (401, 403):
        return Look("refused", REFUSED_WORDS)
    if answer.code == 404:
        return Look("silent", NO_STREAM)
    if 300 <= answer.code < 400:
        return Look("silent", ELSEWHERE)
    if answer.code != 200:
        phrase = "" if where.tells(answer.phrase) else answer.phrase
        return Look("silent", f"RTSP {answer.code} {phrase}".strip()[:80])
    return None


def _describe(talk: "_Talk", where: Where) -> _Answer:
    answer = talk.ask(where.clean)
    if answer.code == 401 and where.user:
        answer = talk.ask(where.clean, f"Authorization: {_proof(answer, where)}")
    return answer


def _proof(answer: _Answer, where: Where) -> str:
    """The header that logs in, as the device asks for it: Digest where it offers it, else Basic."""
    offers = [h.split(":", 1)[1].strip() for h in answer.headers if h.lower().startswith("www-authenticate:")]
    digest = next((o for o in offers if o.lower().startswith("digest")), "")
    if not digest:
        return "Basic " + base64.b64encode(f"{where.user}:{where.password}".encode()).decode()
    asked = {k.lower(): v for k, v in re.findall(r'(\w+)="?([^",]*)"?', digest[6:])}
    name = asked.get("algorithm", "MD5").upper()
    if name not in HASHES:
        raise _Odd
    hashed: Callable[[str], str] = lambda text: HASHES[name](text.encode()).hexdigest()  # noqa: E731
    nonce, realm = asked.get("nonce", ""), asked.get("realm", "")
    who, what = hashed(f"{where.user}:{realm}:{where.password}"), hashed(f"DESCRIBE:{where.clean}")
    more = f', algorithm={asked["algorithm"]}' if "algorithm" in asked else ""
    if "qop" in asked:
        own = os.urandom(8).hex()
        response = hashed(f"{who}:{nonce}:00000001:{own}:auth:{what}")
        more += f', qop=auth, nc=00000001, cnonce="{own}"'
    else:
        response = hashed(f"{who}:{nonce}:{what}")
    if opaque := asked.get("opaque"):
        more += f', opaque="{opaque}"'
    return (
        f'Digest username="{where.user}", realm="{realm}", nonce="{nonce}", uri="{where.clean}", '
        f'response="{response}"{more}'
    )


class _Talk:
    """Questions and answers on one connection, until a moment and no longer, however slowly it drips."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until
        self.rest = b""
        self.number = 0

    def ask(self, url: str, *headers: str) -> _Answer:
        self.number += 1
        told = (f"DESCRIBE {url} RTSP/1.0", f"CSeq: {self.number}", "Accept: application/sdp", *headers, "", "")
        self.line.sendall("\r\n".join(told).encode())
        self._until(lambda: b"\r\n\r\n" in self.rest)
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"RTSP/\d\.\d (\d{3})(?: ([\x20-\x7e]*))?", first)
        if match is None:
            raise _Odd
        length = next((int(h.split(":", 1)[1]) for h in rest if h.lower().startswith("content-length:")), 0)
        if not 0 <= length <= LONGEST:
            raise _Odd
        self._until(lambda: len(self.rest) >= length)
        self.rest = self.rest[length:]
        return _Answer(int(match[1]), match[2] or "", rest)

    def _until(self, complete: Callable[[], bool]) -> None:
        while not complete():
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.line.settimeout(left)
            more = self.line.recv(8192)
            if not more or len(self.rest) > LONGEST:
                raise _Odd
            self.rest += more
