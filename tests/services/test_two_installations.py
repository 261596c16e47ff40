"""A centre and its region, both served for real on this computer: the witness's way from the job to the package."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import waitress
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from app.domain.cosign import cosigned
from app.jobs import perform
from app.services import days, verify, witnesses
from app.services import jobs as runs
from app.store import cosignatures, journal, keys
from app.store.db import db, transaction
from tests.conftest import EXAM, Installation, Template

from .packed import Packed, packed, region, regional  # noqa: F401 - pytest finds them here
from .test_witnesses import rewrite


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/witness"
    finally:
        server.close()
        thread.join(5)


def told(made: Installation) -> str:
    """What the job says, and how it then stands on the page of jobs."""
    outcome = perform(made.app, "witness")
    db.session.rollback()
    view = next(v for v in runs.overview(made.clock.now) if v.job.name == "witness")
    assert view.alarm == outcome.failed
    return f"{view.standing.name}: {'; '.join(map(str, outcome.messages))}"


def another_key(folder: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "keys" / keys.WITNESS_KEY).write_bytes(pem)


def test_a_region_cosigns_for_its_centre_and_never_what_was_rewritten(
    region: Installation, packed: Packed, signed_template: Callable[[str], Template], tmp_path: Path  # noqa: F811
) -> None:
    key = keys.witness().key
    with served(region.app) as address, signed_template("sqlite").lent(tmp_path / "centre", region.clock) as centre:
        settings = centre.app.extensions["settings"]
        centre.app.extensions["settings"] = replace(settings, witnesses=f"{address} {key}")
        log = days.log_of(packed.day)
        assert "cosigned checkpoints: 1" in told(centre)
        head = journal.head(log).checkpoint
        row = next(r for r in cosignatures.of_log(log) if r.witness == key.name)
        assert row.size == head.size and cosigned(head, row.line, key, keys.verify) == region.clock.now
        assert row.line in witnesses.lines(log, head.size) and verify.verify_day(packed.day).proved

        with transaction():  # the answer was lost: the region says the same again
            db.session.delete(db.session.merge(row))
        assert "cosigned checkpoints: 1" in told(centre)

        centre.note(packed.day)
        rewrite(centre, packed.day)
        refused = told(centre)
        assert refused.startswith("FAILED") and f"knows another state of {head.origin}" in refused
        other = centre.open_day(date=EXAM + timedelta(days=1))
        said = told(centre)
        assert "knows another state" in said and "cosigned checkpoints: 1" in said, "one journal holds up no other"
        assert [r.size for r in cosignatures.of_log(log) if r.witness == key.name] == [head.size]

        another_key(region.folder)
        centre.note(other)
        assert "is its key another now" in told(centre)
