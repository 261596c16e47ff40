"""``make bench``: every line as name, ours, baseline, ratio, goal, met or not; the same in ``instance/bench.json``."""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config import PROJECT
from bench import cameras, clock, footage, pages, papers, proofs, region, serving, world
from bench.measure import HEAD, Line, profile
from bench.peers.lines import peers
from bench.sizes import FULL, QUICK, Sizes

Part = Callable[[world.World, Path, Sizes], Iterator[Line]]
PARTS: dict[str, Part] = {
    "ticks": serving.ticks, "peers": peers, "long-day": pages.long_day, "board": pages.board, "journal": pages.journal,
    "verify": proofs.verification, "forms": papers.forms, "laptop": serving.laptop, "clock": clock.clock,
    "footage": footage.footage, "cameras": cameras.cameras, "region": region.board,
}  # fmt: skip


def run(sizes: Sizes, only: list[str], profiles: bool) -> list[Line]:
    """Measure part after part in one new installation, and print what is found."""
    print(HEAD, flush=True)
    lines: list[Line] = []
    with TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made)
        place = world.make(folder / "instance")
        for name, part in PARTS.items():
            if only and name not in only:
                continue
            for line in part(place, folder, sizes):
                print(line, flush=True)
                lines.append(line)
        for line in lines:
            if profiles and line.work and not line.met:
                print(f"\nWhere the time goes: {line.name}\n{profile(line.work)}", flush=True)
        world.close(place)
    return lines


def main() -> None:
    """The command line."""
    reader = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    reader.add_argument("--quick", action="store_true", help="small sizes: the numbers mean nothing")
    reader.add_argument("--profile", action="store_true", help="show where the time of a missed goal goes")
    reader.add_argument("--only", action="append", default=[], choices=list(PARTS), help="this part (repeatable)")
    reader.add_argument("--out", type=Path, help="where the lines go; a whole run writes instance/bench.json")
    given = reader.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    lines = run(QUICK if given.quick else FULL, given.only, given.profile)
    out = given.out or (None if given.quick or given.only else PROJECT / "instance" / "bench.json")
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(
            json.dumps([line.json() for line in lines], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    missed = sum(not line.met for line in lines)
    print(
        f"\n{len(lines)} lines, {missed} missed, in {time.monotonic() - begun:.0f} s; "
        f"other work on the machine when it began: {load:.1f} on {os.cpu_count()} processors."
    )


if __name__ == "__main__":
    main()
