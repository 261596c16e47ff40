"""Two programs that others run for similar work, measured beside the logbook.

``make bench-peers`` installs them into an environment of their own; they run as processes on loopback and end with the
run.
"""
