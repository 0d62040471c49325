"""An origin that redirects to expiring signed URLs of a store, as large archives do.

Arguments: the loopback ports of both, the folder that they serve, the seconds until a URL expires, and the store's
rate in bytes per second. It prints a line for each request.
"""

import hashlib
import http.server
import os
import sys
import threading
import time
import urllib.parse

ORIGIN, STORE = int(sys.argv[1]), int(sys.argv[2])
FOLDER, LIFETIME, RATE = sys.argv[3], float(sys.argv[4]), int(sys.argv[5])
SECRET = b"known to the store"


def signature(path, expires):
    return hashlib.sha256(SECRET + f"{path} {expires}".encode()).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Origin(Handler):
    def do_GET(self):
        print("origin", self.path, flush=True)
        expires = repr(time.time() + LIFETIME)
        query = urllib.parse.urlencode({"expires": expires, "signature": signature(self.path, expires)})
        # The store names a file by its hash.
        name = hashlib.sha256(self.path.encode()).hexdigest()
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{STORE}/{name}{self.path}?{query}")
        self.send_header("Content-Length", "0")
        self.end_headers()


class Store(Handler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        path = "/" + url.path.split("/", 2)[2]
        query = dict(urllib.parse.parse_qsl(url.query))
        expires = query.get("expires", "0")
        is_valid = query.get("signature") == signature(path, expires) and time.time() < float(expires)
        print("store", 206 if is_valid else 403, url.path, flush=True)
        if not is_valid:
            return self.refuse(403)
        with open(FOLDER + urllib.parse.unquote(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            start, end = map(int, self.headers["Range"].split("=")[1].split("-"))
            file.seek(start)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
            self.send_header("Content-Length", str(end - start + 1))
            self.end_headers()
            left = end - start + 1
            while left > 0:
                # A store cuts off connections at the expiry.
                if time.time() > float(expires):
                    print("store cut", url.path, flush=True)
                    self.close_connection = True
                    return
                part = file.read(min(left, RATE // 10))
                self.wfile.write(part)
                left -= len(part)
                time.sleep(0.1)


for port, handler in (ORIGIN, Origin), (STORE, Store):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
