import Foundation
import SystemPackage

/// What passes the cable of a host of a `VirtualNetwork`, as tcpdump writes it to a file.
public struct PacketCapture: Sendable {
    private let file: FilePath

    /// Captures what matches `filter`, as pcap-filter(7) has it, into `file` while `body` runs.
    public static func capturing<Value: Sendable>(
        _ filter: String, on host: Host, into file: FilePath,
        _ body: @Sendable (PacketCapture) async throws -> Value
    ) async throws -> Value {
        let command = try Command(
            installed: "tcpdump", package: "tcpdump",
            [
                "--interface=eth0", "--relinquish-privileges=root", "--immediate-mode", "-n", "-U",
                "-w", file.string, filter,
            ])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "listening on eth0")
            return try await body(PacketCapture(file: file))
        }.value
    }

    /// Whether a packet so far has these bytes in it.
    public func contains(_ bytes: Data) throws -> Bool {
        try Data(contentsOf: URL(filePath: file.string)).range(of: bytes) != nil
    }
}
