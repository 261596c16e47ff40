"""Two processes run the jobs, the one that leads is killed while it sends: nobody is left out, nothing is told twice.

The one message that the dead process had under way is sent once more and says so.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import func, select

from app.store.db import db
from app.store.tables import MessageRow, ReminderRow
from bench.world import copies
from tests.conftest import NAME, Installation
from tests.mailserver import Mailbox, Sending, serving

ROOT = Path(__file__).resolve().parents[2]
MESSAGE, REMINDER = MessageRow.__table__, ReminderRow.__table__
MORNING = datetime(2026, 5, 18, 6, 1, tzinfo=UTC)  # 09:01 in Moscow, the last date for six steps of a day
DAYS, DIES_AT = 160, 100
# The jobs of a server, with a minute for a second and a tick every second.
PROCESS = """
import os, sys, time
from dataclasses import replace
from datetime import datetime, timedelta
from app import config, create_app
from app.domain.jobs import JOBS
from app.jobs import schedule
begins, began = datetime.fromisoformat(sys.argv[1]), float(sys.argv[2])
schedule.JOBS = tuple(replace(j, every=timedelta(seconds=1)) for j in JOBS if j.name == "tick")
app = create_app(config.load(None, os.environ), lambda: begins + 60 * timedelta(seconds=time.time() - began))
jobs = schedule.Jobs(app)
jobs.start()
sys.stdin.read()
"""


@contextmanager
def processes(installation: Installation, count: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    settings = installation.app.extensions["settings"]
    own = {
        "INSTANCE": str(installation.folder), "DATABASE_URL": installation.database.address, "NAME": NAME,
        "SMTP_URL": settings.smtp_url, "PUBLIC_URL": settings.public_url,
    }  # fmt: skip
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
    environment = {**kept, **{f"LOGBOOK_{k}": v for k, v in own.items()}, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROCESS, MORNING.isoformat(), str(time.time())]
    made = [subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) for _ in range(count)]
    try:
        yield made
    finally:
        for process in made:
            process.kill()
            process.communicate(timeout=10)


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def sent(open_ones: bool = False) -> int:
    db.session.rollback()
    state = MESSAGE.c.sent_at.is_(None) if open_ones else MESSAGE.c.sent_at.is_not(None)
    return db.session.scalar(select(func.count()).select_from(MESSAGE).where(state, MESSAGE.c.wanted)) or 0


def test_a_thousand_reminders_survive_the_death_of_the_process_that_sends_them(installation: Installation) -> None:
    box, dead = Mailbox(), []

    def answer(message: EmailMessage) -> str | None:
        """In the middle the sender dies: its message is taken, but it never learns that."""
        if len(box.messages) == DIES_AT and not dead:
            db_says = leader(installation)
            dead.append(next(p.pid for p in running if str(p.pid) == db_says))
            os.kill(dead[0], signal.SIGKILL)
        return None

    with serving(box) as port:
        Sending(installation, box, port)
        name = installation.open_day()
        copies(installation.people["head"], name, DAYS - 1)
        db.session.rollback()
        box.answer = answer
        with processes(installation, 2) as running:
            until(lambda: len(dead) == 1)
            until(lambda: sent() > DIES_AT and sent(open_ones=True) == 0)
    reminders = db.session.execute(select(REMINDER.c.day, REMINDER.c.step, REMINDER.c.rule, REMINDER.c.person)).all()
    assert len(reminders) >= 1000 and len(set(reminders)) == len(reminders)
    assert len({r.day for r in reminders}) == DAYS
    arrived = Counter(m["Message-ID"] for m in box.messages)
    assert len(arrived) == sent(), "everybody was told"
    twice = [name for name, count in arrived.items() if count > 1]
    assert len(twice) <= 1 and max(arrived.values()) <= 2
    marked = [m["Message-ID"] for m in box.messages if m["X-Logbook-Again"]]
    assert marked == twice, "only what was under way is sent once more, and says so"


def leader(installation: Installation) -> str:
    """The process that claimed a message last, as the rows name it."""
    with installation.app.app_context():
        query = select(MESSAGE.c.claimed_by).where(MESSAGE.c.claimed_at.is_not(None))
        found = db.session.scalar(query.order_by(MESSAGE.c.claimed_at.desc()).limit(1))
        db.session.remove()
    return str(found).split()[-1]
