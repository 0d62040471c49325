"""A web server whose answers are in the file that the second argument names: {"PATH": {"status": 200, "fields": {},
"body": "", "base64": "", "unless": "AUTHORIZATION", "pause": SECONDS}}. With "unless", the answer is given only to requests
without that Authorization field; others get the answer of "PATH ok". The answer comes after the pause. A path without an
answer is not found. It listens on two ports of loopback, so that it can be two servers.
"""

import base64
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        with open(sys.argv[3]) as file:
            answers = json.load(file)
        path = urlsplit(self.path).path
        authorization = self.headers.get("Authorization", "-")
        answer = answers.get(path, {"status": 404})
        if "unless" in answer and authorization == answer["unless"]:
            answer = answers.get(path + " ok", {"status": 404})
        body = base64.b64decode(answer["base64"]) if "base64" in answer else answer.get("body", "").encode()
        status = answer.get("status", 200)
        with lock:
            print("request", self.server.server_port, status, self.path, "|", authorization, flush=True)
        time.sleep(answer.get("pause", 0))
        self.send_response(status)
        for name, value in answer.get("fields", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


servers = [ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) for port in sys.argv[1:3]]
threading.Thread(target=servers[1].serve_forever, daemon=True).start()
print("ready", flush=True)
servers[0].serve_forever()
