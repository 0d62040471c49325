import LinuxSystem
import SystemPackage

/// A machine that peers run on: this one, or one of a `VirtualNetwork`.
public struct Host: Sendable {
    /// Its IPv4 address; nil where it has none.
    public let v4: String?
    /// Its IPv6 address; nil where it has none.
    public let v6: String?
    /// Program and arguments that run the command line behind them in it; none on this machine.
    private let entrance: [String]

    /// The machine that the tests run on, on loopback.
    public static let loopback = Host(v4: "127.0.0.1", v6: "::1", entrance: [])

    init(v4: String?, v6: String?, entrance: [String]) {
        self.v4 = v4
        self.v6 = v6
        self.entrance = entrance
    }

    /// The same machine by its IPv6 address alone.
    public var overIPv6: Host { Host(v4: nil, v6: v6, entrance: entrance) }

    /// Whether it is one of a `VirtualNetwork`.
    var isVirtual: Bool { !entrance.isEmpty }

    /// The same command, run in this host.
    public func command(_ command: Command) -> Command {
        guard let program = entrance.first else { return command }
        return command.started(by: FilePath(program), Array(entrance.dropFirst()))
    }

    /// Its address as a URL has it: of IPv4 where it has one, or else of IPv6 in brackets.
    public var address: String { v4 ?? v6.map { "[\($0)]" } ?? "" }

    /// A port of it, as `PIERDAT_PEERS` and `x.pe` take it.
    public func endpoint(_ port: UInt16) -> String { "\(address):\(port)" }

    /// Whether somebody in it listens on `port` of its address.
    public func accepts(_ port: UInt16) async throws -> Bool {
        let script = "</dev/tcp/$1/$2"
        let address = v4 ?? v6 ?? ""
        let connection = Command("/bin/bash", ["-c", script, "bash", address, "\(port)"])
        return try await command(connection).run().status.isSuccess
    }
}
