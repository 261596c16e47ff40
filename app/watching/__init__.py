"""Looks at cameras over the network: what answers, what streams, what moves; knows neither the web nor the database.

What talks to a camera runs in a process of its own (``worker``), so a device that hangs or crashes FFmpeg costs the
rest of the program nothing. No address leaves this package: neither in a detail, nor in a log, nor in an error.
"""
