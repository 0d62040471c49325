import EnvironmentSettings
import Testing

@testable import BitTorrent

@Suite("Engine configuration")
struct EngineConfigurationTests {
    @Test("An empty environment leaves the defaults")
    func defaults() throws {
        var expected = EngineConfiguration()
        expected.names = .environment
        #expect(try EngineConfiguration(environment: ["PIERDAT_PORT": ""]) == expected)
    }

    @Test("Messages name the variable or the option of each setting that they refer to")
    func names() {
        let names = Setting.allCases.map { SettingNames.environment[$0] }
        #expect(
            names == [
                "PIERDAT_PEERS", "PIERDAT_TRACKERS", "PIERDAT_DHT", "PIERDAT_ALLOW", "PIERDAT_DENY",
                "PIERDAT_PROXY", "PIERDAT_INTERFACE", "PIERDAT_CACHE_LIMIT", "PIERDAT_SEED_RATIO",
                "PIERDAT_SEED_TIME", "PIERDAT_HTTP_HEADER_FILE", "PIERDAT_IPFS_GATEWAYS",
                "--timeout", "--stall-timeout",
            ])
    }

    @Test("Every variable is read")
    func everything() throws {
        let configuration = try EngineConfiguration(environment: [
            "PIERDAT_PEERS": "seed, 10.0.0.1:7000 [::1]:7001",
            "PIERDAT_TRACKERS": "udp://tracker.example:6969,http://other.example/announce",
            "PIERDAT_PORT": "0", "PIERDAT_DHT": "off", "PIERDAT_LSD": "off",
            "PIERDAT_UPLOAD_LIMIT": "500k", "PIERDAT_DOWNLOAD_LIMIT": "0",
            "PIERDAT_TIMEOUT": "90", "PIERDAT_STALL_TIMEOUT": "0",
        ])

        #expect(configuration.peers.map(\.host) == ["seed", "10.0.0.1", "::1"])
        #expect(configuration.peers.map(\.port) == [nil, 7000, 7001])
        #expect(
            configuration.trackers.map(\.text) == [
                "udp://tracker.example:6969", "http://other.example/announce",
            ])
        #expect(configuration.port == 0)
        #expect(configuration.dht == .off)
        #expect(!configuration.localDiscovery)
        #expect(configuration.uploadLimit == 512_000)
        #expect(configuration.downloadLimit == nil)
        #expect(configuration.timeout == .seconds(90))
        #expect(configuration.stallTimeout == nil)
    }

    @Test("The network policy is read")
    func policy() throws {
        let configuration = try EngineConfiguration(environment: [
            "PIERDAT_CONNECTIONS": "12", "PIERDAT_SEED_RATIO": "1.5", "PIERDAT_SEED_TIME": "90m",
            "PIERDAT_ENCRYPTION": "require", "PIERDAT_TRANSPORT": "utp",
            "PIERDAT_ALLOW": "10.0.0.0/8, fd00::/8", "PIERDAT_DENY": "10.1.2.3",
            "PIERDAT_INTERFACE": "eth0", "PIERDAT_RESOLVE_INTERVAL": "5",
        ])
        #expect(configuration.connections == 12)
        #expect(configuration.seedingGoal.ratio == 1.5)
        #expect(configuration.seedingGoal.time == .seconds(5400))
        #expect(configuration.peerProtocol.encryption == .require)
        #expect(configuration.peerProtocol.transport == .utp)
        #expect(configuration.network.allowed.map(\.length) == [8, 8])
        #expect(configuration.network.denied.map(\.address.description) == ["10.1.2.3"])
        #expect(configuration.interface == .device("eth0"))
        #expect(configuration.resolveInterval == .seconds(5))
    }

    @Test("A restrictive network policy disables public bootstrap nodes and local discovery")
    func inside() throws {
        let environment = ["PIERDAT_ALLOW": "10.0.0.0/8"]
        let configuration = try EngineConfiguration(environment: environment)
        #expect(configuration.dht == .on(bootstrap: []))
        #expect(!configuration.localDiscovery)
        let multicast = ["PIERDAT_ALLOW": "10.0.0.0/8,239.192.152.143"]
        #expect(try EngineConfiguration(environment: multicast).localDiscovery)
        let named = environment.merging(["PIERDAT_DHT": "10.0.0.1:1"]) { $1 }
        #expect(try EngineConfiguration(environment: named).dht == .on(bootstrap: ["10.0.0.1:1"]))
    }

    @Test("A proxy is read with its user, and features that it cannot carry are disabled")
    func proxy() throws {
        let configuration = try EngineConfiguration(environment: [
            "PIERDAT_PROXY": "http://me%40home:p%3Aw@[fd00::1]:3128/"
        ])
        let proxy = try #require(configuration.proxy)
        #expect(proxy.kind == .http && proxy.host == "fd00::1" && proxy.port == 3128)
        #expect(proxy.user == "me@home" && proxy.password == "p:w")
        #expect(configuration.dht == .off && !configuration.localDiscovery)
        #expect(configuration.peerProtocol.transport == .tcp)
    }

    @Test(
        "Settings that only work without a proxy are rejected next to one",
        arguments: [
            ("PIERDAT_ALLOW", "10.0.0.0/8"), ("PIERDAT_DENY", "10.0.0.0/8"),
            ("PIERDAT_INTERFACE", "eth0"),
        ])
    func proxyAlone(name: String, value: String) {
        #expect(throws: SettingError.self) {
            try EngineConfiguration(environment: [
                "PIERDAT_PROXY": "socks5://proxy:1080", name: value,
            ])
        }
    }

    @Test("Bootstrap nodes of the DHT may be host names")
    func bootstrap() throws {
        let configuration = try EngineConfiguration(environment: ["PIERDAT_DHT": "a:1,b:2"])
        #expect(configuration.dht == .on(bootstrap: ["a:1", "b:2"]))
    }

    @Test(
        "An invalid value is reported with the name of its variable",
        arguments: [
            ("PIERDAT_PORT", "65536"), ("PIERDAT_PORT", "-1"), ("PIERDAT_DHT", "maybe"),
            ("PIERDAT_PORT", "+1"), ("PIERDAT_UPLOAD_LIMIT", "+4"), ("PIERDAT_UPLOAD_LIMIT", "k"),
            ("PIERDAT_DOWNLOAD_LIMIT", "+4M"), ("PIERDAT_DOWNLOAD_LIMIT", "1.5M"),
            ("PIERDAT_SEED_TIME", "+90m"), ("PIERDAT_SEED_TIME", "9m0"), ("PIERDAT_TIMEOUT", "+4"),
            ("PIERDAT_RESOLVE_INTERVAL", "+4"), ("PIERDAT_CONNECTIONS", "+4"),
            ("PIERDAT_CONNECTIONS", "65536"), ("PIERDAT_PEERS", "host:+80"),
            ("PIERDAT_DHT", "host-without-port"), ("PIERDAT_LSD", "2"), ("PIERDAT_PEERS", "host:0"),
            ("PIERDAT_TRACKERS", "ftp://host"), ("PIERDAT_UPLOAD_LIMIT", "10x"),
            ("PIERDAT_DOWNLOAD_LIMIT", "99999999999G"), ("PIERDAT_TIMEOUT", "1h"),
            ("PIERDAT_STALL_TIMEOUT", "-5"), ("PIERDAT_CONNECTIONS", "0"),
            ("PIERDAT_SEED_RATIO", "-1"), ("PIERDAT_SEED_RATIO", "inf"),
            ("PIERDAT_SEED_TIME", "soon"), ("PIERDAT_ENCRYPTION", "maybe"),
            ("PIERDAT_TRANSPORT", "sctp"), ("PIERDAT_ALLOW", "10.0.0.0/33"),
            ("PIERDAT_ALLOW", "example.org"), ("PIERDAT_ALLOW", ","),
            ("PIERDAT_DENY", "fd00::/129"),
            ("PIERDAT_PROXY", "socks4://host:1"), ("PIERDAT_PROXY", "socks5://host"),
            ("PIERDAT_INTERFACE", "a/b"),
            ("PIERDAT_RESOLVE_INTERVAL", "0"), ("PIERDAT_PEERS", "_bt._tcp.example:1"),
            ("PIERDAT_PEERS", String(repeating: "host,", count: 257)),
        ])
    func malformed(name: String, value: String) {
        #expect {
            try EngineConfiguration(environment: [name: value])
        } throws: { error in
            (error as? SettingError).map { $0.name == name && $0.value == value } ?? false
        }
    }

    @Test(
        "The password of a malformed URL is not printed",
        arguments: [
            ("PIERDAT_PROXY", "http://me:secret%zz@host:1", "http://***@host:1"),
            ("PIERDAT_PROXY", "me:secret@host:1", "***@host:1"),
            ("PIERDAT_TRACKERS", "http://t/,ftp://me:secret@host/", "http://t/,ftp://***@host/"),
            ("PIERDAT_TRACKERS", "http://t:x/announce?key=secret", "http://t:x/announce?***"),
        ])
    func secrets(name: String, value: String, shown: String) {
        #expect {
            try EngineConfiguration(environment: [name: value])
        } throws: { error in
            (error as? SettingError).map { $0.name == name && $0.value == shown } ?? false
        }
    }
}
