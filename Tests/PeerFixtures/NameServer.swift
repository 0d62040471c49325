import Foundation
import Glibc
import SystemPackage

/// dnsmasq on a host of a `VirtualNetwork`, with names of the test.
public struct NameServer: Sendable {
    private let process: RunningProcess
    private let records: FilePath
    private let configuration: FilePath

    /// The clients that it answers.
    public enum Audience: Sendable {
        /// Programs on its own host.
        case host
        /// The other hosts of its network, over IPv4.
        case network
    }

    /// Answers while `body` runs. `addresses` are lines in the format of hosts(5), and `services`
    /// are in the format of dnsmasq's srv-host. Queries below `domain` are forwarded to another
    /// server. Stores its files in `state`.
    public static func answering<Value: Sendable>(
        _ addresses: String, services: [String] = [], on host: Host, state: FilePath,
        asking others: [(domain: String, server: Host)] = [], for audience: Audience = .host,
        _ body: @Sendable (NameServer) async throws -> Value
    ) async throws -> Value {
        let records = state.appending("records")
        let configuration = state.appending("resolv.conf")
        try write(addresses, to: records)
        let address = audience == .host ? "127.0.0.1" : host.v4 ?? ""
        try write("nameserver \(address)\noptions timeout:1 attempts:5\n", to: configuration)
        let command = try Command(
            installed: "dnsmasq", package: "dnsmasq-base",
            [
                "--keep-in-foreground", "--log-facility=-", "--no-resolv", "--no-hosts",
                "--conf-file=/dev/null", "--user=root", "--pid-file=",
                "--listen-address=\(address)",
                "--bind-interfaces", "--addn-hosts=\(records)",
            ] + services.map { "--srv-host=\($0)" }
                + others.map { "--server=/\($0.domain)/\($0.server.address)" })
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "read \(records)")
            return try await body(
                NameServer(process: process, records: records, configuration: configuration))
        }.value
    }

    /// Answers with `addresses` from now on.
    public func change(to addresses: String) throws {
        try Self.write(addresses, to: records)
        try process.send(SIGHUP)
    }

    /// Answers no queries while `body` runs.
    public func silent(_ body: () async throws -> Void) async throws {
        try setSilent(true)
        defer { try? setSilent(false) }
        try await body()
    }

    /// Answers no queries from now on, or answers again.
    public func setSilent(_ isSilent: Bool) throws {
        try process.send(isSilent ? SIGSTOP : SIGCONT)
    }

    /// The same command, which uses only this name server.
    public func asked(by command: Command) -> Command {
        command.with(configuration, inPlaceOf: "/etc/resolv.conf")
    }

    private static func write(_ text: String, to file: FilePath) throws {
        try text.write(toFile: file.string, atomically: false, encoding: .utf8)
    }
}
