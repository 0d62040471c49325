"""The commands of Kubo's program `ipfs` that the backend kubo calls, executed by the real Kubo as a library.

ipfs-command.py LIBKUBO ARGUMENT…

The command lines are checked as strictly as the documentation of Kubo describes them. They are not those of the real
program, which no package has. The library has no commands for paths and sizes, so this program reads the blocks of folders
itself, which the node gets by bitswap. Like Kubo, a daemon that searches ignores SIGTERM.
"""

import base64
import ctypes
import json
import os
import signal
import socketserver
import sys
import threading

repository = os.environ["IPFS_PATH"]
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Failure(Exception):
    pass


def load():
    # The library writes a log to the working directory.
    os.chdir(repository)
    library = ctypes.CDLL(sys.argv[1])
    library.AddFile.restype = library.GetNodeID.restype = ctypes.c_void_p
    return library


class Node:
    def __init__(self, is_online):
        self.library, self.repository = load(), repository.encode()
        with open("config") as file:
            text = file.read()
        settings = json.loads(text)
        if not is_online:
            settings |= {"Bootstrap": [], "Routing": {"Type": "none"}, "Peering": {"Peers": []}}
            settings["Discovery"]["MDNS"]["Enabled"] = False
            settings["Addresses"]["Swarm"] = []
            with open("config", "w") as file:
                json.dump(settings, file)
        if self.library.RunNode(self.repository) < 0:
            raise Failure("the node does not start")
        if not is_online:
            with open("config", "w") as file:
                file.write(text)
        # The node would connect to them by itself, but only after some seconds.
        for peer in settings.get("Peering", {}).get("Peers") or []:
            for address in peer["Addrs"]:
                self.library.ConnectToPeer(self.repository, f"{address}/p2p/{peer['ID']}".encode())

    def download(self, cid, path):
        if self.library.Download(self.repository, cid.encode(), path.encode()) != 0:
            raise Failure(f"cannot get {cid}")

    def block(self, cid):
        """The bytes of a block, which are those of a file in a single raw block with the same hash."""
        path = os.path.join(repository, f"block-{threading.get_ident()}")
        self.download(text_of(b"\x01\x55" + multihash_of(cid)), path)
        with open(path, "rb") as file:
            data = file.read()
        os.remove(path)
        return data

    def resolve(self, path):
        root, *names = path.removeprefix("/ipfs/").split("/")
        cid = root
        for name in names:
            found = [link for link in links(self.block(cid)) if link[0] == name] if not is_raw(cid) else []
            if not found:
                raise Failure(f'no link named "{name}" under {cid}')
            cid = found[0][1]
        return cid

    def size(self, cid):
        block = self.block(cid)
        return len(block) + (0 if is_raw(cid) else sum(size for _, _, size in links(block)))


# CIDs and blocks.

def bytes_of(cid):
    if cid.startswith("Qm"):
        number = 0
        for character in cid:
            number = number * 58 + BASE58.index(character)
        return number.to_bytes(34, "big")
    return base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))


def multihash_of(cid):
    return bytes_of(cid)[0 if cid.startswith("Qm") else 2:]


def text_of(data):
    if data[:2] == b"\x12\x20":
        number, text = int.from_bytes(data, "big"), ""
        while number:
            number, digit = divmod(number, 58)
            text = BASE58[digit] + text
        return text
    return "b" + base64.b32encode(data).decode().lower().rstrip("=")


def is_raw(cid):
    return not cid.startswith("Qm") and bytes_of(cid)[1] == 0x55


def fields(data):
    position = 0

    def varint():
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(data):
        key = varint()
        value = varint()
        if key & 7 == 2:
            position += value
            value = data[position - value:position]
        yield key >> 3, value


def links(block):
    for number, value in fields(block):
        if number == 2:
            link = dict(fields(value))
            yield link.get(2, b"").decode(), text_of(link[1]), link.get(3, 0)


# The commands.

def take(arguments, *options):
    """Splits the options from the words. Options that are not expected are errors, as in Kubo."""
    given, words = {}, []
    for argument in arguments:
        name, _, value = argument.partition("=")
        if argument.startswith("-"):
            if name not in options:
                raise Failure(f"unknown option {argument}")
            given[name] = value
        else:
            words.append(argument)
    return given, words


def initialize(arguments):
    take(arguments, "--empty-repo")
    if os.path.exists(os.path.join(repository, "config")):
        raise Failure("ipfs configuration file already exists!")
    print(f"initializing IPFS node at {repository}")
    load().CreateRepo(repository.encode())
    # Like the real command, makes the folder of the blocks.
    Node(is_online=False)


def configure(arguments):
    given, (key, value) = take(arguments, "--json")
    assert "--json" in given
    path = os.path.join(repository, "config")
    with open(path) as file:
        settings = json.load(file)
    at = settings
    *parents, last = key.split(".")
    for name in parents:
        at = at.setdefault(name, {})
    at[last] = json.loads(value)
    with open(path, "w") as file:
        json.dump(settings, file)


def get(node, arguments):
    given, (path,) = take(arguments, "--progress", "--output")
    output = given["--output"]
    if os.path.exists(output):
        raise Failure(f"{output} exists")
    cid = node.resolve(path)
    node.download(cid, output)
    return f"Saving file(s) to {output}\n"


def execute(node, arguments):
    """A command of a node. Returns what it prints."""
    if arguments[0] == "get":
        return get(node, arguments[1:])
    if arguments[:2] == ["files", "stat"]:
        given, (path,) = take(arguments[2:], "--format")
        assert given["--format"] == "<cumulsize>"
        return f"{node.size(node.resolve(path))}\n"
    if arguments[:2] == ["pin", "add"]:
        _, (path,) = take(arguments[2:])
        cid = node.resolve(path)
        if node.library.PinCID(node.repository, cid.encode()) != 0:
            raise Failure(f"cannot pin {cid}")
        return f"pinned {cid} recursively\n"
    raise Failure(f"unknown command {arguments}")


def answer(node, arguments):
    try:
        return {"status": 0, "text": execute(node, arguments)}
    except Failure as failure:
        return {"status": 1, "text": f"Error: {failure}\n"}


def daemon(arguments):
    take(arguments, "--migrate")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("Initializing daemon...", flush=True)
    with open(os.path.join(repository, "config")) as file:
        addresses = json.load(file)["Addresses"]
    assert addresses["API"] == "/ip4/127.0.0.1/tcp/0" and addresses["Gateway"] == []
    node = Node(is_online=True)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            reply = answer(node, json.loads(self.rfile.readline()))
            self.wfile.write(json.dumps(reply).encode() + b"\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    address = f"/ip4/127.0.0.1/tcp/{server.server_address[1]}"
    with open(os.path.join(repository, "api"), "w") as file:
        file.write(address)
    print(f"RPC API server listening on {address}\nDaemon is ready", flush=True)
    server.serve_forever()


def ask_daemon(arguments):
    import socket

    try:
        with open(os.path.join(repository, "api")) as file:
            port = int(file.read().split("/")[-1])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(json.dumps(arguments).encode() + b"\n")
            return json.loads(connection.makefile().readline())
    except (OSError, ValueError) as error:
        return {"status": 1, "text": f"Error: the daemon does not answer: {error}\n"}


def fail_offline():
    sys.stderr.write("Error: block was not found locally (offline)\n")
    sys.stderr.flush()
    os._exit(1)


def main(arguments):
    if arguments[0] == "init":
        initialize(arguments[1:])
        sys.stdout.flush()
        os._exit(0)
    elif arguments[0] == "config":
        configure(arguments[1:])
    elif arguments[0] == "daemon":
        daemon(arguments[1:])
    else:
        is_offline = arguments[0] == "--offline"
        if is_offline:
            # The library has no offline mode, in which a block that is not there is an error.
            threading.Timer(5, fail_offline).start()
        reply = answer(Node(is_online=False), arguments[1:]) if is_offline else ask_daemon(arguments)
        (sys.stderr if reply["status"] else sys.stdout).write(reply["text"])
        sys.stdout.flush()
        os._exit(reply["status"])


try:
    main(sys.argv[2:])
except Failure as failure:
    sys.exit(f"Error: {failure}")
