"""A server with the APIs of Zenodo, Dataverse and the Internet Archive, as far as their documentation describes how the
files of a record are listed and downloaded. records.py PORT PORT FOLDER: the second port is a server of files to which the
Archive redirects. The record has the files in FOLDER/files, by these names:

zenodo      123, and 100 for all of its versions
dataverse   doi:10.5072/FK2/ABCDEF in version 1.0. *.csv are tables that the server has converted to *.tab
archive     item

FOLDER/records.json says how the server behaves, if it exists:

rename      {PATH: PATH}: what the list calls a file
twice       path of a file that the list has twice
lie         {PATH: SIZE}: what the list says about the size
corrupt     paths of files that are served with other content of the same size
undigested  paths of files without a digest
token       only requests with this bearer token may read the files
foreign     the server on which Zenodo's files are
page        a web page instead of the list
status      the status of the list
dark        the item of the Archive is not shown
tile        the size of the picture that the Archive has made of the item
"""

import hashlib
import json
import os
import sys
import threading
from urllib.parse import parse_qs, quote, unquote, urlsplit

sys.dont_write_bytecode = True
from file_server import FileServer, Listener

port, node_port, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
root = os.path.join(folder, "files")
DOI = "doi:10.5072/FK2/ABCDEF"


def settings():
    try:
        with open(os.path.join(folder, "records.json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def paths():
    found = [os.path.relpath(os.path.join(at, name), root) for at, _, names in os.walk(root) for name in names]
    return sorted(found)


def digest(path, function):
    with open(os.path.join(root, path), "rb") as file:
        return hashlib.new(function, file.read()).hexdigest()


class Node(FileServer):
    """A server of files, which knows nothing of tokens."""

    kind = "node"

    def do_GET(self):
        self.send(unquote(urlsplit(self.path).path).lstrip("/"))

    def send(self, path):
        place = os.path.normpath(os.path.join(root, path))
        if not place.startswith(root) or not os.path.isfile(place):
            return self.answer(404)
        self.send_file(place, f'"{digest(path, "md5")}"', is_corrupt=path in settings().get("corrupt", []))


class Records(Node):
    kind = "records"

    def json(self, value, status=200):
        self.answer(status, [("Content-Type", "application/json")], json.dumps(value).encode())

    def do_GET(self):
        parts = urlsplit(self.path)
        words = [unquote(word) for word in parts.path.split("/") if word]
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        token = settings().get("token")
        self.is_allowed = not token or self.headers.get("Authorization") == "Bearer " + token
        isList = words[:1] == ["metadata"] or words[:2] == ["api", "datasets"] or len(words) == 3
        if isList and "page" in settings():
            return self.answer(200, [("Content-Type", "text/html")], b"<html>Welcome</html>")
        if isList and "status" in settings():
            return self.json({"status": settings()["status"], "message": "No."}, settings()["status"])
        if words[:2] == ["api", "records"]:
            return self.zenodo(words[2:])
        if words[:2] == ["api", "datasets"]:
            return self.dataset(words, query)
        if words[:3] == ["api", "access", "datafile"]:
            return self.datafile(int(words[3]), query)
        if words[:1] == ["metadata"]:
            return self.item(words[1])
        if words[:2] == ["download", "item"]:
            if not self.is_allowed:
                return self.answer(403)
            place = quote("/".join(words[2:]))
            return self.answer(302, [("Location", f"http://localhost:{node_port}/{place}")])
        self.json({"status": 404, "message": "The persistent identifier does not exist."}, 404)

    def files(self):
        """What the lists say: the path on disk, the path, the size and whether there are digests."""
        given = settings()
        all = paths() + ([given["twice"]] if "twice" in given else [])
        for path in all:
            size = os.path.getsize(os.path.join(root, path))
            name = given.get("rename", {}).get(path, path)
            yield path, name, given.get("lie", {}).get(path, size), path not in given.get("undigested", [])

    def zenodo(self, words):
        if words == ["100"]:
            return self.answer(302, [("Location", "/api/records/123")])
        if words[0] != "123":
            return self.json({"status": 404, "message": "The persistent identifier does not exist."}, 404)
        if len(words) > 2:
            return self.send("/".join(words[2:-1])) if self.is_allowed else self.answer(403)
        server = settings().get("foreign", f"http://{self.headers['Host']}")
        files = []
        for path, name, size, has_digest in self.files() if self.is_allowed else []:
            link = f"{server}/api/records/123/files/{quote(path)}/content"
            files.append({"id": "0", "key": name, "size": size, "links": {"self": link}})
            if has_digest:
                files[-1]["checksum"] = "md5:" + digest(path, "md5")
        access = "open" if self.is_allowed else "restricted"
        self.json({
            "id": 123, "recid": "123", "conceptrecid": "100", "doi": "10.5281/zenodo.123", "state": "done",
            "metadata": {"title": "A record", "access_right": access}, "files": files,
        })

    def dataset(self, words, query):
        isKnown = query.get("persistentId") == DOI and words[3:5] in (["versions", "1.0"], ["versions", ":latest-published"])
        if not isKnown:
            return self.json({"status": "ERROR", "message": "Dataset with Persistent ID not found."}, 404)
        files = []
        for number, (path, name, size, has_digest) in enumerate(self.files()):
            base, _, last = name.rpartition("/")
            data = {"id": number, "filename": last, "filesize": size, "contentType": "text/plain"}
            kind, function = ("SHA-1", "sha1") if path.endswith(".txt") else ("MD5", "md5")
            if has_digest:
                data["checksum"] = {"type": kind, "value": digest(path, function)}
            entry = {"label": last, "restricted": not self.is_allowed, "version": 1, "dataFile": data}
            if last.endswith(".csv"):
                entry["label"] = data["filename"] = last[:-4] + ".tab"
                data |= {"originalFileFormat": "text/csv", "originalFileName": last, "originalFileSize": size, "filesize": size + 9}
            files.append(entry | ({"directoryLabel": base} if base else {}))
        version = {"id": 1, "datasetPersistentId": DOI, "versionNumber": 1, "versionMinorNumber": 0, "versionState": "RELEASED"}
        self.json({"status": "OK", "data": version | {"files": files}})

    def datafile(self, number, query):
        path = paths()[number]
        if not self.is_allowed:
            return self.json({"status": "ERROR", "message": "User is not authorized to perform requested action."}, 403)
        if path.endswith(".csv") and query.get("format") != "original":
            return self.answer(200, [], b"a\tconverted\ttable\n")
        self.send(path)

    def item(self, name):
        if name != "item":
            return self.json({})
        if settings().get("dark"):
            return self.json({"is_dark": True, "metadata": {}})
        files = [
            {"name": "__ia_thumb.jpg", "source": "original", "format": "Item Tile", "size": str(settings().get("tile", 5)),
             "md5": "0" * 32, "sha1": "0" * 40},
            {"name": "item_archive.torrent", "source": "metadata", "format": "Archive BitTorrent", "size": "5", "md5": "0" * 32},
            {"name": "item_files.xml", "source": "original", "format": "Metadata", "md5": "0" * 32},
            {"name": "item_meta.sqlite", "source": "original", "format": "Metadata", "size": "5", "md5": "0" * 32, "sha1": "0" * 40},
            {"name": "item_meta.xml", "source": "original", "format": "Metadata", "size": "5", "md5": "0" * 32, "sha1": "0" * 40},
            {"name": "small.gif", "source": "derivative", "format": "GIF", "size": "5", "md5": "0" * 32, "sha1": "0" * 40},
        ]
        for path, shown, size, has_digest in self.files():
            entry = {"name": shown, "source": "original", "format": "Data", "size": str(size)}
            digests = {function: digest(path, function) for function in ("md5", "sha1")} if has_digest else {}
            files.append(entry | digests | {"mtime": "1", "crc32": "0"})
        self.json({"created": 1, "d1": "localhost", "dir": "/0/items/item", "files": files, "files_count": len(files),
                   "metadata": {"identifier": "item", "mediatype": "data"}})


node = Listener(("127.0.0.1", node_port), Node)
threading.Thread(target=node.serve_forever, daemon=True).start()
server = Listener(("127.0.0.1", port), Records)
print("ready", flush=True)
server.serve_forever()
