import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// Programs that download the file from nginx.
extension Contender {
    /// The built-in HTTP backend, which verifies the digest while the data arrives.
    static func pierdatHTTP(of payload: Payload, digest: String, mirrors: Int, in place: Workplace)
        -> Contender
    {
        fromNginx("pierdat", payload, mirrors: mirrors, in: place) { folder, urls in
            var overlay = try Overlay(folder.appending("overlay"))
            let uris = urls.map { "\($0)#sha256=\(digest)" }
            overlay.environment["PIERDAT_URIS"] = uris.joined(separator: "\n")
            return overlay.command("pierdat-get-http", uris[0], folder.string)
        }
    }

    /// aria2c with all mirrors and eight connections, which reads the file again for its digest.
    static func aria2HTTP(of payload: Payload, digest: String, mirrors: Int, in place: Workplace)
        -> Contender
    {
        fromNginx("aria2c --checksum", payload, mirrors: mirrors, in: place) { folder, urls in
            try Command(
                installed: "aria2c", package: "aria2",
                [
                    "--no-conf", "--quiet", "--dir", folder.string, "--file-allocation=none",
                    "--split=8", "--max-connection-per-server=8", "--min-split-size=1M",
                    "--checksum=sha-256=\(digest)",
                ] + urls)
        }
    }

    /// curl without verification.
    static func curlHTTP(of payload: Payload, in place: Workplace) -> Contender {
        fromNginx("curl", payload, mirrors: 1, in: place) { folder, urls in
            try Command(
                installed: "curl", package: "curl",
                [
                    "--silent", "--show-error", "--fail", "--output",
                    folder.appending(Payload.name).string, urls[0],
                ])
        }
    }

    /// The usual lines of a Dockerfile: curl, then sha256sum.
    static func curlThenDigest(of payload: Payload, digest: String, in place: Workplace)
        -> Contender
    {
        fromNginx("curl, then sha256sum", payload, mirrors: 1, in: place) { folder, urls in
            let script = """
                curl --silent --show-error --fail --output "$1" "$2"
                echo "$3  $1" | sha256sum --check --quiet
                """
            let file = folder.appending(Payload.name).string
            return Command("/bin/sh", ["-euc", script, "sh", file, urls[0], digest])
        }
    }

    /// wget without verification.
    static func wgetHTTP(of payload: Payload, in place: Workplace) -> Contender {
        fromNginx("wget", payload, mirrors: 1, in: place) { folder, urls in
            try Command(
                installed: "wget", package: "wget",
                ["--no-config", "--quiet", "--directory-prefix", folder.string, urls[0]])
        }
    }

    /// A program that downloads from as many nginx as `mirrors` says. `command` makes its command for a folder
    /// and the URLs.
    private static func fromNginx(
        _ program: String, _ payload: Payload, mirrors: Int, in place: Workplace,
        command: @escaping @Sendable (FilePath, [String]) throws -> Command
    ) -> Contender {
        let name = mirrors == 1 ? program : "\(program), \(mirrors) mirrors"
        return Contender(name: name) { server, body in
            try await mirroring(payload, mirrors, on: server, in: place, urls: []) { pid, urls in
                try await body(
                    Source(pid: pid) { folder, host in host.command(try command(folder, urls)) })
            }
        }
    }

    /// Starts `count` nginx, each inside the previous one's body.
    private static func mirroring(
        _ payload: Payload, _ count: Int, on host: Host, in place: Workplace, urls: [String],
        _ body: @Sendable @escaping (pid_t, [String]) async throws -> Void
    ) async throws {
        let address = host.endpoint(try FreePort.any())
        let state = try place.folder.make("mirror \(urls.count)")
        try await Nginx.serving(payload.folder, at: address, on: host, state: state) { nginx in
            let urls = urls + ["http://\(address)/\(Payload.name)"]
            guard urls.count < count else { return try await body(nginx.identifier, urls) }
            try await mirroring(payload, count, on: host, in: place, urls: urls, body)
        }
    }
}
