"""Which tests run on which database, and the end of the run tells it: nothing is left out in silence.

``tests/conftest.py`` takes these hooks of pytest.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.databases import KINDS, POSTGRESQL, SQLITE

TESTS = Path(__file__).parent
ON_BOTH = (TESTS / "store", TESTS / "services")
ON_POSTGRESQL = TESTS / "postgres"
TITLES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*KINDS, "both"), default="both", help="run the tests of one database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for an installation is made once for each database that it runs on."""
    if "database" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("sqlite_only")
    if marker:
        reason = marker.kwargs.get("reason", "")
        assert re.search(r"\w+ \w+", reason), f"{metafunc.definition.nodeid}: sqlite_only needs a reason in words"
    place = metafunc.definition.path
    if place.is_relative_to(ON_POSTGRESQL):
        metafunc.parametrize("database", [POSTGRESQL], indirect=True)
    elif any(place.is_relative_to(folder) for folder in ON_BOTH):
        metafunc.parametrize("database", [SQLITE] if marker else KINDS, indirect=True)


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``--database``: what runs on the other one."""
    wanted = config.getoption("--database")
    if wanted != "both":
        kept = [item for item in items if _kind(item) in (wanted, "")]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _kind(item: pytest.Item) -> str:
    """The database that the test cannot do without; "" when it never asks which one it has."""
    if item.path.is_relative_to(ON_POSTGRESQL):
        return POSTGRESQL
    return str(item.callspec.params.get("database", "")) if hasattr(item, "callspec") else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests ran on which database, and why some on SQLite only."""
    ran: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            told = dict(report.user_properties)
            ran[told.get("database", "")] += 1
            alone.update([told["sqlite_only"]] if "sqlite_only" in told else [])
    counts = ", ".join(f"{ran[kind]} on {TITLES[kind]}" for kind in KINDS)
    terminalreporter.section("databases")
    terminalreporter.line(f"{counts}; {ran['']} have no choice: no database, or the SQLite file of a demonstration")
    for reason, count in sorted(alone.items()):
        terminalreporter.line(f"  {count} on SQLite only: {reason}")
