"""A demonstration: one invented centre, yesterday's day complete and signed, today's under way.

Everything is made through the same services as the screens; the demo hands its own moments to
them. All names stand in ``data.toml``.
"""

from app.demo.build import accounts, build, lines

__all__ = ["accounts", "build", "lines"]
