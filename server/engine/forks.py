"""The fork server: holds what the query processes of a release share, and makes each of them as a copy of itself.

Run as `python -m server.engine.forks FD STORE MEMORY DUMP`. With a DUMP (N-Quads, packed where its name ends in `.gz`)
the release is held in memory, where a query takes a fraction of the time that it takes from the disk; all copies read
the same memory. With "" for it each copy opens STORE for itself. Over the stream socket FD it takes a number and
perhaps a descriptor: 0 with the socket of a process to be made, answered with its number (0: there is no room for one);
or the number of one, answered with how it ended, in the manner of subprocess.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from server.engine import worker

NUMBER = struct.Struct("!i")


def held(dump: Path) -> ox.Store:
    """A release in memory; OSError, EOFError or SyntaxError where the dump cannot be read."""
    store = ox.Store()
    with gzip.open(dump) if dump.suffix == ".gz" else dump.open("rb") as file:
        store.bulk_load(cast("IO[bytes]", file), format=ox.RdfFormat.N_QUADS)
    return store


def main(descriptor: int, store_path: str, memory: int, dump: str) -> None:
    """Make processes until the server has gone."""
    connection = socket.socket(fileno=descriptor)
    store = None
    if dump:
        with contextlib.suppress(OSError, EOFError, SyntaxError, ValueError):  # then each from the disk
            store = held(Path(dump))
    gc.collect()
    gc.freeze()  # what is here is not looked at again: that would write to memory that is shared
    while True:
        data, descriptors, _, _ = socket.recv_fds(connection, NUMBER.size, 1)
        if len(data) < NUMBER.size:
            return
        (number,) = NUMBER.unpack(data)
        if number:
            try:
                answer = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
            except ChildProcessError:  # asked twice
                answer = -signal.SIGKILL
        else:
            try:
                answer = os.fork()
            except OSError:  # no room for one
                answer = 0
            else:
                if answer == 0:
                    connection.close()
                    worker.main(descriptors[0], store_path, memory, store)
                    return
            os.close(descriptors[0])
        connection.sendall(NUMBER.pack(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
