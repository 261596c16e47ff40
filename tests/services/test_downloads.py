"""Every download is in the office log and in the record of changes."""

from app.services import changes, downloads, office
from tests.conftest import Installation


def test_a_download_stands_in_the_office_log_and_in_the_record(installation: Installation) -> None:
    boss = installation.people["boss"]
    downloads.note(boss, "package", {"day": "45-0007-2026-06-01"}, "ab" * 32, 1234, installation.clock.now)
    fact = office.entries()[-1].fact
    assert (fact.tag, fact.size, fact.scope) == ("download.made", 1234, {"day": "45-0007-2026-06-01"})
    for login in ("boss", "ministry"):
        line = changes.list_changes(installation.people[login], changes.DOWNLOAD).items[0]
        assert line.by == boss.name and line.key == "45-0007-2026-06-01"
        assert line.fields["sha256"][1] == "ab" * 32
