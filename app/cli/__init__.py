"""Commands: parse, one service call, show."""

from flask import Flask

from app.cli import (
    ca,
    cameras,
    certs,
    day,
    demo,
    footage_run,
    form,
    jobs,
    key,
    mail,
    package_many,
    pdf,
    people,
    setup,
    start,
)

COMMANDS = (
    setup.init, demo.demo, people.people, day.day, form.form, ca.ca, pdf.pdf, certs.certs, mail.mail, start.start,
    jobs.jobs, jobs.backup, footage_run.footage, cameras.cameras, key.key, package_many.package,
    package_many.source,
)  # fmt: skip


def register(app: Flask) -> None:
    """Add every command to ``flask``."""
    for command in COMMANDS:
        app.cli.add_command(command)
