"""A way to a server that counts what goes over it, and can be cut."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 65_536


@dataclass
class Wire:
    """Lies before a server's port: `trips` are round trips, `heard` what the client sent. Cut after so many bytes."""

    server: int
    port: int = 0
    cut_after: int | None = None
    trips: int = 0
    brought: int = 0
    heard: bytes = b""
    _is_asking: bool = field(default=False, repr=False)

    def serve(self, listener: socket.socket) -> None:
        """Carry one connection after another until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, socket.create_connection(("127.0.0.1", self.server)) as server, suppress(OSError):
                    self.carry(client, server)

    def carry(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in selector.select():
                    piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]  # they are sockets
                    if not piece or not self.passes(piece, comes_back=key.fileobj is server):
                        return
                    key.data.sendall(piece)

    def passes(self, piece: bytes, *, comes_back: bool) -> bool:
        """Count a piece; False when the wire is cut in it."""
        if comes_back:
            self.trips += self._is_asking
            self.brought += len(piece)
        else:
            self.heard += piece
        self._is_asking = not comes_back
        return self.cut_after is None or self.brought < self.cut_after


@contextmanager
def wire(server: int) -> Iterator[Wire]:
    """Lay a wire to a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        laid = Wire(server, listener.getsockname()[1])
        thread = threading.Thread(target=laid.serve, args=(listener,), daemon=True)
        thread.start()
        yield laid
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
