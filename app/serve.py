"""Serving: waitress on loopback or behind a proxy, granian when the server itself speaks TLS.

Whatever is said on a network that is not loopback must be encrypted, so any other address is
refused unless TLS or a proxy that ends TLS stands in front.
"""

import errno
import gc
import os
import socket
import sys
from collections.abc import Callable
from functools import partial

import waitress
from flask import Flask
from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestEntityTooLarge

from app.config import ConfigError, Settings
from app.domain import N_
from app.domain.network import is_loopback

THREADS = 8
SWITCH = 0.0005  # seconds: a writer gives the interpreter away at every statement and would wait Python's 5 ms for it
BODY = 22 * 1024 * 1024  # more is not taken in; a little above what the application allows, so that it says no itself


def check_address(settings: Settings) -> None:
    """Raise ConfigError when ``settings`` would serve a network in the clear, or TLS without a certificate."""
    if not is_loopback(settings.host) and not settings.tls and not settings.behind_proxy:
        raise ConfigError(
            N_(
                "The address %(host)s is not loopback, so the logbook does not start there without encryption. "
                "Either make certificates with .venv/bin/flask certs make and set LOGBOOK_TLS=1, "
                "or set LOGBOOK_BEHIND_PROXY=1 when a proxy in front of the logbook speaks https."
            ),
            host=settings.host,
        )
    if settings.tls:
        missing = [name for name in ("server.pem", "server.key") if not (settings.tls_dir / name).is_file()]
        if missing:
            raise ConfigError(
                N_("LOGBOOK_TLS needs %(missing)s in %(folder)s. Make them with .venv/bin/flask certs make."),
                missing=", ".join(missing), folder=settings.tls_dir,
            )


def check_port(settings: Settings) -> None:
    """Raise ConfigError when the address is taken or not this machine's: better now than from a thread later."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                N_("Port %(port)s is in use on %(host)s. Take another one: PORT=%(other)s make run."),
                port=settings.port, host=settings.host, other=settings.port % 65535 + 1,
            ) from error
        raise ConfigError(
            N_("The logbook cannot listen on %(host)s, port %(port)s: %(error)s."),
            host=settings.host, port=settings.port, error=error.strerror or error,
        ) from error


def serve(settings: Settings, make_app: Callable[[], Flask], start_jobs: Callable[[Flask], object]) -> None:
    """Serve until a signal ends it; the process that answers requests also runs the jobs.

    ``make_app`` and ``start_jobs`` are called in that process: with TLS it is a child of this one,
    so no database connection and no thread crosses the fork.
    """
    check_address(settings)
    check_port(settings)
    if settings.tls:
        _serve_tls(settings, make_app, start_jobs)
    else:
        _serve_plain(settings, _ready(make_app, start_jobs))


def _ready(make_app: Callable[[], Flask], start_jobs: Callable[[Flask], object]) -> Flask:
    sys.setswitchinterval(SWITCH)
    app = make_app()
    start_jobs(app)
    gc.freeze()  # what stands now stands for ever: the collector looks only at what requests leave
    return app


class Channel(HTTPChannel):
    """Waitress answers by itself what it does not take in; here the application says it, in the visitor's language."""

    @staticmethod
    def error_task_class(channel: HTTPChannel, request: HTTPRequestParser) -> Task:
        """The task that answers a request with an error: it has the headers, but its body was not read."""
        if not isinstance(request.error, RequestEntityTooLarge):
            return ErrorTask(channel, request)
        task = WSGITask(channel, request)
        task.set_close_on_finish()
        request.headers["CONTENT_LENGTH"] = str(max(request.content_length, BODY))
        return task


def _serve_plain(settings: Settings, app: Flask) -> None:
    proxy = {}
    if settings.behind_proxy:  # exactly one proxy; what it says of scheme, host and client is believed
        proxy = {
            "trusted_proxy": "*",
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto x-forwarded-host x-forwarded-port",
        }
    listening: dict[int, object] = {}
    server = waitress.create_server(
        app,
        map=listening,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        max_request_body_size=BODY,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **proxy,
    )
    for each in listening.values():
        if isinstance(each, BaseWSGIServer):  # one for each address of the host
            each.channel_class = Channel
    server.run()


def _serve_tls(settings: Settings, make_app: Callable[[], Flask], start_jobs: Callable[[Flask], object]) -> None:
    server = Granian(
        "app",  # only its name in messages: the loader below makes the application
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=min(THREADS, 2 * (os.cpu_count() or 1) + 1),
        websockets=False,
        ssl_cert=settings.tls_dir / "server.pem",
        ssl_key=settings.tls_dir / "server.key",
        ssl_protocol_min=SSLProtocols.tls12,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_ready, make_app, start_jobs), wrap_loader=False)
