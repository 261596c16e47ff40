"""How one signs in at a peer and what is needed to post there, each through its own interface."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from bench.load import Client

LOGIN, PASSWORD = "tech", "password-tech"
HELPDESK_PAGE, ROUNDUP_PAGE = "/helpdesk/login/", "/"
DJANGO_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ROUNDUP_TOKEN = re.compile(r'name="@csrf" type="hidden"\s+value="([^"]+)"')


def helpdesk(port: int) -> Client:
    """By its page of sign-in; the token is good for the whole session."""
    jar, opener = _browser()
    address = f"http://127.0.0.1:{port}{HELPDESK_PAGE}"
    fields = {"username": LOGIN, "password": PASSWORD, "next": "/helpdesk/settings/"}
    token = _found(DJANGO_TOKEN, _page(opener, address))
    page = _page(opener, address, {**fields, "csrfmiddlewaretoken": token})
    return Client(_cookie(jar, "sessionid"), _found(DJANGO_TOKEN, page))


def roundup(port: int) -> Client:
    """By the form of every page; its REST interface asks for headers instead of a token."""
    jar, opener = _browser()
    address = f"http://127.0.0.1:{port}{ROUNDUP_PAGE}"
    token = _found(ROUNDUP_TOKEN, _page(opener, address))
    fields = {"__login_name": LOGIN, "__login_password": PASSWORD, "@action": "Login", "__came_from": address}
    _page(opener, address, {**fields, "@csrf": token})
    return Client(_cookie(jar, "roundup_session"), "")


def roundup_headers(port: int) -> dict[str, str]:
    """What Roundup checks against forged requests, as its REST guide says."""
    origin = f"http://127.0.0.1:{port}"
    return {"Origin": origin, "Referer": f"{origin}/", "X-Requested-With": "rest"}


def _browser() -> tuple[CookieJar, OpenerDirector]:
    jar = CookieJar()
    return jar, build_opener(HTTPCookieProcessor(jar))


def _page(opener: OpenerDirector, address: str, fields: dict[str, str] | None = None) -> str:
    body = urlencode(fields).encode() if fields else None
    with opener.open(Request(address, body, {"Referer": address}), timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def _found(token: re.Pattern[str], page: str) -> str:
    found = token.search(page)
    if found is None:
        raise RuntimeError("the peer's page has no form")
    return found[1]


def _cookie(jar: CookieJar, needed: str) -> str:
    """All cookies as a browser sends them; the one of the session must be among them."""
    if not any(cookie.name.startswith(needed) for cookie in jar):
        raise RuntimeError(f"signing in at the peer gave no {needed}")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
