"""A proxy for https (CONNECT) that connects every client to one port of loopback, whatever server it asks for.

connect-proxy.py PORT TARGET

Prints the server that each client asks for.
"""

import shutil
import socket
import socketserver
import sys
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        method, server, _ = self.rfile.readline().split()
        while self.rfile.readline().strip():
            pass
        assert method == b"CONNECT"
        print("asked for", server.decode(), flush=True)
        with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as target:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=self.send, args=(target,), daemon=True).start()
            shutil.copyfileobj(target.makefile("rb", buffering=0), self.wfile)

    def send(self, target):
        try:
            while data := self.rfile.read1():
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
