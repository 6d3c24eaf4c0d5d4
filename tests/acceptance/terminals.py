"""`zhaohuo chat` many times without importing it many times: one process imports it, each terminal is a fork of it.

Started by `people.Terminals` with a socket as its standard input. Each request is a JSON list of words for the
command line, with three file descriptors for the new process; the answer is one line with how it ended.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback

from app.cli import load, main


def serve(requests: socket.socket) -> None:
    """Fork for every request until the other side leaves; tell the exit codes of those that ended."""
    load("chat")
    requests.send(b"ready")
    while True:
        raw, descriptors, _, _ = socket.recv_fds(requests, 4096, 4)
        if not raw:
            return
        if os.fork():
            for descriptor in descriptors:
                os.close(descriptor)
            continue
        os._exit(_terminal(json.loads(raw), descriptors))


def _terminal(words: list[str], descriptors: list[int]) -> int:
    """In the child: the command with these three as its standard streams; the last one hears the exit code."""
    *streams, ended = descriptors
    for target, source in enumerate(streams):
        os.dup2(source, target)
    code = 1
    try:
        code = main(words)
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
