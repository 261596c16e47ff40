"""The process that talks to devices: a task a line comes in, an answer a line goes out, each in a thread of its own.

Addresses come through the pipe, so that no list of processes shows them. What FFmpeg prints goes nowhere. The process
ends when its pipe does; the one that started it ends it when a task hangs (``pool``).
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from app.watching import onvif, probe
from app.watching.look import CRASHED, Look, Told

NICE = 10  # pages come first
WAYS: dict[str, Callable[[dict[str, Any]], Look | Told]] = {
    "look": lambda task: probe.look(task["url"], Look.unpacked({"state": "", "grey": task.get("grey", "")}).grey),
    "ask": lambda task: onvif.ask(task["url"]),
}


def done(task: dict[str, Any]) -> dict[str, Any]:
    """The answer to a task. An exception is one too: its text may hold an address, so only its kind is told."""
    try:
        found = WAYS[task["kind"]](task)
    except Exception as error:
        name = type(error).__name__
        return {"id": task["id"], "fault": name, **Look("silent", CRASHED).packed()}
    return {"id": task["id"], **found.packed()}


def serve(tasks: IO[str], answers: IO[str]) -> None:
    """Until the pipe ends."""
    guard = threading.Lock()

    def work(task: dict[str, Any]) -> None:
        line = json.dumps(done(task)) + "\n"
        with guard:
            answers.write(line)
            answers.flush()

    answers.write('{"id": 0}\n')  # ready
    answers.flush()
    for line in tasks:
        threading.Thread(target=work, args=(json.loads(line),), daemon=True).start()


def main() -> None:
    """Take the pipes for ourselves and leave nothing for libraries to print on."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    serve(sys.stdin, answers)
    os._exit(0)  # threads that hang are not waited for


if __name__ == "__main__":
    main()
