import PeerFixtures
import SystemPackage
import Testing

@Suite("Virtual network for tests", .timeLimit(.minutes(3)))
struct VirtualNetworkTests {
    @Test("Hosts of all subnets reach each other over IPv4 and IPv6, and nothing else")
    func reach() async throws {
        let folder = try TemporaryFolder()
        try await VirtualNetwork.with { network in
            let subnet = VirtualNetwork.Subnet(v4: "10.1.2", v6: "fd01:0:0:2")
            let both = try await network.host()
            let other = try await network.host(.both, in: subnet)
            let v6 = try await network.host(.v6)
            #expect(both.v4 == "10.77.0.2" && v6.v4 == nil)

            for (server, client) in [(both, other), (other, both), (v6, other)] {
                try await WebServer.serving(
                    folder.path, state: folder.make("nginx"), on: server
                ) { web in
                    try await expect(web, reachedFrom: client)
                    try await expect(web, unreachableFrom: .loopback)
                }
            }
            try await WebServer.serving(folder.path, state: folder.make("nginx"), on: .loopback) {
                try await expect($0, unreachableFrom: both)
            }
        }
    }

    @Test("Hosts behind a router connect through its address and cannot be reached")
    func router() async throws {
        let folder = try TemporaryFolder()
        try await VirtualNetwork.with { network in
            let router = try await network.router()
            let (outside, inside) = try await (network.host(.v4), router.host())
            try await WebServer.serving(
                folder.path, state: folder.make("nginx"), on: outside
            ) { web in
                try await expect(web, reachedFrom: inside)
            }
            try await WebServer.serving(
                folder.path, state: folder.make("nginx"), on: inside
            ) { web in
                try await expect(web, unreachableFrom: outside)
            }
        }
    }

    @Test(
        "Nothing of a network is left after a failed or cancelled test", arguments: [true, false])
    func cleared(byFailure: Bool) async throws {
        let (seen, tell) = AsyncStream<Host>.makeStream()
        let test = Task {
            try await VirtualNetwork.with { network in
                let host = try await network.host()
                tell.yield(host)
                if byFailure { throw FixtureError("as arranged") }
                try await Task.sleep(for: .seconds(60))
            }
        }
        var hosts = seen.makeAsyncIterator()
        let host = try #require(await hosts.next())
        if !byFailure { test.cancel() }
        await #expect(throws: (any Error).self) { try await test.value }
        let status = try await host.command(Command("/bin/true", [])).run().status
        #expect(!status.isSuccess)
    }

    private func expect(_ web: WebServer, reachedFrom client: Host) async throws {
        let ended = try await get(web, from: client, patience: 60)
        #expect(ended.status.isSuccess, "\(ended)")
    }

    private func expect(_ web: WebServer, unreachableFrom client: Host) async throws {
        let ended = try await get(web, from: client, patience: 2)
        #expect(!ended.status.isSuccess, "\(ended)")
    }

    private func get(_ web: WebServer, from client: Host, patience: Int) async throws -> Ended {
        let curl = try Command(
            installed: "curl", package: "curl",
            ["-s", "--max-time", "\(patience)", web.url + "nginx/nginx.pid"])
        return try await client.command(curl).run()
    }
}
