"""The order of the files: whoever runs them beside each other takes the longest first, so that nobody is left alone.

A worker takes a whole file (``--dist loadfile``) in the order in which they stand here (``--no-loadscope-reorder``).
"""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Each takes more than ten seconds of a processor, most of them in few tests.
LONGEST = (
    "browser/test_face.py", "test_guides.py", "browser/test_whole_day.py", "postgres/test_processes.py",
    "test_bench.py", "services/test_two_jobs_processes.py", "services/test_check.py", "reports/test_worker.py",
    "browser/test_alarm.py", "services/test_accepting.py", "services/test_submitting.py", "web/test_rights.py",
    "services/test_copies.py", "browser/test_desk.py", "browser/test_witness.py", "browser/test_device_clock.py",
    "browser/test_board_refreshes.py", "browser/test_keyboard.py", "services/test_importing.py",
    "services/test_exports.py", "cli/test_shell.py", "cli/test_demo.py",
)  # fmt: skip


def longest_first(items: list[pytest.Item]) -> None:
    """These files, then the others: who has more tests comes earlier."""
    place = {TESTS / name: number for number, name in enumerate(LONGEST)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (place.get(item.path, len(place)), -tests[item.path], item.path))
