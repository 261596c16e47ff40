"""Work that the server does by itself, in its own process: forget idle sessions, prove the journals every night.

APScheduler only ticks: its store is memory, because a shared job store runs jobs twice (stack.md).
"""

import logging
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app.services import accounts, settings, verify

log = logging.getLogger("logbook.jobs")


def start(app: Flask) -> BackgroundScheduler:
    """Start the clock of the jobs; it ends with the process."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(forget_sessions, "interval", args=[app], minutes=15, id="sessions")
    scheduler.add_job(prove, "cron", args=[app], hour=0, minute=20, id="verify")
    scheduler.start()
    return scheduler


def forget_sessions(app: Flask) -> None:
    """Delete sessions that were idle longer than the setting allows."""
    with app.app_context():
        now = app.extensions["clock"]()
        idle = timedelta(minutes=settings.effective(app.extensions["settings"], now).session_minutes)
        accounts.forget_idle(now, idle)


def prove(app: Flask) -> None:
    """Verify every journal; a broken one is an error in the server's log."""
    with app.app_context():
        for result in verify.verify_all():
            level = logging.INFO if result.proved else logging.ERROR
            log.log(level, "journal %s: %s", result.name, result)
