import Testing

@testable import BitTorrent

@Suite("The engine's configuration")
struct EngineConfigurationTests {
    @Test("keeps its defaults where the environment says nothing")
    func defaults() throws {
        #expect(try EngineConfiguration(environment: ["PIERDAT_PORT": ""]) == EngineConfiguration())
    }

    @Test("reads every variable")
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
            configuration.trackers == [
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

    @Test("takes the DHT's bootstrap nodes by name")
    func bootstrap() throws {
        let configuration = try EngineConfiguration(environment: ["PIERDAT_DHT": "a:1,b:2"])
        #expect(configuration.dht == .on(bootstrap: ["a:1", "b:2"]))
    }

    @Test(
        "names the variable that is not understood",
        arguments: [
            ("PIERDAT_PORT", "65536"), ("PIERDAT_PORT", "-1"), ("PIERDAT_DHT", "maybe"),
            ("PIERDAT_DHT", "host-without-port"), ("PIERDAT_LSD", "2"), ("PIERDAT_PEERS", "host:0"),
            ("PIERDAT_TRACKERS", "ftp://host"), ("PIERDAT_UPLOAD_LIMIT", "10x"),
            ("PIERDAT_DOWNLOAD_LIMIT", "99999999999G"), ("PIERDAT_TIMEOUT", "1h"),
            ("PIERDAT_STALL_TIMEOUT", "-5"),
        ])
    func malformed(name: String, value: String) {
        #expect {
            try EngineConfiguration(environment: [name: value])
        } throws: { error in
            guard case TorrentError.setting(name, value, _) = error else { return false }
            return true
        }
    }
}
