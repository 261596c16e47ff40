"""A package on its way, by the commands that people type: out of a centre, checked by strangers, into a region."""

import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.package.content import PROGRAM
from app.store import files, journal
from app.store.db import db
from tests.conftest import Clock, Installation, Template
from tests.databases import SQLITE
from tests.package.conftest import python, unpack
from tests.services.packed import lent, regional  # noqa: F401 - pytest finds it here
from tests.web.test_packages import enter

pytestmark = pytest.mark.sqlite_only(reason="what it joins is tested on both; here it is the commands")


def typed(made: Installation, *words: str) -> tuple[int, str]:
    """One command on one of the installations."""
    with made.app.app_context():
        db.session.rollback()
        done = made.app.test_cli_runner().invoke(args=list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def verified(program: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [python(), "-I", "-S", str(program), *words], capture_output=True, text=True, timeout=120, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}, cwd=program.parent,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def region(tmp_path: Path, regional: Any, clock: Clock) -> Iterator[Installation]:  # noqa: F811
    later = Clock(clock.now)
    later.forward(days=1)
    with lent(regional(SQLITE), tmp_path / "region", later) as made:
        yield made


def test_a_day_goes_from_the_centre_to_the_region(
    signed: tuple[Installation, str], signed_template: Any, region: Installation, tmp_path: Path
) -> None:
    centre, day = signed
    first, longer, fork, again = (str(tmp_path / f"{name}.zip") for name in ("first", "longer", "fork", "again"))
    # The centre publishes its key and exports.
    published = {line.split("\t")[0]: line.split("\t")[1] for line in typed(centre, "key", "show")[1].splitlines()[:3]}
    vkey, root = published["log key"], published["SHA-256 of the root certificate"]
    assert typed(centre, "package", "export", day, "-o", first)[0] == 0
    # Strangers check: with the program of the package, and with their own.
    folder = unpack(Path(first), tmp_path / "unpacked")
    for program in (folder / "data" / "verify.py", PROGRAM):
        code, text = verified(program, first, "--vkey", vkey, "--root", root)
        assert (code, text.splitlines()[0]) == (0, "proved"), text
        assert "cosigned by logbook.test/" in text
    # The region takes it in, once.
    pem = folder / "data" / "certificates" / "root.pem"
    code, text = typed(region, "source", "add", vkey, str(pem), "--title", "Школа")
    assert code == 0 and root in text
    code, text = typed(region, "package", "import", first)
    assert code == 0 and "taken in" in text, text
    assert "known already: nothing was written" in typed(region, "package", "import", first)[1]
    assert typed(region, "day", "verify", day)[0] == 0
    # The centre goes on; so does the region.
    centre.clock.forward(minutes=5)
    centre.note(day, "правда")
    assert typed(centre, "package", "export", day, "-o", longer)[0] == 0
    code, text = typed(region, "package", "import", longer)
    assert code == 0 and "extended from" in text, text
    assert "ours is newer" in typed(region, "package", "import", first)[1]
    # Somebody has the centre's keys and another history.
    template: Template = signed_template(SQLITE)
    with template.lent(tmp_path / "twin", Clock(centre.clock.now)) as twin:
        twin.note(day, "неправда")
        assert typed(twin, "package", "export", day, "-o", fork)[0] == 0
    code, text = typed(region, "package", "import", fork)
    assert code == 1 and "Two histories" in text and "Known here" in text and "In the package" in text, text
    # What was taken in is read, checked, proved, and handed on as it came.
    assert typed(region, "day", "verify", day)[0] == 0
    assert typed(region, "package", "export", day, "-o", again)[0] == 0
    assert Path(again).read_bytes() == Path(longer).read_bytes()
    boss = enter(region, "boss")
    for page in ("review", "documents", "journal"):
        assert boss.get(f"/days/{day}/{page}").status_code == 200, page
    with region.app.app_context():
        kept = files.path(sha256(Path(longer).read_bytes()).hexdigest())
        kept.write_bytes(b"x" + kept.read_bytes()[1:])
        assert journal.source(journal.log_id(f"logbook.test/45/0007/{day[8:]}") or 0) == "logbook.test"
    Path(again).unlink()
    assert typed(region, "package", "export", day, "-o", again)[0] != 0 and not Path(again).exists()
