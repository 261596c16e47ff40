"""The load generator, a process of its own: several clients repeat a POST over kept connections.

``python -m bench.load`` reads an order (JSON) from its standard input and answers with the latencies.
"""

import http.client
import json
import re
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Client:
    """Somebody signed in: what the browser sends with every request."""

    cookie: str
    token: str
    own: str = ""  # fields of this client alone, encoded


@dataclass(frozen=True)
class Order:
    """``fields`` are posted to each client's own path with a fresh id; ``expected``: status and place of the answer.

    ``token`` and ``fresh`` name the fields of CSRF token (none: not sent) and id; ``headers`` go with every request.
    """

    port: int
    seconds: float
    clients: list[dict[str, str]]
    paths: list[str]
    fields: dict[str, str]
    expected: str
    token: str = "csrf_token"
    fresh: str = "entry_id"
    headers: dict[str, str] = field(default_factory=dict)


def sign_in(port: int, values: dict[str, str], form: str) -> Client:
    """Sign in through the page; the token is that of the page ``form``."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))

    def page(path: str, data: dict[str, str] | None = None) -> str:
        body = urlencode(data).encode() if data else None
        with opener.open(Request(f"http://127.0.0.1:{port}{path}", body), timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    page("/sign-in", {**values, "csrf_token": _token(page("/sign-in"))})
    token = _token(page(form))
    return Client("; ".join(f"{c.name}={c.value}" for c in jar), token)


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]


def run(order: Order) -> dict[str, Any]:
    """Post until the time is over; seconds of each request and how many were not answered as expected."""
    results: list[tuple[list[float], list[str]]] = [([], []) for _ in order.clients]
    start = threading.Barrier(len(order.clients) + 1)
    jobs = [
        threading.Thread(target=_client, args=(order, n, start, *results[n]), daemon=True)
        for n in range(len(order.clients))
    ]
    for job in jobs:
        job.start()
    start.wait()
    begun = time.perf_counter()
    for job in jobs:
        job.join()
    took = time.perf_counter() - begun
    times = [t for found, _ in results for t in found]
    return {"took": took, "times": times, "refused": [r for _, refused in results for r in refused]}


def _client(order: Order, number: int, start: threading.Barrier, times: list[float], refused: list[str]) -> None:
    who, path = order.clients[number], order.paths[number]
    headers = {**order.headers, "Cookie": who["cookie"], "Content-Type": "application/x-www-form-urlencoded"}
    token = {order.token: who["token"]} if order.token else {}
    body = "&".join(part for part in (urlencode({**order.fields, **token}), who["own"]) if part)
    line = http.client.HTTPConnection("127.0.0.1", order.port, timeout=60)
    line.connect()
    start.wait()
    end = time.perf_counter() + order.seconds
    while (begun := time.perf_counter()) < end:
        line.request("POST", path, f"{body}&{order.fresh}={uuid4()}".encode(), headers)
        answer = line.getresponse()
        answer.read()
        times.append(time.perf_counter() - begun)
        said = f"{answer.status} {answer.getheader('Location', '')}"
        if not said.startswith(order.expected):
            refused.append(said)
    line.close()


def order_text(order: Order) -> str:
    """The order as the process reads it."""
    return json.dumps(asdict(order))


if __name__ == "__main__":
    json.dump(run(Order(**json.load(sys.stdin))), sys.stdout)
