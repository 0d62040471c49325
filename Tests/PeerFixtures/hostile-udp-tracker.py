"""A tracker over UDP (BEP 15) on a port of loopback that misbehaves once it is announced to."""

import random
import socket
import struct
import sys

ANNOUNCE, ERROR = 1, 3
NOISE = random.Random(1).randbytes(1000)


def answer(transaction, interval=1800, peers=b""):
    return struct.pack(">IIiii", ANNOUNCE, transaction, interval, 0, 0) + peers


ANSWERS = {
    "noise": lambda transaction: NOISE,
    "nothing": lambda transaction: b"",
    "cut": lambda transaction: answer(transaction)[:12],
    "stranger": lambda transaction: answer(transaction ^ 1, peers=bytes(6)),
    "oddPeers": lambda transaction: answer(transaction, peers=bytes(6 * 3 + 1)),
    "manyPeers": lambda transaction: answer(transaction, peers=b"\x7f\x01\x02\x03\x00\x09" * 10000),
    "negativeInterval": lambda transaction: answer(transaction, interval=-1),
    "otherAction": lambda transaction: struct.pack(">II", 77, transaction) + bytes(100),
    "longError": lambda transaction: struct.pack(">II", ERROR, transaction) + b"\x1b[2J\xff\n" * 5000,
}

behaviour = sys.argv[2]
tracker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tracker.bind(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    request, sender = tracker.recvfrom(65536)
    if len(request) < 16:
        continue
    _, action, transaction = struct.unpack(">QII", request[:16])
    if action != ANNOUNCE:
        tracker.sendto(struct.pack(">IIQ", 0, transaction, 1), sender)
        continue
    print("announced to", flush=True)
    # Repeated without being requested.
    for _ in range(20):
        tracker.sendto(ANSWERS[behaviour](transaction), sender)
