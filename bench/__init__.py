"""Benchmarks: every goal that concerns what exists, as a ratio to a baseline measured in the same run.

``python -m bench.run`` prints the lines and writes ``instance/bench.json``; ``--quick`` only shows that all lines come.
"""
