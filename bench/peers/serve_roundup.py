"""Roundup behind waitress, run by the peers' own Python: ``make`` a fresh tracker, ``serve`` it, ``count`` it.

The classic template on SQLite, which Roundup's installation guide proposes below 50 people writing at once (its
PostgreSQL was no faster here, it connects anew at every request); Roundup sets WAL, SQLite's synchronous stays FULL.
The WSGI application as that guide shows it for waitress.
Nothing here is the logbook's: no import of ``app``.
"""

import signal
import sys
from pathlib import Path

import roundup.instance
import waitress
from roundup import init, password
from roundup.cgi.wsgi_handler import RequestDispatcher
from roundup.configuration import CoreConfig

SWITCH = 0.0005  # as the logbook serves
TEMPLATE = Path(sys.prefix) / "share" / "roundup" / "templates" / "classic"


def make(home: Path, port: int) -> None:
    """A tracker with one signed-up person."""
    init.install(str(home), str(TEMPLATE))
    config = CoreConfig()
    config["RDBMS_BACKEND"] = "sqlite"
    config["TRACKER_WEB"] = f"http://127.0.0.1:{port}/"
    config["MAIL_DOMAIN"], config["MAIL_HOST"] = "bench.example", "localhost"
    config["MAIL_DEBUG"] = str(home / "mail")
    config.save(str(home / "config.ini"))
    tracker = roundup.instance.open(str(home))
    tracker.init(password.Password("password-admin", config=tracker.config))
    db = tracker.open("admin")
    db.user.create(username="tech", password=password.Password("password-tech", config=db.config), roles="User",
                   address="tech@bench.example")  # fmt: skip
    db.commit()
    db.close()


def serve(home: Path, port: int) -> None:
    """The same server as the logbook's, as it is set there."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.setswitchinterval(SWITCH)
    waitress.serve(RequestDispatcher(str(home)), host="127.0.0.1", port=port, threads=8, ident=None)


def count(home: Path) -> int:
    """How many issues the tracker holds."""
    db = roundup.instance.open(str(home)).open("admin")
    number = len(db.issue.list())
    db.close()
    return number


if __name__ == "__main__":
    what, home, *number = sys.argv[1:]
    if what == "make":
        make(Path(home), int(number[0]))
    elif what == "serve":
        serve(Path(home), int(number[0]))
    else:
        print(count(Path(home)))
