import Foundation
import LinuxSystem
import SystemPackage

/// opentracker on a port of its own, over HTTP and UDP.
public struct Tracker: Sendable {
    private let host: Host
    public let port: UInt16

    public enum Transport: String, Sendable {
        case http, udp
    }

    /// Of the host that it is on.
    public var address: String { host.address }

    /// Where peers announce themselves.
    public func announce(_ transport: Transport = .http) -> String {
        "\(transport.rawValue)://\(host.endpoint(port))/announce"
    }

    /// Tracks `torrents` while `body` runs. `folder` holds its whitelist, without which Debian's build
    /// tracks nothing. It knows IPv4 alone.
    public static func tracking<Value: Sendable>(
        _ torrents: [TorrentFile], in folder: FilePath, on host: Host = .loopback,
        port: UInt16? = nil, _ body: @Sendable (Tracker) async throws -> Value
    ) async throws -> Value {
        let tracker = Tracker(host: host, port: try port ?? FreePort.any())
        let whitelist = folder.appending("whitelist")
        let hashes = torrents.flatMap { [$0.v1, $0.v2.map { String($0.prefix(40)) }] }.compactMap {
            $0
        }
        try (hashes.joined(separator: "\n") + "\n")
            .write(toFile: whitelist.string, atomically: true, encoding: .utf8)
        // It changes its root to what -d names before it reads the whitelist.
        let command = try Command(
            installed: "opentracker", package: "opentracker",
            [
                "-i", host.address, "-p", "\(tracker.port)", "-P", "\(tracker.port)", "-u",
                "nobody",
                "-d", "/", "-w", whitelist.string,
            ])
        return try await RunningProcess.with(host.command(command)) { _ in
            try await Patience.until { try await host.accepts(tracker.port) ? () : nil }
            return try await body(tracker)
        }.value
    }

    /// Waits until somebody who has all of `torrent` has announced it.
    public func hasSeed(of torrent: TorrentFile) async throws {
        try await knowsSome("8:complete", of: torrent)
    }

    /// Waits until somebody who has not all of `torrent` has announced it.
    public func hasDownloader(of torrent: TorrentFile) async throws {
        try await knowsSome("10:incomplete", of: torrent)
    }

    /// Waits until a scrape has more than none under `key`.
    private func knowsSome(_ key: String, of torrent: TorrentFile) async throws {
        let path = "/scrape?info_hash=" + Self.escaped(String(torrent.key.prefix(40)))
        try await Patience.until {
            let answer = try await ask(path)
            return answer.contains(key) && !answer.contains("\(key)i0e") ? () : nil
        }
    }

    private func ask(_ path: String) async throws -> String {
        guard let url = URL(string: "http://\(host.endpoint(port))\(path)") else {
            throw FixtureError("\(path) is no path of a tracker")
        }
        let command = try Command(
            installed: "curl", package: "curl", ["-s", "--max-time", "5", url.absoluteString])
        let ended = try await host.command(command).run()
        guard ended.status.isSuccess else {
            throw FixtureError("the tracker did not answer: \(ended)")
        }
        return ended.output
    }

    private static func escaped(_ hash: String) -> String {
        stride(from: 0, to: hash.count, by: 2).map { "%" + hash.dropFirst($0).prefix(2) }.joined()
    }
}
