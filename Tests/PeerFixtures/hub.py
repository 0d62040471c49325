"""A server with the API of the Hugging Face Hub, for the repositories in a folder:

    FOLDER/models/ORG/NAME/COMMIT/…     the files of a commit; so for datasets and spaces
    FOLDER/models/ORG/NAME/refs/NAME    a file with the commit of a branch or tag
    FOLDER/models/ORG/NAME/hub.json     optional, how the server behaves:

token       only requests with this token may read the repository
gated       the files need a token, the list does not
page        entries on each page of a list
busy        the first requests for the list are answered with 429
moves       {REF: COMMIT}: the reference moves there once the list has been asked for
rename      {PATH: PATH}: what the list calls a file
corrupt     paths of files that are served with other content of the same size
lie         {PATH: SIZE}: what the list says about the size
foreign     the next page of a list is on this server

Files named *.bin and *.safetensors are in LFS: they have a SHA-256 and are served by a second server, as by the Hub's
content delivery network. All others have git's SHA-1. It follows the Hub's documented API, and a test downloads from it
with the Hub's own client.
"""

import hashlib
import json
import os
import sys
import threading
from urllib.parse import parse_qs, quote, unquote, urlsplit

sys.dont_write_bytecode = True
from file_server import FileServer, Listener, lock

port, cdn_port, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
busy = {}
lists = {}


def sha1(path):
    with open(path, "rb") as file:
        data = file.read()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def is_lfs(path):
    return path.endswith((".bin", ".safetensors"))


class Network(FileServer):
    """The content delivery network, which knows nothing of tokens."""

    kind = "cdn"

    def do_GET(self):
        path = os.path.normpath(folder + unquote(urlsplit(self.path).path))
        if not path.startswith(folder) or not os.path.isfile(path):
            return self.answer(404)
        self.send_file(path, f'"{sha256(path)}"', is_corrupt="corrupt=1" in self.path)

    do_HEAD = do_GET


class Hub(FileServer):
    kind = "hub"

    def fail(self, status, code, message):
        self.answer(
            status,
            [("X-Error-Code", code), ("X-Error-Message", message), ("Content-Type", "application/json")],
            json.dumps({"error": message}).encode(),
        )

    def json(self, value, fields=()):
        self.answer(200, [("Content-Type", "application/json; charset=utf-8"), *fields], json.dumps(value).encode())

    def find(self, words):
        """The repository at the beginning of the words, its settings and the rest of the words."""
        kind = words.pop(0) if words and words[0] in ("models", "datasets", "spaces") else "models"
        for count in (2, 1):
            place = os.path.join(folder, kind, *words[:count])
            if len(words) >= count and os.path.isdir(os.path.join(place, "refs")):
                settings = {}
                if os.path.exists(os.path.join(place, "hub.json")):
                    with open(os.path.join(place, "hub.json")) as file:
                        settings = json.load(file)
                return kind, "/".join(words[:count]), place, settings, words[count:]
        return None

    def commit(self, place, revision):
        with lock:
            ref = os.path.join(place, "refs", quote(revision, safe=""))
            if os.path.isfile(ref):
                with open(ref) as file:
                    return file.read().strip()
        isCommit = len(revision) == 40 and os.path.isdir(os.path.join(place, revision))
        return revision if isCommit else None

    def do_GET(self):
        parts = urlsplit(self.path)
        words = [unquote(word) for word in parts.path.split("/") if word]
        isAPI = bool(words) and words[0] == "api"
        found = self.find(words[1:] if isAPI else words)
        authorization = self.headers.get("Authorization", "")
        if not found:
            if not authorization:
                return self.fail(401, "RepoNotFound", "Invalid username or password.")
            return self.fail(404, "RepoNotFound", "Repository not found")
        kind, name, place, settings, rest = found
        hasToken = authorization == "Bearer " + settings.get("token", "")
        if settings.get("token") and not hasToken:
            if not settings.get("gated"):
                return self.fail(401, "RepoNotFound", "Invalid username or password.")
            if not isAPI:
                message = f"Access to model {name} is restricted. You must be authenticated to access it."
                return self.fail(403 if authorization else 401, "GatedRepo", message)
        view = rest.pop(0) if rest else None
        revision = rest.pop(0) if rest else "main"
        commit = self.commit(place, revision)
        if not commit:
            return self.fail(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        if view == "resolve" and not isAPI:
            return self.resolve(kind, name, place, settings, commit, "/".join(rest))
        if isAPI and view == "tree":
            return self.tree(kind, name, place, settings, commit, "/".join(rest), parse_qs(parts.query))
        if isAPI and view in (None, "revision"):
            return self.revision(name, place, commit)
        self.fail(404, "EntryNotFound", "Entry not found")

    do_HEAD = do_GET

    def revision(self, name, place, commit):
        root = os.path.join(place, commit)
        paths = [
            os.path.relpath(os.path.join(at, file), root) for at, _, files in os.walk(root) for file in files
        ]
        siblings = [{"rfilename": path} for path in sorted(paths)]
        self.json({"_id": "0", "id": name, "sha": commit, "private": False, "gated": False, "siblings": siblings})

    def entries(self, root, path, isRecursive):
        for entry in sorted(os.scandir(os.path.join(root, path)), key=lambda entry: entry.name):
            relative = os.path.join(path, entry.name)
            if entry.is_dir():
                yield {"type": "directory", "oid": "0" * 40, "size": 0, "path": relative}
                if isRecursive:
                    yield from self.entries(root, relative, True)
            elif is_lfs(relative):
                size, digest = entry.stat().st_size, sha256(entry.path)
                lfs = {"oid": digest, "size": size, "pointerSize": 134}
                yield {"type": "file", "oid": "1" * 40, "size": size, "lfs": lfs, "path": relative}
            else:
                yield {"type": "file", "oid": sha1(entry.path), "size": entry.stat().st_size, "path": relative}

    def tree(self, kind, name, place, settings, commit, path, query):
        with lock:
            busy[place] = busy.get(place, 0) + 1
            if busy[place] <= settings.get("busy", 0):
                return self.answer(429, [("Retry-After", "1")])
        root = os.path.join(place, commit)
        if not os.path.isdir(os.path.join(root, path)):
            return self.fail(404, "EntryNotFound", f"{path} does not exist on {commit}")
        key = (root, path, query.get("recursive") == ["true"])
        with lock:
            lists[key] = lists.get(key) or list(self.entries(*key))
            all = [dict(entry) for entry in lists[key]]
        for entry in all:
            entry["path"] = settings.get("rename", {}).get(entry["path"], entry["path"])
            if entry["path"] in settings.get("lie", {}):
                entry["size"] = settings["lie"][entry["path"]]
                if "lfs" in entry:
                    entry["lfs"] = {**entry["lfs"], "size": entry["size"]}
        page = settings.get("page", 1000)
        start = int(query.get("cursor", ["0"])[0])
        fields = []
        if start + page < len(all):
            server = settings.get("foreign", f"http://{self.headers['Host']}")
            place_of_list = f"/api/{kind}/{name}/tree/{commit}" + (f"/{quote(path)}" if path else "")
            recursive = query.get("recursive", ["false"])[0]
            link = f"{server}{place_of_list}?recursive={recursive}&expand=false&cursor={start + page}"
            fields = [("Link", f'<{link}>; rel="next"')]
        for ref, target in settings.get("moves", {}).items():
            with lock, open(os.path.join(place, "refs", quote(ref, safe="")), "w") as file:
                file.write(target)
        self.json(all[start : start + page], fields)

    def resolve(self, kind, name, place, settings, commit, path):
        file = os.path.normpath(os.path.join(place, commit, path))
        if not file.startswith(place) or not os.path.isfile(file):
            return self.fail(404, "EntryNotFound", "Entry not found")
        fields = [("X-Repo-Commit", commit)]
        isCorrupt = path in settings.get("corrupt", [])
        if not is_lfs(path):
            return self.send_file(file, f'"{sha1(file)}"', fields, isCorrupt)
        target = quote(os.path.relpath(file, folder)) + ("?corrupt=1&sig=s3cret" if isCorrupt else "?sig=s3cret")
        self.answer(
            302,
            [
                *fields,
                ("X-Linked-Size", str(os.path.getsize(file))),
                ("X-Linked-Etag", f'"{sha256(file)}"'),
                ("Location", f"http://localhost:{cdn_port}/{target}"),
            ],
        )


network = Listener(("127.0.0.1", cdn_port), Network)
threading.Thread(target=network.serve_forever, daemon=True).start()
server = Listener(("127.0.0.1", port), Hub)
print("ready", flush=True)
server.serve_forever()
