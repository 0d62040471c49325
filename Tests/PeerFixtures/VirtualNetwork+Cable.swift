import SystemPackage

extension VirtualNetwork {
    /// Adds an IPv4 host while `body` runs. Its cable is a program: the command that `cable`
    /// returns for two device names. The program creates them as taps, prints "ready" and forwards
    /// frames between them.
    public func withHost<Value: Sendable>(
        behind cable: @Sendable (_ ends: [String]) -> Command,
        _ body: @Sendable (Host) async throws -> Value
    ) async throws -> Value {
        let number = name()
        let host = try await plug(host: number, into: .central, .v4, in: .standard)
        // First removes the existing cable, whose ends have the names of the new ones.
        try await run("ip link delete port\(number)", [])
        let ends = ["port\(number)", "line\(number)"]
        return try await RunningProcess.with(command(cable(ends))) { process in
            _ = try await process.line(containing: "ready")
            let script = """
                number=$1 address=$2 gateway=$3
                inside() { ip netns exec "host$number" "$@"; }
                ip link set "port$number" master switch up
                ip link set "line$number" netns "host$number" name eth0
                inside ip link set eth0 up
                inside ip addr add "$address/24" dev eth0
                inside ip route add default via "$gateway"
                """
            try await run(script, ["\(number)", host.address, "\(Subnet.standard.v4).1"])
            return try await body(host)
        }.value
    }
}
