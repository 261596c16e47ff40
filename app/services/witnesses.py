"""Witnesses of our journals: the heads' sessions and this installation's own key.

A witness cosigns the checkpoint that it saw, after a proof that it continues the newest one it cosigned. A person's
key is derived from the signing key that their code opened, so nobody keeps another secret; it is registered once in
the installation's journal, signed with that signing key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from threading import Lock

from app.domain import N_, DomainError
from app.domain import facts as f
from app.domain.cosign import WitnessKey, cosigned, parse_witness, read_line
from app.domain.cosign import cosign as line_of
from app.domain.journal import Broken
from app.domain.merkle import Frontier, frontier
from app.domain.note import BadNote, Checkpoint, parse_checkpoint
from app.domain.people import SYSTEM, Actor
from app.domain.plan import Role
from app.services import office
from app.services.keys import UnlockedKey, holds
from app.store import cosignatures as store
from app.store import journal, keys
from app.store.db import transaction
from app.store.keys import Witness

PERSON, REGION = "person", "region"
EDGES = 256  # states that were proved last in this process, a kilobyte each; a root names one and proves it
_edges: dict[bytes, Frontier] = {}
_lock = Lock()
COSIGNERS = frozenset({Role.PES_HEAD, Role.COMMISSION_HEAD})


class Forked(DomainError):
    """The log is no continuation of what a witness cosigned: nothing was cosigned, and nothing else was written."""

    status = 409

    def __init__(self, kept: Checkpoint, shown: Checkpoint, witness: str) -> None:
        super().__init__(
            N_(
                "The journal is not a continuation of what you signed before: it had %(kept)s entries with the root "
                "%(kept_root)s, now it shows %(shown)s with the root %(shown_root)s. Nothing was signed or saved. "
                "The administrator is told; keep your papers."
            ),
            kept=kept.size, kept_root=kept.short, shown=shown.size, shown_root=shown.short,
        )  # fmt: skip
        self.kept, self.shown, self.witness = kept, shown, witness


def cosign(actor: Actor, role: str, key: UnlockedKey, log: int, checkpoint: Checkpoint, now: datetime) -> None:
    """Cosign what the person saw, when their role is a witness. Raises Forked.

    ``now``: by the real clock, also in a rehearsal.
    """
    with cosigning(actor, role, key, log, checkpoint, now) as sign, transaction(log):
        sign(None)


@contextmanager
def cosigning(
    actor: Actor, role: str, key: UnlockedKey, log: int, checkpoint: Checkpoint, now: datetime
) -> Iterator[Callable[[object], None]]:
    """What cosigns inside the transaction of something else, which spares one; a fork that it finds is told afterwards.

    Begun outside of it: the first time the person's key is registered.
    """
    if role not in COSIGNERS or not checkpoint.size:
        yield lambda _: None
        return
    own = witness_of(key)
    _register(actor, own.key, key, now)

    def sign(_: object) -> None:
        _take(own, log, checkpoint, now)

    with _telling(now):
        yield sign


@contextmanager
def _telling(now: datetime) -> Iterator[None]:
    try:
        yield
    except Forked as err:
        alarm(err.kept, err.shown, err.witness, now)
        raise


def cosign_import(log: int, checkpoint: Checkpoint, now: datetime) -> str:
    """This installation's own line under the checkpoint of a journal that is being imported. Raises Forked.

    Inside the transaction that wrote its entries: a package that turned aside leaves nothing. A package older than what
    its source sent over the network gets no line; it is judged with the one that is long enough.
    """
    own = keys.witness()
    _registered(SYSTEM, own.key, f.WitnessMade(str(own.key), REGION, now), now)
    if newest(own, checkpoint.origin).size > checkpoint.size:
        return ""
    return _take(own, log, checkpoint, now)


def take(witness: Witness, log: int, checkpoint: Checkpoint, now: datetime) -> str:
    """The witness's line under a checkpoint of a log whose entries are here, kept with it. Raises Forked.

    What is older than the newest that the witness saw, and continued by it, needs no line.
    """
    with _telling(now), transaction(log):
        return _take(witness, log, checkpoint, now)


def _take(witness: Witness, log: int, checkpoint: Checkpoint, now: datetime) -> str:
    old = newest(witness, checkpoint.origin)
    if (old.size, old.root) == (checkpoint.size, checkpoint.root):
        line = remembered(witness, checkpoint.origin)
        store.keep(log, checkpoint.size, witness.key.name, line, now)  # given before the entries came
        return line
    if not continues(log, old, checkpoint):
        raise Forked(old, checkpoint, witness.key.name)
    if old.size > checkpoint.size:
        return ""
    return add(witness, checkpoint, now, log)


def newest(witness: Witness, origin: str) -> Checkpoint:
    """The newest state of a log that the witness cosigned; the empty one at first. Inside a transaction."""
    row = store.seen(witness.key.name, origin)
    return parse_checkpoint(row.note) if row else Checkpoint(origin, 0, Frontier().root())


def remembered(witness: Witness, origin: str) -> str:
    """The line under that state."""
    row = store.seen(witness.key.name, origin)
    return row.line if row else ""


def add(witness: Witness, checkpoint: Checkpoint, now: datetime, log: int | None) -> str:
    """Cosign, and remember before anybody gets the line. Inside the transaction in which it was judged."""
    line = line_of(checkpoint, witness.key, witness.sign, now)
    store.saw(witness.key.name, checkpoint.origin, checkpoint.size, checkpoint.note, line, now)
    if log is not None:
        store.keep(log, checkpoint.size, witness.key.name, line, now)
    return line


def continues(log: int, one: Checkpoint, other: Checkpoint) -> bool:
    """Are both states of the log whose entries are here? The edge of the smaller one, grown by what came, has to give
    the root of the larger one.
    """
    first, second = sorted((one, other), key=lambda c: c.size)
    if not first.size:
        return journal.head(log).checkpoint.size >= second.size
    edge = _edges.get(first.root) or frontier(journal.hashes(log, first.size))
    if (edge.size, edge.root()) != (first.size, first.root):
        return False
    edge = edge.extend(journal.hashes(log, second.size, first.size))
    if (edge.size, edge.root()) != (second.size, second.root):
        return False
    with _lock:
        _edges[second.root] = edge
        while len(_edges) > EDGES:
            del _edges[next(iter(_edges))]
    return True


def alarm(kept: Checkpoint, shown: Checkpoint, witness: str, now: datetime) -> None:
    """Write down two states that do not continue each other, for the administrator."""
    with transaction():
        store.forked(kept.origin, witness, kept.note or kept.text(), shown.note or shown.text(), now)


def witness_of(key: UnlockedKey) -> Witness:
    """The person's own witness key, made of the signing key that their code opened."""
    public, sign = key.witness()
    return Witness(WitnessKey(f"{keys.log_key().vkey.name}/{key.person}/{key.sha256[:8]}", public), sign)


def lines(log: int, size: int) -> str:
    """Lines to be appended to the signed note of the log's checkpoint of ``size``; each ends with a newline."""
    return "".join(row.line for row in store.of_log(log, size))


# ---------------------------------------------------------------- whose cosignatures count


def known() -> Mapping[tuple[str, bytes], WitnessKey]:
    """Witnesses that the installation's journal names, by name and key id. Raises Broken when it was changed."""
    return _known(office.state())


@lru_cache(maxsize=8)
def _known(at: office.State) -> Mapping[tuple[str, bytes], WitnessKey]:
    certificates = office.certificates()
    found: dict[tuple[str, bytes], WitnessKey] = {}
    for entry in office.proved(at):
        fact = entry.fact
        if isinstance(fact, f.WitnessMade):
            try:
                key = parse_witness(fact.vkey)
            except BadNote:
                continue
            by = certificates.get(fact.certificate)
            if fact.kind == REGION or holds(statement(fact.vkey), fact.signature, by, fact.person, fact.at):
                found[key.name, key.id] = key
    return found


def statement(vkey: str) -> bytes:
    """What a person signs to say that a witness key is theirs."""
    return f"logbook witness v1\n{vkey}\n".encode()


def _register(actor: Actor, own: WitnessKey, key: UnlockedKey, now: datetime) -> None:
    if (own.name, own.id) in known():
        return
    signature = key.sign(statement(str(own)))
    _write(actor, own, f.WitnessMade(str(own), PERSON, now, key.person, key.sha256, signature), now)


def register_region(key: WitnessKey, now: datetime) -> None:
    """Write down the key of an installation that cosigns: our own, or one that answers for our logs."""
    if (key.name, key.id) not in known():
        _write(SYSTEM, key, f.WitnessMade(str(key), REGION, now), now)


def _write(actor: Actor, key: WitnessKey, fact: f.WitnessMade, now: datetime) -> None:
    with transaction(office.log()):
        _registered(actor, key, fact, now)


def _registered(actor: Actor, key: WitnessKey, fact: f.WitnessMade, now: datetime) -> None:
    if (key.name, key.id) not in known():  # else somebody was quicker
        office.note(actor, fact, now)


def judge(log: int, origin: str, hashes: Sequence[bytes]) -> None:
    """Check every kept cosignature of a known witness against the journal as it stands.

    ``hashes``: leaf hashes of the whole journal. Lines of unknown witnesses are ignored. Raises Broken.
    """
    witnesses, edge = known(), Frontier()
    for row in store.of_log(log):
        found = read_line(row.line)
        key = witnesses.get((found[0], found[1])) if found else None
        if key is None or key.name != row.witness:
            continue
        if row.size > len(hashes):
            text = N_("The journal ends at entry %(have)s, but %(source)s names %(size)s: the tail was cut.")
            raise Broken(text, len(hashes), have=len(hashes), source=key.name, size=row.size)
        edge = edge.extend(hashes[edge.size : row.size])
        try:
            cosigned(Checkpoint(origin, row.size, edge.root()), row.line, key, keys.verify)
        except BadNote as err:
            text = N_("The witness %(name)s cosigned another journal of %(size)s entries than this one.")
            raise Broken(text, row.size - 1, name=key.name, size=row.size) from err
