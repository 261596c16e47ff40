"""The lines of the peers: appends a second, 8 clients, in turn with ours."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.config import PROJECT
from bench import load, servers, world
from bench.measure import Line
from bench.peers import clients, postgres
from bench.serving import middle, send
from bench.sizes import FULL, Sizes
from bench.world import NOON, TICK, World

HERE = Path(__file__).resolve().parent
FOLDER = "BENCH_PEERS"  # environment variable: another place than .peers
HELPDESK, ROUNDUP = "django-helpdesk", "Roundup"
CLIENTS = FULL.writers


@dataclass
class Contender:
    """One server under load; ``order`` makes the order of a round. What it answered is summed over the rounds."""

    name: str
    server: servers.Server
    order: Callable[[int], load.Order]
    idle: float = 0.0
    rates: list[float] = field(default_factory=list)
    accepted: int = 0
    cpu: float = 0.0

    def run(self, number: int) -> None:
        """One round. A refused append ends the run: it would pass for a fast one."""
        before = self.server.cpu()
        found = send(self.order(number))
        self.cpu += self.server.cpu() - before
        self.rates.append(rate(self.name, found))
        self.accepted += len(found["times"])


def rate(name: str, found: dict[str, Any]) -> float:
    """Appends a second, all of them accepted."""
    if found["refused"]:
        raise RuntimeError(f"{name} refused {len(found['refused'])} of {len(found['times'])}: {found['refused'][0]}")
    return float(len(found["times"]) / found["took"])


def check_stored(name: str, rows: int, accepted: int) -> None:
    """As many rows in the database as appends were accepted."""
    if rows != accepted:
        raise RuntimeError(f"{name} accepted {accepted} appends and holds {rows}")


def python() -> Path:
    """The peers' own interpreter."""
    return Path(os.environ.get(FOLDER, PROJECT / ".peers")) / "bin" / "python"


def missing() -> str:
    """What to say when the peers cannot be measured; nothing when they can."""
    stamp, wanted = python().parent.parent / "stamp", (HERE / "requirements.txt").read_text()
    installed = python().exists() and stamp.exists() and stamp.read_text() == wanted
    if installed and postgres.BINARIES.is_dir():
        return ""
    return f"{HELPDESK} and {ROUNDUP} are not measured: make bench-peers installs them."


def peers(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """New databases, one warm-up and then the rounds; afterwards the rows are counted."""
    if said := missing():
        print(said, flush=True)
        return
    with ExitStack() as stack:
        database, tracker = str(stack.enter_context(postgres.running())), str(folder / "roundup")
        ours = _ours(stack, place, sizes)
        desk = _helpdesk(stack, database, sizes)
        issues = _roundup(stack, tracker, sizes)
        for number in range(sizes.rounds + 1):
            for contender in (ours, desk, issues):
                contender.run(number)
        check_stored(desk.name, int(_script("helpdesk", "count", database)), desk.accepted)
        check_stored(issues.name, int(_script("roundup", "count", tracker)), issues.accepted)
    for contender in (ours, desk, issues):
        spent = contender.cpu / contender.accepted * 1000
        print(f"  {contender.name}: {spent:.1f} ms CPU an append, {contender.idle:.0f} MB idle", flush=True)
    pairs = [list(zip(ours.rates[1:], other.rates[1:], strict=True)) for other in (desk, issues)]
    yield middle(f"tick against {HELPDESK}'s follow-up, 8 clients, req/s", pairs[0], "≥ 4")
    yield middle(f"tick against {ROUNDUP}'s create, 8 clients, req/s", pairs[1], "≥ 2.5")


def _ours(stack: ExitStack, place: World, sizes: Sizes) -> Contender:
    """A tick, every client in a new day at every round."""
    port = servers.free_port()
    paths = [f"/days/{place.open_day()}/steps/{TICK}" for _ in range(CLIENTS * (sizes.rounds + 1))]
    server = stack.enter_context(servers.running(servers.product(place.folder, port, NOON), port))
    idle = server.memory()
    people = [asdict(load.sign_in(port, world.credentials(), paths[0])) for _ in range(CLIENTS)]

    def order(number: int) -> load.Order:
        mine = paths[number * CLIENTS : (number + 1) * CLIENTS]
        return load.Order(port, sizes.seconds, people, mine, world.tick_fields(), "302 /days/")

    return Contender("the logbook", server, order, idle)


def _helpdesk(stack: ExitStack, database: str, sizes: Sizes) -> Contender:
    """A follow-up by its API in the session of somebody signed in, every client in a new ticket at every round."""
    _script("helpdesk", "make", database, str(CLIENTS * (sizes.rounds + 1)))
    server = _serve(stack, "helpdesk", database, clients.HELPDESK_PAGE)
    idle = server.memory()
    people = [clients.helpdesk(server.port) for _ in range(CLIENTS)]

    def order(number: int) -> load.Order:
        mine = [asdict(replace(who, own=f"ticket={number * CLIENTS + n}")) for n, who in enumerate(people, 1)]
        paths = ["/helpdesk/api/followups/"] * CLIENTS
        token = "csrfmiddlewaretoken"
        return load.Order(server.port, sizes.seconds, mine, paths, {}, "201", token, "comment")

    return Contender(HELPDESK, server, order, idle)


def _roundup(stack: ExitStack, tracker: str, sizes: Sizes) -> Contender:
    """A new issue by its REST interface in the session of somebody signed in."""
    port = servers.free_port()
    _script("roundup", "make", tracker, str(port))
    server = _serve(stack, "roundup", tracker, clients.ROUNDUP_PAGE, port)
    idle = server.memory()
    people = [asdict(clients.roundup(port)) for _ in range(CLIENTS)]
    paths, headers = ["/rest/data/issue"] * CLIENTS, clients.roundup_headers(port)

    def order(_number: int) -> load.Order:
        return load.Order(port, sizes.seconds, people, paths, {"priority": "bug"}, "201", "", "title", headers)

    return Contender(ROUNDUP, server, order, idle)


def _command(peer: str, *words: str) -> list[str]:
    return [str(python()), "-I", str(HERE / f"serve_{peer}.py"), *words]


def _script(peer: str, *words: str) -> str:
    """Let the peer's script do something to the end; what it says."""
    done = subprocess.run(_command(peer, *words), capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{peer} {words[0]}: {done.stderr}")
    return done.stdout


def _serve(stack: ExitStack, peer: str, place: str, page: str, port: int = 0) -> servers.Server:
    port = port or servers.free_port()
    return stack.enter_context(servers.running(_command(peer, "serve", place, str(port)), port, page=page))
