"""Witnesses over the network (C2SP tlog-witness): we answer for the logs of known sources, and ask those that the
settings name. Nothing here talks to anybody unless it is configured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import N_, Message
from app.domain.cosign import Request, WitnessKey, cosigned, extends, parse_request, parse_witnesses
from app.domain.jobs import Outcome
from app.domain.merkle import consistency_proof
from app.domain.note import BadNote, Checkpoint, open_checkpoint, parse_checkpoint, parse_vkey
from app.domain.people import Actor
from app.domain.policy import Action, require_whole
from app.services import office, witnesses
from app.services.calling import post
from app.store import cosignatures as store
from app.store import days as index
from app.store import journal, keys
from app.store.db import transaction

SIZE = "text/x.tlog.size"
SETTLED = "fork.settled"  # in the record of changes
MOST = 200  # checkpoints sent to one witness in one run
FEW = 5  # of them that it refused are named
TURNED = (409, 422)  # it knows another state of this one journal


# ---------------------------------------------------------------- others' logs: we answer


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer to ``add-checkpoint``."""

    status: int
    text: str = ""
    kind: str = "text/plain"


def add_checkpoint(text: str, now: datetime) -> Answer:
    """Cosign a checkpoint of a known source's log when it continues the newest one that we cosigned."""
    try:
        asked = parse_request(text)
    except BadNote as err:
        return Answer(400, f"{err}\n")
    source = next(((n, v) for n, v in store.sources() if asked.checkpoint.origin.startswith(f"{n}/")), None)
    if source is None:
        return Answer(404, "this log is not known here\n")
    try:
        open_checkpoint(asked.checkpoint.note, parse_vkey(source[1]), keys.verify)
    except BadNote as err:
        return Answer(403, f"{err}\n")
    own = keys.witness()
    witnesses.register_region(own.key, now)
    answer, old = _judge(own, asked, now)
    if old is not None:
        witnesses.alarm(old, asked.checkpoint, own.key.name, now)
    return answer


def _judge(own: keys.Witness, asked: Request, now: datetime) -> tuple[Answer, Checkpoint | None]:
    """The answer, and what we knew when both states are signed and cannot be of one log."""
    checkpoint = asked.checkpoint
    with transaction(office.log()):  # one request after the other: no two forks are judged by the same state
        old = witnesses.newest(own, checkpoint.origin)
        if asked.old != old.size:
            return Answer(409, f"{old.size}\n", SIZE), None
        if (old.size, old.root) == (checkpoint.size, checkpoint.root):
            return Answer(200, witnesses.remembered(own, checkpoint.origin)), None
        if old.size == checkpoint.size:
            return Answer(409, f"{old.size}\n", SIZE), old
        if not extends(old, checkpoint, asked.proof):
            return Answer(422, "the proof does not hold\n"), None
        return Answer(200, witnesses.add(own, checkpoint, now, _log_of(checkpoint))), None


def _log_of(checkpoint: Checkpoint) -> int | None:
    """The imported journal under which a line is kept; None while it has not come so far."""
    log = journal.log_id(checkpoint.origin)
    return log if log is not None and journal.head(log).checkpoint.size >= checkpoint.size else None


# ---------------------------------------------------------------- our logs: we ask

Post = Callable[[str, bytes], tuple[int, str]]


def send(now: datetime, configured: str, ask: Post = post) -> Outcome:
    """Send what grew to every witness that the settings name, and tell which states do not continue each other."""
    told: list[Message] = []
    failed = False
    for url, key in parse_witnesses(configured):
        witnesses.register_region(key, now)
        count, wrong = _send_to(url, key, now, ask)
        if count:
            told.append(Message(N_("%(name)s cosigned checkpoints: %(count)s."), {"name": key.name, "count": count}))
        failed = failed or bool(wrong)
        told += wrong[:FEW]
        if len(wrong) > FEW:
            told.append(Message(N_("And %(count)s more like these."), {"count": len(wrong) - FEW}))
    if found := store.forks():
        failed = True
        text = N_("Journals of which a witness saw two states that do not continue each other: %(names)s.")
        told.append(Message(text, {"names": ", ".join(sorted({fork.origin for fork in found}))}))
    return Outcome(tuple(told), failed)


def _send_to(url: str, key: WitnessKey, now: datetime, ask: Post) -> tuple[int, list[Message]]:
    """How many the witness cosigned, and what went wrong. What is left is sent by the next run.

    A journal that it refuses holds up no other one; a witness that does not answer, or as another, is left alone.
    """
    known, count, wrong = store.newest_of(key.name), 0, list[Message]()
    for row in index.logs():
        if not (row.day and row.note) or count + len(wrong) >= MOST:
            continue
        checkpoint, old = parse_checkpoint(row.note), known.get(row.log, 0)
        if checkpoint.size == old or not checkpoint.origin.startswith(f"{keys.log_key().vkey.name}/"):
            continue
        if checkpoint.size < old:
            text = N_("%(name)s cosigned %(old)s entries of %(origin)s; now it has %(size)s.")
            params = {"name": key.name, "old": old, "origin": checkpoint.origin, "size": checkpoint.size}
            wrong.append(Message(text, params))
            continue
        try:
            status, told = _ask(url, key, row.log, checkpoint, old, now, ask)
        except OSError as err:
            text = N_("The witness %(name)s does not answer: %(reason)s")
            return count, [*wrong, Message(text, {"name": key.name, "reason": str(err)[:200]})]
        if told is None:
            count += 1
            continue
        wrong.append(told)
        if status not in TURNED:
            break
    return count, wrong


def _ask(
    url: str, key: WitnessKey, log: int, checkpoint: Checkpoint, old: int, now: datetime, ask: Post
) -> tuple[int, Message | None]:
    """Get one cosignature and keep it; the last status, and why not. The witness may know more or less than we do.

    It may have cosigned this very state already, and its answer was lost: then it says the same again.
    """
    hashes = journal.hashes(log, checkpoint.size)
    for _ in range(2):
        proof = consistency_proof(old, hashes) if old else ()
        status, text = ask(f"{url}/add-checkpoint", Request(old, tuple(proof), checkpoint).text().encode())
        size = text.strip()
        if status != 409 or not (size.isascii() and size.isdecimal() and len(size) < 10):
            break
        if int(size) > checkpoint.size:
            break
        old = int(size)
    where = {"name": key.name, "origin": checkpoint.origin, "status": status}
    if status in TURNED:
        return status, Message(N_("The witness %(name)s knows another state of %(origin)s: answer %(status)s."), where)
    if status != 200:
        return status, Message(N_("The witness %(name)s does not cosign %(origin)s: answer %(status)s."), where)
    for line in text.splitlines():
        try:
            if cosigned(checkpoint, line, key, keys.verify):
                with transaction(log):
                    store.keep(log, checkpoint.size, key.name, f"{line}\n", now)
                return status, None
        except BadNote:
            break
    return status, Message(
        N_("The answer of the witness %(name)s for %(origin)s is not its cosignature: is its key another now?"), where
    )


# ---------------------------------------------------------------- forks, for the administrator


@dataclass(frozen=True)
class Fork:
    """Two signed states of one log that do not continue each other."""

    id: int
    origin: str
    witness: str
    kept: Checkpoint
    shown: Checkpoint
    at: datetime


def forks(actor: Actor) -> Sequence[Fork]:
    """What nobody looked into yet, for an administrator of all centres."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    return [
        Fork(row.id, row.origin, row.witness, parse_checkpoint(row.kept), parse_checkpoint(row.shown), row.at)
        for row in store.forks()
    ]


def settle(actor: Actor, fork: int, now: datetime) -> None:
    """Somebody looked into it: no alarm any more; both states stay in the database."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    with transaction(office.log()):
        if origin := store.settle(fork, now):
            office.changed(actor, SETTLED, origin, {}, {"number": fork}, now)


def report(actor: Actor, log: int, kept: str, shown: str, now: datetime) -> bool:
    """A browser kept a state that the journal does not continue: True when that is so.

    Only what our own log key signed counts, so nobody raises an alarm with states of their own making.
    """
    vkey = keys.log_key().vkey
    before, after = (open_checkpoint(note, vkey, keys.verify) for note in (kept, shown))
    origin = journal.head(log).checkpoint.origin
    if before.origin != origin or after.origin != origin:
        raise BadNote(N_("This is not a checkpoint."))
    if witnesses.continues(log, before, after):
        return False
    witnesses.alarm(before, after, actor.person, now)
    return True


def proof(log: int, old: int, size: int) -> list[bytes] | None:
    """Consistency proof between two sizes of a log; None when it has not so many entries."""
    hashes = journal.hashes(log, size)
    return consistency_proof(old, hashes) if len(hashes) == size and 0 < old <= size else None
