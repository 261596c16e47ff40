"""Commands: parse, one service call, show."""

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to ``flask``."""
    from app.cli import ca, certs, day, demo, form, pdf, people, setup, start

    for command in (
        setup.init, demo.demo, people.people, day.day, form.form, ca.ca, pdf.pdf, certs.certs, start.start,
    ):  # fmt: skip
        app.cli.add_command(command)
