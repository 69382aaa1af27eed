# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small mail server on the loopback that says yes to everything and encrypts with a certificate of one's choice.

As a command, for looking at the window by hand:

    tlsserver.py FOLDER NAME [--on-connect]     serves with NAME.pem and NAME.key of FOLDER; prints its port
"""

import contextlib
import os
import socket
import ssl
import sys
import threading


class TlsServer:
    """Offers STARTTLS, or begins with TLS.  sni holds the server names that clients asked for, peers their
    certificates."""

    def __init__(self, folder, name='good', on_connect=False, authority=None):
        self.on_connect = on_connect
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, name + '.pem'), os.path.join(folder, name + '.key'))
        self.context.sni_callback = lambda tls, server_name, context: self.sni.append(server_name)
        if authority:
            self.context.load_verify_locations(authority)
            self.context.verify_mode = ssl.CERT_OPTIONAL
        self.sni, self.peers = [], []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.listener.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def secure(self, client):
        client = self.context.wrap_socket(client, server_side=True)
        self.peers.append(client.getpeercert(True))
        return client

    def talk(self, client):
        # A client that does not like the certificate, or has seen enough, just goes.
        with contextlib.suppress(OSError):
            secure = self.on_connect
            if secure:
                client = self.secure(client)
            client.sendall(b'220 tls.example ESMTP\r\n')
            while True:
                line = self.read_line(client)
                verb = line[:4].upper()
                if verb == b'EHLO':
                    offer = b'' if secure else b'250-STARTTLS\r\n'
                    client.sendall(b'250-tls.example greets you\r\n' + offer + b'250-SIZE 1048576\r\n250 8BITMIME\r\n')
                elif verb == b'STAR' and not secure:
                    client.sendall(b'220 2.0.0 Go ahead\r\n')
                    client, secure = self.secure(client), True
                elif verb == b'QUIT':
                    client.sendall(b'221 2.0.0 Good-bye\r\n')
                    client.close()
                    return
                else:
                    client.sendall(b'250 2.0.0 Yes\r\n')

    @staticmethod
    def read_line(client):
        # Byte by byte: what is behind STARTTLS is not ours to read.
        line = b''
        while not line.endswith(b'\n'):
            byte = client.recv(1)
            if not byte:
                raise OSError('the client is gone')
            line += byte
        return line


if __name__ == '__main__':
    with TlsServer(sys.argv[1], sys.argv[2], '--on-connect' in sys.argv) as running:
        print(running.port, flush=True)
        threading.Event().wait()
