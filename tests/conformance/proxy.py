"""A CONNECT proxy that speaks TLS for Meta's hosts and passes what it hears to the sandbox.

Meta's CLI knows no other address than Meta's; with this proxy and its CA it runs unchanged (docs/graph-api.md §11.1).
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTS = ("graph.facebook.com", "graph-video.facebook.com")


class Proxy(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.tls = tls
        self.behind = ("127.0.0.1", port)


class _Tunnel(socketserver.StreamRequestHandler):
    """One connection: CONNECT, a TLS handshake, then bytes in both directions."""

    server: Proxy

    def handle(self) -> None:
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        if target.removesuffix(":443") not in HOSTS:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with (
            suppress(OSError),
            self.server.tls.wrap_socket(self.connection, server_side=True) as near,
            socket.create_connection(self.server.behind) as far,
        ):
            back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            back.start()
            _pass_on(near, far)
            back.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(port: int, folder: Path) -> Iterator[dict[str, str]]:
    """Run a proxy in front of a port with a CA of its own; gives the environment that leads clients through it."""
    trustme = pytest.importorskip("trustme", reason="trustme makes the CA; `make conformance` installs it")
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(tls)
    bundle = folder / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    with Proxy(tls, port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield {
                "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}",
                "REQUESTS_CA_BUNDLE": str(bundle),
                "NO_PROXY": "127.0.0.1",
            }
        finally:
            proxy.shutdown()
