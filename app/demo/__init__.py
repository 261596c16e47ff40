"""A demonstration: one invented centre, yesterday's day complete and signed, today's under way; around it a region of
smaller centres whose days stand at different points of their review.

Everything is made through the same services as the screens; the demo hands its own moments to
them. All names stand in ``data.toml``.
"""

from app.demo.build import accounts, build, build_region, lines

__all__ = ["accounts", "build", "build_region", "lines"]
