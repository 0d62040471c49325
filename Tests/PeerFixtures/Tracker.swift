import Foundation
import LinuxSystem
import SystemPackage

/// opentracker on its own port, over HTTP and UDP.
public struct Tracker: Sendable {
    private let host: Host
    public let port: UInt16

    public enum Transport: String, Sendable {
        case http, udp
    }

    /// The address of its host.
    public var address: String { host.address }

    /// The announce URL.
    public func announce(_ transport: Transport = .http) -> String {
        "\(transport.rawValue)://\(host.endpoint(port))/announce"
    }

    /// Tracks `torrents` while `body` runs. `folder` contains the whitelist, which Debian's build
    /// requires. Supports IPv4 only.
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
        // It changes its root to the folder given by -d before it reads the whitelist.
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

    /// Waits until a seeder of `torrent` has announced.
    public func hasSeed(of torrent: TorrentFile) async throws {
        try await knowsSome("8:complete", of: torrent)
    }

    /// Waits until a downloader of `torrent` has announced.
    public func hasDownloader(of torrent: TorrentFile) async throws {
        try await knowsSome("10:incomplete", of: torrent)
    }

    /// Waits until a scrape returns more than zero for `key`.
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
