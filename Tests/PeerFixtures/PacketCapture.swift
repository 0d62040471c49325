import Foundation
import SystemPackage

/// The packets on the cable of a host in a `VirtualNetwork`, captured by tcpdump.
public struct PacketCapture: Sendable {
    private let file: FilePath

    /// Captures packets that match `filter`, in the format of pcap-filter(7), to `file` while
    /// `body` runs.
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

    /// True if a captured packet contains these bytes.
    public func contains(_ bytes: Data) throws -> Bool {
        try Data(contentsOf: URL(filePath: file.string)).range(of: bytes) != nil
    }
}
