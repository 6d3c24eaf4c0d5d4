"""`zhaohuo COMMAND` many times without importing it many times: one process imports it, each command is a fork of it.

Started by `commands.Commands` with a socket as its argument. Each request is a JSON object with the command line and
the environment, with four file descriptors for the new process: its standard streams, and where it says how it ended.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
from typing import Any

from app.cli import load, main

OFTEN = ("chat", "report", "filing", "programme", "people", "jobs", "messages", "ledger", "import", "export")


def serve(requests: socket.socket) -> None:
    """Fork for every request until the other side leaves; tell the exit codes of those that ended."""
    for name in OFTEN:
        load(name)
    import bot.dispatcher  # noqa: F401 - the conversation's engine, for those who talk where no service runs

    requests.send(b"ready")
    while True:
        raw, descriptors, _, _ = socket.recv_fds(requests, 1 << 16, 4)
        if not raw:
            return
        if os.fork():
            for descriptor in descriptors:
                os.close(descriptor)
            continue
        os._exit(_command(json.loads(raw), descriptors))


def _command(request: dict[str, Any], descriptors: list[int]) -> int:
    """In the child: the command with these three as its standard streams; the last one hears the exit code."""
    *streams, ended = descriptors
    for target, source in enumerate(streams):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(request["environment"])
    code = 1
    try:
        code = main(request["words"])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(ended, b"%d" % code)
    return code


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        serve(connection)
