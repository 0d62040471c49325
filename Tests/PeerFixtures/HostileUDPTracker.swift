import LinuxSystem
import SystemPackage

/// A malicious UDP tracker: a small program of our own.
public struct HostileUDPTracker: Sendable {
    /// What it sends twenty times in response to an announce.
    public enum Behaviour: String, Sendable, CaseIterable {
        /// Noise, nothing, or a truncated header.
        case noise, nothing, cut
        /// An answer to another request, or with an unknown action.
        case stranger, otherAction
        /// Half a peer at the end, or ten thousand peers.
        case oddPeers, manyPeers
        case negativeInterval
        /// An error message of 30,000 bytes with control characters.
        case longError
    }

    /// The URL for `tr` of a magnet link.
    public let url: String
    private let process: RunningProcess

    /// Waits until a client has announced to it.
    public func announced() async throws {
        _ = try await process.line(containing: "announced to")
    }

    /// Runs it while `body` runs.
    public static func running<Value: Sendable>(
        _ behaviour: Behaviour, _ body: @Sendable (HostileUDPTracker) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let script = Package.root.appending("Tests/PeerFixtures/hostile-udp-tracker.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(port)", behaviour.rawValue])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(
                HostileUDPTracker(url: "udp://127.0.0.1:\(port)/announce", process: process))
        }.value
    }
}
