"""Work that the server does by itself, in its own process or in one of its own (``flask jobs``).

APScheduler only ticks: its store is memory, because a shared job store runs jobs twice. Every process may tick, only
the one that leads works (``leader``). What is due stands in the database: a tick that comes late or twice does no harm.
"""

from app.jobs.schedule import Jobs, perform, start

__all__ = ["Jobs", "perform", "start"]
