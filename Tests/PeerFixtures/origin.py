"""A web server on a port of loopback for the files of a folder. The query of a URL tells how it misbehaves.

ranges=0        ignores Range
tag=weak|none   sends a weak ETag, or neither an ETag nor Last-Modified
tag=other       sends another ETag each time
cut=N           closes the connection after N bytes of a body
rate=N          sends N bytes a second
silent=1        sends no body
status=N        answers with this status, and with Retry-After if retry=SECONDS
times=N         cut, status and silent apply to the first N requests for the URL only
change=N        from request N on, serves the file NAME.new instead
corrupt=1       serves other data of the same size
encode=1        compresses the body with gzip
chunked=1       does not tell the length
endless=1       the same, and the body never ends
lie=N           adds N to Content-Length
total=N         adds N to the size in Content-Range
shift=1         answers a range request with other bytes
type=TEXT       sends this Content-Type
disposition=T   sends this Content-Disposition
redirect=URL    redirects there
loop=1          redirects to itself
expire=N        redirects to a signed URL that works for N requests
auth=TEXT       answers 401 unless Authorization is TEXT
"""

import collections
import gzip
import hashlib
import itertools
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

folder = sys.argv[2]
counts = collections.Counter()
signatures = collections.Counter()
numbers = itertools.count()
lock = threading.RLock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def tell(self, status):
        fields = [self.headers.get(name, "-") for name in ("Range", "If-Range", "Authorization", "X-Token")]
        with lock:
            print("request", status, self.path, " | ".join(fields), flush=True)

    def answer(self, status, fields=(), body=b""):
        self.tell(status)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        with lock:
            counts[self.path] += 1
            count = counts[self.path]
        isEarly = count <= int(query.get("times", 1 << 30))
        if "auth" in query and self.headers.get("Authorization") != query["auth"]:
            return self.answer(401)
        if "redirect" in query:
            return self.answer(302, [("Location", query["redirect"])])
        if "loop" in query:
            return self.answer(302, [("Location", self.path)])
        if "expire" in query:
            signature = next(numbers)
            with lock:
                signatures[str(signature)] = int(query["expire"])
            return self.answer(302, [("Location", f"/signed{parts.path}?signature={signature}")])
        if "signature" in query:
            with lock:
                signatures[query["signature"]] -= 1
                if signatures[query["signature"]] < 0:
                    return self.answer(403)
        if "status" in query and isEarly:
            retry = [("Retry-After", query["retry"])] if "retry" in query else []
            return self.answer(int(query["status"]), retry)
        name = unquote(parts.path).removeprefix("/signed").lstrip("/")
        if "change" in query and count >= int(query["change"]):
            name += ".new"
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            return self.answer(404)
        self.send_file(path, query, isEarly)

    def send_file(self, path, query, isEarly):
        with open(path, "rb") as file:
            data = file.read()
        if "corrupt" in query:
            data = bytes(len(data) // 2) + data[len(data) // 2:]
        if "encode" in query:
            data = gzip.compress(data)
        tag = '"%s"' % hashlib.sha1(data).hexdigest()
        tag = {"weak": "W/" + tag, "none": None, "other": f'"{next(numbers)}"'}.get(query.get("tag"), tag)
        first, last, status = 0, len(data), 200
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        if asked and query.get("ranges") != "0" and condition in (None, tag):
            status, first = 206, int(asked[1])
            last = min(last, int(asked[2]) + 1) if asked[2] else last
            if first >= len(data):
                return self.answer(416, [("Content-Range", f"bytes */{len(data)}")])
        self.tell(status)
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status == 206:
            shift = 1 if "shift" in query and first > 0 else 0
            self.send_header("Content-Range", f"bytes {first - shift}-{last - 1 - shift}/{len(data) + int(query.get('total', 0))}")
        for key, field in (("type", "Content-Type"), ("disposition", "Content-Disposition")):
            if key in query:
                self.send_header(field, query[key])
        if "encode" in query:
            self.send_header("Content-Encoding", "gzip")
        isChunked = "chunked" in query or "endless" in query
        if isChunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(last - first + int(query.get("lie", 0))))
        self.end_headers()
        try:
            self.send_body(data[first:last], query, isEarly, isChunked)
        except OSError:
            self.close_connection = True

    def send_body(self, body, query, isEarly, isChunked):
        if "silent" in query and isEarly:
            self.connection.recv(1)
            self.close_connection = True
            return
        isCut = "cut" in query and isEarly and len(body) > int(query["cut"])
        body = body[:int(query["cut"])] if isCut else body
        rate = int(query.get("rate", 0))
        step = max(1, rate // 20) if rate else 65536
        while True:
            for start in range(0, len(body), step):
                part = body[start:start + step]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if isChunked else part)
                if rate:
                    time.sleep(1 / 20)
            if "endless" not in query:
                break
        if isChunked and not isCut:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = isCut or "lie" in query


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
