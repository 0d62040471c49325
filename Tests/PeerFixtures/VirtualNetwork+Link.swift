import SystemPackage

extension VirtualNetwork {
    /// The bandwidth of a host's cable in both directions.
    public struct Link: Sendable {
        public let megabits: Int

        public init(megabits: Int) {
            self.megabits = megabits
        }

        /// The burst size in kilobytes: the data of 4 ms, one tick of the slowest kernels.
        fileprivate var burst: Int { max(64, megabits / 2) }
    }

    /// Adds a host whose cable is limited to `link` (tc-tbf(8)).
    public func host(
        _ families: Families = .both, in subnet: Subnet = .standard, link: Link
    ) async throws -> Host {
        let number = name()
        let host = try await plug(host: number, into: .central, families, in: subnet)
        let script = """
            limit() { "$@" root tbf rate "$rate"mbit burst "$burst"kb latency 50ms; }
            number=$1 rate=$2 burst=$3
            limit tc qdisc add dev "port$number"
            limit ip netns exec "host$number" tc qdisc add dev eth0
            """
        try await run(script, ["\(number)", "\(link.megabits)", "\(link.burst)"])
        return host
    }
}

extension Host {
    /// The bytes sent through its cable, including all headers.
    public var bytesSent: Int {
        get async throws {
            let counter = Command("/bin/cat", ["/sys/class/net/eth0/statistics/tx_bytes"])
            let ended = try await command(counter).run()
            guard let bytes = Int(ended.output.filter { !$0.isWhitespace }) else {
                throw FixtureError("the host has no counter of its cable: \(ended)")
            }
            return bytes
        }
    }
}
