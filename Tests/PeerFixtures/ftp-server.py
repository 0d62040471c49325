"""An FTP server on a port of loopback for the files of a folder: reads only, passive mode only.

Usage: ftp-server.py FOLDER. Prints its port.
"""

import os
import socket
import socketserver
import sys

folder = sys.argv[1]


class Handler(socketserver.StreamRequestHandler):
    timeout = 60

    def answer(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.answer("220 ready")
        passive = socket.create_server(("127.0.0.1", 0))
        while line := self.rfile.readline():
            command, _, argument = line.decode().strip().partition(" ")
            path = os.path.join(folder, argument.lstrip("/"))
            if command == "USER":
                self.answer("230 welcome")
            elif command == "TYPE":
                self.answer("200 binary")
            elif command == "EPSV":
                self.answer(f"229 passive (|||{passive.getsockname()[1]}|)")
            elif command in ("SIZE", "RETR") and not os.path.isfile(path):
                self.answer("550 no such file")
            elif command == "SIZE":
                self.answer(f"213 {os.path.getsize(path)}")
            elif command == "RETR":
                self.send(path, passive)
            elif command == "QUIT":
                return self.answer("221 bye")
            else:
                self.answer("502 not implemented")

    def send(self, path, passive):
        self.answer("150 here it comes")
        connection, _ = passive.accept()
        with connection, open(path, "rb") as file:
            connection.sendfile(file)
        self.answer("226 complete")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    print("port", server.server_address[1], flush=True)
    server.serve_forever()
