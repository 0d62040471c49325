import SystemPackage

/// Counts the packets that a host in a `VirtualNetwork` sends, with nft(8).
public struct PacketCounters: Sendable {
    private let host: Host
    private let names: [String]

    /// Counts outgoing packets of `host` from now on that match `rules`, which are named nftables
    /// expressions.
    public init(on host: Host, _ rules: [String: String]) async throws {
        self.host = host
        names = rules.keys.sorted()
        let counters = names.map { "counter \($0) {}" }.joined(separator: "\n")
        let chain = rules.map { "\($0.value) counter name \($0.key)" }.joined(separator: "\n")
        let table = """
            table inet sent {
                \(counters)
                chain output {
                    type filter hook output priority filter
                    \(chain)
                }
            }
            """
        _ = try await Self.nft(["-f", "-"], on: host, input: table)
    }

    /// The number of packets for each rule.
    public var packets: [String: Int] {
        get async throws {
            var packets: [String: Int] = [:]
            for name in names {
                let text = try await Self.nft(["list", "counter", "inet", "sent", name], on: host)
                let words = text.split(whereSeparator: \.isWhitespace)
                guard let place = words.firstIndex(of: "packets"),
                    let count = Int(words[place + 1])
                else { throw FixtureError("nft tells no packets: \(text)") }
                packets[name] = count
            }
            return packets
        }
    }

    private static func nft(
        _ arguments: [String], on host: Host, input: String = ""
    ) async throws -> String {
        // Only this host has the rules.
        let nft = try Command(installed: "nft", package: "nftables", arguments)
        let script = #"input=$1; shift; printf %s "$input" | "$@""#
        let command = nft.started(by: "/bin/sh", ["-euc", script, "sh", input])
        let ended = try await host.command(command).run()
        guard ended.status.isSuccess else { throw FixtureError("nft failed: \(ended)") }
        return ended.output
    }
}
