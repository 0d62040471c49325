"""What servers of files have in common: answers, and files in ranges. Each request is printed as a line."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.RLock()


class FileServer(BaseHTTPRequestHandler):
    # The first word of a printed line.
    kind = "server"
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Without it, the end of a small answer waits for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def tell(self, status):
        with lock:
            authorization = self.headers.get("Authorization", "-")
            print("request", self.kind, status, self.command, self.path, "|", authorization, flush=True)

    def answer(self, status, fields=(), body=b""):
        self.tell(status)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_file(self, path, tag, fields=(), is_corrupt=False):
        size = os.path.getsize(path)
        first, last, status = 0, size - 1, 200
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes=") and size > 0 and self.headers.get("If-Range", tag) == tag:
            start, _, end = wanted[6:].partition("-")
            first, last, status = int(start), min(int(end or last), last), 206
        self.tell(status)
        self.send_response(status)
        for name, value in [*fields, ("ETag", tag), ("Accept-Ranges", "bytes")]:
            self.send_header(name, value)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        if self.command == "HEAD":
            return
        with open(path, "rb") as file:
            file.seek(first)
            left = last - first + 1
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                left -= len(block)
                self.wfile.write(bytes(255 - byte for byte in block) if is_corrupt else block)


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
