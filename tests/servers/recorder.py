# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between client and server, on loopback, and records what passes."""

import socket
import threading

LIMIT = 30


class Recorder:
    """Takes one connection to a port of its own and passes it on; used as a context manager.

    With PIECEWISE the bytes of the server go on one at a time.
    """

    def __init__(self, target, piecewise=False):
        self.from_client = bytearray()
        self.from_server = bytearray()
        self._target = target
        self._piece = 1 if piecewise else 65536
        self._listener = socket.create_server(('127.0.0.1', 0))
        self._listener.settimeout(LIMIT)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._thread.join(LIMIT)
        self._listener.close()
        assert not self._thread.is_alive(), 'the connection was not closed'

    def _run(self):
        client, _address = self._listener.accept()
        server = socket.create_connection(('127.0.0.1', self._target), LIMIT)
        with client, server:
            client.settimeout(LIMIT)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(
                target=self._pass, daemon=True,
                args=(server, client, self.from_server, self._piece))
            back.start()
            self._pass(client, server, self.from_client, 65536)
            back.join(LIMIT)

    @staticmethod
    def _pass(source, target, record, piece):
        """Passes on what SOURCE sends until it ends; then so does TARGET."""
        try:
            while True:
                received = source.recv(65536)
                if not received:
                    break
                record += received
                for at in range(0, len(received), piece):
                    target.sendall(received[at:at + piece])
            target.shutdown(socket.SHUT_WR)
        except OSError:
            # The other side has gone; what was recorded stays.
            pass
