"""A web server on a port of loopback that misbehaves as the first folder of a path says."""

import gzip
import random
import socket
import sys
import threading
import time

OK = b"HTTP/1.1 200 OK\r\n"
MIB = bytes(1 << 20)
NOISE = random.Random(1).randbytes(2000000)


def sized(body, head=OK, length=None):
    return head + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body


def redirection(location):
    return sized(b"", b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n")


def endless(start, part):
    def answer(connection):
        connection.sendall(start)
        while True:
            connection.sendall(part)

    return answer


def drip(connection):
    for byte in OK + b"Content-Length: 1000000\r\n\r\n" + bytes(1000000):
        connection.sendall(bytes([byte]))
        time.sleep(1)


def silence(connection):
    while connection.recv(65536):
        pass


def bomb():
    return sized(gzip.compress(MIB * 100), OK + b"Content-Encoding: gzip\r\n")


def peers(count, interval=b"1800"):
    # 127.1.x.y, where nobody listens.
    compact = b"".join(b"\x7f\x01" + number.to_bytes(2, "big") + b"\x00\x09" for number in range(count))
    return sized(b"d8:intervali" + interval + b"e12:min intervali" + interval
                 + b"e5:peers%d:" % len(compact) + compact + b"e")


ANSWERS = {
    "endlessBody": endless(OK + b"\r\n", MIB),
    "endlessHeader": endless(OK + b"X: ", b"x" * 65536),
    "drip": drip,
    "silence": silence,
    "redirectLoop": redirection(b"/redirectLoop/again"),
    "redirectAside": redirection(b"../noiseBody/not encoded.torrent?as it=is#end"),
    "record": sized(b"", b"HTTP/1.1 404 Not Found\r\n"),
    "redirectWithBlanks": redirection(b" /record/a b/\xc3\xbc?x y \t"),
    "redirectWithControls": redirection(b"/record/a\x01\x7f\x0bX-Injected: yes"),
    "redirectToFile": redirection(b"file:///etc/passwd"),
    "redirectToOtherScheme": redirection(b"gopher://127.0.0.1:1/"),
    "compressedBomb": bomb(),
    "shortBody": sized(b"d8:announce", length=1000),
    "longBody": sized(NOISE[:200000], length=10),
    "petabyte": sized(NOISE[:1000], length=10**15),
    "cutChunks": OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\nd8:announce",
    "cutHeader": OK + b"Content-Le",
    "wholeForRange": sized(NOISE),
    "wrongRange": sized(NOISE[:1000], b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 999999000-999999999/1000000000\r\n"),
    "noise": NOISE[:100000],
    "noiseBody": sized(NOISE[:100000]),
    "manyPeers": peers(10000),
    "negativeInterval": peers(1, b"-1"),
    "escapes": sized(b"d14:failure reason12:\x1b[2J\x07\r\nlies!e"),
    "deepAnswer": sized(b"d5:peers" + b"l" * 1000000),
}


def serve(connection):
    with connection:
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                part = connection.recv(65536)
                if not part:
                    return
                request += part
            print("request", repr(request), flush=True)
            path = request.split(b" ", 2)[1].decode("latin-1")
            folders = path.split("?")[0].split("/")
            behaviour = folders[2] if folders[1] == "announce" else folders[1]
            answer = ANSWERS[behaviour]
            print("asked for", path, flush=True)
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=100)
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
