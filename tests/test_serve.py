"""Where the logbook listens: refusals, the local authority, and both servers really started."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from app import config, serve
from app.cli import certs
from app.config import ConfigError

PROJECT = Path(__file__).resolve().parent.parent
SERVER = """
import os
from flask import Flask, request
from app import config, serve

def make_app():
    app = Flask("tiny")
    app.config["MAX_CONTENT_LENGTH"] = 21 * 2**20
    @app.post("/")
    def take():
        return {"bytes": len(request.get_data())}
    @app.errorhandler(413)
    def too_large(error):
        return "in our own words", 413
    @app.get("/")
    def index():
        return {"pid": os.getpid(), "jobs": app.extensions["jobs"], "scheme": request.scheme,
                "client": request.remote_addr, "host": request.host}
    return app

def start_jobs(app):
    app.extensions["jobs"] = os.getpid()

serve.serve(config.load(None, os.environ), make_app, start_jobs)
"""


def settings(tmp_path, **environ):
    return config.load(tmp_path, {f"LOGBOOK_{key}": value for key, value in environ.items()})


def run_certs(tmp_path, *arguments):
    return CliRunner().invoke(certs.certs, arguments, env={"LOGBOOK_INSTANCE": str(tmp_path)})


@pytest.fixture(scope="module")
def with_certs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    result = run_certs(folder, "make", "--host", "exam.test", "--host", "192.0.2.7")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def start(tmp_path):
    """Starts the servers for real, each in its own process group; ends what is left."""
    running = []

    def begin(instance=tmp_path, **environ):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
        clean |= {"LOGBOOK_INSTANCE": str(instance), "LOGBOOK_PORT": str(port), "PYTHONPATH": str(PROJECT)}
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SERVER],
            env=clean | {f"LOGBOOK_{k}": v for k, v in environ.items()},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        running.append(process)
        until = time.monotonic() + 20
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process, port
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {process.communicate(timeout=5)[0]}")

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)


def get(connection, **headers):
    connection.request("GET", "/", headers=headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_needs_nothing(tmp_path, host):
    serve.check_address(settings(tmp_path, HOST=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "exam.test"])
def test_another_address_is_refused_with_both_remedies(tmp_path, host):
    with pytest.raises(ConfigError) as caught:
        serve.check_address(settings(tmp_path, HOST=host))
    for word in (host, "flask certs make", "LOGBOOK_TLS=1", "LOGBOOK_BEHIND_PROXY=1"):
        assert word in str(caught.value)
    serve.check_address(settings(tmp_path, HOST=host, BEHIND_PROXY="1"))


def test_the_server_itself_refuses_too(tmp_path):
    with pytest.raises(ConfigError, match="not loopback"):
        serve.serve(settings(tmp_path, HOST="0.0.0.0"), pytest.fail, pytest.fail)


def test_tls_without_certificate_tells_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match=r"server\.pem, server\.key in .*flask certs make"):
        serve.check_address(settings(tmp_path, TLS="1"))


def test_taken_port_and_foreign_address_are_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {port} is in use"):
            serve.check_port(settings(tmp_path, PORT=str(port)))
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.7"):
        serve.check_port(settings(tmp_path, HOST="192.0.2.7"))


def test_authority_is_private_and_bound_to_its_hosts(with_certs):
    folder = with_certs / "keys" / "tls"
    assert sorted(p.name for p in folder.iterdir()) == ["ca.key", "ca.pem", "server.key", "server.pem"]
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (folder, folder.parent)} == {0o700}
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert {str(name.value) for name in limits.value.permitted_subtrees} == {
        "exam.test", "192.0.2.7/32", "localhost", "127.0.0.1/32",
    }  # fmt: skip
    years = (authority.not_valid_after_utc - datetime.now(UTC)).days / 365.25
    assert 9.9 < years < 10.1
    for path in folder.iterdir():
        assert str(with_certs).encode() not in path.read_bytes()


def test_openssl_takes_the_named_hosts_and_refuses_any_other(with_certs, tmp_path):
    folder = with_certs / "keys" / "tls"

    def verify(path, *more):
        command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", folder / "ca.pem", *more]
        return subprocess.run([*command, path], capture_output=True, text=True, timeout=30, check=False)

    assert verify(folder / "server.pem", "-verify_hostname", "exam.test").returncode == 0
    assert verify(folder / "server.pem", "-verify_ip", "192.0.2.7").returncode == 0
    assert verify(folder / "server.pem", "-verify_hostname", "other.test").returncode != 0
    authority = certs.stored_authority(folder)
    for stolen in ("bank.test", "192.0.2.8", "2001:db8::1"):
        forged, _ = certs.server_pair(authority, certs.general_names([stolen]), datetime.now(UTC))
        (tmp_path / "forged.pem").write_bytes(certs.pem(forged))
        answer = verify(tmp_path / "forged.pem")
        assert answer.returncode != 0
        assert "permitted subtree violation" in answer.stdout + answer.stderr


def test_making_again_keeps_the_authority(tmp_path):
    folder = tmp_path / "keys" / "tls"
    assert run_certs(tmp_path, "trust").exit_code != 0
    first = run_certs(tmp_path, "make", "--host", "exam.test")
    assert "Android" in first.output and str(folder / "ca.pem") in first.output
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run_certs(tmp_path, "make", "--host", "exam.test").exit_code == 0
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in before if before[name] == after[name]} == {"ca.pem", "ca.key"}
    refused = run_certs(tmp_path, "make", "--host", "new.test")
    assert refused.exit_code != 0 and "new.test" in refused.output and "--new-authority" in refused.output
    assert run_certs(tmp_path, "make", "--host", "new.test", "--new-authority").exit_code == 0
    assert (folder / "ca.pem").read_bytes() != before["ca.pem"]
    assert run_certs(tmp_path, "trust").exit_code == 0


@pytest.mark.parametrize("host", ["a b", "", "-x", "exam.test/x", "10.0.0.0/8"])
def test_what_is_no_host_is_refused(tmp_path, host):
    assert run_certs(tmp_path, "make", "--host", host).exit_code == 2
    assert not (tmp_path / "keys").exists()


def test_without_hosts_this_machine_is_meant(tmp_path):
    assert run_certs(tmp_path, "make").exit_code == 0
    server = x509.load_pem_x509_certificate((tmp_path / "keys" / "tls" / "server.pem").read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"localhost", "127.0.0.1"} <= {str(name.value) for name in names}


def test_tls_is_really_spoken_and_ends_cleanly(with_certs, start):
    process, port = start(with_certs, TLS="1")
    folder = with_certs / "keys" / "tls"
    trusting = ssl.create_default_context(cafile=folder / "ca.pem")
    answer = get(http.client.HTTPSConnection("localhost", port, context=trusting, timeout=10))
    assert answer["scheme"] == "https" and answer["client"] == "127.0.0.1"
    assert answer["jobs"] == answer["pid"]  # the process that answers runs the jobs
    with pytest.raises(ssl.SSLCertVerificationError):
        get(http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(), timeout=10))
    old = ssl.create_default_context(cafile=folder / "ca.pem")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2  # phones of the years before TLS 1.3
    assert get(http.client.HTTPSConnection("127.0.0.1", port, context=old, timeout=10))["scheme"] == "https"
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "exam.test", "-verify_hostname",
         "exam.test", "-verify_return_error", "-CAfile", folder / "ca.pem"],
        input="", capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "Verify return code: 0 (ok)" in shown.stdout
    os.kill(process.pid, signal.SIGTERM)
    output, _ = process.communicate(timeout=15)
    assert (process.returncode, output) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(answer["pid"], 0)  # the worker is gone too


def test_ctrl_c_ends_the_tls_server_and_its_worker(with_certs, start):
    process, port = start(with_certs, TLS="1")
    trusting = ssl.create_default_context(cafile=with_certs / "keys" / "tls" / "ca.pem")
    worker = get(http.client.HTTPSConnection("localhost", port, context=trusting, timeout=10))["pid"]
    os.killpg(process.pid, signal.SIGINT)  # a terminal signals the whole group
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 0, output
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_plain_server_believes_no_forwarded_header(start):
    _, port = start()
    claim = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test"}
    answer = get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), **claim)
    assert (answer["scheme"], answer["client"], answer["host"]) == ("http", "127.0.0.1", f"127.0.0.1:{port}")
    assert answer["jobs"] == answer["pid"]


def test_what_is_too_large_is_refused_by_the_application_itself(start):
    """A gigabyte is announced: the answer is the application's own, and nothing of it is taken in."""
    _, port = start()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % 2**30)
        answer = b"".join(iter(lambda: link.recv(4096), b""))  # headers and body may come apart; the server hangs up
    assert answer.startswith(b"HTTP/1.1 413 ") and b"in our own words" in answer


def test_a_body_without_an_end_is_taken_in_no_further_than_the_limit(start):
    process, port = start()
    sent, part = 0, b"10000\r\n" + bytes(2**16) + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):  # it hangs up
            while sent < 2**30:
                link.sendall(part)
                sent += len(part)
    assert serve.BODY - 2**20 < sent < serve.BODY + 32 * 2**20  # what is on its way counts too
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < 150_000
    assert get(http.client.HTTPConnection("127.0.0.1", port, timeout=10))["pid"] == process.pid


def test_behind_a_proxy_its_word_counts(start):
    _, port = start(BEHIND_PROXY="1")
    claim = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "logbook.test"}
    answer = get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), **claim)
    assert (answer["scheme"], answer["client"]) == ("https", "203.0.113.9")
    assert answer["host"].split(":")[0] == "logbook.test"
