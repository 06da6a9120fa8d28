"""Ports for servers that have to be told which one to take."""

from __future__ import annotations

import itertools
import os
import socket

#: Below those that systems give to outgoing connections, which could take a port between the look and its use.
_ROW = range(12_000, 20_000)
_NUMBERS = itertools.count(os.getpid() * 37)


def free_port(address: str = "127.0.0.1") -> int:
    """A port that nothing listens on; another one each time, and in each process."""
    for number in itertools.islice(_NUMBERS, len(_ROW)):
        port = _ROW[number % len(_ROW)]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
