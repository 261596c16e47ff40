"""Our commands without the second that each needs to load: one process has loaded them and forks for each.

``python -m tests.commands SOCKET`` says "ready" and answers tests/command.py until its input ends.
"""

import array
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from flask.cli import main

import app.cli
import app.jobs  # noqa: F401

STREAMS = (0, 1, 2)


def serve(address: str) -> None:
    """Answer, each command in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a fork ended
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        while sys.stdin not in select.select([door, sys.stdin], [], [])[0]:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _answer(line)
            line.close()


def _answer(line: socket.socket) -> None:
    """Have the command run, wait for it, say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, control, _, _ = line.recvmsg(4, socket.CMSG_SPACE(len(STREAMS) * array.array("i").itemsize))
    streams = array.array("i")
    streams.frombytes(control[0][2])
    asked = json.loads(line.makefile("rb").read(int.from_bytes(head, "big")))
    command = os.fork()
    if command == 0:
        line.close()
        _become(asked, streams)
    _, status = os.waitpid(command, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(asked: dict[str, Any], streams: "array.array[int]") -> None:
    """Run the command as if it had been started where it was typed."""
    for number, stream in zip(STREAMS, streams, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["flask", *asked["words"]]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
