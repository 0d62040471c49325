"""canonical-torrent.py PATH [NAME]: prints the info-hashes of the canonical torrent of a file or folder.

Written from docs/canonical-torrent.md, without any code of Pierdat or of libtorrent.
"""
import functools
import hashlib
import os
import sys

BLOCK = 1 << 14


def encoded(value):
    """BEP 3, "bencoding"."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(encoded, value)) + b"e"
    return b"d" + b"".join(encoded(k) + encoded(v) for k, v in sorted(value.items())) + b"e"


def piece_length(size):
    length = 1 << 14
    while length < 1 << 24 and size >= 1401 * length:
        length *= 2
    return length


def merkle_root(hashes, count, padding=bytes(32)):
    """The root of a tree over `hashes`, padded with `padding` to `count`, a power of two."""
    hashes = list(hashes)
    while count > 1:
        hashes += [padding] * (len(hashes) % 2)
        hashes = [hashlib.sha256(a + b).digest() for a, b in zip(hashes[::2], hashes[1::2])]
        padding = hashlib.sha256(padding + padding).digest()
        count //= 2
    return hashes[0] if hashes else padding


def power_of_two(count):
    return 1 << (count - 1).bit_length()


def hashes_of_piece(data, length, is_padded, leaves):
    """The SHA-1 of a piece (BEP 3) and the root of its `leaves` blocks (BEP 52)."""
    v1 = hashlib.sha1(data + bytes(length - len(data) if is_padded else 0)).digest()
    blocks = [data[i:i + BLOCK] for i in range(0, len(data), BLOCK)]
    return v1, merkle_root((hashlib.sha256(block).digest() for block in blocks), leaves)


@functools.lru_cache
def hashes_of_hole(count, length, is_padded, leaves):
    return hashes_of_piece(bytes(count), length, is_padded, leaves)


def starts_in_data(file, offset, end):
    """False if the bytes from `offset` to `end` are a hole."""
    try:
        return os.lseek(file.fileno(), offset, os.SEEK_DATA) < end
    except OSError:
        return False


def hashes_of_file(path, length, is_padded):
    """The v1 hashes of the pieces of a file, and its v2 root."""
    size = os.path.getsize(path)
    per_piece = length // BLOCK
    leaves = per_piece if size > length else power_of_two(-(-size // BLOCK))
    v1, v2 = [], []
    with open(path, "rb") as file:
        for offset in range(0, size, length):
            count = min(length, size - offset)
            if starts_in_data(file, offset, offset + count):
                file.seek(offset)
                pair = hashes_of_piece(file.read(count), length, is_padded, leaves)
            else:
                pair = hashes_of_hole(count, length, is_padded, leaves)
            v1.append(pair[0])
            v2.append(pair[1])
    root = merkle_root(v2, power_of_two(len(v2)), merkle_root([], per_piece))
    return b"".join(v1), root


def files_below(folder, path=()):
    """The paths of all files as tuples of names, folder by folder, in the order of the names' bytes."""
    for name in sorted(os.listdir(os.path.join(folder, *path))):
        if os.path.isdir(os.path.join(folder, *path, name)):
            yield from files_below(folder, path + (name,))
        else:
            yield path + (name,)


def entry(size, root):
    return {b"": {b"length": size, b"pieces root": root} if size else {b"length": size}}


def info_of_file(path, name):
    size = os.path.getsize(path)
    length = piece_length(size)
    pieces, root = hashes_of_file(path, length, False)
    return {
        b"file tree": {name: entry(size, root)}, b"length": size, b"meta version": 2, b"name": name,
        b"piece length": length, b"pieces": pieces,
    }


def info_of_folder(folder, name):
    paths = list(files_below(folder))
    sizes = [os.path.getsize(os.path.join(folder, *path)) for path in paths]
    length = piece_length(sum(sizes))
    files, tree, all_pieces = [], {}, []
    for path, size in zip(paths, sizes):
        pieces, root = hashes_of_file(os.path.join(folder, *path), length, len(paths) > 1)
        all_pieces.append(pieces)
        files.append({b"length": size, b"path": list(path)})
        padding = -size % length
        if padding and len(paths) > 1:
            files.append({b"attr": b"p", b"length": padding, b"path": [b".pad", b"%d" % padding]})
        below = tree
        for part in path[:-1]:
            below = below.setdefault(part, {})
        below[path[-1]] = entry(size, root)
    return {
        b"file tree": tree, b"files": files, b"meta version": 2, b"name": name,
        b"piece length": length, b"pieces": b"".join(all_pieces),
    }


def main():
    path = os.fsencode(sys.argv[1])
    name = os.fsencode(sys.argv[2]) if len(sys.argv) > 2 else os.path.basename(path)
    info = encoded((info_of_folder if os.path.isdir(path) else info_of_file)(path, name))
    print("v1", hashlib.sha1(info).hexdigest())
    print("v2", hashlib.sha256(info).hexdigest())


main()
