import LinuxSystem
import SystemPackage

/// A machine for peers: this one or one of a `VirtualNetwork`.
public struct Host: Sendable {
    /// Its IPv4 address. nil if it has none.
    public let v4: String?
    /// Its IPv6 address. nil if it has none.
    public let v6: String?
    /// The command that runs another command line on the host. Empty for this machine.
    private let entrance: [String]

    /// This machine, by its loopback addresses.
    public static let loopback = Host(v4: "127.0.0.1", v6: "::1", entrance: [])

    init(v4: String?, v6: String?, entrance: [String]) {
        self.v4 = v4
        self.v6 = v6
        self.entrance = entrance
    }

    /// The same machine with its IPv6 address only.
    public var overIPv6: Host { Host(v4: nil, v6: v6, entrance: entrance) }

    /// True if it is part of a `VirtualNetwork`.
    var isVirtual: Bool { !entrance.isEmpty }

    /// The same command, run on this host.
    public func command(_ command: Command) -> Command {
        guard let program = entrance.first else { return command }
        return command.started(by: FilePath(program), Array(entrance.dropFirst()))
    }

    /// Its address for a URL: IPv4 if it has one, otherwise IPv6 in brackets.
    public var address: String { v4 ?? v6.map { "[\($0)]" } ?? "" }

    /// Its address with a port, in the format of `PIERDAT_PEERS` and `x.pe`.
    public func endpoint(_ port: UInt16) -> String { "\(address):\(port)" }

    /// True if a program listens on `port` of its address.
    public func accepts(_ port: UInt16) async throws -> Bool {
        let script = "</dev/tcp/$1/$2"
        let address = v4 ?? v6 ?? ""
        let connection = Command("/bin/bash", ["-c", script, "bash", address, "\(port)"])
        return try await command(connection).run().status.isSuccess
    }
}
