"""Addresses of cameras: which are taken, and what of one is shown. The password is nowhere but in the address."""

import pytest

from app.config import Settings
from app.domain.addresses import Address, fault, networks, shown

PRIVATE = networks(Settings.camera_networks) or ()
SECRET = "s3cret"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("stream", f"rtsp://admin:{SECRET}@10.0.0.5:554/cam?channel=1"),
        ("stream", "rtsps://192.168.1.9/a/b"),
        ("stream", "rtsp://[fd00::7]:8554/x"),
        ("onvif", f"http://admin:{SECRET}%40home@172.16.0.1/onvif/device_service"),
        ("onvif", "https://10.0.0.5"),
    ],
)
def test_an_address_in_a_private_network_is_taken(kind: str, text: str) -> None:
    assert fault(kind, text, PRIVATE) is None


@pytest.mark.parametrize(
    ("kind", "host"),
    [
        ("stream", "127.0.0.1"), ("stream", "[::1]"), ("stream", "169.254.169.254"), ("stream", "[fe80::1]"),
        ("stream", "0.0.0.0"), ("stream", "8.8.8.8"), ("stream", "[::ffff:127.0.0.1]"), ("stream", "224.0.0.1"),
        ("onvif", "100.64.0.1"), ("onvif", "127.1.2.3"), ("stream", "localhost"), ("stream", "camera.local"),
        ("stream", "2130706433"), ("stream", "0x7f.1"), ("stream", "010.0.0.5"),
    ],
)  # fmt: skip
def test_a_host_outside_or_one_that_is_no_number_is_refused_without_the_password(kind: str, host: str) -> None:
    scheme = {"stream": "rtsp", "onvif": "http"}[kind]
    reason = fault(kind, f"{scheme}://admin:{SECRET}@{host}/x", PRIVATE)
    assert reason and reason.field == kind and SECRET not in str(reason) and "admin" not in str(reason)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("stream", f"http://admin:{SECRET}@10.0.0.5/x"), ("onvif", f"rtsp://admin:{SECRET}@10.0.0.5/x"),
        ("stream", f"file:///etc/passwd?{SECRET}"), ("stream", f"rtsp://{SECRET}"), ("stream", f"rtsp:{SECRET}"),
        ("stream", f"rtsp://a:{SECRET}@10.0.0.5:99999/x"), ("stream", f"rtsp://a:{SECRET}@10.0.0.5:0/x"),
        ("stream", f"rtsp://a:{SECRET}@[10.0.0.5/x"), ("stream", f"rtsp://a:{SECRET}#@10.0.0.5/x"),
        ("stream", f"rtsp://a:{SECRET} @10.0.0.5/x"), ("stream", f"rtsp://a:{SECRET}@10.0.0.5\\@8.8.8.8/x"),
        ("stream", f"rtsp://a:{SECRET}@10.0.0.5/é"), ("stream", f"rtsp://a:{SECRET}@10.0.0.5/\nx"),
        ("stream", f"rtsp://a:{SECRET}@10.0.0.5/{'x' * 500}"), ("stream", f"rtsp://a:{SECRET}@℀.10.0.0.5/x"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_the_password(kind: str, text: str) -> None:
    reason = fault(kind, text, PRIVATE)
    assert reason and SECRET not in str(reason)


def test_the_operator_names_other_networks() -> None:
    assert fault("stream", "rtsp://127.0.0.1:8554/x", networks("127.0.0.0/8 ::1/128") or ()) is None
    assert fault("stream", "rtsp://10.0.0.5/x", networks("127.0.0.0/8") or ())
    assert [networks(text) for text in ("", "10.0.0.0/8, nowhere", "10.0.0.5/8")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "place", "login"),
    [
        (f"rtsp://admin:{SECRET}@10.0.0.5:554/a/b", "rtsp://10.0.0.5:554/a/b", True),
        (f"rtsp://{SECRET}@10.0.0.5", "rtsp://10.0.0.5", True),
        (f"rtsp://a:x@{SECRET}@10.0.0.5/", "rtsp://10.0.0.5/", True),
        ("http://[fd00::7]/onvif", "http://[fd00::7]/onvif", False),
        (f"rtsp://10.0.0.5/live?user=admin&password={SECRET}", "rtsp://10.0.0.5/live?…", False),
        (f"rtsp://10.0.0.5/user=admin&password={SECRET}&channel=1/0.sdp", "rtsp://10.0.0.5/…", False),
        (f"nothing {SECRET}", "…", False),
    ],
)
def test_shown_is_host_and_path_only(text: str, place: str, login: bool) -> None:
    assert (shown(text).place, shown(text).login) == (place, login)


def test_an_address_prints_nothing_of_itself() -> None:
    assert SECRET not in repr(Address(f"rtsp://a:{SECRET}@10.0.0.5/x"))
