"""Settings: sources, types, unknown keys, and an instance folder that can move."""

import dataclasses
import socket

import pytest

from app import config
from app.config import ConfigError, load
from app.domain import DomainError
from app.domain.network import mail_server


def put(folder, text):
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_are_safe_and_need_no_file(tmp_path):
    settings = load(tmp_path, {})
    assert (settings.host, settings.port, settings.tls, settings.behind_proxy) == ("127.0.0.1", 5000, False, False)
    assert settings.database_url == f"sqlite:///{tmp_path}/logbook.db"
    assert settings.url == "http://localhost:5000"  # passkeys refuse 127.0.0.1


def test_the_folder_comes_from_argument_then_environment_then_project(tmp_path):
    elsewhere = {"LOGBOOK_INSTANCE": str(tmp_path / "b")}
    assert load(tmp_path / "a", elsewhere).instance == tmp_path / "a"
    assert load(None, elsewhere).instance == tmp_path / "b"
    assert load(None, {}).instance == config.PROJECT / "instance"


def test_environment_wins_over_the_file(tmp_path):
    put(tmp_path, 'port = 8001\nname = "pes-0001"\ntls = true\n')
    settings = load(tmp_path, {"LOGBOOK_PORT": "8002", "LOGBOOK_TLS": "no", "OTHER_PORT": "1", "PORT": "2"})
    assert (settings.port, settings.name, settings.tls) == (8002, "pes-0001", False)


@pytest.mark.parametrize(
    ("environ", "field", "value"),
    [
        ({"LOGBOOK_PORT": "65535"}, "port", 65535),
        ({"LOGBOOK_TLS": "YES"}, "tls", True),
        ({"LOGBOOK_BEHIND_PROXY": "1"}, "behind_proxy", True),
        ({"LOGBOOK_TLS": ""}, "tls", False),
        ({"LOGBOOK_PUBLIC_URL": "https://logbook.test/"}, "public_url", "https://logbook.test"),
        ({"LOGBOOK_PUBLIC_URL": "https://logbook.test"}, "url", "https://logbook.test"),
        ({"LOGBOOK_HOST": "2001:db8::7"}, "url", "http://[2001:db8::7]:5000"),
        ({"LOGBOOK_HOST": "0.0.0.0"}, "url", f"http://{socket.gethostname()}:5000"),
        ({"LOGBOOK_HOST": "10.0.0.5", "LOGBOOK_TLS": "1"}, "url", "https://10.0.0.5:5000"),
        ({"LOGBOOK_DATABASE_URL": "postgresql+psycopg://h/d"}, "database_url", "postgresql+psycopg://h/d"),
        ({"LOGBOOK_SESSION_MINUTES": "30"}, "session_minutes", 30),
        ({"LOGBOOK_LANGUAGE": "ru"}, "language", "ru"),
        ({"LOGBOOK_PUBLIC_URL": "https://logbook.test:8443/x"}, "sender", "logbook@logbook.test"),
        ({}, "sender", "logbook@localhost"),
        ({"LOGBOOK_MAIL_FROM": "no-reply@example.org"}, "sender", "no-reply@example.org"),
    ],
)
def test_values_are_read(tmp_path, environ, field, value):
    assert getattr(load(tmp_path, environ), field) == value


@pytest.mark.parametrize("key", ["LOGBOOK_PROT", "LOGBOOK_SECRET", "LOGBOOK_"])
def test_unknown_key_in_the_environment_is_named(tmp_path, key):
    with pytest.raises(ConfigError, match=rf"Unknown setting {key} in the environment"):
        load(tmp_path, {key: "1"})


@pytest.mark.parametrize("text", ["prot = 1", 'instance = "/somewhere"', "[server]\nport = 1"])
def test_unknown_key_in_the_file_is_named_with_the_file(tmp_path, text):
    key = text.split()[0].strip("[]")
    with pytest.raises(ConfigError, match=rf"Unknown setting {key} in {tmp_path}/config.toml"):
        load(put(tmp_path, text), {})


@pytest.mark.parametrize(
    "value", ["0", "65536", "-1", "80.5", "http", "٨٠"],
)
def test_bad_port_is_refused_by_name(tmp_path, value):
    with pytest.raises(ConfigError, match="LOGBOOK_PORT in the environment must be a whole number from 1 to 65535"):
        load(tmp_path, {"LOGBOOK_PORT": value})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = true", "port in .*config.toml must be a whole number"),
        ("port = 80.0", "port in .*config.toml must be a whole number"),
        ("host = 1", "host in .*config.toml must be a text"),
        ('host = "a b"', "host in .*config.toml cannot be 'a b'"),
        ('name = "two words"', "name in .*config.toml cannot be 'two words'"),
        ('tls = "maybe"', "tls in .*config.toml must be 1, true, yes or 0, false, no, not 'maybe'"),
        ('public_url = "logbook.test"', "public_url in .*config.toml must begin with http"),
        ("port = ", "config.toml cannot be read"),
        ("tls = true\nbehind_proxy = true", "exclude each other"),
    ],
)
def test_bad_file_is_refused(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        load(put(tmp_path, text), {})


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(DomainError) as caught:
        load(put(tmp_path, "prot = 1\ntls = 7\n"), {"LOGBOOK_HOTS": "x", "LOGBOOK_PORT": "x"})
    assert len(caught.value.messages) == 4


def test_a_copied_folder_has_its_own_database(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        put(folder, "port = 8001\n")
    assert load(first, {}).database_url != load(second, {}).database_url


def test_settings_cannot_be_changed(tmp_path):
    with pytest.raises(AttributeError):
        load(tmp_path, {}).port = 1


@pytest.mark.parametrize(
    "url",
    [
        "geheim", "http://u:geheim@h", "smtp://", "smtp://u:geheim@", "smtp://u:geheim@h:99999", "smtp://u:geheim@h:x",
        "smtp://u:gehei/m@h", "smtp://u:geheim@h/path", "smtp://u:geheim@h?q", "smtp://u:geheim#@h", "smtp://:geheim@h",
        "smtp://u:gehe%C3%AFm@h", "smtp://u:geheim@[h", "smtp://u:geheim@h\nx", "smtp://u:gehei\u2100m@h",
    ],
)  # fmt: skip
def test_a_bad_mail_server_is_refused_by_name_and_its_password_is_told_nowhere(tmp_path, url):
    with pytest.raises(ConfigError, match="LOGBOOK_SMTP_URL in the environment must") as caught:
        load(tmp_path, {"LOGBOOK_SMTP_URL": url})
    error = caught.value
    told = f"{error} {error.messages!r} {error.format_message()} {error.__context__!r}"
    assert "gehe" not in told and "m@h" not in told
    put(tmp_path, "smtp_url = ['smtp://u:geheim@h']\n")
    with pytest.raises(ConfigError, match="must be a text") as caught:
        load(tmp_path, {})
    assert "geheim" not in f"{caught.value} {caught.value.messages!r}"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, False, "", "")),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, "", "")),
        ("smtp://u%40x:p%3A%2F%25@10.0.0.5:587", ("10.0.0.5", 587, False, "u@x", "p:/%")),
        ("smtp://[::1]:2525/", ("::1", 2525, False, "", "")),
    ],
)
def test_a_mail_server_is_read(tmp_path, url, server):
    settings = load(tmp_path, {"LOGBOOK_SMTP_URL": url})
    assert dataclasses.astuple(mail_server(settings.smtp_url)) == server
    assert url not in repr(settings) and "p:/%" not in repr(mail_server(url))


def test_a_sender_must_be_an_address(tmp_path):
    with pytest.raises(ConfigError, match="LOGBOOK_MAIL_FROM in the environment must be an e-mail address"):
        load(tmp_path, {"LOGBOOK_MAIL_FROM": "logbook"})
