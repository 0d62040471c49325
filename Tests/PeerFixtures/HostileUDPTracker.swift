import LinuxSystem
import SystemPackage

/// A tracker over UDP that does what no honest one does: a small program of our own.
public struct HostileUDPTracker: Sendable {
    /// What it answers when it is announced to, twenty times.
    public enum Behaviour: String, Sendable, CaseIterable {
        /// No answer at all, or less of one than its head.
        case noise, nothing, cut
        /// To another one's question, or to none that there is.
        case stranger, otherAction
        /// Half a peer at the end, or ten thousand of them.
        case oddPeers, manyPeers
        case negativeInterval
        /// An error of 30,000 bytes, control characters among them.
        case longError
    }

    /// As a magnet link's `tr` takes it.
    public let url: String
    private let process: RunningProcess

    /// Waits until somebody has announced himself.
    public func announced() async throws {
        _ = try await process.line(containing: "announced to")
    }

    /// Runs it while `body` does.
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
