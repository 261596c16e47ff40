"""Installations cosign one another's journals over the network, and never two that cannot be one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.cosign import Request, WitnessKey, cosign, cosigned, parse_request
from app.domain.merkle import consistency_proof, leaf_hash, root
from app.domain.note import BadNote, Checkpoint, Vkey, make_checkpoint
from app.services import changes, days, verify, witnesses, witnessing
from app.store import cosignatures, journal, keys
from app.store.db import db, transaction
from app.store.review_tables import SourceRow
from tests.conftest import Installation

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VKEY = Vkey("centre.example", PRIVATE.public_key().public_bytes_raw())
ORIGIN = "centre.example/23/0001/2026-06-01"
LEAVES = [leaf_hash(bytes([n])) for n in range(9)]
OTHERS = [*LEAVES[:4], leaf_hash(b"x"), *LEAVES[5:]]
MOMENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
NAMED = WitnessKey("region.example/witness", VKEY.key)


@pytest.fixture
def region(installation: Installation) -> Installation:
    """An installation that knows the centre's."""
    with transaction():
        db.session.add(SourceRow(name=VKEY.name, vkey=str(VKEY), root="", added=installation.clock.now))
    return installation


def at(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> Checkpoint:
    return make_checkpoint(origin, size, root(leaves[:size]), VKEY, PRIVATE.sign)


def ask(made: Installation, old: int, checkpoint: Checkpoint, leaves: list[bytes] = LEAVES) -> witnessing.Answer:
    proof = consistency_proof(old, leaves[: checkpoint.size]) if 0 < old <= checkpoint.size else []
    return witnessing.add_checkpoint(Request(old, tuple(proof), checkpoint).text(), made.clock.now)


# ---------------------------------------------------------------- we are the witness


def test_a_known_log_is_cosigned_as_it_grows(region: Installation) -> None:
    key = keys.witness().key
    for old, size in ((0, 3), (3, 7), (7, 9)):
        answer = ask(region, old, at(size))
        assert answer.status == 200 and cosigned(at(size), answer.text, key, keys.verify) == region.clock.now
    again = ask(region, 9, at(9))
    assert again == answer, "the same state has the same line"
    assert (key.name, key.id) in witnesses.known()


def test_who_believes_something_else_is_told_the_size(region: Installation) -> None:
    ask(region, 0, at(5))
    for old, size in ((0, 9), (3, 9), (6, 9), (3, 3)):
        answer = ask(region, old, at(size))
        assert (answer.status, answer.text, answer.kind) == (409, "5\n", "text/x.tlog.size")


def test_a_log_that_turned_aside_gets_no_line(region: Installation) -> None:
    ask(region, 0, at(5))
    assert ask(region, 5, at(9, OTHERS), OTHERS).status == 422
    fork = ask(region, 5, at(5, OTHERS), OTHERS)
    assert (fork.status, fork.text) == (409, "5\n")
    assert ask(region, 5, at(9)).status == 200, "the true one goes on"
    (told,) = cosignatures.forks()
    assert told.origin == ORIGIN and told.kept == at(5).note and told.shown == at(5, OTHERS).note


def test_unknown_logs_other_keys_and_rubbish_are_refused(region: Installation) -> None:
    assert ask(region, 0, at(5, origin="stranger.example/23/0001/2026-06-01")).status == 404
    assert ask(region, 0, at(5, origin="centre.example")).status == 404
    forged = make_checkpoint(ORIGIN, 5, root(LEAVES[:5]), VKEY, Ed25519PrivateKey.generate().sign)
    assert ask(region, 0, forged).status == 403
    unsigned = make_checkpoint(ORIGIN, 5, root(LEAVES[:5]), Vkey("x", VKEY.key), PRIVATE.sign)
    assert ask(region, 0, unsigned).status == 403
    for text in ("", "old 0\n\n", "old 9\n\n" + at(5).note):
        assert witnessing.add_checkpoint(text, region.clock.now).status == 400
    assert keys.witness() and cosignatures.seen(keys.witness().key.name, ORIGIN) is None


def test_two_threads_with_two_forks_get_one_line(
    region: Installation, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    ask(region, 0, at(4))
    for size in range(5, 9):
        barrier, given = Barrier(2), []

        def send(leaves: list[bytes], size: int = size, barrier: Barrier = barrier, given: list[Any] = given) -> None:
            barrier.wait()
            given.append(in_context(lambda: ask(region, size - 1, at(size, leaves), leaves).status))

        fork = [*LEAVES[: size - 1], leaf_hash(b"x")]
        threads = [Thread(target=send, args=(leaves,)) for leaves in (LEAVES, fork)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(given) == [200, 409]
        if cosignatures.seen(keys.witness().key.name, ORIGIN).note != at(size).note:  # type: ignore[union-attr]
            break  # the fork was first: the true log is refused from here on


# ---------------------------------------------------------------- we ask witnesses


class Region:
    """A witness that remembers in memory, as its requests come."""

    def __init__(self) -> None:
        self.size, self.calls = 0, 0
        self.answer: tuple[int, str] | None = None

    def __call__(self, url: str, body: bytes) -> tuple[int, str]:
        self.calls += 1
        assert url == "https://region.example/add-checkpoint"
        if self.answer:
            return self.answer
        request = parse_request(body.decode())
        if request.old != self.size:
            return 409, f"{self.size}\n"
        self.size = request.checkpoint.size
        return 200, cosign(request.checkpoint, NAMED, PRIVATE.sign, MOMENT)


SETTING = f"https://region.example {NAMED}"


def test_what_grew_is_sent_and_the_line_is_kept(installation: Installation, day: str) -> None:
    region, log = Region(), days.log_of(day)
    assert witnessing.send(MOMENT, "", region).messages == () and region.calls == 0, "nobody is asked unless configured"
    done = witnessing.send(MOMENT, SETTING, region)
    assert not done.failed and "cosigned checkpoints: 1" in str(done.messages[0]) and region.calls == 1
    assert not witnessing.send(MOMENT, SETTING, region).messages and region.calls == 1, "nothing grew"
    installation.note(day)
    witnessing.send(MOMENT, SETTING, region)
    assert [row.size for row in cosignatures.of_log(log)] == [1, 2]
    assert witnesses.lines(log, 2).startswith("\u2014 region.example/witness ")
    assert verify.verify_day(day).proved


def test_a_witness_that_knows_less_or_nothing_is_told_from_there(installation: Installation, day: str) -> None:
    region = Region()
    for _ in range(3):
        installation.note(day)
    region.size = 2
    assert not witnessing.send(MOMENT, SETTING, region).failed
    assert (region.size, region.calls) == (4, 2), "409 names the size to prove from"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((409, "99\n"), "knows another state"), ((422, "no"), "knows another state"), ((404, ""), "does not cosign"),
        ((403, ""), "does not cosign"), ((302, ""), "does not cosign"), ((200, ""), "is not its cosignature"),
        ((200, cosign(at(3), NAMED, PRIVATE.sign, MOMENT)), "is not its cosignature"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_and_nothing_is_kept(
    installation: Installation, day: str, answer: tuple[int, str], told: str
) -> None:
    region = Region()
    region.answer = answer
    done = witnessing.send(MOMENT, SETTING, region)
    assert done.failed and told in str(done.messages[0])
    assert cosignatures.of_log(days.log_of(day)) == []


def test_a_witness_that_is_not_there_is_told(installation: Installation, day: str) -> None:
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_port
    server.server_close()
    done = witnessing.send(MOMENT, f"http://127.0.0.1:{port} {NAMED}")
    assert done.failed and "does not answer" in str(done.messages[0])


def test_a_browsers_alarm_needs_two_states_that_we_signed(installation: Installation, day: str) -> None:
    log, key, tech = days.log_of(day), keys.log_key(), installation.people["tech"]
    first = journal.head(log).checkpoint
    installation.note(day)
    second, now = journal.head(log).checkpoint, installation.clock.now
    assert witnessing.report(tech, log, first.note, second.note, now) is False and not cosignatures.forks()
    forged = make_checkpoint(first.origin, 1, bytes(32), key.vkey, PRIVATE.sign).note
    other = make_checkpoint("logbook.test/other", 2, bytes(32), key.vkey, key.sign).note
    for bad in (at(2).note, "x", forged, other):
        with pytest.raises(BadNote):
            witnessing.report(tech, log, bad, second.note, now)
    assert not cosignatures.forks()
    gone = make_checkpoint(first.origin, 1, bytes(32), key.vkey, key.sign)
    for _ in range(2):
        assert witnessing.report(tech, log, gone.note, second.note, now)
    (fork,) = witnessing.forks(installation.people["boss"])
    assert fork.witness == tech.person and fork.kept.note == gone.note
    done = witnessing.send(now, "")
    assert done.failed and first.origin in str(done.messages[0])
    witnessing.settle(installation.people["boss"], fork.id, now + timedelta(minutes=1))
    (told, *_) = changes.list_changes(installation.people["boss"]).items
    assert (told.kind, told.key) == ("fork.settled", first.origin), "another word than for one that was found"
    assert not witnessing.send(now, "").failed
