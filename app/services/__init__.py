"""Use cases. Each takes an actor and a moment, runs in one transaction and returns domain objects.

A service never reads the request, the session or the clock.
"""
