"""Serve the desk, by itself or beside the daemon. The only module that knows uvicorn."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from monitor.desk.web import Desk, create_desk

#: Pages that are being answered get so long when the desk closes.
STOP_WITHIN_S = 3


def serve_desk(desk: Desk, *, host: str, port: int) -> None:
    """Serve on this machine until interrupted. Raises OSError when the port is taken."""
    with socket.create_server((host, port)) as listening:
        _settle(desk)
        _server(desk).run(sockets=[listening])


@contextmanager
def desk_beside(desk: Desk, *, host: str, port: int) -> Iterator[None]:
    """Serve on this machine while something else runs. Raises OSError when the port is taken."""
    with socket.create_server((host, port)) as listening:
        server = _server(desk)

        def run() -> None:
            _settle(desk)
            if not server.should_exit:  # it may be over before it began
                server.run(sockets=[listening])

        thread = threading.Thread(target=run, name="desk", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=STOP_WITHIN_S)


def _settle(desk: Desk) -> None:
    """Make what every page needs before anybody waits for it, and let the garbage collector pass over it from then on.

    Looking through names, forms and templates for garbage took 60 ms, every tenth page.
    """
    desk.warm()
    gc.collect()
    gc.freeze()


def _server(desk: Desk) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_desk(desk),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the gate must see who really connects
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )
