"""``python tests/command.py SOCKET WORD...``: have tests/commands.py run one command of ours; end as it ends.

The command gets this process's input, output, folder and environment. Nothing is loaded here that takes time.
"""

import array
import json
import os
import socket
import sys

asked = json.dumps({"words": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}).encode()
with socket.socket(socket.AF_UNIX) as line:
    line.connect(sys.argv[1])
    streams = array.array("i", (0, 1, 2))
    line.sendmsg([len(asked).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    line.sendall(asked)
    sys.exit(int(line.recv(16) or b"99"))
